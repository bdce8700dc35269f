"""Texts of scripts that run from right to left, laid out on one line from left to right.

What one line without brackets inside brackets needs of the Unicode Bidirectional Algorithm (UAX #9): the first letter decides
which way the line runs, letters of the other way and numbers keep their own, and signs between two of a kind go with them, as
do brackets behind them.
What our own texts put between names, ` · `, parts lines: no name turns its neighbours round.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_KINDS = {"L": "l", "R": "r", "AL": "r", "EN": "d", "AN": "d", "ES": "s", "ET": "s", "CS": "s"}
"""By Unicode's classes: letters to the right and to the left, digits, and what stands between or beside digits."""
_BRACKETS = {"Ps": "o", "Pi": "o", "Pe": "c", "Pf": "c"}
"""By Unicode's categories."""
_BACKWARDS = re.compile(r"r(?:(?:[rdsn]|o[rdsn]*c)*(?:[rd]|o[rdsn]*c))?")
_FORWARDS = re.compile(r"l(?:(?:[ldsn]|o[ldsn]*c)*(?:[ld]|o[ldsn]*c))?|d(?:[ds]*d)?")
_PARTS = " · "
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")


class Span(NamedTuple):
    """A piece of a line, as it is spoken; `backwards`: to be drawn from right to left."""

    text: str
    backwards: bool


def spans(text: str) -> list[Span]:
    """Return the pieces of a line as they stand from left to right."""
    if not any(_kind(sign) == "r" for sign in text):
        return [Span(text, backwards=False)] if text else []
    first, *others = text.split(_PARTS)
    found = _line(first)
    for other in others:
        found += [Span(_PARTS, backwards=False), *_line(other)]
    return found


def _line(text: str) -> list[Span]:
    kinds = _kinds(text)
    if "r" not in kinds:
        return [Span(text, backwards=False)] if text else []
    if kinds.strip("dsnoc")[0] == "r":
        return _backwards(text, kinds)
    found: list[Span] = []
    at = 0
    for stretch in _BACKWARDS.finditer(kinds):
        first, last = stretch.span()
        found += [Span(text[at:first], backwards=False), *_backwards(text[first:last], kinds[first:last])]
        at = last
    return [span for span in (*found, Span(text[at:], backwards=False)) if span.text]


def reversed_text(text: str) -> str:
    """Return the signs of a backwards piece from left to right, brackets turned round: for fonts that are not shaped."""
    return text[::-1].translate(_MIRRORED)


def _backwards(text: str, kinds: str) -> list[Span]:
    found: list[Span] = []
    at = 0
    for stretch in _FORWARDS.finditer(kinds):
        first, last = stretch.span()
        found += [Span(text[at:first], backwards=True), Span(text[first:last], backwards=False)]
        at = last
    found.append(Span(text[at:], backwards=True))
    return [span for span in reversed(found) if span.text]


def _kinds(text: str) -> str:
    """Return a letter a sign, by `_KINDS`; a mark is of the kind of what it stands on."""
    kinds = ""
    for sign in text:
        kind = _kind(sign)
        kinds += (kinds[-1:] or "n") if kind == "m" else kind
    return kinds


@lru_cache(maxsize=16_384)
def _kind(sign: str) -> str:
    found = unicodedata.bidirectional(sign)
    return "m" if found in ("NSM", "BN") else _KINDS.get(found) or _BRACKETS.get(unicodedata.category(sign), "n")
