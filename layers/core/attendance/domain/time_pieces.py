"""Taking a text about a time apart: every character belongs to exactly one piece, or the text is not understood.

Nothing is skipped but blanks, commas, brackets and words such as "at", and no kind of piece may come twice: a text that
says something more, or something else, is refused rather than read in part. Digits of other scripts are read as the
digits that they are; other signs with a number's value (½, ², ⑧) are not. Patterns are tried at one place of the text,
have bounded repeats and never look back, so the work is linear in a text of at most 200 characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from attendance.domain.time_words import MEANINGS, MONTHS, ONES, UNITS

if TYPE_CHECKING:
    from collections.abc import Callable

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_PHRASE = "|".join(re.escape(word) for word in sorted(MEANINGS, key=len, reverse=True))
_WEEKDAY_DE = "montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag"
_NOT_A_CLOCK = r"(?![\d:h])(?! ?(?:[ap]\.?m\b|h\b|uhr\b|heures?\b|o'clock))"
_BLANK = re.compile(r"[ ,;()@]+|\.$")
_ONE = "|".join(sorted(ONES))
_AHEAD = re.compile(rf"(?:in|dans) (?=\d|half an|(?:{_ONE})\b)")
_SPAN = re.compile(
    rf"(?P<count>\d{{1,5}}(?:[.,]\d{{1,2}})?|half an|(?:{_ONE})\b) ?(?P<unit>[a-z]{{1,8}})\.?"
    r"(?P<rest>\d{2}(?!\d))?(?: (?:and|und|et)\b)?"
)
_DOUBTFUL = re.compile(r"\d+|(?:0?\d|1[0-2]) ?h(?: ?\d\d)?")
_ZONE = re.compile(r"(?:utc|gmt) ?(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?(?!\d)")
_WORD = re.compile(r"[a-z][a-z0-9_+/-]{1,59}")


class NotRead(ValueError):
    """The text, or a part of it, is not of the grammar."""


class Clock(NamedTuple):
    """A time of day. `either` marks an hour of 1 to 12 that does not say which half of the day; hour may be 24."""

    hour: int
    minute: int = 0
    second: int = 0
    either: bool = False
    exact: bool = True
    """Not so for an hour that a part of the day ("evening") may still move."""


class Day(NamedTuple):
    """A date as written; `year` None when it was left out, `swapped` the other reading of 12/1."""

    year: int | None
    month: int
    day: int
    swapped: bool = False


@dataclass
class Pieces:
    """What was found. `offset` is in days from today."""

    days: list[Day] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)
    dotted: list[tuple[str, str]] = field(default_factory=list)
    weekday: int | None = None
    offset: int | None = None
    part: str = ""
    named_clock: str = ""
    zone: str = ""
    zone_offset: tuple[int, int] | None = None
    coming: bool = False
    next: bool = False
    tonight: bool = False
    morgen: bool = False
    span: timedelta | None = None
    span_days: int = 0


def take_apart(words: str) -> Pieces:
    """Return the pieces of a folded text; raises `NotRead`."""
    pieces, at = Pieces(), 0
    if _DOUBTFUL.fullmatch(words):  # 8 and 2h alone may be a clock or a length of time
        raise NotRead
    if match := _AHEAD.match(words):
        at = _spans(words, match.end(), pieces)
    while at < len(words):
        blank = _BLANK.match(words, at)
        at = blank.end() if blank else _piece(words, at, pieces)
    return pieces


def _spans(words: str, at: int, pieces: Pieces) -> int:
    begun = at
    pieces.span = timedelta()
    while (match := _SPAN.match(words, at)) and match["unit"] in UNITS:
        unit = UNITS[match["unit"]]
        count = 0.5 if match["count"] == "half an" else 1.0
        if match["count"][0].isdigit():
            count = float(match["count"].replace(",", "."))
        if unit in ("days", "weeks") and count == int(count):
            pieces.span_days += int(count) * (7 if unit == "weeks" else 1)
        else:
            pieces.span += timedelta(**{unit: count})
        if match["rest"]:
            if unit != "hours":
                raise NotRead
            pieces.span += timedelta(minutes=int(match["rest"]))
        at = match.end()
        blank = _BLANK.match(words, at)
        at = blank.end() if blank else at
    if at == begun:
        raise NotRead
    return at


def _piece(words: str, at: int, pieces: Pieces) -> int:
    for pattern, note in _NUMBERS if words[at].isdigit() else _WORDS:
        if match := pattern.match(words, at):
            note(match, pieces)
            end = match.end()
            joined = end < len(words) and words[end].isalnum() and words[end - 1].isalnum()
            if joined and note is not _note_iso:  # 2026-12-01T20:00
                raise NotRead
            return end
    raise NotRead


def _note_iso(match: re.Match[str], pieces: Pieces) -> None:
    pieces.days.append(Day(int(match[1]), int(match[3]), int(match[4])))


def _note_dotted_day(match: re.Match[str], pieces: Pieces) -> None:
    pieces.days.append(Day(_year(match.groupdict().get("year")), int(match["month"]), int(match["day"])))


def _note_slashed(match: re.Match[str], pieces: Pieces) -> None:
    first, second = int(match[1]), int(match[3])
    if match[2] == "-" and match["year"] is None:
        raise NotRead
    year = _year(match["year"])
    if first > 12:
        first, second = second, first
    pieces.days.append(Day(year, first, second, swapped=first <= 12 and second <= 12 and first != second))


def _note_month_day(match: re.Match[str], pieces: Pieces) -> None:
    pieces.days.append(Day(_year(match["year"]), MONTHS[match["month"]], int(match["day"])))


def _note_clock(match: re.Match[str], pieces: Pieces) -> None:
    found = match.groupdict()
    hour, minute, second = (int(found.get(name) or 0) for name in ("hour", "minute", "second"))
    half = (found.get("half") or "")[:1]
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    pieces.clocks.append(Clock(hour, minute, second, exact=bool(half)))


def _note_bare_hour(match: re.Match[str], pieces: Pieces) -> None:
    hour = int(match["hour"])
    if not match["o"] and hour > 12 and not re.search(r"(?:\b(?:at|um|a) |@ ?)$", match.string[: match.start()]):
        raise NotRead  # "fri 20" may be the 20th
    pieces.clocks.append(Clock(hour, either=1 <= hour <= 12, exact=False))


def _note_dotted(match: re.Match[str], pieces: Pieces) -> None:
    pieces.dotted.append((match[1], match[2]))


def _note_offset(match: re.Match[str], pieces: Pieces) -> None:
    sign = -1 if match["sign"] == "-" else 1
    if pieces.zone or pieces.zone_offset:
        raise NotRead
    pieces.zone_offset = (sign * int(match["hours"]), sign * int(match["minutes"] or 0))


def _note_phrase(match: re.Match[str], pieces: Pieces) -> None:
    kind, value = MEANINGS[match[1]]
    if kind == "filler":
        if match.end() == len(match.string):
            raise NotRead  # such as 20:00 am
        return
    name = {"day": "offset", "clock": "named_clock"}.get(kind, str(kind))
    before = getattr(pieces, name)
    if not (before is None or before is False or before == ""):  # 0 is Monday, and today
        raise NotRead
    setattr(pieces, name, value if kind in ("weekday", "day", "part", "clock") else True)


def _note_zone(match: re.Match[str], pieces: Pieces) -> None:
    if pieces.zone or pieces.zone_offset:
        raise NotRead
    pieces.zone = match[0]


def _year(text: str | None) -> int | None:
    return None if text is None else int(text) + (2000 if len(text) == 2 else 0)


type _Rule = tuple[re.Pattern[str], Callable[[re.Match[str], Pieces], None]]
_HALF = r"(?P<half>[ap]\.?m\b\.?)"
_NUMBERS: tuple[_Rule, ...] = (
    (re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)(?:t(?=\d))?"), _note_iso),
    (re.compile(r"(?P<day>\d{1,2})\. ?(?P<month>\d{1,2})\. ?(?P<year>\d{4})" + _NOT_A_CLOCK), _note_dotted_day),
    (
        re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{2})(?!\.)" + _NOT_A_CLOCK),
        _note_dotted_day,
    ),
    (re.compile(r"(?P<day>\d{1,2})\. ?(?P<month>\d{1,2})\.(?!\d{3})"), _note_dotted_day),
    (re.compile(r"(\d{1,2})([/-])(\d{1,2})(?:\2(?P<year>\d{4}|\d{2}))?(?![\d/:.-])"), _note_slashed),
    (
        re.compile(
            rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|e|\.)?(?: of)? ?(?P<month>{_MONTH})\b\.?(?:,? (?P<year>\d{{4}}){_NOT_A_CLOCK})?"
        ),
        _note_month_day,
    ),
    # 12 am before a German day is noon to who writes German, midnight to who writes English.
    (
        re.compile(rf"12(?:[:.]\d{{2}})? ?am (?=(?:{_WEEKDAY_DE})\b|\d{{1,2}}\.)"),
        lambda *_: _refuse(),
    ),
    (re.compile(r"(?P<hour>0?[1-9]|1[0-2])(?:[:.](?P<minute>\d{2})(?::(?P<second>\d{2}))?)? ?" + _HALF), _note_clock),
    (re.compile(r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?![\d:])(?: ?(?:uhr|h)\b)?"), _note_clock),
    (
        re.compile(r"(?P<hour>\d{1,2}) ?(?:h|uhr|heures?)(?![a-z])(?: ?(?P<minute>\d{2})(?![\d:.]|(?: ?uhr)))?"),
        _note_clock,
    ),
    (re.compile(r"(?P<hour>\d{1,2})\.(?P<minute>\d{2}) ?(?:uhr|h)\b"), _note_clock),
    (re.compile(r"(?P<hour>\d{2})(?P<minute>\d{2})(?: ?(?:h|hrs|hours|uhr)\b|(?!\d))"), _note_clock),
    (re.compile(r"(\d{1,2})\.(\d{1,2})(?![\d.:])"), _note_dotted),
    (re.compile(r"(?P<hour>\d{1,2})(?![\d:.])(?P<o> ?o'clock)?"), _note_bare_hour),
)
_WORDS: tuple[_Rule, ...] = (
    (
        re.compile(
            rf"(?P<month>{_MONTH})\b\.? ?(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\.\d){_NOT_A_CLOCK}"
            rf"(?:,? (?P<year>\d{{4}}){_NOT_A_CLOCK})?"
        ),
        _note_month_day,
    ),
    (_ZONE, _note_offset),
    (re.compile(r"(ce)t(?= apres)"), _note_phrase),  # cet alone is the zone
    (re.compile(rf"({_PHRASE})(?![a-z0-9'/_])\.?"), _note_phrase),
    (_WORD, _note_zone),
)


def _refuse() -> None:
    raise NotRead
