"""The dashboard's two commonest reads while the table grows: 50 events as a list, and one event.

Nothing that they show depends on how much attendance is stored, so the requests, the bytes and the units must not either.
"""

from __future__ import annotations

import json
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
import pytest

from attendance.domain.actor import system
from attendance.domain.verdict import Evidence
from attendance.storage.attendance import put_attendance
from attendance.storage.values import item_to_wire
from dashboard.app import handler
from tests.benchmarks import scene
from tests.benchmarks.units import Meter
from tests.dashboard_driver import OFFICER_USER, Dashboard
from tests.discord_driver import GUILD
from tests.tables import create_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from attendance.domain.event import Event

ROWS = (1_000, 10_000, 100_000)
EVENTS, SIGN_UPS, ROUNDS = 50, 40, 15
_A_BATCH = 25  # BatchWriteItem's own limit


class Read(NamedTuple):
    """What one request took while `rows` attendance rows were stored: milliseconds are the median of some rounds."""

    name: str
    rows: int
    requests: int
    read_bytes: int
    units: float
    milliseconds: float

    @property
    def cost(self) -> tuple[int, int, float]:
        """What may not depend on `rows`."""
        return self.requests, self.read_bytes, self.units


def measure() -> list[Read]:
    """Fill a table of its own step by step and read it; raises `RuntimeError` when a read costs more than it did."""
    client, name = boto3.client("dynamodb"), "reads"
    create_table(client, name)
    found: list[Read] = []
    with pytest.MonkeyPatch.context() as patches:
        dashboard = Dashboard((client, name), patches)
        dashboard.now = datetime.now(UTC)
        meter = Meter(client, boto3.client("dynamodb"), name)
        events = [scene.put_event(dashboard.table, f"{number:0>16}", SIGN_UPS) for number in range(EVENTS)]
        stored = 0
        for rows in ROWS:
            _store(client, name, _rows(events, stored, rows))
            stored = rows
            found += [_read(meter, what, request, rows) for what, request in _requests(dashboard, events[0])]
    for one, other in zip(found, found[2:], strict=False):
        if one.cost != other.cost:
            raise RuntimeError(f"what is read depends on what is stored: {one} and {other}")
    return found


def lines(found: Sequence[Read]) -> list[str]:
    """Return the table of what was measured."""
    return [
        "The dashboard's reads as attendance grows      rows stored  requests  bytes read  read units      ms",
        *(
            f"  {one.name:<43} {one.rows:>12,} {one.requests:>9} {one.read_bytes:>11,} {one.units:>11g} {one.milliseconds:>7.1f}"
            for one in found
        ),
    ]


def _requests(dashboard: Dashboard, event: Event) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, path, query in (
        (f"list {EVENTS} events", f"/api/v1/guilds/{GUILD}/events", f"limit={EVENTS}"),
        ("read one event", f"/api/v1/guilds/{GUILD}/events/{event.event_id}", ""),
    ):
        yield (
            name,
            {
                "version": "2.0",
                "rawPath": path,
                "rawQueryString": query,
                "headers": {"host": "api.example.com", "x-forwarded-proto": "https", **dashboard.shown(OFFICER_USER)},
                "requestContext": {
                    "http": {"method": "GET", "path": path, "sourceIp": "192.0.2.1"},
                    "requestId": "bench",
                },
                "isBase64Encoded": False,
            },
        )


def _read(meter: Meter, name: str, request: dict[str, Any], rows: int) -> Read:
    _answer(request)  # who the caller is, is known from now on
    meter.reset()
    answer = _answer(request)
    if name.startswith("list") and len(answer["items"]) != EVENTS:
        raise RuntimeError(f"the benchmark listed {len(answer['items'])} events, not {EVENTS}")
    requests, read_bytes, units = meter.requests, meter.read_bytes, meter.reads
    return Read(name, rows, requests, read_bytes, units, statistics.median(_timed(request) for _ in range(ROUNDS)))


def _timed(request: dict[str, Any]) -> float:
    start = time.perf_counter()
    _answer(request)
    return (time.perf_counter() - start) * 1000


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    answer = handler(request, None)
    if answer["statusCode"] != 200:
        raise RuntimeError(f"the benchmark was refused: {answer}")
    body: dict[str, Any] = json.loads(answer["body"])
    return body


def _rows(events: Sequence[Event], first: int, last: int) -> Iterator[dict[str, Any]]:
    """Yield attendance items number `first` to `last`, spread over the events."""
    actor = system("bench")
    for number in range(first, last):
        event = events[number % len(events)]
        user_id = str(2 * 10**17 + number)
        entry = Evidence(
            entry_id=f"{number:0>16}",
            user_id=user_id,
            status="present",
            source="button",
            by=user_id,
            at=event.starts_at,
        )
        yield put_attendance(event, entry, 1, actor, event.starts_at, added=entry).item


def _store(client: Any, name: str, rows: Iterator[dict[str, Any]]) -> None:
    wires = [{"PutRequest": {"Item": item_to_wire(row)}} for row in rows]
    batches = [wires[start : start + _A_BATCH] for start in range(0, len(wires), _A_BATCH)]
    with ThreadPoolExecutor(8) as pool:
        for _ in pool.map(lambda batch: client.batch_write_item(RequestItems={name: batch}), batches):
            pass
