"""Figures asked for in Discord: what a worker needs to answer them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from attendance.domain.analytics_groups import BREAKDOWNS, PERIODS, Breakdown, Period

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.selection import Selection

StatsView = Literal["guild", "member", "coverage", "ranking"]
VIEWS: tuple[StatsView, ...] = get_args(StatsView)
SHOWN_BY: tuple[Period | Breakdown, ...] = (*PERIODS, *BREAKDOWNS)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatsRequest:
    """A `/stats` to be answered. What may be shown was decided when it was asked: `own` is over who asked alone.

    `reply_token` is the interaction token to answer with: a secret for 15 minutes, gone once answered; `locale` is the
    language to answer in, as Discord names it.
    """

    guild_id: str
    stats_id: str
    view: StatsView
    by: Period | Breakdown
    selection: Selection
    own: bool
    asked_by: str
    asked_at: datetime
    locale: str
    reply_token: str | None
