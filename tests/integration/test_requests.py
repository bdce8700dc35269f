"""How many requests to the table what people do takes: each is some milliseconds of Discord's three seconds, and paid for."""

from __future__ import annotations

import pytest

from tests.discord_driver import CHANNEL, content, playing


@pytest.fixture
def requests(moto_table):
    """The names of the requests that were made."""
    made: list[str] = []
    events = moto_table[0].meta.events
    events.register("before-call.dynamodb.*", lambda model, **_: made.append(model.name), unique_id="made")
    yield made
    events.unregister("before-call.dynamodb.*", unique_id="made")


@pytest.fixture
def guild(moto_table, monkeypatch):
    """Discord in front of a guild with a preset, an officer who has a zone of their own, and an event to answer."""
    with playing(moto_table, monkeypatch) as discord:
        officer = discord.officer()
        officer.command("settings setup", zone="Europe/Berlin", channel=CHANNEL)
        officer.command("create-preset", name="Raid", game="WoW", roles="tank 2, dps 9")
        officer.command("zone set", zone="Asia/Tokyo")
        yield discord


def planned(discord, *, time="in 10m") -> str:
    discord.officer().command("create-event", title="Raid night", time=time, preset="Raid", reminders="5m")
    found = discord.officer().complete("event show", "event", event="Raid night")
    return str(found[0]["value"])


def test_planning_an_event_takes_one_read_and_one_write(guild, requests):
    requests.clear()
    answer = guild.officer().command("create-event", title="Raid", time="tomorrow 20:00", preset="Raid", reminders="9m")
    assert "Its card goes to" in content(answer)
    assert requests == ["BatchGetItem", "TransactWriteItems"]


def test_what_a_time_means_takes_one_read(guild, requests):
    requests.clear()
    [offered] = guild.officer().complete("create-event", "time", time="tomorrow 20:00")
    assert "Asia/Tokyo" in offered["name"]
    assert requests == ["BatchGetItem"]


@pytest.mark.parametrize("zone", ["Asia/Tokyo", None])
def test_showing_the_zone_that_counts_takes_one_read(guild, requests, zone):
    if zone is None:
        guild.officer().command("zone clear")
    requests.clear()
    assert f"**{zone or 'Europe/Berlin'}**" in content(guild.officer().command("zone show"))
    assert requests == ["BatchGetItem"]


def test_an_answer_takes_one_write_repeated_or_not(guild, requests):
    event_id = planned(guild)
    for _ in range(2):
        requests.clear()
        assert guild.member("Nia").click(f"v1:yes:{event_id}:tank")["type"] == 7
        assert requests == ["UpdateItem"]


def test_checking_in_takes_one_read_and_one_write(guild, requests):
    event_id = planned(guild)
    requests.clear()
    assert "You are checked in" in content(guild.member("Nia").click(f"v1:check_in:{event_id}"))
    assert requests == ["BatchGetItem", "TransactWriteItems"]


def test_attending_without_naming_the_event_looks_at_all_candidates_at_once(guild, requests):
    for time in ("in 10m", "in 10h", "in 1d"):
        planned(guild, time=time)
    requests.clear()
    assert "You are checked in" in content(guild.member("Nia").command("attend"))
    assert requests == ["Query", "BatchGetItem", "BatchGetItem", "TransactWriteItems"]


def test_moving_a_member_reads_the_event_once(guild, requests):
    event_id = planned(guild)
    nia = guild.member("Nia")
    nia.click(f"v1:yes:{event_id}:tank")
    requests.clear()
    moved = guild.officer().command("event move", event=event_id, member=nia.user_id, role="dps")
    assert "is now" in content(moved)
    assert requests == ["GetItem", "UpdateItem"]


def test_showing_a_closed_event_reads_it_and_its_sheet_once(guild, requests):
    event_id = planned(guild)
    guild.officer().command("event close", event=event_id)
    requests.clear()
    assert guild.officer().command("event show", event=event_id)["data"]["embeds"]
    # The event, its sheet and, for an officer, what stands in the way of its card and what was told of it.
    assert requests == ["GetItem", "GetItem", "GetItem", "Query", "GetItem"]
