"""A member's own notifications: show, change."""

from __future__ import annotations

from fastapi import APIRouter, Response

from attendance import wiring
from attendance.services import own_notices
from dashboard.deps import CurrentCaller, ReadVersion, tag
from dashboard.openapi import problems, tagged
from dashboard.schemas.notices import OwnNoticesIn, OwnNoticesOut

router = APIRouter(prefix="/api/v1/guilds/{guild_id}/me/notifications", tags=["Notifications"])


@router.get("", responses=tagged() | problems(401, 403), summary="Show your notifications")
def show_own_notices(caller: CurrentCaller, response: Response) -> OwnNoticesOut:
    """Yours alone, in this server."""
    found = own_notices.show_own_notices(wiring.table(), caller.guild_id, caller.actor)
    tag(response, found.version)
    return OwnNoticesOut.of(found, caller.now)


@router.put("", responses=tagged() | problems(401, 403, 409, 412), summary="Choose your notifications")
def set_own_notices(caller: CurrentCaller, body: OwnNoticesIn, read: ReadVersion, response: Response) -> OwnNoticesOut:
    """What you name is muted: no direct message, and none in the channel in its place. Offers of a seat always come."""
    found = own_notices.set_muted(wiring.table(), caller.guild_id, caller.actor, body.muted, read=read)
    tag(response, found.version)
    return OwnNoticesOut.of(found, caller.now)
