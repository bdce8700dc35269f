"""A guild that has removed the bot is noticed, and purged after a month; never by an outage, and not when it is back."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from attendance.domain.departure import KEPT_FOR, Departure
from attendance.services import purging
from attendance.services.api_keys import make_key
from attendance.services.installations import note_installation
from attendance.services.reports import request_report
from attendance.storage import departures, keys, upkeep
from attendance.storage.values import item_from_wire
from tests.lives import Lives
from tests.stories import CHANNEL, GUILD, NOW, OTHER_GUILD, member, officer, raid, set_up
from tests.workers_in_memory import WorkersInMemory

PEOPLE = [member(name, user_id=f"8035111022467891{place}") for place, name in enumerate(("Niamh", "Annika", "Ben"), 2)]
UNKNOWN_GUILD, MISSING_ACCESS = (404, 10004), (403, 50001)


@pytest.fixture
def workers(monkeypatch):
    workers = WorkersInMemory(monkeypatch)
    Lives(workers, Random(1), PEOPLE, [officer()]).live(deeds=50)
    make_key(workers.table, GUILD, officer(request_id="k"), workers.now, name="Sheet", scopes=())
    request_report(workers.table, GUILD, officer(request_id="report"), workers.now)
    set_up(workers.table, OTHER_GUILD)
    workers.run()
    return workers


def _days(workers, count):
    """So many days pass, the first two and the last two with a sweep and what follows from it each."""
    for day in range(1, count + 1):
        workers.now += timedelta(days=1, minutes=1)
        if day <= 2 or day > count - 2:
            workers.sweep()
            workers.run(longest=60)


def _of_guild(workers, guild_id=GUILD):
    found = [item_from_wire(item) for item in workers.dynamodb.scan()["Items"]]
    return [item for item in found if guild_id in str(item["pk"]) or item.get("guild_id") == guild_id]


def _purged(workers):
    for _ in range(20):
        workers.now += timedelta(minutes=1)
        workers.sweep()
    workers.run()
    passing = {"prompt"}  # over by themselves within days
    return [item for item in _of_guild(workers) if item.get("entity") not in passing] == []


@pytest.mark.parametrize("answer", [UNKNOWN_GUILD, MISSING_ACCESS])
def test_a_guild_that_stays_without_the_bot_is_purged_a_month_after_it_was_noticed(workers, answer):
    others = _of_guild(workers, OTHER_GUILD)
    workers.discord.refused_guilds[GUILD] = answer
    _days(workers, 29)
    assert len(_of_guild(workers)) > 50
    _days(workers, 3)
    pushed = len(workers.sockets.pushed)
    assert _purged(workers)
    assert [key for key in workers.files.kept if key.startswith(GUILD)] == []
    assert len(_of_guild(workers, OTHER_GUILD)) == len(others)
    assert len(workers.sockets.pushed) == pushed
    assert workers.queues["changes_dead_letter"].sent == []


def test_an_api_key_and_a_calendar_address_of_a_purged_guild_open_nothing(workers):
    workers.discord.refused_guilds[GUILD] = UNKNOWN_GUILD
    _days(workers, 32)
    assert _purged(workers)
    left = [item["pk"]["S"] for item in workers.dynamodb.scan()["Items"]]
    assert [pk for pk in left if pk.startswith(("APIKEY#", "FEED#"))] == []


@pytest.mark.parametrize("answer", [(500, 0), (503, 0), (403, 40333), (404, 0), (401, 0)])
def test_an_outage_or_another_refusal_says_nothing(workers, answer):
    workers.discord.refused_guilds[GUILD] = answer
    _days(workers, 40)
    assert departures.get(workers.table, GUILD) is None
    assert len(_of_guild(workers)) > 50


def test_a_guild_that_shows_itself_once_is_no_longer_taken_for_gone(workers):
    workers.discord.refused_guilds[GUILD] = UNKNOWN_GUILD
    _days(workers, 29)
    workers.discord.refused_guilds.clear()
    _days(workers, 1)
    assert departures.get(workers.table, GUILD) is None
    workers.discord.refused_guilds[GUILD] = UNKNOWN_GUILD
    _days(workers, 28)
    assert len(_of_guild(workers)) > 50


def test_being_installed_anew_ends_a_purge_that_has_begun(workers, monkeypatch):
    monkeypatch.setattr(purging, "MAX_REMOVED", 5)
    workers.discord.refused_guilds[GUILD] = UNKNOWN_GUILD
    _days(workers, 31)
    workers.now += timedelta(minutes=1)
    workers.sweep()
    assert departures.get(workers.table, GUILD).purging
    workers.discord.refused_guilds.clear()
    note_installation(workers.table, GUILD, officer(request_id="i"), workers.now, name="Back", channel_id=CHANNEL)
    left = len(_of_guild(workers))
    for _ in range(5):
        workers.now += timedelta(minutes=1)
        workers.sweep()
    assert len(_of_guild(workers)) >= left - 3  # due items that came to their end
    assert raid(workers.table, request_id="back", time="in 5h").status == "open"


def test_a_purge_goes_on_after_it_stopped_anywhere(workers, monkeypatch):
    monkeypatch.setattr(purging, "MAX_REMOVED", 40)
    workers.discord.refused_guilds[GUILD] = UNKNOWN_GUILD
    _days(workers, 31)
    remove, calls = upkeep.remove, []

    def dies_sometimes(*about):
        calls.append(about)
        if len(calls) % 23 == 0:
            raise RuntimeError("the process ends here")
        return remove(*about)

    monkeypatch.setattr(upkeep, "remove", dies_sometimes)
    for _ in range(60):
        workers.now += timedelta(minutes=3)
        workers.sweep()
    assert _purged(workers)


def test_two_looks_within_a_day_are_no_proof():
    at = NOW
    assert not Departure(at, at).is_due(at + timedelta(days=1))
    assert not Departure(at, at).is_due(at + KEPT_FOR - timedelta(seconds=1))
    assert Departure(at, at).is_due(at + KEPT_FOR)


def test_that_a_guild_is_looked_at_is_due_from_its_set_up_on(workers):
    due = workers.table.get(keys.due(departures.look_at(GUILD, workers.now)))
    assert due is not None
    assert due["kind"] == "presence"
