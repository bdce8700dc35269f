"""Days as people type them when they mean the past: 2026-11-01, 1.11.2026, 30d and 12w ago, yesterday, 24 dec, friday.

A day without a year is the latest that is not ahead; a weekday is the last one. Only what names its year, and tomorrow, may be
ahead of today: a range may end there.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from attendance.domain.timetext import parse_when
from attendance.errors import Invalid

if TYPE_CHECKING:
    from datetime import datetime

MAX_TYPED = 40
_AGO = re.compile(r"(\d{1,4})\s*([dw])", re.ASCII | re.IGNORECASE)
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", re.ASCII)
_YESTERDAY = frozenset({"yesterday", "gestern", "hier"})
_LATE = " 23:59"
"""What is written behind a day to read it as a time that is ahead for all of that day."""


def parse_past_day(text: str, *, zone: str, now: datetime, field: str) -> date | None:
    """Read a day as typed, as the clocks of `zone` have it; None for an empty text. Raises `Invalid` naming `field`."""
    typed = text.strip()[:MAX_TYPED]
    if not typed:
        return None
    today = now.astimezone(ZoneInfo(zone)).date()
    try:
        if ago := _AGO.fullmatch(typed):
            return today - timedelta(days=int(ago[1]) * (7 if ago[2].lower() == "w" else 1))
        if dotted := _DOTTED.fullmatch(typed):
            return date(int(dotted[3]), int(dotted[2]), int(dotted[1]))
        if typed.casefold() in _YESTERDAY:
            return today - timedelta(days=1)
        return _exact(typed) or _brought_back(typed, zone, now, today)
    except (ValueError, OverflowError, Invalid) as error:
        raise Invalid(
            f"“{typed}” is not a day that I can read. Try 24 dec, 2026-12-24, 30d for 30 days ago, or friday.",
            field=field,
            code="day_unreadable",
            typed=typed,
        ) from error


def _exact(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _brought_back(typed: str, zone: str, now: datetime, today: date) -> date:
    day = parse_when(typed + _LATE, zone=zone, now=now, field="day").astimezone(ZoneInfo(zone)).date()
    if day <= today + timedelta(days=1) or re.search(r"\d{4}", typed):
        return day
    if re.search(r"\d", typed):
        return day.replace(year=day.year - 1)
    return day - timedelta(days=7)
