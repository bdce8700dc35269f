"""The year as files, each made as the worker makes it, in a process of its own; and its figures at a glance.

The stick to measure a CSV by is the csv module alone, writing the same rows, which lie ready, turn by turn with ours.
"""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from tests.benchmarks.export_job import BARE, SUMMARY, in_a_process
from tests.benchmarks.year import EVENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.benchmarks.export_job import Took

MOST_RATIO, MOST_MEMORY = 3, 300
TURNS = 3
PDF_EVENTS = (5, 10, 20, 21)
"""Of 1,000 rows each: the last is more than a PDF takes."""


def lines(environment: dict[str, str]) -> Iterator[str]:
    """Yield what each took, as it is measured; `environment` names the table with the year, and a bucket."""
    turns = [(in_a_process("csv", EVENTS, environment), in_a_process(BARE, EVENTS, environment)) for _ in range(TURNS)]
    ratio = statistics.median(ours.cpu / bare.cpu for ours, bare in turns)
    yield "A year's files, each in a process of its own         rows    CPU s  us a row    MB file  MB memory"
    yield _line("the csv module alone", turns[-1][1])
    yield _line("CSV", turns[-1][0])
    yield f"  CSV by the csv module alone: {ratio:.2f} (median of {TURNS} turns; <= {MOST_RATIO}); memory <= {MOST_MEMORY} MB everywhere"
    yield _line("XLSX", in_a_process("xlsx", EVENTS, environment))
    for events in PDF_EVENTS:
        yield _line("PDF", in_a_process("pdf", events, environment))
    found = in_a_process(SUMMARY, 0, environment)
    yield (
        f"Figures of the year at a glance: {found.requests} requests, {found.units:g} read units, {found.cpu:.2f} s of CPU, "
        f"{found.wall:.2f} s, {found.memory:.0f} MB"
    )


def _line(name: str, took: Took) -> str:
    if took.status != "done":
        return f"  {name:<46} refused: {took.status}, {took.memory:.0f} MB"
    each = took.cpu / took.rows * 1e6
    return f"  {name:<46} {took.rows:>8,} {took.cpu:>8.2f} {each:>9.1f} {took.size / 1e6:>10.1f} {took.memory:>10.0f}"
