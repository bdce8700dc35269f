"""CSV that spreadsheets and programs both read: RFC 4180 in UTF-8, lines ended by CRLF, with a byte order mark or without.

Excel takes a file for UTF-8 only with the mark; some programs read it as part of the first heading, so who asks chooses.

The first line names the columns, so that every reader finds a plain table. What the file says about itself (filter, zone,
formula, totals, time made) follows below: a line of empty cells, "About this file", then one line a fact with its name in
the first cell and its text in the second. Every line has the same number of cells, which strict readers want; a program
stops at the first line whose first cell is empty. The table is in English whatever the language of the file, for programs read
it by its headings and words; what follows below is in the language.

Texts are quoted and numbers are not, so a reader that can tell ids from numbers does. Every text is neutralised: no cell
begins as a formula (OWASP ASVS 5.0, 1.2.10).

Half a million lines hold few different cells: names, answers and statuses come again with every event. So a cell is made once,
as it stands in the file, and a line only joins its cells; Python's csv module would look at each sign of each of them anew.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import repeat
from typing import TYPE_CHECKING

from attendance.domain.report import neutralised
from attendance.domain.report_rows import COLUMNS, utc_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from attendance.domain.report_rows import Block, Report

BYTE_ORDER_MARK = "\ufeff"
_CHUNK = 256 * 1024
_LINE_END = "\r\n"
_NOTHING = '""'


def write_csv(report: Report, mark: bool = True) -> Iterator[bytes]:  # noqa: FBT001, FBT002 - a `Builder`'s two arguments
    """Yield the file in chunks, holding one event's rows and a chunk in memory; `mark`: it begins with a byte order mark."""
    cells = _Cells()
    waiting = [(BYTE_ORDER_MARK if mark else "") + _line(cells.texts[column.heading] for column in COLUMNS)]
    size = 0
    for block in report.blocks:
        lines = _LINE_END.join(_lines(block, cells)) + _LINE_END
        waiting.append(lines)
        size += len(lines)
        if size > _CHUNK:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    facts = (_about(cells, fact.name, fact.value) for fact in report.facts())
    waiting += [_about(cells), _about(cells, report.say("report.about")), *facts]
    yield "".join(waiting).encode()


class _Cells:
    """The cells that occurred so far, each as it is written."""

    def __init__(self) -> None:
        self.texts = _Texts()
        self.minutes = _Numbers()
        self.credits = _Numbers()
        self.days = _Days()


class _Texts(dict[str, str]):
    def __missing__(self, text: str) -> str:
        self[text] = cell = '"' + neutralised(text).replace('"', '""') + '"'
        return cell


class _Numbers(dict[float | None, str]):
    def __missing__(self, value: float | None) -> str:
        self[value] = cell = _NOTHING if value is None else str(value)
        return cell


class _Days(dict[int, str]):
    """Days since 1970: the first half of a moment's cell."""

    def __missing__(self, day: int) -> str:
        self[day] = cell = f'"{date.fromordinal(_EPOCH + day)} '
        return cell


_DAY = 86_400
_EPOCH = date(1970, 1, 1).toordinal()


@cache
def _clocks() -> list[str]:
    """The seconds of a day: the other half."""
    return [f'{hour:02}:{minute:02}:{second:02}"' for hour in range(24) for minute in range(60) for second in range(60)]


def _line(cells: Iterable[str]) -> str:
    return ",".join(cells) + _LINE_END


def _about(cells: _Cells, name: str = "", value: str | float = "") -> str:
    shown = cells.texts[value] if isinstance(value, str) else str(value)
    return _line([cells.texts[name], shown, *[_NOTHING] * (len(COLUMNS) - 2)])


def _lines(block: Block, cells: _Cells) -> Iterator[str]:
    """Yield the lines of a block, made column by column, without their ends."""
    text, minutes, credit = cells.texts.__getitem__, cells.minutes.__getitem__, cells.credits.__getitem__
    event = map(text, (block.event, block.game, block.starts.isoformat(" ", "minutes"), utc_text(block.starts_utc)))
    columns = zip(
        repeat(",".join(event)), map(text, block.members), map(text, block.member_ids), map(text, block.answers),
        map(text, block.roles), map(minutes, block.late_minutes), map(text, block.statuses), map(credit, block.credits),
        map(text, block.sources), _moments(block, cells.days), repeat(text(block.event_id)), strict=False,
    )  # fmt: skip
    return map(",".join, columns)


def _moments(block: Block, days: _Days) -> Iterator[str]:
    """Yield when each member was seen, in UTC: days and clock times are looked up, for formatting dates takes longest of all."""
    begins = int(block.starts_utc.timestamp())
    milliseconds = block.starts_utc.microsecond // 1000
    clocks = _clocks()
    for at in block.seen:
        if at is None:
            yield _NOTHING
        else:
            day, second = divmod(begins + (milliseconds + at) // 1000, _DAY)
            yield days[day] + clocks[second]
