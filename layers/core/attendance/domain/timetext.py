"""Times as people write them in English, German and French, read by a small grammar of our own.

It is bounded, exact, and able to say what it understood.

    in 2h | in 90 min | in 1d 3h 30m | in half an hour     from now; "in 3 days 20:00" is that day at 20:00
    fri 8pm | freitag 20 Uhr | vendredi 20h30              the next such day; today's name means today while it is ahead
    next fri 8pm                                           asks which, while this week's Friday is still to come
    today | tonight | tomorrow | morgen | demain | this evening | day after tomorrow
    1 dec | dec 1st | 1 december 2027 | 1.12. | 1.12.2026  without a year: the next such date
    25/12 | 12/25 | 2026/12/1                              12/1 can be read in two ways and asks which
    20:00 | 20.00 | 8pm | 8:30 p.m. | 20h | 20h30 | 20 Uhr | noon | midnight | 8 o'clock; "fri 2030" is 20:30
    20:00 UTC | 8pm CET | 20:00 UTC+2 | 20:00 Europe/London
    2026-12-01 20:00 | 2026-12-01T20:00Z                   ISO; with an offset it is that instant
    1764619200 | <t:1764619200:F>                          unix seconds, Discord's own timestamps

Never misread is the first rule: what has two readings (12/1, "fri 8", midnight of a day, an hour that happens twice, an
abbreviation out of season) is refused with both, and a part that is not understood refuses the whole. A weekday beside a
date must agree with it. Libraries were measured and rejected: one costs half a second and accepts 02:30 in a DST gap,
another reads "29.3.2026 02:30" as today.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from attendance.domain.time_words import UNITS, folded
from attendance.errors import Invalid

MAX_TEXT = 200
MAX_AHEAD = timedelta(days=730)
_EXAMPLES = "fri 8pm, tomorrow 20:30, in 2h, 2026-12-01 20:00"
_UNIX = re.compile(r"(?:<t:)?(?P<seconds>\d{9,11})(?::[tTdDfFsSR])?>?", re.ASCII)
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}[T ]", re.ASCII | re.IGNORECASE)
_SPAN_PART = re.compile(r"(\d{1,5}) ?([a-z]{1,8})(?![a-z])\s{0,3}", re.ASCII)


class When(NamedTuple):
    """What a text means: one instant (UTC), or several to choose from and why."""

    instants: tuple[datetime, ...]
    why: str = ""

    @property
    def sure(self) -> bool:
        """Whether there is nothing to ask. 12/1 asks even where one of its readings has passed: it may be a slip."""
        return len(self.instants) == 1 and "month/day" not in self.why


def parse_when(
    text: str, *, zone: str, now: datetime, field: str = "time", changing: datetime | None = None
) -> datetime:
    """Return the instant (UTC, to the minute unless given as seconds) that `text` means in `zone` at `now`.

    With `changing`, the instant that is being changed, a text without a day keeps its date and one without a time of day
    keeps its time, as the wall in `zone` shows them.

    Raises `Invalid` naming `field` for what is not understood, not ahead of `now`, more than two years ahead, in a DST
    gap (with the nearest valid times), and for what has several readings (with each, and their ISO forms in `readings`).
    """
    when = read_when(text, zone=zone, now=now, field=field, changing=changing)
    if when.sure:
        return when.instants[0]
    here = ZoneInfo(zone)
    forms = [moment.astimezone(here).isoformat(timespec="minutes") for moment in when.instants]
    raise Invalid(
        f"“{_quoted(text)}” {when.why}. Write {' or '.join(forms)}.",
        field=field,
        code="time_ambiguous",
        readings=forms,
        typed=_quoted(text),
    )


def read_when(text: str, *, zone: str, now: datetime, field: str = "time", changing: datetime | None = None) -> When:
    """Return every instant that `text` can mean, in order; raises `Invalid` as `parse_when` does where none is left."""
    from attendance.domain.time_pieces import NotRead  # its patterns are compiled for those who read times
    from attendance.domain.time_readings import Gap, NoClock, WrongWeekday
    from attendance.domain.wall_time import Ambiguous

    words = folded(text[: MAX_TEXT + 1])
    if len(text) > MAX_TEXT or not words:
        raise Invalid(
            f"Write a time in at most {MAX_TEXT} characters, such as {_EXAMPLES}.",
            field=field,
            code="time_too_long",
            most=MAX_TEXT,
            examples=_EXAMPLES,
        )
    here = ZoneInfo(zone)
    try:
        when = _understood(words, text.strip(), here, now, changing)
    except Gap as gap:
        near = " or ".join(f"{moment.astimezone(here):%H:%M}" for moment in gap.near)
        raise Invalid(
            f"{gap.wall:%d %b %Y %H:%M} does not exist in {gap.zone} (clocks go forward). Try {near}.",
            field=field, code="time_gap",
            wall=f"{gap.wall:%Y-%m-%d %H:%M}", zone=gap.zone, near=near.replace(" or ", ", "),
        ) from gap  # fmt: skip
    except (NoClock, WrongWeekday, Ambiguous, NotRead, ValueError, OverflowError) as error:
        raise _refused(error, text, field) from error
    return _ahead(when, text, here, now, field)


def parse_minutes(text: str, *, field: str) -> int:
    """Return minutes from `90`, `2h`, `1h 30m` or `1d`; raises `Invalid` naming `field`."""
    words = folded(text[: MAX_TEXT + 1])
    if words.isdigit() and len(words) <= 6:
        return int(words)
    parts = _SPAN_PART.findall(words)
    if (
        len(text) > MAX_TEXT
        or not parts
        or _SPAN_PART.sub("", words).strip()
        or any(name not in UNITS for _, name in parts)
    ):
        raise Invalid(
            f"“{_quoted(text)}” is not a length of time. Write minutes, or such as 2h 30m.",
            field=field, code="not_a_length",
        typed=_quoted(text))  # fmt: skip
    return int(
        sum((timedelta(**{UNITS[name]: int(count)}) for count, name in parts), timedelta()).total_seconds() // 60
    )


def _understood(words: str, raw: str, here: ZoneInfo, now: datetime, changing: datetime | None) -> When:
    from attendance.domain.time_pieces import take_apart
    from attendance.domain.time_readings import Question, readings_of

    if match := _UNIX.fullmatch(words):
        return When((datetime.fromtimestamp(int(match["seconds"]), UTC),))
    if _ISO_DAY.match(raw) and (aware := _aware_iso(raw)) is not None:
        return When((aware,))
    try:
        return When(readings_of(take_apart(words), raw, here, now, changing))
    except Question as question:
        return When(question.moments, question.why)


def _aware_iso(raw: str) -> datetime | None:
    try:
        parsed = datetime.fromisoformat(raw.upper())
    except ValueError:
        return None
    return parsed.astimezone(UTC) if parsed.tzinfo else None


def _ahead(when: When, text: str, here: ZoneInfo, now: datetime, field: str) -> When:
    """Return the readings that an event can start at; raises `Invalid` with what was understood where none can."""
    kept = tuple(moment for moment in when.instants if now < moment <= now + MAX_AHEAD)
    if kept:
        return When(kept, when.why)
    understood = " or ".join(f"{moment.astimezone(here):%a %d %b %Y %H:%M}" for moment in when.instants)
    passed = when.instants[-1] <= now
    raise Invalid(
        f"“{_quoted(text)}” was understood as {understood} ({here.key}), "
        f"{'which has passed' if passed else 'more than two years ahead'}.",
        field=field, code="time_passed" if passed else "time_too_far", typed=_quoted(text),
        understood=f"{when.instants[-1].astimezone(here):%Y-%m-%d %H:%M} ({here.key})",
    )  # fmt: skip


def _refused(error: Exception, text: str, field: str) -> Invalid:
    from attendance.domain.time_pieces import NotRead
    from attendance.domain.time_readings import NoClock, WrongWeekday
    from attendance.domain.wall_time import Ambiguous

    said, code = f"“{_quoted(text)}”", "time_unreadable"
    more: dict[str, object] = {}
    match error:
        case NoClock():
            words = f"{said} names a day and no time of day. Add one, such as fri 20:00."
            code = "time_without_clock"
        case WrongWeekday():
            words = f"{said} does not agree with itself: {error}."
        case Ambiguous():
            zones = " or ".join(str(name) for name in error.args)
            words = f"The zone in {said} may be {zones}. Write the one that you mean behind the time."
            code, more = "zone_ambiguous", {"zones": [str(name) for name in error.args]}
        case NotRead():
            words = f"I could not read {said} as a time. Try {_EXAMPLES}."
        case _:
            words = f"{said} is not a date that exists. Try {_EXAMPLES}."
            code = "time_not_real"
    return Invalid(words, field=field, code=code, typed=_quoted(text), examples=_EXAMPLES, **more)


def _quoted(text: str) -> str:
    return text.strip()[:60]
