"""`/stats`: asked for in Discord; `stats_answers` has what the worker does.

What may be shown is decided when it is asked, so a refusal comes at once and in private; what it takes to make, megabytes of
sheets and a drawing, is the worker's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.domain.ids import derive
from attendance.domain.rights import require_any
from attendance.domain.stats import StatsRequest
from attendance.services import analytics
from attendance.storage import stats

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.domain.analytics_groups import Breakdown, Period
    from attendance.domain.stats import StatsView
    from attendance.services.analytics import Question
    from attendance.storage.table import Table


def ask_stats(
    table: Table,
    guild_id: str,
    actor: Actor,
    now: datetime,
    question: Question,
    *,
    view: StatsView,
    by: Period | Breakdown,
    reply_token: str,
    locale: str,
) -> StatsRequest:
    """Store what is asked and return it; a worker answers the interaction of `reply_token`. Asking twice is asking once.

    Raises as `analytics.scope_of`, and `Forbidden` or `Conflict` for coverage and rankings that are not to be shown.
    """
    if view == "coverage":
        require_any(actor, "reports.view", "attendance.manage")
    scope = (
        analytics.ranking_scope(table, guild_id, actor, now, question)
        if view == "ranking"
        else analytics.scope_of(table, guild_id, actor, now, question)
    )
    request = StatsRequest(
        guild_id=guild_id,
        stats_id=derive("stats", guild_id, actor.user_id, actor.request_id),
        view=view,
        by=by,
        selection=scope.selection,
        own=scope.own,
        asked_by=actor.user_id,
        asked_at=now,
        locale=locale,
        reply_token=reply_token,
    )
    stats.create(table, request)
    return request
