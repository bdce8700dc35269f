"""Attendance of members: mark one or many, explain a verdict, take marks back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from attendance import wiring
from attendance.domain.rights import require
from attendance.services import guild_members, marking, membership, undoing
from attendance.services.sheets import explain_attendance
from dashboard.deps import Caller, CurrentCaller, Cursor, IdempotencyKey, Limit
from dashboard.openapi import problems
from dashboard.schemas.base import Page
from dashboard.schemas.marks import BatchIn, BatchOut, BatchSummary, MarkIn, MemberAttendanceOut

router = APIRouter(prefix="/api/v1/guilds/{guild_id}/events/{event_id}", tags=["Attendance"])
UserId = Annotated[str, Path(description="A member's Discord id.")]


@router.post("/attendance:batch", responses=problems(401, 403, 409), summary="Mark many members")
def mark_members(caller: CurrentCaller, event_id: str, body: BatchIn, key: IdempotencyKey) -> BatchOut:
    """Needs `attendance.manage`. Up to 1,000 rows and 1 MB, each answered on its own.

    Applied once: the same key again finishes what was cut off, and then answers the same. Each officer's mark stands before
    whatever was observed; of a closed event the sheet changes too.
    """
    require(caller.actor, "attendance.manage")
    actor = caller.acting(f"mark_members/{event_id}", key, body)
    table, guild_id, now = wiring.table(), caller.guild_id, caller.now
    roles = guild_members.known_roles(table, wiring.discord(), guild_id, now)
    return BatchOut.of(marking.mark_members(table, guild_id, event_id, actor, now, body.marks(), roles=roles))


@router.get("/attendance/batches", responses=problems(401, 403), summary="List batches")
def list_batches(caller: CurrentCaller, event_id: str, limit: Limit = 25, cursor: Cursor = None) -> Page[BatchSummary]:
    """Needs `attendance.manage`. What officers marked, one member or many in a request, the newest first."""
    found, after = undoing.list_batches(
        wiring.table(), caller.guild_id, event_id, caller.actor, limit=limit, cursor=cursor
    )
    return Page(items=[BatchSummary.of(batch) for batch in found], next=after)


@router.get("/attendance/batches/{batch_id}", responses=problems(401, 403), summary="Show a batch")
def show_batch(caller: CurrentCaller, event_id: str, batch_id: str) -> BatchOut:
    """Needs `attendance.manage`. With what became of each row."""
    return BatchOut.of(undoing.get_batch(wiring.table(), caller.guild_id, event_id, batch_id, caller.actor))


@router.post("/attendance/batches/{batch_id}/undo", responses=problems(401, 403, 409), summary="Undo a batch")
def undo_batch(caller: CurrentCaller, event_id: str, batch_id: str, key: IdempotencyKey) -> BatchOut:
    """Needs `attendance.manage`, within 30 days. Entries that take the marks back are added, and none is deleted.

    A mark made later stands: `undo` of its row says so. Undoing twice changes nothing; cut off, it goes on.
    """
    require(caller.actor, "attendance.manage")
    actor = caller.acting(f"undo_batch/{event_id}/{batch_id}", key)
    return BatchOut.of(undoing.undo_batch(wiring.table(), caller.guild_id, event_id, batch_id, actor, caller.now))


@router.get("/attendance/{user_id}", responses=problems(401, 403), summary="Explain a member's attendance")
def show_member(caller: CurrentCaller, event_id: str, user_id: UserId) -> MemberAttendanceOut:
    """Your own; anybody's with `attendance.manage`. The verdict, the entry or rule that decides, and every entry."""
    return _explained(caller, event_id, user_id)


@router.put("/attendance/{user_id}", responses=problems(401, 403, 409), summary="Mark a member")
def mark_member(caller: CurrentCaller, event_id: str, user_id: UserId, body: MarkIn) -> MemberAttendanceOut:
    """Needs `attendance.manage`, from the opening of check-in on, closed events too. The same again changes nothing."""
    require(caller.actor, "attendance.manage")
    role_ids = guild_members.roles_of(wiring.discord(), caller.guild_id, user_id)
    marking.mark(
        wiring.table(), caller.guild_id, event_id, user_id, caller.actor, caller.now,
        status=body.status, note=body.note, seen_at=body.seen_at, role_ids=role_ids,
    )  # fmt: skip
    return _explained(caller, event_id, user_id)


def _explained(caller: Caller, event_id: str, user_id: str) -> MemberAttendanceOut:
    table, guild_id = wiring.table(), caller.guild_id
    event, explained = explain_attendance(table, guild_id, event_id, user_id, caller.actor, caller.now)
    names = membership.names_of(table, guild_id)
    return MemberAttendanceOut.of(explained, names, final=event.status == "closed")
