"""Answering a `/stats`: the figures read, put in words, drawn, and sent as an edit of the deferred reply."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from attendance.discord import stats_view
from attendance.domain.analytics_groups import BREAKDOWNS, PERIODS
from attendance.errors import AttendanceError, Unavailable
from attendance.ports import Upload
from attendance.services import analytics
from attendance.services.analytics import Scope
from attendance.services.interaction_answers import Waiting, answer
from attendance.services.selected import names_of_selected
from attendance.storage import guilds, stats
from attendance.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from attendance.discord.stats_view import Answer
    from attendance.domain.analytics_groups import Breakdown, Group, Period
    from attendance.domain.chart import Chart
    from attendance.domain.stats import StatsRequest
    from attendance.ports import Clock, Discord
    from attendance.storage.table import Table

type Draw = Callable[[Chart], bytes]
"""Returns a chart as a PNG; only the reports function has what it takes."""


def answer_stats(
    table: Table,
    discord: Discord,
    draw: Draw,
    application_id: str,
    guild_id: str,
    stats_id: str,
    now: Clock,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Answer a `/stats` with an edit of its deferred reply, so that doing it twice shows nothing twice.

    Figures that cannot be made are told once. Raises `Unavailable` when it takes longer: a second message follows while the
    interaction lives.
    """
    request = stats.get(table, guild_id, stats_id)
    if request is None or request.reply_token is None:
        return
    body, uploads = _body(table, draw, request, now())
    waiting = Waiting(application_id, request.reply_token, request.asked_at)
    if dropped := answer(discord, waiting, body, uploads, now, sleep):
        log().info("stats_answer_dropped", extra={"stats_id": request.stats_id, "reason": dropped})
    stats.forget_reply_token(table, request)


def _body(table: Table, draw: Draw, request: StatsRequest, now: datetime) -> tuple[dict[str, object], list[Upload]]:
    """Return the answer's body and its picture; what went wrong in words, where it cannot be made for good."""
    try:
        answer = make_answer(table, request, now)
        picture = draw(answer.chart) if answer.chart is not None and not answer.chart.is_empty else None
    except Unavailable:
        raise
    except AttendanceError as error:
        return stats_view.refusal(error, request.locale), []
    except Exception:  # noqa: BLE001 - whoever asked is told once, instead of waiting for figures that never come
        log().exception("stats_failed", extra={"stats_id": request.stats_id})
        return stats_view.failure(request.stats_id, request.locale), []
    uploads = [Upload("stats.png", "image/png", picture)] if picture is not None else []
    return stats_view.body(answer, request.locale, pictured=bool(uploads)), uploads


def make_answer(table: Table, request: StatsRequest, now: datetime) -> Answer:
    """Return the words and the chart of a request as of now; raises `Invalid`, `Unavailable`."""
    rules = guilds.get_settings(table, request.guild_id).rate
    names = names_of_selected(table, request.guild_id, request.selection)
    scope = Scope(request.guild_id, request.selection, rules, request.own, names)
    locale = request.locale
    match request.view:
        case "guild":
            groups = _groups(table, scope, request.by)
            return stats_view.of_guild(scope, analytics.show_summary(table, scope, now), groups, request.by, locale)
        case "member":
            found, _ = analytics.show_members(table, scope, limit=1)
            groups = _groups(table, scope, request.by)
            return stats_view.of_member(scope, found[0] if found else None, groups, request.by, locale)
        case "coverage":
            return stats_view.of_coverage(scope, analytics.coverage_of(table, scope), locale)
        case "ranking":
            return stats_view.of_ranking(scope, analytics.ranking_of(table, scope), request.asked_by, locale)


def _groups(table: Table, scope: Scope, by: Period | Breakdown) -> list[Group]:
    for period in PERIODS:
        if period == by:
            return analytics.show_trend(table, scope, period)
    for one in BREAKDOWNS:
        if one == by:
            return analytics.show_breakdown(table, scope, one)
    raise ValueError(f"nothing is shown by {by}")
