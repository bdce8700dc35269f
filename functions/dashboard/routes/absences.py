"""Absences: list, announce, take back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from attendance import wiring
from attendance.domain.rights import require
from attendance.services import absences, membership
from dashboard.deps import CurrentCaller, Cursor, IdempotencyKey, Limit
from dashboard.openapi import problems
from dashboard.schemas.absences import AbsenceIn, AbsenceOut
from dashboard.schemas.base import Moment, Page, Snowflake

router = APIRouter(prefix="/api/v1/guilds/{guild_id}/absences", tags=["Absences"])


@router.get("", responses=problems(401, 403), summary="List absences")
def list_absences(
    caller: CurrentCaller,
    user_id: Annotated[Snowflake | None, Query(description="Whose; needs `attendance.manage` for others.")] = None,
    since: Annotated[Moment | None, Query(description="Those that end later; by default now.")] = None,
    until: Annotated[Moment | None, Query(description="Those that begin before.")] = None,
    limit: Limit = 25,
    cursor: Cursor = None,
) -> Page[AbsenceOut]:
    """In the order in which they end. With `attendance.manage` everybody's, else your own."""
    found, after = absences.list_absences(
        wiring.table(), caller.guild_id, caller.actor, caller.now,
        user_id=user_id, since=since, until=until, limit=limit, cursor=cursor,
    )  # fmt: skip
    return Page(items=[AbsenceOut.of(one) for one in found], next=after)


@router.post("", status_code=201, responses=problems(401, 403, 409), summary="Announce an absence")
def add_absence(caller: CurrentCaller, body: AbsenceIn, key: IdempotencyKey, response: Response) -> AbsenceOut:
    """Yours; a member's with `attendance.manage`. Events then are answered no within a minute; what they answer themselves stays."""
    if body.user_id not in (None, caller.actor.user_id):
        require(caller.actor, "attendance.manage")
        membership.check_member(wiring.discord(), caller.guild_id, body.user_id or "")
    made = absences.add_absence(
        wiring.table(), caller.guild_id, caller.acting("add_absence", key, body), caller.now,
        first=body.first, last=body.until, reason=body.reason, user_id=body.user_id,
    )  # fmt: skip
    response.headers["Location"] = f"/api/v1/guilds/{caller.guild_id}/absences/{made.absence_id}"
    return AbsenceOut.of(made)


@router.get("/{absence_id}", responses=problems(401, 403), summary="Show an absence")
def show_absence(caller: CurrentCaller, absence_id: str) -> AbsenceOut:
    """Your own; anybody's with `attendance.manage`."""
    return AbsenceOut.of(absences.get_absence(wiring.table(), caller.guild_id, absence_id, caller.actor))


@router.delete("/{absence_id}", responses=problems(401, 403, 409), summary="Take an absence back")
def remove_absence(caller: CurrentCaller, absence_id: str) -> AbsenceOut:
    """Your own leaves what has begun as it was; with `attendance.manage` it is as if it never was. Again changes nothing."""
    return AbsenceOut.of(absences.remove_absence(wiring.table(), caller.guild_id, absence_id, caller.actor, caller.now))
