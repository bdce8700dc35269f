"""Members: list them with their rates, show one's record."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query

from attendance import wiring
from attendance.services import records
from dashboard.deps import CurrentCaller, Cursor, Limit
from dashboard.openapi import problems
from dashboard.schemas.base import Moment, Page
from dashboard.schemas.records import MemberOut, RecordOut

router = APIRouter(prefix="/api/v1/guilds/{guild_id}/members", tags=["Members"])
Order = Literal["user_id", "name", "rate", "-rate"]
Since = Annotated[
    Moment | None, Query(description="Events that start then or later; by default a year before `until`.")
]
Until = Annotated[Moment | None, Query(description="Events that start before; by default now.")]


@router.get("", responses=problems(401, 403), summary="List members with their rates")
def list_members(
    caller: CurrentCaller,
    since: Since = None,
    until: Until = None,
    name: Annotated[
        str | None, Query(min_length=1, max_length=32, description="A part of it, in whatever case.")
    ] = None,
    sort: Annotated[Order, Query(description="`-rate`: the highest first; who has no rate comes last.")] = "user_id",
    limit: Limit = 25,
    cursor: Cursor = None,
) -> Page[MemberOut]:
    """Needs `attendance.manage` or `reports.view`. The members whom the bot has met, over at most three years."""
    found, rules, after = records.list_rates(
        wiring.table(), caller.guild_id, caller.actor, caller.now,
        since=since, until=until, name=name, sort=sort, limit=limit, cursor=cursor,
    )  # fmt: skip
    return Page(items=[MemberOut.of(one, rules) for one in found], next=after)


@router.get("/{user_id}/attendance", responses=problems(401, 403), summary="Show a member's record")
def show_record(
    caller: CurrentCaller,
    user_id: Annotated[str, Path(description="A member's Discord id.")],
    since: Since = None,
    until: Until = None,
) -> RecordOut:
    """Your own; anybody's with `attendance.manage` or `reports.view`. Over a year by default, at most three."""
    shown = records.show_record(
        wiring.table(), caller.guild_id, user_id, caller.actor, caller.now, since=since, until=until
    )
    return RecordOut.of(shown)
