"""What 1,000 reminders that are due in one minute cost, from the sweep to the message in the channel of each event."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from attendance.domain.due import Due
from attendance.storage import dues
from attendance.storage.events import to_item
from attendance.storage.table import Put
from tests.benchmarks.cost import TableMeter
from tests.dynamodb_in_memory import DynamoDBInMemory
from tests.stories import GUILD, after, raid
from tests.workers_in_memory import WorkersInMemory

if TYPE_CHECKING:
    from collections.abc import Callable

REMINDERS = 1000
QUEUE_BATCH, WORKER_BATCH = 10, 5
"""Messages of a request to the queue, and of a run of the worker as the template has it."""


class MeteredTable(DynamoDBInMemory):
    """A table in memory that `TableMeter` can watch as it does a client of AWS."""

    def _make_api_call(self, operation: str, asked: dict[str, Any]) -> Any:
        return super()._called(operation, asked, self._doing)

    def _called(self, operation: str, asked: dict[str, Any], do: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        self._doing = do
        answer: dict[str, Any] = self._make_api_call(operation, asked)
        return answer

    def look(self, *, Key: dict[str, Any], **_: Any) -> dict[str, Any]:  # noqa: N803 - as boto3 names it
        """One item, uncounted."""
        return self._get({"Key": Key})


def measure() -> dict[str, float]:
    """Return what the reminders use: units, requests, runs and calls."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        table = MeteredTable()
        workers = WorkersInMemory(patch, table)
        event = raid(workers.table, reminders="5m")
        for number in range(REMINDERS):
            one = replace(event, event_id=f"{number:016}")
            workers.table.put(Put(to_item(one)))
            workers.table.put(
                dues.put_due(Due(guild_id=GUILD, event_id=one.event_id, kind="reminder", at=after(30), offset=30))
            )
        workers.records()  # the events' cards are none of the reminders' cost
        meter = TableMeter(table, "attendance")
        looking: Any = SimpleNamespace(get_item=table.look)
        meter._looking = looking
        workers.now, sent = after(30), len(workers.queues["notifications"].sent)
        if workers.sweep()["done"] != REMINDERS:
            raise RuntimeError("the benchmark measured another sweep than it meant to")
        by_sweep = (meter.requests, meter.writes, meter.reads)
        messages = len(workers.queues["notifications"].sent) - sent
        workers.run()
        runs = math.ceil(messages / WORKER_BATCH)
        return {
            "sweep: requests to the table": by_sweep[0],
            "sweep: write units": by_sweep[1],
            "sweep: read units": by_sweep[2],
            "worker: requests to the table": meter.requests - by_sweep[0],
            "worker: write units": meter.writes - by_sweep[1],
            "worker: read units": meter.reads - by_sweep[2],
            "requests to the queue: send, receive, delete": math.ceil(messages / QUEUE_BATCH) + 2 * runs,
            "runs of the worker": runs,
            "calls to Discord": sum(workers.discord.calls.values()),
        }


def lines(found: dict[str, float]) -> list[str]:
    """Return what was found, a line each."""
    return [
        f"Cost of {REMINDERS} reminders due in one minute",
        *(f"  {name:<47} {used:>8g}" for name, used in found.items()),
    ]
