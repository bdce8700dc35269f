"""What was told of an event: list."""

from __future__ import annotations

from fastapi import APIRouter

from attendance import wiring
from attendance.services import told
from dashboard.deps import CurrentCaller, Cursor, Limit
from dashboard.openapi import problems
from dashboard.schemas.base import Page
from dashboard.schemas.notices import NoticeOut

router = APIRouter(prefix="/api/v1/guilds/{guild_id}/events/{event_id}/notifications", tags=["Notifications"])


@router.get("", responses=problems(401, 403), summary="List what was told of an event")
def list_notices(caller: CurrentCaller, event_id: str, limit: Limit = 25, cursor: Cursor = None) -> Page[NoticeOut]:
    """Needs `events.manage`. The newest first: how many were told how, and what failed. Kept for 90 days."""
    found, after = told.list_notices(
        wiring.table(), caller.guild_id, event_id, caller.actor, limit=limit, cursor=cursor
    )
    return Page(items=[NoticeOut.of(one) for one in found], next=after)
