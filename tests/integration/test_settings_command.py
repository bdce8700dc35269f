"""/settings, through the handler, with signed requests."""

from __future__ import annotations

import pytest

from attendance import wiring
from attendance.services.settings import show_settings
from attendance.storage import keys
from tests.discord_driver import CHANNEL, GUILD, buttons, content, playing

ROLE = "1271415177216131080"


@pytest.fixture
def discord(moto_table, monkeypatch):
    """Discord in front of an empty table."""
    with playing(moto_table, monkeypatch) as discord:
        yield discord


def test_defaults_are_set_and_shown(discord):
    officer = discord.officer()
    defaults = {"check_in": "30, 10, 0", "duration": "3h", "deadline": "2h", "tracked_role": ROLE}
    shown = content(officer.command("settings defaults", **defaults))
    for line in (
        "from 30 min before the start to 10 min after it, late after 0 min",
        "Duration: 180 min",
        "Sign-up closes: 120 min before the start",
        f"Tracked role: <@&{ROLE}>",
    ):
        assert line in shown
    assert content(officer.command("settings show")) in shown


def test_what_stands_beside_a_card_is_switched_on_for_the_events_to_come_and_by_single_ones(discord):
    officer = discord.officer()
    officer.command("settings setup", zone="Europe/Berlin", channel=CHANNEL)
    shown = content(officer.command("settings extras", threads=True))
    assert "Thread for each event: on" in shown
    assert "Discord event for each event: off" in shown
    assert "true or false" in content(officer.command("create-event", title="X", time="in 2h", thread="yes"))
    officer.command("create-event", title="One", time="in 2h", scheduled_event=True)
    officer.command("create-event", title="Two", time="in 2h", thread=False)
    stored = {item["title"]: item for item in wiring.table().query_all(f"G#{GUILD}", prefix="EVENT#")}
    assert [(stored[one]["thread"], stored[one]["scheduled_event"]) for one in ("One", "Two")] == [
        (True, True),
        (False, False),
    ]
    officer.command("event edit", event=stored["Two"]["event_id"], thread=True)
    assert wiring.table().get(keys.event(GUILD, stored["Two"]["event_id"]))["thread"] is True


def test_a_setting_is_emptied_and_only_those_that_may_be(discord):
    officer = discord.officer()
    officer.command("settings defaults", deadline="2h")
    assert "Sign-up closes: at the start" in content(officer.command("settings clear", setting="deadline"))
    assert "“zone” cannot be emptied" in content(officer.command("settings clear", setting="zone"))


def test_a_role_that_was_given_a_right_uses_it_and_loses_it(discord):
    officer, helper = discord.officer(), discord.member("Ann", roles=(ROLE,))
    preset = {"name": "Raid", "game": "WoW", "roles": "tank 1"}
    assert "presets.manage" in content(helper.command("create-preset", **preset))
    given = officer.command("settings rights add", right="presets.manage", role=ROLE)
    assert f"`presets.manage`: <@&{ROLE}>" in content(given)
    assert "is saved" in content(helper.command("create-preset", **preset))
    assert f"`presets.manage`: <@&{ROLE}>" in content(officer.command("settings rights list"))
    officer.command("settings rights remove", right="presets.manage", role=ROLE)
    assert "presets.manage" in content(helper.command("create-preset", **preset | {"name": "Other"}))


@pytest.mark.parametrize(
    ("command", "options", "says"),
    [
        ("settings setup", {}, "zone, channel, officer_role, officer_channel, reminders"),
        ("settings defaults", {}, "duration, deadline, tracked_role"),
        ("settings defaults", {"check_in": "soon"}, "15, 20, 5"),
        ("settings rights add", {"right": "fly", "role": ROLE}, "no right “fly”"),
        ("settings rights add", {"right": "events.manage"}, "option role is missing"),
        ("settings rights add", {"right": "events.manage", "role": GUILD}, "@everyone"),
        ("settings rights remove", {"right": "events.manage", "role": ROLE}, "no role does"),
        ("settings dance", {}, "/settings knows"),
    ],
)
def test_a_refusal_says_what_would_be_accepted_and_changes_nothing(discord, command, options, says):
    assert says in content(discord.officer().command(command, **options))
    assert show_settings(wiring.table(), GUILD).version == 0


@pytest.mark.parametrize("command", ["settings show", "settings rights list", "settings defaults"])
def test_settings_are_for_who_may_change_them(discord, command):
    answer = content(discord.member("Ann").command(command, duration="3h"))
    assert "settings.manage" in answer


def test_setting_up_takes_the_servers_language_unless_one_is_named(discord):
    discord.guild_locale = "de"
    officer = discord.officer()
    assert "Language of cards and notices: Deutsch" in content(officer.command("settings setup", zone="Europe/Berlin"))
    assert "Français" in content(officer.command("settings setup", language="fr"))
    assert "Français" in content(officer.command("settings setup", zone="Europe/Paris"))
    assert "I speak English (en)" in content(officer.command("settings setup", language="tlh"))


def test_a_card_keeps_the_language_of_the_server_when_its_event_was_made(discord):
    officer = discord.officer()
    officer.command("settings setup", zone="Europe/Berlin", channel=CHANNEL, language="de")
    officer.command("create-event", title="Raid", time="in 2h")
    officer.command("settings setup", language="fr")
    [event] = wiring.table().query_all(f"G#{GUILD}", prefix="EVENT#")
    card = officer.click(f"v1:no:{event['event_id']}")
    assert "**0** dabei" in content(card)
    assert list(buttons(card)) == ["Dabei", "Später", "Vielleicht", "Nein", "Mehr"]


def test_what_is_past_goes_only_after_the_officer_saw_what_and_confirmed(discord):
    officer, member = discord.officer(), discord.member("Nia")
    officer.command("settings setup", zone="Europe/Berlin", channel=CHANNEL)
    asked = officer.command("settings retention", months=12)
    assert "removes for good what ended before" in content(asked)
    assert "0 events" in content(asked)
    assert show_settings(wiring.table(), GUILD).keep_months == 0
    (button,) = buttons(asked).values()
    assert "settings.manage" in content(member.click(button))
    assert show_settings(wiring.table(), GUILD).keep_months == 0
    assert "What is past is kept: 12 months" in content(officer.click(button))
    assert show_settings(wiring.table(), GUILD).keep_months == 12


def test_keeping_longer_needs_no_question_and_too_short_is_refused(discord):
    officer = discord.officer()
    officer.command("settings setup", zone="Europe/Berlin", channel=CHANNEL)
    officer.click(*buttons(officer.command("settings retention", months=12)).values())
    assert "What is past is kept: 24 months" in content(officer.command("settings retention", months=24))
    assert "What is past is kept: for ever" in content(officer.command("settings retention", months=0))
    assert "3 to 120 months" in content(officer.command("settings retention", months=2))
    assert "settings.manage" in content(discord.member("Nia").command("settings retention", months=0))
