"""An XLSX workbook of three sheets: the rows, what they add up to by member, and what the file says about itself.

Rows go to a temporary file as they come (xlsxwriter's constant memory), so half a million of them need no more memory than
a hundred. Every text is written as a string cell, which no program reads as a formula or a link, whatever it begins with;
so, unlike in CSV, it stays exactly as it was typed. Moments are real dates, UTC and as the event's own clocks showed them.
"""

from __future__ import annotations

import shutil
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attendance.domain.analytics import KINDS
from attendance.domain.report import storable
from attendance.domain.report_rows import COLUMNS, Worded, capitalised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from attendance.domain.rate import Rate
    from attendance.domain.report_rows import Column, Report, Say

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd hh:mm:ss",
}
MOST_LETTERS = 32_767
"""Of a cell: Excel's own limit; what is longer would be left out whole."""
MOST_SHEET_NAME = 31
_A4 = 9
_CHUNK = 1024 * 1024


def write_xlsx(report: Report, _mark: bool = True) -> Iterator[bytes]:  # noqa: FBT001, FBT002 - a `Builder`'s two arguments
    """Yield the file in chunks once all rows are written; until then it lies on the function's own disk."""
    import xlsxwriter

    folder = tempfile.mkdtemp(prefix="report-")
    try:
        path = Path(folder, "report.xlsx")
        book = xlsxwriter.Workbook(str(path), _OPTIONS | {"tmpdir": folder})
        try:
            book.set_properties({"title": storable(report.title)[:200]})
            _write(book, report)
        except BaseException:  # whatever ends it, a crash of the worker too
            book.fileclosed = True  # else what was written of it would be zipped before it is thrown away
            for sheet in book.worksheets():
                sheet.row_data_fh.close()
            raise
        book.close()
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write(book: Any, report: Report) -> None:
    head = book.add_format({"bold": True, "bg_color": "#DDE6F0", "bottom": 1})
    percent, moment = book.add_format({"num_format": "0.0%"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    names = [report.say(f"report.{key}") for key in ("rows", "members", "about")]
    sheets = [book.add_worksheet(name[:MOST_SHEET_NAME]) for name in names]
    _write_rows(sheets[0], report, head, moment)
    _write_members(sheets[1], report, head, percent)
    sheets[2].set_column(0, 0, 22)
    sheets[2].set_column(1, 1, 100)
    for line, fact in enumerate(report.facts()):
        _text(sheets[2], line, 0, fact.name)
        if isinstance(fact.value, str):
            _text(sheets[2], line, 1, fact.value)
        else:
            sheets[2].write_number(line, 1, fact.value, percent if fact.unit == "share" else None)


def _headings(sheet: Any, names: list[str], widths: list[int], head: Any) -> None:
    """Write the headings, which stay in sight, and come again on each page where the sheet is printed, as wide as the paper."""
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for place, (name, width) in enumerate(zip(names, widths, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, name, head)


def _write_rows(sheet: Any, report: Report, head: Any, moment: Any) -> None:
    names = [report.say(f"report.column.{column.name}") for column in COLUMNS]
    _headings(sheet, names, [max(one.width, len(name)) for one, name in zip(COLUMNS, names, strict=True)], head)
    writers = [(place, _writer(column, report.say, moment)) for place, column in enumerate(COLUMNS)]
    last = 0
    for last, row in enumerate(report.rows(), 1):
        for (place, write), value in zip(writers, row, strict=True):
            if value is not None and value != "":
                write(sheet, last, place, value)
    sheet.autofilter(0, 0, last, len(COLUMNS) - 1)


def _write_members(sheet: Any, report: Report, head: Any, percent: Any) -> None:
    say = report.say
    names = [
        say(f"report.{key}")
        for key in ("column.member", "column.member_id", "fact.rate", "fact.credit", "fact.eligible")
    ]
    names += [capitalised(say(f"status.{kind}")) for kind in KINDS]
    widths = [24, 21, 8, 8, 9, *[11] * len(KINDS)]
    _headings(sheet, names, [max(wide, len(name)) for wide, name in zip(widths, names, strict=True)], head)
    last = 0
    for last, total in enumerate(report.totals.members, 1):
        _text(sheet, last, 0, total.name)
        _text(sheet, last, 1, total.key)
        _rate(sheet, last, 2, total.figures.rate, percent)
        for place, kind in enumerate(KINDS, 5):
            sheet.write_number(last, place, total.figures.counts.get(kind, 0))
    sheet.autofilter(0, 0, last, len(names) - 1)


def _rate(sheet: Any, line: int, place: int, rate: Rate, percent: Any) -> None:
    """Write a rate with what it is made of; where nothing is eligible there is none, and its cell stays empty."""
    if rate.share is not None:
        sheet.write_number(line, place, rate.share, percent)
    sheet.write_number(line, place + 1, rate.points)
    sheet.write_number(line, place + 2, rate.eligible)


def _writer(column: Column, say: Say, moment: Any) -> Callable[..., Any]:
    """Return what writes a cell of a column."""
    match column.kind:
        case "word":
            return partial(_word, Worded(say, column.name))
        case "number":
            return _number
        case "moment":
            return partial(_moment, moment)
    return _text


def _word(words: Worded, sheet: Any, line: int, place: int, value: str) -> None:
    sheet.write_string(line, place, words[value])


def _text(sheet: Any, line: int, place: int, value: str) -> None:
    sheet.write_string(line, place, storable(value)[:MOST_LETTERS])


def _number(sheet: Any, line: int, place: int, value: float) -> None:
    sheet.write_number(line, place, value)


def _moment(form: Any, sheet: Any, line: int, place: int, value: datetime) -> None:
    sheet.write_datetime(line, place, value.replace(tzinfo=None), form)
