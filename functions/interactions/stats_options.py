"""What is typed to /stats: which figures, by what, and days as people write them when they mean the past."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from attendance.domain.stats import SHOWN_BY, VIEWS
from attendance.errors import Invalid

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.analytics_groups import Breakdown, Period
    from attendance.domain.stats import StatsView

_AGO = re.compile(r"(\d{1,4})\s*([dw])", re.ASCII | re.IGNORECASE)
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", re.ASCII)


def parse_stats_day(text: str, *, zone: str, now: datetime, field: str) -> date | None:
    """Read a day as typed: 2026-11-01, 1.11.2026, or 30d and 12w for so long ago; None for an empty text.

    Raises `Invalid` naming `field`.
    """
    typed = text.strip()[:40]
    if not typed:
        return None
    try:
        if ago := _AGO.fullmatch(typed):
            days = int(ago[1]) * (7 if ago[2].lower() == "w" else 1)
            return now.astimezone(ZoneInfo(zone)).date() - timedelta(days=days)
        if dotted := _DOTTED.fullmatch(typed):
            return date(int(dotted[3]), int(dotted[2]), int(dotted[1]))
        return date.fromisoformat(typed)
    except (ValueError, OverflowError) as error:
        raise Invalid(
            f"“{typed}” is not a day that I can read. Write 2026-11-01, or 30d for 30 days ago.",
            field=field,
            code="stats_day_unreadable",
            typed=typed,
        ) from error


def checked_view(name: str) -> StatsView:
    """Return the view; raises `Invalid` (field `stats`)."""
    for view in VIEWS:
        if view == name:
            return view
    raise Invalid(f"/stats knows {', '.join(VIEWS)}.", field="stats", code="unknown_subcommand")


def checked_by(name: str) -> Period | Breakdown:
    """Return what figures are by; raises `Invalid` (field `by`)."""
    for by in SHOWN_BY:
        if by == name:
            return by
    raise Invalid(
        f"Figures are by {', '.join(SHOWN_BY)}.",
        field="by",
        code="bad_filter",
        typed=name[:40],
        accepted="one of these",
    )
