"""Texts set in the fonts of the layer: shaped, in order, cut to fit, and ready to be drawn from left to right.

HarfBuzz shapes what has to be shaped. Where what was typed cannot be told from the signs that are drawn, it goes with them, for
programs that search, copy and read aloud.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from reports.direction import reversed_text, spans
from reports.lettering import Face, faces, legible, runs

if TYPE_CHECKING:
    from collections.abc import Iterable

_ELLIPSIS = "…"


@cache
def register_fonts() -> None:
    """Read the fonts once a process; from then on no document opens a file."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for face in faces():
        pdfmetrics.registerFont(TTFont(face.name, str(face.path)))


_PRIVATE = range(0xE000, 0xF900)
"""Unicode's area for private use."""


@cache
def _aliases(name: str) -> dict[int, int]:
    """Give the signs of a font that take more than 16 bits others by which reportlab, which knows no such, can name them."""
    from reportlab.pdfbase.pdfmetrics import getFont

    face = getFont(name).face
    long = [code for code in face.charToGlyph if code > 0xFFFF]
    free = [code for code in _PRIVATE if code not in face.charToGlyph]
    found = dict(zip(long, free, strict=False))
    for code, alias in found.items():
        face.charToGlyph[alias], face.charWidths[alias] = face.charToGlyph[code], face.charWidths[code]
    return found


class Piece(NamedTuple):
    """Signs of one font as they are drawn from left to right; `typed` where that would not be found by its signs."""

    font: str
    drawn: str
    length: float
    typed: str = ""


class Line(NamedTuple):
    """Pieces from left to right, and the length of all; `numbered`: some signs stand as their numbers."""

    pieces: tuple[Piece, ...]
    length: float
    numbered: bool


@lru_cache(maxsize=16_384)
def fitted(text: str, size: float, width: float) -> Line:
    """Return a text as a line of at most `width` points; cut short where it is too long."""
    shown = legible(text)
    pieces = _pieces(shown, size)
    while shown and _long(pieces) > width:
        shown = _cut(shown, size, width)
        pieces = _pieces(shown + _ELLIPSIS, size)
    return Line(pieces, _long(pieces), "U+" in shown and "U+" not in text)


def _cut(text: str, size: float, width: float) -> str:
    """Return the beginning of a text that should fit before an ellipsis: at least a sign shorter, and no mark from its letter."""
    room = width - _advance(_ELLIPSIS) * size
    for place, sign in enumerate(text):
        room -= _advance(sign) * size
        if room < 0 or place == len(text) - 1:
            while place and unicodedata.category(text[place]).startswith("M"):
                place -= 1  # noqa: PLW2901 - back to the letter
            return text[:place].rstrip()
    return ""


@lru_cache(maxsize=16_384)
def _advance(sign: str) -> float:
    """How far a sign moves the next one, by itself, in the size of the font."""
    return sum(_length(piece, face.name, 1) for face, piece in runs(sign))


def _pieces(text: str, size: float) -> tuple[Piece, ...]:
    found: list[Piece] = []
    for span in spans(text):
        parts = runs(span.text)
        for face, part in reversed(parts) if span.backwards else parts:
            found.append(_piece(face, part, size, backwards=span.backwards))
    return tuple(found)


def _piece(face: Face, text: str, size: float, *, backwards: bool) -> Piece:
    from reportlab.pdfbase.ttfonts import ShapedStr, shapeStr

    drawn = (reversed_text(text) if backwards else text).translate(_aliases(face.name))
    if face.script and face.backwards == backwards:  # else it is digits, which run the other way than their letters
        drawn = shapeStr(text, face.name, size)
    if isinstance(drawn, ShapedStr):
        length = sum(sign.x_advance for sign in drawn.__shapeData__) * size / 1000
    else:
        length = _length(drawn, face.name, size)
    return Piece(face.name, drawn, length, "" if drawn == text else text)


def _long(pieces: Iterable[Piece]) -> float:
    return sum(piece.length for piece in pieces)


def width_of(text: str, size: float) -> float:
    """Return how long a legible text is on a line, in points."""
    return _long(_pieces(text, size))


def _length(text: str, font: str, size: float) -> float:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(stringWidth(text, font, size))


def wrapped(text: str, size: float, width: float) -> list[str]:
    """Return `text` in lines of at most `width`; words that are wider than a line are broken."""
    lines = [""]
    for word in text.split(" "):
        tried = f"{lines[-1]} {word}".strip()
        if width_of(tried, size) <= width:
            lines[-1] = tried
            continue
        if lines[-1]:
            lines.append("")
        for sign in word:
            if width_of(lines[-1] + sign, size) > width:
                lines.append("")
            lines[-1] += sign
    return lines
