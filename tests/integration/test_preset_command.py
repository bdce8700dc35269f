"""/create-preset and /preset, through the handler, with signed requests."""

from __future__ import annotations

import pytest

from attendance import wiring
from attendance.services.presets import list_presets
from tests.discord_driver import GUILD, content, playing

RAID = {"name": "Raid night", "game": "Emberfall", "roles": "tank 2, healer 2-3, dps 6"}


@pytest.fixture
def discord(moto_table, monkeypatch):
    """Discord with one preset."""
    with playing(moto_table, monkeypatch) as discord:
        officer = discord.officer()
        officer.command("settings setup", zone="Europe/Berlin")
        officer.command("create-preset", **RAID, check_in="30, 10", deadline="2h", reminders="none")
        yield discord


def stored():
    return list_presets(wiring.table(), GUILD)


def test_a_preset_is_listed_and_shown(discord):
    ann = discord.member("Ann")
    assert "**Raid night** (Emberfall): tank 2, healer 2-3" in content(ann.command("preset list"))
    shown = content(ann.command("preset show", preset="raid night"))
    assert "30 min before to 10 min after, late after 5 min" in shown
    assert "Sign-up closes: 120 min before" in shown
    assert "Reminders: none" in shown


def test_a_preset_is_edited_emptied_renamed_and_deleted(discord):
    officer = discord.officer()
    officer.command("preset edit", preset="Raid night", duration="3h", clear="check_in")
    edited = content(officer.command("preset edit", preset="Raid night", name="Farm", party_size=12))
    assert "**Farm** is saved" in edited
    assert "Duration: 180 min" in edited
    assert "Check-in: as the settings say" in edited
    (preset,) = stored()
    assert (preset.name, preset.capacity, preset.version) == ("Farm", 12, 3)
    assert "is deleted" in content(officer.command("preset delete", preset="Farm"))
    assert "no preset yet" in content(officer.command("preset list"))


def test_a_preset_says_who_is_asked_when_and_where_its_notices_go(discord):
    officer = discord.officer()
    plan = {"nudges": "48h", "reminder_place": "both", "mentions": "role"}
    shown = content(officer.command("preset edit", preset="Raid night", **plan))
    for line in (
        "Who has not answered is asked: 2880 min",
        "Reminders go: into the channel and by direct message",
        "In the channel they mention: the role that the event is for",
    ):
        assert line in shown
    block = content(officer.command("preset export", preset="Raid night"))
    assert all(f'"{name}": "{value}"' in block for name, value in (plan | {"nudges": "2880m"}).items())
    assert "Reminders go: as the settings say" in content(
        officer.command("preset edit", preset="Raid night", clear="reminder_place")
    )


def test_an_export_is_pasted_into_the_form_of_another_server(discord):
    officer = discord.officer()
    block = content(officer.command("preset export", preset="Raid night")).partition("```json")[2].partition("```")[0]
    discord.guild_id = "1195917705216131999"
    form = officer.command("preset import")
    assert form["type"] == 9
    (field,) = form["data"]["components"]
    assert len(block) <= field["component"]["max_length"] == 4000
    assert field["component"]["style"] == 2
    answer = officer.submit(form["data"]["custom_id"], presets=f"```json{block}```")
    assert "1. **Raid night**: created" in content(answer)
    assert "kept" in content(officer.submit(form["data"]["custom_id"], presets=block))
    assert "tank 2, healer 2-3" in content(officer.command("preset list"))


def test_a_form_that_may_overwrite_does(discord):
    officer = discord.officer()
    form = officer.command("preset import", existing="overwrite")
    done = officer.submit(
        form["data"]["custom_id"], presets='{"name": "Raid night", "game": "Other", "roles": "dps 3"}'
    )
    assert "changed" in content(done)
    assert stored()[0].game == "Other"


@pytest.mark.parametrize("pasted", ["", "hello", "[", "[]", "3", '{"presets": 3}', "[" * 3000, '{"presets": [NaN]}'])
def test_what_is_no_export_is_refused_with_what_one_is(discord, pasted):
    form = discord.officer().command("preset import")
    answer = content(discord.officer().submit(form["data"]["custom_id"], presets=pasted))
    assert "JSON" in answer or "An export holds presets" in answer
    assert len(stored()) == 1


@pytest.mark.parametrize(
    ("command", "options", "says"),
    [
        ("preset show", {"preset": "Nothing"}, "no preset called “Nothing”"),
        ("preset edit", {"preset": "Nothing", "game": "x"}, "no preset called “Nothing”"),
        ("preset edit", {"preset": "Raid night"}, "Name at least one"),
        ("preset edit", {"preset": "Raid night", "clear": "name"}, "cannot be emptied"),
        ("preset edit", {"preset": "Raid night", "roles": "tank"}, "tank 2, healer 2-3"),
        ("preset edit", {"preset": "Raid night", "party_size": 1}, "understood: 1"),
        ("preset edit", {"preset": "Raid night", "duration": "soon"}, "2h 30m"),
        ("preset edit", {"preset": "Raid night", "check_in": "1"}, "15, 20, 5"),
        ("preset edit", {"preset": "Raid night", "deadline": "20d"}, "14 days"),
        ("preset edit", {"preset": "Raid night", "channel": "general"}, "“general” is not a Discord id"),
        ("preset edit", {"preset": "Raid night", "name": " "}, "visible character"),
        ("preset dance", {}, "/preset knows list, show"),
    ],
)
def test_a_refusal_says_what_would_be_accepted_and_changes_nothing(discord, command, options, says):
    assert says in content(discord.officer().command(command, **options))
    assert [(preset.name, preset.version) for preset in stored()] == [("Raid night", 1)]


@pytest.mark.parametrize("command", ["preset edit", "preset delete", "preset export", "preset import"])
def test_changing_presets_is_for_who_may(discord, command):
    answer = discord.member("Ann").command(command, preset="Raid night", game="x")
    assert "presets.manage" in content(answer)
    assert [preset.version for preset in stored()] == [1]


def test_presets_and_games_are_completed(discord):
    officer = discord.officer()
    assert [one["value"] for one in officer.complete("preset edit", "preset", preset="raid")] == ["Raid night"]
    assert officer.complete("preset edit", "preset", preset="zzz") == []
    for command in ("create-preset", "preset edit", "create-event"):
        assert [one["value"] for one in officer.complete(command, "game", game="ember")] == ["Emberfall"]
    officer.command("create-event", title="Keys", time="2026-12-02 20:00", game="Ashlands", channel="5")
    assert [one["value"] for one in officer.complete("create-event", "game", game="ash")] == ["Ashlands"]
