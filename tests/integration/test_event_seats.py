"""/event seat, move, bench and remove through the handler, and what the members are told."""

from __future__ import annotations

import pytest

from attendance import wiring
from attendance.discord.custom_id import CustomId
from attendance.domain.choice import yes
from attendance.services.events import get_event
from attendance.services.seating import bench_member, move_member, remove_member, seat_member
from attendance.services.sign_ups import sign_up
from tests.discord_driver import CHANNEL, GUILD, buttons, content, field_names, playing
from tests.stories import NOW, member, officer, raid
from tests.workers import Workers

RAID = {"title": "Molten Core", "time": "2026-12-01T20:00Z", "preset": "Raid"}


@pytest.fixture
def guild(moto_table, monkeypatch):
    """A guild that is set up, with a preset and an event."""
    with playing(moto_table, monkeypatch) as discord:
        discord.officer().command("settings setup", zone="Europe/Berlin", channel=CHANNEL)
        discord.officer().command(
            "create-preset", name="Raid", game="WoW", roles="tank 1, healer 1-2, dps 3", duration="3h"
        )
        discord.officer().command("create-event", **RAID)
        yield discord


@pytest.fixture
def workers(monkeypatch, moto_table):
    return Workers(monkeypatch, moto_table[1])


def event_of(discord):
    return get_event(
        wiring.table(), GUILD, discord.officer().complete("event show", "event", event="Molten")[-1]["value"]
    )


def seats(discord):
    return {seat.user_id: seat.role for seat in event_of(discord).roster().seated}


def test_an_officer_seats_moves_benches_and_removes(guild):
    nia, event_id = guild.member("Nia").user_id, event_of(guild).event_id
    chosen = {"event": event_id, "member": nia}
    assert guild.officer().complete("event seat", "role", event=event_id, role="he") == [
        {"name": "healer", "value": "healer"}
    ]
    assert "is now tank" in content(guild.officer().command("event seat", **chosen, role="tank"))
    assert "already" in content(guild.officer().command("event seat", **chosen, role="tank"))
    guild.officer().command("event move", **chosen, role="dps")
    assert seats(guild) == {nia: "dps"}
    assert "bench" in content(guild.officer().command("event bench", **chosen))
    assert "Bench 1" in field_names(guild.officer().command("event show", event=event_id))
    guild.officer().command("event remove", **chosen)
    assert event_of(guild).choices == {}
    assert "had not answered" in content(guild.officer().command("event remove", **chosen))


def test_a_seat_that_is_taken_is_asked_for_by_name(guild):
    nia, bo, event_id = guild.member("Nia").user_id, guild.member("Bo").user_id, event_of(guild).event_id
    guild.member("Nia").click(CustomId("yes", event_id, "tank").encode())
    question = guild.officer().command("event seat", event=event_id, member=bo, role="tank")
    assert f"<@{nia}>" in content(question)
    assert seats(guild) == {nia: "tank"}
    button = buttons(question)["Take the seat"]
    assert "events.manage" in content(guild.member("Bo").click(button))
    assert "is now tank" in content(guild.officer().click(button))
    assert seats(guild) == {bo: "tank"}


def test_members_may_not_seat(guild):
    event_id = event_of(guild).event_id
    for command, more in (("seat", {"role": "tank"}), ("move", {"role": "tank"}), ("bench", {}), ("remove", {})):
        answer = guild.member("Nia").command(f"event {command}", event=event_id, member="903", **more)
        assert "events.manage" in content(answer), command


def test_who_is_seated_displaced_benched_and_removed_is_told_once_each(workers):
    event = raid(workers.table, roles="tank 1, dps 1")
    ids = {name: member(name).user_id for name in ("Ann", "Bob", "Cat")}
    sign_up(workers.table, GUILD, event.event_id, yes("tank"), member("Ann"), NOW)
    sign_up(workers.table, GUILD, event.event_id, yes("tank"), member("Bob"), NOW)
    workers.run()

    def told(change):
        before = len(workers.discord.messages)
        change()
        workers.run()
        return [one.body["embeds"][0] for one in workers.discord.messages[before:]]

    moved = told(lambda: move_member(workers.table, GUILD, event.event_id, ids["Bob"], officer(), NOW, role="dps"))
    assert ["**dps**" in one["description"] for one in moved] == [True]
    benched = told(lambda: bench_member(workers.table, GUILD, event.event_id, ids["Ann"], officer(), NOW))
    assert ["on the bench" in one["description"] for one in benched] == [True]
    seated = told(lambda: seat_member(workers.table, GUILD, event.event_id, ids["Ann"], officer(), NOW, role="tank"))
    assert [one["title"] for one in seated] == ["You have a seat"]
    removed = told(lambda: remove_member(workers.table, GUILD, event.event_id, ids["Ann"], officer(), NOW))
    assert ["was taken out" in one["description"] for one in removed] == [True]
