"""What is typed to /stats beside filters: which figures, and by what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.domain.stats import SHOWN_BY, VIEWS
from attendance.errors import Invalid

if TYPE_CHECKING:
    from attendance.domain.analytics_groups import Breakdown, Period
    from attendance.domain.stats import StatsView


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
