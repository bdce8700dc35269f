"""What a guild keeps for so many months goes when it is older, once it was confirmed; nothing else does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from attendance.domain.choice import yes
from attendance.domain.retention import kept_from
from attendance.errors import Conflict, Invalid
from attendance.services import retaining
from attendance.services.editing import cancel_event
from attendance.services.removing import delete_event
from attendance.services.retaining import check_confirmed, preview_removal
from attendance.services.settings import change_settings, show_settings
from attendance.services.sign_ups import sign_up
from attendance.storage import events, guilds, keys, upkeep
from attendance.storage.values import item_from_wire
from tests.lives import Lives
from tests.stories import GUILD, NOW, member, officer, raid
from tests.workers_in_memory import WorkersInMemory

PEOPLE = [member(name, user_id=f"8035111022467891{place}") for place, name in enumerate(("Niamh", "Annika", "Ben"), 2)]
MUCH_LATER = NOW + timedelta(days=200)


@pytest.fixture
def workers(monkeypatch):
    """A guild with a past: a raid night half a year ago, and a raid ahead."""
    workers = WorkersInMemory(monkeypatch)
    Lives(workers, Random(2), PEOPLE, [officer()]).live(deeds=60)
    workers.now = NOW + timedelta(days=10)
    for _ in range(3):
        workers.sweep()
        workers.run()
    workers.now = MUCH_LATER
    return workers


def _keep(workers, months):
    change_settings(workers.table, GUILD, officer(request_id=f"keep{months}"), workers.now, {"keep_months": months})
    workers.run()


def _items(workers):
    return [item_from_wire(item) for item in workers.dynamodb.scan()["Items"]]


def _sweep(workers, minutes=10):
    for _ in range(minutes):
        workers.now += timedelta(minutes=1)
        workers.sweep()
        workers.run()


def test_what_is_older_goes_a_day_after_and_nothing_is_told(workers):
    with_past = {item["entity"] for item in _items(workers) if "#E#" in item["pk"]}
    assert {"attendance", "evidence"} <= with_past
    _keep(workers, 6)
    _sweep(workers)
    assert {item["entity"] for item in _items(workers) if "#E#" in item["pk"]} == with_past
    workers.now += timedelta(days=1)
    pushed, sent = len(workers.sockets.pushed), len(workers.queues["notifications"].sent)
    _sweep(workers)
    assert [item["pk"] for item in _items(workers) if "#E#" in item["pk"]] == []
    before = keys.stamp(kept_from(6, workers.now))
    old = [item for item in _items(workers) if item.get("entity") in ("event", "sheet") and item["ends_at"] < before]
    assert old == []
    assert [item["sk"] for item in _items(workers) if item.get("entity") == "audit" and item["at"] < before] == []
    told = [one["kind"] for one in workers.queues["notifications"].sent[sent:] if one["kind"] != "presence"]
    assert (len(workers.sockets.pushed), told) == (pushed, [])


def test_what_is_not_older_stays(workers):
    ahead = raid(workers.table, request_id="ahead", time="2027-07-01 20:00")
    members = [item for item in _items(workers) if item.get("entity") in ("member", "character", "preset")]
    _keep(workers, 6)
    workers.now += timedelta(days=1)
    _sweep(workers)
    assert events.get(workers.table, GUILD, ahead.event_id) is not None
    kept = [item for item in _items(workers) if item.get("entity") in ("member", "character", "preset")]
    assert sorted(item["sk"] for item in kept) == sorted(
        {item["sk"] for item in members} | {item["sk"] for item in kept}
    )


def test_a_guild_keeps_everything_unless_it_says_otherwise(workers):
    before = len(_items(workers))
    workers.now += timedelta(days=400)
    workers.sweep()
    assert show_settings(workers.table, GUILD).keep_months == 0
    assert len(_items(workers)) >= before - 5


def test_taken_back_within_a_day_nothing_goes(workers):
    _keep(workers, 6)
    _keep(workers, 0)
    workers.now += timedelta(days=2)
    _sweep(workers)
    assert any("#E#" in item["pk"] for item in _items(workers))


def test_it_goes_in_steps_that_can_stop_anywhere(workers, monkeypatch):
    monkeypatch.setattr(retaining, "MAX_REMOVED", 7)
    remove, calls = upkeep.remove, []

    def dies_sometimes(*about):
        calls.append(about)
        if len(calls) % 11 == 0:
            raise RuntimeError("the process ends here")
        return remove(*about)

    monkeypatch.setattr(upkeep, "remove", dies_sometimes)
    _keep(workers, 6)
    workers.now += timedelta(days=1)
    for _ in range(120):
        workers.now += timedelta(minutes=3)
        workers.sweep()
    before = keys.stamp(kept_from(6, workers.now))
    assert [item["pk"] for item in _items(workers) if "#E#" in item["pk"]] == []
    assert [item["sk"] for item in _items(workers) if item.get("entity") == "audit" and item["at"] < before] == []


def test_it_goes_on_day_by_day(workers):
    _keep(workers, 6)
    workers.now += timedelta(days=1)
    _sweep(workers)
    due = next(item for item in _items(workers) if item.get("kind") == "retention")
    assert timedelta(hours=22) < keys.moment(due["due_at"]) - workers.now <= timedelta(days=1)


def test_keeping_less_is_refused_until_it_is_confirmed_with_what_would_go(workers):
    settings = guilds.get_settings(workers.table, GUILD)
    found = preview_removal(workers.table, GUILD, 6, workers.now)
    assert found.events > 0
    with pytest.raises(Conflict, match=f"{found.events} events and {found.entries} audit entries") as refused:
        check_confirmed(workers.table, settings, 6, workers.now, confirmed=False)
    assert refused.value.code == "removal_unconfirmed"
    check_confirmed(workers.table, settings, 6, workers.now, confirmed=True)
    check_confirmed(workers.table, settings, 0, workers.now, confirmed=False)
    check_confirmed(workers.table, settings, None, workers.now, confirmed=False)


def test_nothing_hangs_on_a_deleted_event_two_hours_later(workers):
    workers.now = NOW
    event = raid(workers.table, request_id="mistake", time="in 2d")
    note = "Niamh comes by train"
    sign_up(workers.table, GUILD, event.event_id, yes("dps"), PEOPLE[0], NOW, note=note)
    cancel_event(workers.table, GUILD, event.event_id, officer(request_id="cancel"), NOW)
    workers.run()
    delete_event(workers.table, GUILD, event.event_id, officer(request_id="delete"), workers.now)
    assert note in str(_items(workers))
    workers.now += timedelta(hours=2)
    workers.sweep()
    workers.run()
    assert [item for item in _items(workers) if item["pk"] == keys.event_items(GUILD, event.event_id)] == []


@pytest.mark.parametrize("months", [1, 2, 121, -1, True, "6", 6.5])
def test_a_number_of_months_that_cannot_be_is_refused(workers, months):
    with pytest.raises(Invalid, match="3 to 120 months"):
        change_settings(workers.table, GUILD, officer(), workers.now, {"keep_months": months})


@pytest.mark.parametrize(
    ("months", "now", "kept"),
    [
        (3, datetime(2026, 5, 31, 12, tzinfo=UTC), datetime(2026, 2, 28, 12, tzinfo=UTC)),
        (12, datetime(2028, 2, 29, tzinfo=UTC), datetime(2027, 2, 28, tzinfo=UTC)),
        (6, datetime(2026, 1, 15, tzinfo=UTC), datetime(2025, 7, 15, tzinfo=UTC)),
    ],
)
def test_months_are_those_of_the_calendar(months, now, kept):
    assert kept_from(months, now) == kept
