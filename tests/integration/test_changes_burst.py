"""A burst of changes in one batch of the stream: open dashboards first and in order, the rest side by side."""

from __future__ import annotations

import json
import time
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest

from attendance.domain.choice import yes
from attendance.domain.live import Subscription
from attendance.services.changes import AT_ONCE, Outlets, follow_all
from attendance.services.sign_ups import sign_up
from attendance.storage import connections, keys
from attendance.storage.table import Table
from attendance.storage.values import item_to_wire
from tests.stories import GUILD, NOW, member, raid

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

pytestmark = pytest.mark.ministack
CLICKS = 100


class Dashboards:
    """Open connections that note what they are sent; those of `gone` have closed."""

    def __init__(self, gone: Iterable[str] = ()) -> None:
        self.gone = set(gone)
        self.heard: list[int] = []
        self.asked: Counter[str] = Counter()
        self.last = 0.0

    def push(self, connection_ids: Iterable[str], message: str) -> set[str]:
        self.asked.update(connection_ids)
        self.heard.append(json.loads(message)["version"])
        self.last = time.monotonic()
        return self.gone & set(connection_ids)

    def close(self, connection_id: str) -> None:
        self.gone.add(connection_id)


class Taken:
    """A queue that takes everything."""

    def send(self, message: Mapping[str, Any], *, delay: int = 0) -> None:
        assert json.dumps(message)
        assert 0 <= delay <= 900

    def send_all(self, messages: Iterable[Mapping[str, Any]], _requests: Sequence[str] = ()) -> None:
        for message in messages:
            self.send(message)


class Together(Taken):
    """A queue that takes a message only when `AT_ONCE` senders stand there at the same time."""

    def __init__(self) -> None:
        self._barrier = Barrier(AT_ONCE, timeout=10)

    def send(self, message: Mapping[str, Any], *, delay: int = 0) -> None:
        super().send(message, delay=delay)
        self._barrier.wait()


@pytest.fixture
def table(ministack_table):
    client, name = ministack_table
    return Table(client, name)


def listen(table: Table, connection_id: str) -> None:
    ends_at = NOW + timedelta(minutes=1)
    subscription = Subscription(
        guild_id=GUILD,
        connection_id=connection_id,
        user_id="1",
        event_id=None,
        capabilities=frozenset(),
        ends_at=ends_at,
    )
    connections.subscribe(table, subscription)


def clicks(table: Table, count: int) -> list[dict[str, Any]]:
    """The stream's records of so many members who sign up."""
    event = raid(table, roles=f"dps {count}")
    records: list[dict[str, Any]] = []
    before = table.get(keys.event(GUILD, event.event_id))
    for number in range(count):
        who = member(f"m{number}", user_id=str(10**17 + number))
        sign_up(table, GUILD, event.event_id, yes("dps"), who, NOW)
        after = table.get(keys.event(GUILD, event.event_id))
        images = {"OldImage": item_to_wire(before or {}), "NewImage": item_to_wire(after or {})}
        records.append({"eventID": f"record-{number}", "eventName": "MODIFY", "dynamodb": images})
        before = after
    return records


@contextmanager
def counted_reads(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    reads: Counter[str] = Counter()
    query_all = Table.query_all

    def counting(self: Table, pk: str, **options: object) -> Iterator[object]:
        reads[pk] += 1
        return query_all(self, pk, **options)

    with monkeypatch.context() as patched:
        patched.setattr(Table, "query_all", counting)
        yield reads


def outlets(table: Table, sockets: Dashboards, queue: Taken | None = None) -> Outlets:
    return Outlets(table=table, queue=lambda _: queue or Taken(), sockets=lambda: sockets, now=lambda: NOW)


def test_a_hundred_clicks_reach_open_dashboards_in_order_and_within_two_seconds(table, monkeypatch):
    listen(table, "c1")
    sockets, records = Dashboards(), clicks(table, CLICKS)
    began = time.monotonic()
    with counted_reads(monkeypatch) as reads:
        assert follow_all(outlets(table, sockets), records) == 0
    assert sockets.heard == sorted(sockets.heard)
    assert len(sockets.heard) == CLICKS
    assert reads[keys.subscriptions(GUILD)] == 1, "who listens is read once a batch"
    assert sockets.last - began < 2, "SPEC section 5: every subscriber sees a change within 2 s"
    assert len(list(table.query_all(keys.audit_of(GUILD)))) == CLICKS


def test_records_are_followed_up_side_by_side(table):
    records = clicks(table, 2 * AT_ONCE)
    for number, record in enumerate(records):  # each of an event of its own, so that each asks for a redraw
        for image in record["dynamodb"].values():
            image["event_id"] = {"S": f"{number:016d}"}
    assert follow_all(outlets(table, Dashboards(), Together()), records) == 0


def test_a_connection_that_is_gone_is_tried_once(table):
    listen(table, "open")
    listen(table, "gone")
    sockets = Dashboards(gone=["gone"])
    follow_all(outlets(table, sockets), clicks(table, 5))
    assert sockets.asked == {"open": 5, "gone": 1}
    assert [one.connection_id for one in connections.listening(table, GUILD, NOW)] == ["open"]


def test_a_push_that_fails_is_made_up_for_and_holds_up_nothing(table):
    listen(table, "c1")

    class Stumbling(Dashboards):
        def push(self, connection_ids: Iterable[str], message: str) -> set[str]:
            if not self.asked:
                self.asked["failed"] = 1
                raise ConnectionError
            return super().push(connection_ids, message)

    sockets = Stumbling()
    assert follow_all(outlets(table, sockets), clicks(table, 3)) == 0
    assert sorted(sockets.heard) == [2, 3, 4]
    assert sockets.heard[:2] == [3, 4]
