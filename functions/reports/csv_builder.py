"""CSV that spreadsheets and programs both read: RFC 4180 in UTF-8 with a byte order mark, lines ended by CRLF.

The first line names the columns, so that every reader finds a plain table. What the file says about itself (filter, zone,
formula, time made) follows below: a line of empty cells, "About this file", then one line a fact with its name in the first
cell and its text in the second. Every line has the same number of cells, which strict readers want; a program stops at the
first line whose first cell is empty.

Texts are quoted and numbers are not, so a reader that can tell ids from numbers does. Every text is neutralised: no cell
begins as a formula (OWASP ASVS 5.0, 1.2.10).
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from attendance.domain.report import neutralised
from attendance.domain.report_rows import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from attendance.domain.report_rows import ReportRow

BYTE_ORDER_MARK = "\ufeff"
_CHUNK = 64 * 1024


def write_csv(rows: Iterable[ReportRow], about: Mapping[str, str]) -> Iterator[bytes]:
    """Yield the file in chunks, holding about one chunk of rows in memory."""
    buffer = io.StringIO(newline="")
    buffer.write(BYTE_ORDER_MARK)
    writer = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    for line in _lines(rows, about):
        writer.writerow([neutralised(cell) if isinstance(cell, str) else cell for cell in line])
        if buffer.tell() > _CHUNK:
            yield _taken(buffer)
    yield _taken(buffer)


def _lines(rows: Iterable[ReportRow], about: Mapping[str, str]) -> Iterator[list[str | float]]:
    yield list(COLUMNS)
    for row in rows:
        yield ["" if cell is None else cell for cell in row]
    for line in ([], ["About this file"], *([name, text] for name, text in about.items())):
        yield [*line, *[""] * (len(COLUMNS) - len(line))]


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()
