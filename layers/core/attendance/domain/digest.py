"""The weekly digest as a value: what happened on the seven days up to yesterday, in the guild's zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from attendance.domain.analytics import Summary, summary
from attendance.domain.analytics_coverage import RoleCoverage, coverage
from attendance.domain.analytics_groups import Group, breakdown
from attendance.domain.analytics_members import members
from attendance.domain.rate import WHOLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attendance.domain.analytics import Facts
    from attendance.domain.rate import RateRules
    from attendance.domain.selection import Selection

DAYS = 7
_LEAST_STEADY = 2
"""Who came to their only event of a week is not praised for coming every time."""


class Digest(NamedTuple):
    """A week. `games` by key; `short` the party roles that were short of some event, the worst first.

    `steady`, where the guild ranks members, are those who came to every eligible event with full credit, by name.
    """

    first_day: date
    last_day: date
    zone: str
    summary: Summary
    games: tuple[Group, ...]
    short: tuple[RoleCoverage, ...]
    steady: tuple[str, ...]


def week_before(now: datetime, zone: str) -> tuple[date, date]:
    """Return the first and the last of the seven days up to yesterday."""
    today = now.astimezone(ZoneInfo(zone)).date()
    return today - timedelta(days=DAYS), today - timedelta(days=1)


def make_digest(
    judged: Sequence[Facts], whole: Sequence[Facts], selection: Selection, rules: RateRules, *, ranked: bool
) -> Digest | None:
    """Return the digest of the selection's days, None when no event of them is closed.

    `judged` are rows as figures take them (`analytics.chosen`), those of the week before included; `whole` the sheets of the
    week as they are stored; `ranked`: whether members may be named.
    """
    if not whole:
        return None
    this_week = [facts for facts in judged if facts.starts_at >= selection.since]
    short = (role for role in coverage(whole).roles if role.short.part)
    everyone = members(this_week, selection.since, rules) if ranked else []
    steady = [
        one
        for one in everyone
        if one.figures.rate.eligible >= _LEAST_STEADY and one.figures.rate.credit == WHOLE * one.figures.rate.eligible
    ]
    return Digest(
        first_day=selection.first_day,
        last_day=selection.last_day,
        zone=selection.zone,
        summary=summary(judged, selection.since, rules),
        games=tuple(breakdown(this_week, "game", selection.zone, rules)),
        short=tuple(sorted(short, key=lambda role: (-role.missing, role.role))),
        steady=tuple(one.user_id for one in sorted(steady, key=lambda one: (one.name.casefold(), one.user_id))),
    )
