"""Corrections: members ask, officers decide."""

from __future__ import annotations

from fastapi import APIRouter

from attendance import wiring
from attendance.domain.correction import CorrectionStatus
from attendance.domain.rights import require
from attendance.services import corrections
from dashboard.deps import CurrentCaller, Cursor, IdempotencyKey, Limit
from dashboard.openapi import problems
from dashboard.schemas.base import Page
from dashboard.schemas.corrections import AcceptIn, CorrectionIn, CorrectionOut, DeclineIn

router = APIRouter(prefix="/api/v1/guilds/{guild_id}", tags=["Attendance"])


@router.get("/corrections", responses=problems(401, 403), summary="List requests for a correction")
def list_corrections(
    caller: CurrentCaller, status: CorrectionStatus = "open", limit: Limit = 25, cursor: Cursor = None
) -> Page[CorrectionOut]:
    """Needs `attendance.manage`. Those of one status, the oldest first; a page may be short and still have a `next`."""
    found, after = corrections.list_corrections(
        wiring.table(), caller.guild_id, caller.actor, status=status, limit=limit, cursor=cursor
    )
    return Page(items=[CorrectionOut.of(one) for one in found], next=after)


@router.post(
    "/events/{event_id}/corrections", status_code=201, responses=problems(401, 403, 409), summary="Ask for a correction"
)
def request_correction(caller: CurrentCaller, event_id: str, body: CorrectionIn, key: IdempotencyKey) -> CorrectionOut:
    """Of your own attendance, from the opening of check-in to 30 days after the event. While one is open, it is returned."""
    actor = caller.acting(f"request_correction/{event_id}", key, body)
    asked = corrections.request_correction(
        wiring.table(), caller.guild_id, event_id, actor, caller.now, wish=body.wish, words=body.words
    )
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
