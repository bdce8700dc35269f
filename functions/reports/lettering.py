"""Which signs can be drawn, and what stands for those that cannot: no name in a picture or PDF is an empty box.

Two families are in the layer: DejaVu Sans (Latin, Greek, Cyrillic, Hebrew, Arabic, symbols), which matplotlib brings, and
WenQuanYi Micro Hei (Chinese, Japanese, Korean). What neither has is first looked for as the plain letters that Unicode
calls compatible (the mathematical ones of fancy names); an emoji then becomes its name, [fox face], and anything else its
number, U+0E01.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple

MOST_MARKS = 2
"""Accents stacked on one letter; further ones would cover the lines above and below."""
_LOST = "\N{REPLACEMENT CHARACTER}"


class Face(NamedTuple):
    """A font file of the layer; `name` is what reportlab and matplotlib know it by."""

    name: str
    path: Path
    signs: frozenset[int]


@cache
def faces() -> tuple[Face, ...]:
    """The fonts in the order in which to ask them for a sign; their files are read once a process."""
    from matplotlib import get_data_path
    from matplotlib.ft2font import FT2Font

    dejavu = Path(get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")
    han = Path(str(resources.files("paperang_p2_fonts_cjk") / "fonts" / "wqy-microhei.ttc"))
    return tuple(Face(path.stem, path, frozenset(FT2Font(str(path)).get_charmap())) for path in (dejavu, han))


def legible(text: str) -> str:
    """Return `text` in signs that a font has, on one line; see above what stands for the others."""
    shown: list[str] = []
    marks = 0
    for sign in unicodedata.normalize("NFC", text):
        marks = marks + 1 if unicodedata.category(sign) in ("Mn", "Me") else 0
        if marks <= MOST_MARKS:
            shown.append(_shown(sign))
    return " ".join("".join(shown).split())


@lru_cache(maxsize=4096)
def _shown(sign: str) -> str:
    category = unicodedata.category(sign)
    if category in ("Cc", "Zl", "Zp", "Zs"):
        return " "
    if category == "Cf" or _changes_only_looks(sign):
        return ""
    if category in ("Cs", "Cn", "Co"):
        return _LOST if category == "Cs" else f"U+{ord(sign):04X}"
    if _drawn(sign):
        return sign
    plain = unicodedata.normalize("NFKC", sign)
    if plain != sign and all(map(_drawn, plain)):
        return plain
    name = unicodedata.name(sign, "")
    if name.startswith("REGIONAL INDICATOR SYMBOL LETTER "):  # the two letters of a country's flag
        return name[-1]
    return f"[{name.lower()}]" if category == "So" and name else f"U+{ord(sign):04X}"


def _changes_only_looks(sign: str) -> bool:
    """Whether a sign only says how the one before it looks: variation selectors and skin tones."""
    code = ord(sign)
    return 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF or 0x1F3FB <= code <= 0x1F3FF


def _drawn(sign: str) -> bool:
    return any(ord(sign) in face.signs for face in faces())


def runs(text: str) -> list[tuple[Face, str]]:
    """Return legible text as pieces, each with the font that has all of its signs."""
    pieces: list[tuple[Face, str]] = []
    for sign in text:
        face = next((one for one in faces() if ord(sign) in one.signs), faces()[0])
        if pieces and pieces[-1][0] is face:
            pieces[-1] = (face, pieces[-1][1] + sign)
        else:
            pieces.append((face, sign))
    return pieces
