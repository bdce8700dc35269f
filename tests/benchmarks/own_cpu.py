"""Our own CPU for a click, by the size of the event: the table answers from memory, so nothing else is measured."""

from __future__ import annotations

import json
import statistics
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from attendance import wiring
from attendance.storage.values import item_to_wire
from tests.benchmarks import scene
from tests.benchmarks.warm import Context

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attendance.domain.event import Event
    from attendance.storage.table import Table

SIZES = (10, 100, 1000)
MOST_GROWTH = 4
MOST_BYTES = 80_000


class OwnCpu(NamedTuple):
    """Of an event with `members` sign-ups: its item in bytes, and the CPU of a click in microseconds (median)."""

    members: int
    item_bytes: int
    microseconds: float


class Replay:
    """A DynamoDB client that answers every update as the first one was answered."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._answer: Any = None

    def update_item(self, **request: Any) -> Any:
        """Answer from memory once there is an answer."""
        if self._answer is None:
            self._answer = self._client.update_item(**request)
        return self._answer


def measure(sizes: Sequence[int], rounds: int = 200) -> list[OwnCpu]:
    """Click on events that have so many sign-ups with the one who clicks, in turns: whatever else runs slows all alike."""
    from interactions.app import handler

    table = wiring.table()
    events = {size: scene.put_event(table, f"f{size:0>15}", size - 1) for size in sizes}
    clicks = {size: scene.clicks(event) for size, event in events.items()}
    real = table._client
    replays = {size: Replay(real) for size in sizes}
    samples: dict[int, list[float]] = {size: [] for size in sizes}
    try:
        for _ in range(rounds):
            for size in sizes:
                table._client, click = replays[size], next(clicks[size])  # type: ignore[assignment]
                start = time.process_time_ns()
                answer = handler(click, Context)
                samples[size].append((time.process_time_ns() - start) / 1000)
                if json.loads(answer["body"])["type"] != 7:
                    raise RuntimeError(f"the benchmark measured a refusal: {answer}")
    finally:
        table._client = real
    return [
        OwnCpu(size, wire_bytes(_stored(table, event)), statistics.median(samples[size][5:]))
        for size, event in events.items()
    ]


def _stored(table: Table, event: Event) -> dict[str, Any]:
    return table.query(f"G#{event.guild_id}", prefix=f"EVENT#{event.event_id}").items[0]


def wire_bytes(item: dict[str, Any]) -> int:
    """Return the size of an item as DynamoDB counts it: names and values in UTF-8, three bytes a map or list, one an entry."""
    return sum(len(name.encode()) + _size(value) for name, value in item_to_wire(item).items())


def _size(value: dict[str, Any]) -> int:
    ((kind, inner),) = value.items()
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + _size(one) for name, one in inner.items())
    if kind == "L":
        return 3 + sum(1 + _size(one) for one in inner)
    if kind == "N":
        return len(inner) // 2 + 2
    return 1 if kind in ("NULL", "BOOL") else len(inner.encode() if isinstance(inner, str) else inner)


def lines(found: Sequence[OwnCpu]) -> list[str]:
    """Return what was found, side by side with what is allowed."""
    growth = found[-1].microseconds / found[0].microseconds
    head = "Our own CPU of a click, the table answering from memory       CPU us  item bytes"
    rows = [f"  {f'{one.members} sign-ups':<56} {one.microseconds:>9.0f} {one.item_bytes:>11}" for one in found]
    return [
        head,
        *rows,
        f"  growth from {found[0].members} to {found[-1].members}: {growth:.2f} (target <= {MOST_GROWTH}), item < {MOST_BYTES}",
    ]
