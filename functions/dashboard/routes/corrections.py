"""Corrections: members ask, officers decide."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from attendance import wiring
from attendance.domain.correction import CorrectionStatus
from attendance.domain.rights import require
from attendance.services import corrections
from dashboard.deps import CurrentCaller, Cursor, IdempotencyKey, Limit
from dashboard.openapi import located, problems
from dashboard.schemas.base import Page, Snowflake
from dashboard.schemas.corrections import AcceptIn, CorrectionIn, CorrectionOut, DeclineIn

router = APIRouter(prefix="/api/v1/guilds/{guild_id}", tags=["Attendance"])


@router.get("/corrections", responses=problems(401, 403), summary="List requests for a correction")
def list_corrections(
    caller: CurrentCaller,
    status: CorrectionStatus = "open",
    user_id: Annotated[Snowflake | None, Query(description="Whose.")] = None,
    event_id: Annotated[str | None, Query(max_length=32, description="About that event.")] = None,
    sort: Annotated[
        Literal["requested_at", "-requested_at"], Query(description="`-`: the newest first.")
    ] = "requested_at",
    limit: Limit = 25,
    cursor: Cursor = None,
) -> Page[CorrectionOut]:
    """Needs `attendance.manage`. Those of one status, the oldest first; a page may be short and still have a `next`."""
    found, after = corrections.list_corrections(
        wiring.table(), caller.guild_id, caller.actor, status=status, user_id=user_id, event_id=event_id,
        newest_first=sort == "-requested_at", limit=limit, cursor=cursor,
    )  # fmt: skip
    return Page(items=[CorrectionOut.of(one) for one in found], next=after)


@router.get("/corrections/{correction_id}", responses=problems(401, 403), summary="Show a request for a correction")
def show_correction(caller: CurrentCaller, correction_id: str) -> CorrectionOut:
    """Your own; anybody's with `attendance.manage`."""
    return CorrectionOut.of(corrections.get_correction(wiring.table(), caller.guild_id, correction_id, caller.actor))


@router.post(
    "/events/{event_id}/corrections",
    status_code=201,
    responses=located() | problems(401, 403, 409),
    summary="Ask for a correction",
)
def request_correction(
    caller: CurrentCaller, event_id: str, body: CorrectionIn, key: IdempotencyKey, response: Response
) -> CorrectionOut:
    """Of your own attendance, from the opening of check-in to 30 days after the event. While one is open, it is returned."""
    actor = caller.acting(f"request_correction/{event_id}", key, body)
    asked = corrections.request_correction(
        wiring.table(), caller.guild_id, event_id, actor, caller.now, wish=body.wish, words=body.words
    )
    place = f"/api/v1/guilds/{caller.guild_id}/corrections/{asked.correction.correction_id}"
    response.headers["Location"] = place
    return CorrectionOut.of(asked.correction)


@router.post("/corrections/{correction_id}/accept", responses=problems(401, 403, 409), summary="Accept a request")
def accept_correction(caller: CurrentCaller, correction_id: str, body: AcceptIn, key: IdempotencyKey) -> CorrectionOut:
    """Needs `attendance.manage`. An officer's mark is added, of a closed event the sheet changes, and the member is told."""
    require(caller.actor, "attendance.manage")
    actor = caller.acting(f"accept_correction/{correction_id}", key, body)
    decided = corrections.decide_correction(
        wiring.table(), caller.guild_id, correction_id, actor, caller.now,
        accept=True, status=body.status, answer=body.answer,
    )  # fmt: skip
    return CorrectionOut.of(decided)


@router.post("/corrections/{correction_id}/decline", responses=problems(401, 403, 409), summary="Decline a request")
def decline_correction(
    caller: CurrentCaller, correction_id: str, body: DeclineIn, key: IdempotencyKey
) -> CorrectionOut:
    """Needs `attendance.manage`. The attendance stays as it is, and the member is told why."""
    require(caller.actor, "attendance.manage")
    actor = caller.acting(f"decline_correction/{correction_id}", key, body)
    decided = corrections.decide_correction(
        wiring.table(), caller.guild_id, correction_id, actor, caller.now, accept=False, answer=body.answer
    )
    return CorrectionOut.of(decided)
