"""Warm requests: our handler and the bare one, turn by turn in the same process."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

type Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


@dataclass(frozen=True)
class Comparison:
    """Medians over rounds: microseconds of ours and of the bare handler, and the ratio by wall clock and by CPU."""

    ours: float
    bare: float
    ratio: float
    cpu_ratio: float


class Context:
    """What Lambda passes beside the event."""

    aws_request_id = "bench"


def compare(
    ours: Handler, bare: Handler, *, our_events: Iterator[Any], bare_events: Iterator[Any], rounds: int, size: int
) -> Comparison:
    """Run `rounds` of `size` requests to each, turn by turn, after a warm-up round that is not counted.

    Taking turns with every request gives both sides the same share of whatever else the machine does.
    """
    samples: list[tuple[float, ...]] = []
    for number in range(rounds + 1):
        round_ = [(*_timed(ours, next(our_events)), *_timed(bare, next(bare_events))) for _ in range(size)]
        if number:
            samples.append(tuple(statistics.median(column) for column in zip(*round_, strict=True)))
    return Comparison(
        ours=statistics.median(one[0] for one in samples),
        bare=statistics.median(one[2] for one in samples),
        ratio=statistics.median(one[0] / one[2] for one in samples),
        cpu_ratio=statistics.median(one[1] / one[3] for one in samples),
    )


def _timed(handler: Handler, event: dict[str, Any]) -> tuple[float, float]:
    """Return microseconds of wall clock and of this process's CPU."""
    cpu, wall = time.process_time(), time.perf_counter()
    response = handler(event, Context)
    walled, used = time.perf_counter() - wall, time.process_time() - cpu
    if response["statusCode"] != HTTPStatus.OK or '"flags":64' in response["body"]:
        raise RuntimeError(f"the benchmark measured a refusal: {response}")
    return walled * 1e6, used * 1e6


def reference_loop() -> float:
    """Milliseconds of a fixed piece of Python: what makes seconds of two machines comparable."""

    def once() -> float:
        start = time.perf_counter()
        total = 0
        for number in range(300_000):
            total += number * number % 7
        return (time.perf_counter() - start) * 1000

    return min(once() for _ in range(5))
