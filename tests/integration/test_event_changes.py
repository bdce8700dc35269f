"""/event edit, cancel, reopen and copy through the handler, and what the workers tell of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from attendance import wiring
from attendance.discord.custom_id import CustomId
from attendance.domain.choice import MAYBE, NO, yes
from attendance.errors import Conflict
from attendance.services.editing import cancel_event, edit_event, reopen_event
from attendance.services.events import get_event
from attendance.services.sign_ups import sign_up
from tests.discord_driver import CHANNEL, GUILD, Discord, buttons, content, playing
from tests.stories import NOW, member, officer, raid
from tests.workers import Workers

RAID = {"title": "Molten Core", "time": "2026-12-01T20:00Z", "preset": "Raid"}


@pytest.fixture
def guild(moto_table, monkeypatch):
    """A guild that is set up, with a preset."""
    with playing(moto_table, monkeypatch) as discord:
        discord.officer().command("settings setup", zone="Europe/Berlin", channel=CHANNEL)
        discord.officer().command(
            "create-preset", name="Raid", game="WoW", roles="tank 1, healer 1-2, dps 3", duration="3h"
        )
        yield discord


@pytest.fixture
def workers(monkeypatch, moto_table):
    return Workers(monkeypatch, moto_table[1])


def plan(discord: Discord) -> str:
    discord.officer().command("create-event", **RAID)
    return discord.officer().complete("event show", "event", event="Molten")[-1]["value"]


def stored(event_id: str):
    return get_event(wiring.table(), GUILD, event_id)


def bodies(workers):
    return [message.body for message in workers.discord.messages]


def test_an_officer_changes_what_they_name(guild):
    event_id = plan(guild)
    answer = guild.officer().command("event edit", event=event_id, time="21:30", capacity=4, deadline="1h", code="owl")
    assert content(answer).endswith("capacity, code, deadline, time.") or "capacity, code, deadline" in content(answer)
    event = stored(event_id)
    assert event.starts_at == datetime(2026, 12, 1, 20, 30, tzinfo=UTC)
    assert (event.capacity, event.code) == (4, "owl")
    guild.officer().command("event edit", event=event_id, clear="code")
    assert stored(event_id).code is None
    assert "already" in content(guild.officer().command("event edit", event=event_id, capacity=4))


def test_a_member_may_not_change_an_event_nor_open_its_form(guild):
    event_id = plan(guild)
    for command, more in (
        ("edit", {}),
        ("edit", {"title": "Mine"}),
        ("cancel", {}),
        ("reopen", {}),
        ("copy", {"time": "in 2d"}),
    ):
        answer = guild.member("Nia").command(f"event {command}", event=event_id, **more)
        assert "events.manage" in content(answer), command
    assert stored(event_id).title == "Molten Core"


def test_the_form_shows_what_is_and_changes_what_was_filled_in(guild):
    event_id = plan(guild)
    form = guild.officer().command("event edit", event=event_id)
    assert form["type"] == 9
    shown = {one["component"]["custom_id"]: one["component"].get("value", "") for one in form["data"]["components"]}
    assert shown == {
        "title": "Molten Core",
        "time": "2026-12-01 21:00",
        "duration": "180m",
        "capacity": "",
        "description": "",
    }
    guild.officer().submit(form["data"]["custom_id"], **(shown | {"title": "Onyxia", "capacity": "5"}))
    event = stored(event_id)
    assert (event.title, event.capacity, event.starts_at) == ("Onyxia", 5, datetime(2026, 12, 1, 20, 0, tzinfo=UTC))


def test_two_officers_with_the_form_open_do_not_overwrite_each_other(guild):
    event_id = plan(guild)
    forms = [
        guild.officer(name).command("event edit", event=event_id)["data"]["custom_id"] for name in ("Olga", "Otto")
    ]
    guild.officer("Olga").submit(forms[0], title="Olga's raid")
    answer = guild.officer("Otto").submit(forms[1], title="Otto's raid")
    assert "title" in content(answer)
    assert "Nothing was overwritten" in content(answer)
    assert stored(event_id).title == "Olga's raid"


def test_taking_seats_is_asked_for_by_name_and_done_by_the_button_once(guild):
    event_id = plan(guild)
    for name in ("Nia", "Bo", "Cy"):
        guild.member(name).click(CustomId("yes", event_id, "dps").encode())
    question = guild.officer().command("event edit", event=event_id, capacity=2)
    assert f"<@{guild.member('Cy').user_id}>" in content(question)
    assert stored(event_id).capacity is None
    confirm = buttons(question)["Take these seats"]
    assert "events.manage" in content(guild.member("Nia").click(confirm))
    assert "capacity" in content(guild.officer().click(confirm))
    assert [seat.user_id for seat in stored(event_id).roster().waiting] == [guild.member("Cy").user_id]
    assert "already" in content(guild.officer().click(confirm))


def test_fewer_seats_of_a_role_are_confirmed_the_same_way(guild):
    event_id = plan(guild)
    for name in ("Nia", "Bo"):
        guild.member(name).click(CustomId("yes", event_id, "dps").encode())
    question = guild.officer().command("event edit", event=event_id, roles="tank 1, healer 1-2, dps 1")
    guild.officer().click(buttons(question)["Take these seats"])
    assert len(stored(event_id).roster().in_role("dps")) == 1


def test_a_change_that_does_not_fit_a_button_says_what_to_do(guild):
    event_id = plan(guild)
    for name in ("Nia", "Bo"):
        guild.member(name).click(CustomId("yes", event_id, "dps").encode())
    answer = guild.officer().command("event edit", event=event_id, capacity=1, title="Small raid")
    assert "on their own first" in content(answer)
    assert stored(event_id).title == "Molten Core"


def test_a_cancelled_event_says_so_on_its_old_buttons_and_comes_back(guild):
    event_id = plan(guild)
    assert "is cancelled" in content(guild.officer().command("event cancel", event="Molten Core"))
    assert "was cancelled" in content(guild.member("Nia").click(CustomId("yes", event_id, "tank").encode()))
    assert guild.officer().complete("event cancel", "event", event="") == []
    assert [one["value"] for one in guild.officer().complete("event reopen", "event", event="")] == [event_id]
    guild.officer().command("event reopen", event=event_id)
    assert guild.member("Nia").click(CustomId("yes", event_id, "tank").encode())["type"] == 7


def test_a_copy_is_planned_with_its_own_card(guild):
    event_id = plan(guild)
    answer = guild.officer().command("event copy", event=event_id, time="2026-12-08 20:00", title="Again")
    assert f"<#{CHANNEL}>" in content(answer)
    found = guild.officer().complete("event show", "event", event="Again")
    assert stored(found[0]["value"]).starts_at == datetime(2026, 12, 8, 19, 0, tzinfo=UTC)


def test_a_cancellation_tells_who_signed_up_once_in_the_channel_and_the_card_shows_it(workers):
    event = raid(workers.table)
    for name, choice in (("Ann", yes("tank")), ("Bob", yes("tank")), ("Cat", MAYBE), ("Dan", NO)):
        sign_up(workers.table, GUILD, event.event_id, choice, member(name), NOW)
    workers.run()
    cancel_event(workers.table, GUILD, event.event_id, officer(), NOW)
    workers.run()
    told = [one for one in bodies(workers) if "Cancelled" in str(one) and one.get("content")]
    assert len(told) == 1
    users = [member(name).user_id for name in ("Ann", "Bob", "Cat")]
    assert told[0]["allowed_mentions"] == {"parse": [], "users": users}
    card = next(one for one in bodies(workers) if one is not told[0])
    assert card["embeds"][0]["title"].startswith("Cancelled: ")
    assert card["components"] == []


def test_a_cancellation_that_was_taken_back_is_not_told(workers):
    event = raid(workers.table)
    sign_up(workers.table, GUILD, event.event_id, yes("tank"), member("Ann"), NOW)
    workers.run()
    cancel_event(workers.table, GUILD, event.event_id, officer(), NOW)
    reopen_event(workers.table, GUILD, event.event_id, officer(), NOW)
    workers.run()
    assert not [one for one in bodies(workers) if one.get("content")]


def test_who_loses_a_seat_to_an_edit_is_told_and_a_member_who_leaves_is_not(workers):
    event = raid(workers.table)
    for name in ("Ann", "Bob", "Cat"):
        sign_up(workers.table, GUILD, event.event_id, yes("dps"), member(name), NOW)
    sign_up(workers.table, GUILD, event.event_id, NO, member("Ann"), NOW)
    workers.run()
    before = len(bodies(workers))
    wanted = {"roles": "tank 1, healer 2, dps 1"}
    with pytest.raises(Conflict, match="would take") as refused:
        edit_event(workers.table, GUILD, event.event_id, officer(), NOW, wanted)
    edit_event(workers.table, GUILD, event.event_id, officer(), NOW, wanted, confirm=refused.value.details["confirm"])
    workers.run()
    told = bodies(workers)[before:]
    assert len(told) == 1
    assert "number 1 on the waiting list" in told[0]["embeds"][0]["description"]


def test_an_events_own_check_in_window_is_given_and_changed(guild):
    officer = guild.officer()
    officer.command("create-event", title="Council", time="2026-12-03T20:00Z", check_in="45, 10, 0")
    event_id = officer.complete("event show", "event", event="Council")[0]["value"]
    start = int(datetime(2026, 12, 3, 20, tzinfo=UTC).timestamp())
    assert f"Check-in <t:{start - 45 * 60}:t> to <t:{start + 600}:t>" in content(
        officer.command("event show", event=event_id)
    )
    assert "check_in" in content(officer.command("event edit", event=event_id, check_in="5, 5, 5"))
    assert f"Check-in <t:{start - 300}:t>" in content(officer.command("event show", event=event_id))


def test_the_menu_on_a_card_opens_the_form_of_its_event(guild):
    event_id = plan(guild)
    on_card = buttons(guild.member("Nia").click(CustomId("maybe", event_id).encode())).values()
    form = guild.officer().open_message_menu("Edit event", *on_card)["data"]
    assert form["custom_id"] == guild.officer().command("event edit", event=event_id)["data"]["custom_id"]
    assert "events.manage" in content(guild.member("Nia").open_message_menu("Edit event", *on_card))


@pytest.mark.parametrize("components", [(), ("another-bots-button",), ("v1:file:0123456789abcdef",)])
@pytest.mark.parametrize(("locale", "words"), [("en-US", "no card of an event"), ("de", "keine Karte eines Events")])
def test_the_menu_on_another_message_says_where_it_belongs(guild, components, locale, words):
    guild.locale = locale
    assert words in content(guild.officer().open_message_menu("Edit event", *components))


def test_the_menu_on_a_card_of_another_guild_finds_no_event(guild):
    foreign = CustomId("maybe", "0123456789abcdef").encode()
    assert "no such event here" in content(guild.officer().open_message_menu("Edit event", foreign))
