"""Pages of a PDF: text in the fonts of the layer, tables whose headings come again on each page, and "page x of y".

Text is drawn, never read as markup, so nothing in a name can name a file or an address. Each row is drawn as it comes, which
takes as long for the last as for the first; reportlab's own tables take longer than linear. How many pages there are is a form
that every page refers to and that is made last.
"""

from __future__ import annotations

import io
from itertools import batched
from typing import TYPE_CHECKING, Any, NamedTuple

from reports.lettering import legible, text_face
from reports.typesetting import fitted, register_fonts, width_of, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from attendance.domain.report_rows import Say

WIDTH, HEIGHT, MARGIN = 842.0, 595.0, 42.0
"""A4 on its side, and its margins, in points."""
INNER = WIDTH - 2 * MARGIN
LINE = 12.5
HEADING, GAP = 7.5, 2
"""The size of a table's headings, and the least room on each side of one, in points."""
INK, FAINT, RULE, SHADE = "#222222", "#666666", "#BBBBBB", "#EEF2F6"
_ACROSS = 3
"""Pictures beside each other."""


class TableColumn(NamedTuple):
    """A column of a table on a page: heading, width in points, and whether its cells stand on the right."""

    heading: str
    width: float
    right: bool = False


class Pages:
    """A document under way. `down` is how far the next thing stands from the top of the page.

    `numbered`: some signs, which no font here has, stand as their numbers.
    """

    def __init__(self, title: str, foot: str, say: Say) -> None:
        from reportlab.pdfgen.canvas import Canvas

        register_fonts()
        self._file = io.BytesIO()
        self._canvas: Any = Canvas(self._file, pagesize=(WIDTH, HEIGHT), pageCompression=1)
        self._canvas.setTitle(legible(title))
        self._canvas.setCreator("Attendance Tracker")
        self._foot, self._say = foot, say
        self._number = 1
        self._columns: Sequence[TableColumn] = ()
        self.down = MARGIN
        self.numbered = False

    def heading(self, text: str, size: float = 12, *, keep: float = 3 * LINE) -> None:
        """Write a heading; `keep` points of what follows it stay on the same page."""
        self.room(size * 1.6 + keep)
        self.down += size * 1.5
        self.line(text, MARGIN, INNER, size=size)
        self.down += size * 0.4

    def paragraph(self, text: str, size: float = 9, colour: str = INK) -> None:
        """Write a text in as many lines as it takes."""
        for line in wrapped(legible(text), size, INNER):
            self.room(size * 1.4)
            self.down += size * 1.4
            self.line(line, MARGIN, INNER, size=size, colour=colour)

    def pictures(self, contents: Sequence[bytes]) -> None:
        """Place PNG pictures, three beside each other."""
        from reportlab.lib.utils import ImageReader

        for some in batched(contents, _ACROSS, strict=False):
            images = [ImageReader(io.BytesIO(content)) for content in some]
            sizes = [_scaled(*image.getSize()) for image in images]
            highest = max(height for _, height in sizes)
            self.room(highest + LINE)
            top = self.down + LINE / 2
            for place, (image, (width, height)) in enumerate(zip(images, sizes, strict=True)):
                left = MARGIN + place * (INNER + LINE) / _ACROSS
                self._canvas.drawImage(image, left, HEIGHT - top - height, width, height)
            self.down = top + highest

    def begin_table(self, columns: Sequence[TableColumn]) -> None:
        """Begin a table: its headings stand here, and on top of each page that it goes on to."""
        self.room(5 * LINE)
        self._columns = columns
        self._headings()

    def row(self, cells: Iterable[str]) -> None:
        """Write a row of the table; what does not fit its column is cut short with an ellipsis."""
        self.room(LINE)
        self.down += LINE
        left = MARGIN
        for column, cell in zip(self._columns, cells, strict=True):
            if cell:
                self.line(cell, left + 2, column.width - (10 if column.right else 4), size=8, right=column.right)
            left += column.width

    def end_table(self) -> None:
        """End the table."""
        self._columns = ()
        self.down += LINE / 2

    def line(
        self, text: str, left: float, width: float, *, size: float, colour: str = INK, right: bool = False
    ) -> None:
        """Write one line, whose foot is `down`, into `width` points from `left`."""
        line = fitted(text, size, width)
        self.numbered = self.numbered or line.numbered
        at = left + width - line.length if right else left
        self._canvas.setFillColor(colour)
        for piece in line.pieces:
            self._canvas.setFont(piece.font, size)
            if piece.typed:
                self._canvas.addLiteral(f"/Span <</ActualText <FEFF{piece.typed.encode('utf-16-be').hex()}>>> BDC")
            self._canvas.drawString(at, HEIGHT - self.down, piece.drawn)
            if piece.typed:
                self._canvas.addLiteral("EMC")
            at += piece.length

    def room(self, points: float) -> None:
        """Begin a new page unless so much is free on this one."""
        if self.down + points > HEIGHT - MARGIN - LINE:
            self._end_page()
            if self._columns:
                self._headings()

    def finished(self) -> bytes:
        """Return the file."""
        pages = self._number
        self._end_page()
        self._canvas.beginForm(_TOTAL, 0, -3, 60, 12)
        self._canvas.setFillColor(FAINT)
        self._canvas.setFont(text_face().name, 8)
        self._canvas.drawString(0, 0, str(pages))
        self._canvas.endForm()
        self._canvas.save()
        return self._file.getvalue()

    def _headings(self) -> None:
        """Write the headings of the table, in as many lines as the longest takes, the last of each on the same foot."""
        texts = [wrapped(legible(one.heading), HEADING, one.width - 2 * GAP) for one in self._columns]
        lines = max(map(len, texts))
        self.down += LINE * lines
        self._canvas.setFillColor(SHADE)
        wide = sum(column.width for column in self._columns)
        self._canvas.rect(MARGIN, HEIGHT - self.down - 3.5, wide, LINE * lines + 1, stroke=0, fill=1)
        foot, left = self.down, MARGIN
        for column, words in zip(self._columns, texts, strict=True):
            start = left + (2 * GAP - 10 if column.right else 2)
            for above, text in zip(
                range(len(words) - 1, -1, -1), words, strict=True
            ):  # as they are read, for who copies
                self.down = foot - above * LINE
                self.line(text, start, column.width - 2 * GAP, size=HEADING, right=column.right)
            left += column.width
        self.down = foot + 3

    def _end_page(self) -> None:
        self.down = HEIGHT - MARGIN + LINE
        self.line(self._foot, MARGIN, INNER - 90, size=8, colour=FAINT)
        page = self._say("report.page", number=self._number)
        wide = width_of(page, 8)
        self.line(page, WIDTH - MARGIN - wide - 24, wide + 1, size=8, colour=FAINT)
        self._canvas.saveState()
        self._canvas.translate(WIDTH - MARGIN - 24, HEIGHT - self.down)
        self._canvas.doForm(_TOTAL)
        self._canvas.restoreState()
        self._canvas.showPage()
        self._number += 1
        self.down = MARGIN


_TOTAL = "total"


def _scaled(wide: int, high: int) -> tuple[float, float]:
    """Return the width and height in points of a picture beside others, on one page."""
    scale = min(((INNER + LINE) / _ACROSS - LINE) / wide, (HEIGHT - 2 * MARGIN - 3 * LINE) / high)
    return wide * scale, high * scale
