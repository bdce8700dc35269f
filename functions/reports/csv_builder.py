"""CSV that spreadsheets and programs both read: RFC 4180 in UTF-8, lines ended by CRLF, with a byte order mark or without.

Excel takes a file for UTF-8 only with the mark; some programs read it as part of the first heading, so who asks chooses.

The first line names the columns, so that every reader finds a plain table. What the file says about itself (filter, zone,
formula, totals, time made) follows below: a line of empty cells, "About this file", then one line a fact with its name in
the first cell and its text in the second. Every line has the same number of cells, which strict readers want; a program
stops at the first line whose first cell is empty.

Texts are quoted and numbers are not, so a reader that can tell ids from numbers does. Every text is neutralised: no cell
begins as a formula (OWASP ASVS 5.0, 1.2.10).
"""

from __future__ import annotations

import csv
import io
from datetime import date
from functools import cache
from itertools import repeat
from typing import TYPE_CHECKING

from attendance.domain.report import neutralised
from attendance.domain.report_rows import COLUMNS, utc_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attendance.domain.report_rows import Block, Report

BYTE_ORDER_MARK = "\ufeff"
_CHUNK = 256 * 1024


def write_csv(report: Report, mark: bool = True) -> Iterator[bytes]:  # noqa: FBT001, FBT002 - a `Builder`'s two arguments
    """Yield the file in chunks, holding one event's rows and a chunk in memory; `mark`: it begins with a byte order mark."""
    buffer = io.StringIO(newline="")
    if mark:
        buffer.write(BYTE_ORDER_MARK)
    writer = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(column.heading for column in COLUMNS)
    for block in report.blocks:
        writer.writerows(_lines(block))
        if buffer.tell() > _CHUNK:
            yield _taken(buffer)
    about: list[list[str | float]] = [[], ["About this file"], *([*fact] for fact in report.facts())]
    for line in about:
        cells = [neutralised(cell) if isinstance(cell, str) else cell for cell in line]
        writer.writerow([*cells, *[""] * (len(COLUMNS) - len(cells))])
    yield _taken(buffer)


def _lines(block: Block) -> Iterator[tuple[str | float, ...]]:
    """Return the lines of a block, made column by column: half a million of them take seconds so, and minutes cell by cell."""
    return zip(
        repeat(neutralised(block.event)), repeat(neutralised(block.game)), repeat(block.starts.isoformat(" ", "minutes")),
        repeat(utc_text(block.starts_utc)), map(neutralised, block.members), map(neutralised, block.member_ids),
        map(neutralised, block.answers), map(neutralised, block.roles), map(_number, block.late_minutes),
        block.statuses, map(_number, block.credits), map(neutralised, block.sources), _moments(block),
        repeat(neutralised(block.event_id)), strict=False,
    )  # fmt: skip


def _number(value: float | None) -> str | float:
    return "" if value is None else value


def _moments(block: Block) -> Iterator[str]:
    """Yield when each member was seen, in UTC: days and clock times are looked up, for formatting dates takes longest of all."""
    begins = int(block.starts_utc.timestamp())
    milliseconds = block.starts_utc.microsecond // 1000
    clocks, days = _clocks(), _Days()
    for at in block.seen:
        if at is None:
            yield ""
        else:
            day, second = divmod(begins + (milliseconds + at) // 1000, _DAY)
            yield days[day] + clocks[second]


_DAY = 86_400


class _Days(dict[int, str]):
    """Days since 1970 as they are written."""

    def __missing__(self, day: int) -> str:
        self[day] = f"{date.fromordinal(_EPOCH + day)} "
        return self[day]


_EPOCH = date(1970, 1, 1).toordinal()


@cache
def _clocks() -> list[str]:
    """The seconds of a day as clocks show them."""
    return [f"{hour:02}:{minute:02}:{second:02}" for hour in range(24) for minute in range(60) for second in range(60)]


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()
