"""Times as people write them, read by a small grammar of our own: bounded, exact, and able to say what it understood.

    in 2h | in 1d 3h 30m                      from now
    fri 8pm | friday 20:30 | next fri 8pm     the next such day; today's name means today if the time is still ahead
    today 20:00 | tomorrow 8:30 pm | 20:00    20:00 alone: the next time it is 20:00
    2026-12-01 20:00 | 2026-12-01T20:00Z      ISO; with an offset it is that instant
    1.12.2026 20:00                           day.month.year
    1764619200 | <t:1764619200:F>             unix seconds, Discord's own timestamps

Libraries were measured and rejected: one costs half a second and accepts 02:30 in a DST gap, another reads
"29.3.2026 02:30" as today. Here a wall time that does not exist is refused with the nearest ones that do, and one that
happens twice is refused with both instants to choose from. Every pattern is anchored and linear in its input.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from attendance.errors import Invalid

MAX_TEXT = 200
MAX_AHEAD = timedelta(days=730)
_EXAMPLES = "fri 8pm, tomorrow 20:30, in 2h, 2026-12-01 20:00"
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UNIX = re.compile(r"(?:<t:)?(?P<seconds>\d{9,11})(?::[tTdDfFsSR])?>?", re.ASCII)
_SPAN_PART = re.compile(r"(\d{1,5})\s?(d|days?|h|hrs?|hours?|m|mins?|minutes?)(?![a-z])\s{0,3}", re.ASCII)
_CLOCK = re.compile(r"(?:at )?(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s?(?P<half>am|pm)?", re.ASCII)
_DAY_AND_CLOCK = re.compile(
    r"(?P<day>.+?)(?:[ ,]{1,3}|(?<=\d)t)(?P<clock>(?:at )?\d{1,2}(?:[:.]\d{2})?\s?(?:am|pm)?)", re.ASCII
)
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_DOTTED_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)


def parse_when(text: str, *, zone: str, now: datetime, field: str = "time") -> datetime:
    """Return the instant (UTC, to the minute unless given as seconds) that `text` means in `zone` at `now`.

    Raises `Invalid` naming `field` for what is not understood, not ahead of `now`, more than two years ahead, in a DST
    gap (with the nearest valid times) or in a doubled hour (with both instants).
    """
    words = " ".join(text.casefold().split())
    if len(text) > MAX_TEXT or not words:
        raise Invalid(f"Write a time in at most {MAX_TEXT} characters, such as {_EXAMPLES}.", field=field)
    try:
        instant = _instant(words, text.strip(), ZoneInfo(zone), now, field)
    except (ValueError, OverflowError) as error:
        raise Invalid(f"“{text.strip()[:60]}” is not a date that exists. Try {_EXAMPLES}.", field=field) from error
    if instant is None:
        raise Invalid(f"I could not read “{text.strip()[:60]}” as a time. Try {_EXAMPLES}.", field=field)
    understood = f"{instant.astimezone(ZoneInfo(zone)):%a %d %b %Y %H:%M} ({zone})"
    if instant <= now:
        raise Invalid(f"“{text.strip()[:60]}” was understood as {understood}, which has passed.", field=field)
    if instant - now > MAX_AHEAD:
        raise Invalid(f"“{text.strip()[:60]}” was understood as {understood}, more than two years ahead.", field=field)
    return instant


def parse_minutes(text: str, *, field: str) -> int:
    """Return minutes from `90`, `2h`, `1h 30m` or `1d`; raises `Invalid` naming `field`."""
    words = " ".join(text.casefold().split())[:MAX_TEXT]
    if words.isascii() and words.isdigit() and len(words) <= 6:
        return int(words)
    span = _span(words)
    if span is None:
        raise Invalid(f"“{text.strip()[:60]}” is not a length of time. Write minutes, or such as 2h 30m.", field=field)
    return int(span.total_seconds() // 60)


def _instant(words: str, raw: str, zone: ZoneInfo, now: datetime, field: str) -> datetime | None:
    if match := _UNIX.fullmatch(words):
        return datetime.fromtimestamp(int(match["seconds"]), UTC)
    if words.startswith("in "):
        span = _span(words[3:])
        return None if span is None else (now + span).replace(second=0, microsecond=0)
    if _ISO_DAY.match(words) and (aware := _aware_iso(raw)) is not None:
        return aware
    here = now.astimezone(zone)
    if (clock := _clock(words)) is not None:
        day = here.date() if _wall(here.date(), clock, zone) > now else here.date() + timedelta(days=1)
        return _exact(day, clock, zone, field)
    match = _DAY_AND_CLOCK.fullmatch(words)
    if match is None or (clock := _clock(match["clock"])) is None:
        return None
    day_or_none = _day(match["day"], here, clock)
    return None if day_or_none is None else _exact(day_or_none, clock, zone, field)


def _span(words: str) -> timedelta | None:
    parts = _SPAN_PART.findall(words)
    if not parts or _SPAN_PART.sub("", words).strip():
        return None
    unit = {"d": "days", "h": "hours", "m": "minutes"}
    return sum((timedelta(**{unit[name[0]]: int(count)}) for count, name in parts), timedelta())


def _aware_iso(raw: str) -> datetime | None:
    try:
        parsed = datetime.fromisoformat(raw.upper())
    except ValueError:
        return None
    return parsed.astimezone(UTC) if parsed.tzinfo else None


def _clock(words: str) -> time | None:
    match = _CLOCK.fullmatch(words)
    if match is None or (match["minute"] is None and match["half"] is None):
        return None
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"] == "pm" else 0)
    return time(hour, minute)


def _day(words: str, here: datetime, clock: time) -> date | None:
    if match := _ISO_DAY.fullmatch(words):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _DOTTED_DAY.fullmatch(words):
        return date(int(match[3]), int(match[2]), int(match[1]))
    if words in ("today", "tomorrow"):
        return here.date() + timedelta(days=words == "tomorrow")
    name = words.removeprefix("next ").removeprefix("on ")
    days = [index for index, day in enumerate(_WEEKDAYS) if len(name) >= 3 and day.startswith(name)]
    if len(days) != 1:
        return None
    ahead = (days[0] - here.weekday()) % 7
    if ahead == 0 and (words.startswith("next ") or clock <= here.time()):
        ahead = 7
    return here.date() + timedelta(days=ahead)


def _wall(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)


def _exact(day: date, clock: time, zone: ZoneInfo, field: str) -> datetime:
    """Return the one instant of a wall time: zoneinfo maps gaps silently, so both folds are compared."""
    first = datetime.combine(day, clock, zone)
    second = first.replace(fold=1)
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    either = sorted((first.astimezone(UTC), second.astimezone(UTC)))
    if either[0].astimezone(zone).replace(tzinfo=None) == first.replace(tzinfo=None):
        choices = " or ".join(f"{moment.astimezone(zone).isoformat(timespec='minutes')}" for moment in either)
        raise Invalid(f"{first:%d %b %Y %H:%M} happens twice in {zone} (clocks go back). Write {choices}.", field=field)
    near = " or ".join(f"{moment.astimezone(zone):%H:%M}" for moment in either)
    raise Invalid(f"{first:%d %b %Y %H:%M} does not exist in {zone} (clocks go forward). Try {near}.", field=field)
