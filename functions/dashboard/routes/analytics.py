"""Analytics: figures of a server's closed events, for charts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from attendance import wiring
from attendance.domain.limits import ANALYTICS_REQUESTS_A_MINUTE
from attendance.services import analytics
from attendance.services.limits import check_pace
from dashboard.deps import Caller, CurrentCaller
from dashboard.openapi import problems
from dashboard.schemas.analytics import (
    ColumnOut,
    GroupsOut,
    MatrixOut,
    MemberFiguresOut,
    MembersOut,
    RankingOut,
    RowOut,
    ScopeOut,
    SummaryOut,
)
from dashboard.schemas.coverage import CoverageOut
from dashboard.schemas.questions import Division, Members, Places, Rectangle, Rows, Trend

router = APIRouter(prefix="/api/v1/guilds/{guild_id}/analytics", tags=["Analytics"])


def _paced(caller: CurrentCaller) -> Caller:
    """Hold a member to the pace of figures, each of which reads a whole span."""
    subject = f"analytics:{caller.member.access.user_id}"
    check_pace(wiring.table(), subject, ANALYTICS_REQUESTS_A_MINUTE, caller.now)
    return caller


Paced = Annotated[Caller, Depends(_paced)]


def _scope(caller: Caller, asked: Rows) -> analytics.Scope:
    return analytics.scope_of(wiring.table(), caller.guild_id, caller.actor, caller.now, asked.question())


@router.get("/summary", responses=problems(401, 403), summary="Show a period at a glance")
def show_summary(caller: Paced, asked: Annotated[Rows, Query()]) -> SummaryOut:
    """Yourself; everybody with `reports.view`. With the period before, which has as many days."""
    scope = _scope(caller, asked)
    return SummaryOut.of(scope, analytics.show_summary(wiring.table(), scope, caller.now))


@router.get("/trend", responses=problems(401, 403), summary="Show figures over time")
def show_trend(caller: Paced, asked: Annotated[Trend, Query()]) -> GroupsOut:
    """Yourself; everybody with `reports.view`. Weeks (ISO 8601) and months are the server's, without a gap between them."""
    scope = _scope(caller, asked)
    return GroupsOut.of(scope, analytics.show_trend(wiring.table(), scope, asked.by))


@router.get("/breakdown", responses=problems(401, 403), summary="Show figures by something")
def show_breakdown(caller: Paced, asked: Annotated[Division, Query()]) -> GroupsOut:
    """Yourself; everybody with `reports.view`. A row counts under each Discord role that the member held at closing.

    Keys: a game; a series or a Discord role by its id, empty for none or not known; a party role, empty for no seat; a weekday
    from 0 (Monday), an hour from 00, or both, such as `4-20`, in the server's zone.
    """
    scope = _scope(caller, asked)
    return GroupsOut.of(scope, analytics.show_breakdown(wiring.table(), scope, asked.by))


@router.get("/members", responses=problems(401, 403), summary="Show members' figures")
def show_members(caller: Paced, asked: Annotated[Members, Query()]) -> MembersOut:
    """Yourself; everybody with `reports.view`, by id. Who has no row in the span is not listed."""
    scope = _scope(caller, asked)
    found, after = analytics.show_members(wiring.table(), scope, limit=asked.limit, cursor=asked.cursor)
    return MembersOut(scope=ScopeOut.of(scope), items=[MemberFiguresOut.of(one) for one in found], next=after)


@router.get("/matrix", responses=problems(401, 403), summary="Show members x events")
def show_matrix(caller: Paced, asked: Annotated[Rectangle, Query()]) -> MatrixOut:
    """Yourself; everybody with `reports.view`. Up to 500 events; a cell has the attendance, `on_leave` or `not_counted`."""
    scope = _scope(caller, asked)
    found, after = analytics.show_matrix(wiring.table(), scope, limit=asked.limit, cursor=asked.cursor)
    return MatrixOut(
        scope=ScopeOut.of(scope),
        events=[ColumnOut.of(one) for one in found.events],
        items=[RowOut.of(row) for row in found.rows],
        next=after,
    )


@router.get("/coverage", responses=problems(401, 403), summary="Show which party role was short, when")
def show_coverage(caller: Paced, asked: Annotated[Rows, Query()]) -> CoverageOut:
    """Needs `reports.view`. Of closed events with party roles, whether they count in the rate or not.

    Where rows are filtered (Discord roles, members, attendance), only those members are counted as seated and there.
    """
    scope = _scope(caller, asked)
    return CoverageOut.of(scope, analytics.show_coverage(wiring.table(), scope, caller.actor))


@router.get("/ranking", responses=problems(401, 403, 409), summary="Show members ranked by their rate")
def show_ranking(caller: Paced, asked: Annotated[Places, Query()]) -> RankingOut:
    """For every member of a server that switched `rankings` on in its settings.

    Filters by `member` and `status` need `reports.view`: they would say more of others than their rates.
    """
    actor = caller.actor
    scope, found = analytics.show_ranking(wiring.table(), caller.guild_id, actor, caller.now, asked.question())
    return RankingOut.of(scope, found, actor.user_id, asked.limit)
