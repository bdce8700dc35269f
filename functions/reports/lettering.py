"""Which signs can be drawn, in which order, and what stands for those that cannot: no name in a picture or PDF is an empty box.

Fonts in the layer, asked in this order: Noto Sans of the scripts whose letters join or change places (Arabic, Hebrew, the
Indic ones, Thai, Lao, Khmer, Myanmar, and Ethiopic), DejaVu Sans (Latin, Greek, Cyrillic, symbols), which matplotlib brings,
WenQuanYi Micro Hei (Chinese, Japanese, Korean), and Noto Emoji in black and white. What none of them has is first looked for
as the plain letters that Unicode calls compatible (the mathematical ones of fancy names); an accent is then left out, a pictograph
becomes its name, [musical symbol g clef], and anything else its number, U+0F40. A mark stands on letters of its own font only.
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
JOINERS = frozenset("\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}")
"""What Persian and the Indic scripts spell with: kept behind a letter of a font that knows them."""
_SCRIPTS = (
    "Arabic", "Hebrew", "Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Oriya", "Tamil", "Telugu", "Kannada", "Malayalam",
    "Sinhala", "Thai", "Lao", "Khmer", "Myanmar", "Ethiopic",
)  # fmt: skip


class Face(NamedTuple):
    """A font file of the layer; `name` is what reportlab knows it by, `script` whose letters have to be shaped, if any."""

    name: str
    path: Path
    signs: frozenset[int]
    script: str = ""

    @property
    def backwards(self) -> bool:
        """Whether its letters run from right to left."""
        return self.script in ("Arabic", "Hebrew")


@cache
def faces() -> tuple[Face, ...]:
    """The fonts in the order in which to ask them for a sign; their files are read once a process."""
    from matplotlib import get_data_path

    noto = Path(str(resources.files("manimgx_fonts")))
    texts = (
        Path(get_data_path(), "fonts", "ttf", "DejaVuSans.ttf"),
        Path(str(resources.files("paperang_p2_fonts_cjk") / "fonts" / "wqy-microhei.ttc")),
        noto / "NotoEmoji[wght].ttf",
    )
    return (
        *(_face(noto / f"NotoSans{script}[wght].ttf", script) for script in _SCRIPTS),
        *(_face(path) for path in texts),
    )


def text_face() -> Face:
    """The font of our own words."""
    return faces()[len(_SCRIPTS)]


def _face(path: Path, script: str = "") -> Face:
    from matplotlib.ft2font import FT2Font

    signs = frozenset(FT2Font(str(path)).get_charmap())
    if script:  # these have Latin letters, too, which look better in a line with the others
        own, joiners = script.upper(), map(ord, JOINERS)
        letters = (code for code in signs if code <= 0xFFFF and unicodedata.name(chr(code), "").startswith(own))
        signs = signs.intersection(joiners).union(letters)
    return Face(path.stem.removesuffix("[wght]"), path, signs, script)


def legible(text: str) -> str:
    """Return `text` in signs that a font has, on one line; see above what stands for the others."""
    shown: list[str] = []
    marks = 0
    for sign in unicodedata.normalize("NFC", text):
        if sign in JOINERS:
            if shown and shown[-1][-1:] not in JOINERS and _joins(shown[-1][-1:], sign):
                shown.append(sign)
            continue
        category = unicodedata.category(sign)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks > MOST_MARKS or (category[0] == "M" and shown and not _stands_on(shown[-1][-1:], sign)):
            continue
        if drawn := _shown(sign):
            shown.append(drawn)
    return " ".join("".join(shown).split())


def _stands_on(letter: str, mark: str) -> bool:
    """Whether a mark can be drawn on the letter before it, which takes one font; what no font has is not drawn at all."""
    face = _face_of(letter)
    return _face_of(mark) is None or (face is not None and ord(mark) in face.signs)


def _joins(before: str, joiner: str) -> bool:
    face = _face_of(before)
    return face is not None and bool(face.script) and ord(joiner) in face.signs


@lru_cache(maxsize=16_384)
def _shown(sign: str) -> str:
    category = unicodedata.category(sign)
    if category in ("Cc", "Zl", "Zp", "Zs"):
        return " "
    if category == "Cf" or _changes_only_looks(sign):
        return ""
    if category in ("Cs", "Cn", "Co"):
        return _LOST if category == "Cs" else f"U+{ord(sign):04X}"
    name = unicodedata.name(sign, "")
    if name.startswith("REGIONAL INDICATOR SYMBOL LETTER "):  # the two letters of a country's flag
        return name[-1]
    if _face_of(sign):
        return sign
    plain = unicodedata.normalize("NFKC", sign)
    if plain != sign and all(map(_face_of, plain)):
        return plain
    if name.startswith("COMBINING "):
        return ""
    return f"[{name.lower()}]" if category == "So" and name else f"U+{ord(sign):04X}"


def _changes_only_looks(sign: str) -> bool:
    """Whether a sign only says how the one before it looks: variation selectors and skin tones."""
    code = ord(sign)
    return 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF or 0x1F3FB <= code <= 0x1F3FF


@lru_cache(maxsize=16_384)
def _face_of(sign: str) -> Face | None:
    code = ord(sign)
    return next((face for face in faces() if code in face.signs), None)


def runs(text: str) -> list[tuple[Face, str]]:
    """Return legible text as pieces, each with the font that has all of its signs."""
    pieces: list[tuple[Face, str]] = []
    for sign in text:
        face = pieces[-1][0] if sign in JOINERS and pieces else _face_of(sign) or text_face()
        if pieces and pieces[-1][0] is face:
            pieces[-1] = (face, pieces[-1][1] + sign)
        else:
            pieces.append((face, sign))
    return pieces
