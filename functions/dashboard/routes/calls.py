"""Calls: preview, send, show."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from attendance import wiring
from attendance.domain.call import Audience
from attendance.domain.reminding import Place
from attendance.services import calling
from attendance.services.calling import CallRequest
from dashboard.deps import CurrentCaller, IdempotencyKey, tag
from dashboard.openapi import problems, tagged
from dashboard.schemas.calls import CallIn, CallOut, CallPreviewOut

router = APIRouter(prefix="/api/v1/guilds/{guild_id}/events/{event_id}", tags=["Notifications"])


@router.get("/calls:preview", responses=problems(401, 403, 409), summary="Preview a message to an event's members")
def preview_call(
    caller: CurrentCaller,
    event_id: str,
    audience: Audience = "unanswered",
    place: Place | None = None,
    mention: Annotated[bool, Query(description="As in the message itself.")] = False,  # noqa: FBT002 - by name
) -> CallPreviewOut:
    """Needs `events.manage`. Who would be told by which way now; nothing is stored, nobody is told."""
    request = CallRequest(audience, place=place, ping=mention)
    return CallPreviewOut.of(
        calling.preview_call(
            wiring.table(), wiring.discord(), caller.guild_id, event_id, caller.actor, caller.now, request
        )
    )


@router.post(
    "/calls",
    status_code=202,
    responses=tagged(202, made=True) | problems(401, 403, 409),
    summary="Send a message to an event's members",
)
def make_call(caller: CurrentCaller, event_id: str, body: CallIn, key: IdempotencyKey, response: Response) -> CallOut:
    """Needs `events.manage`. Who is meant is found when it goes out, so preview it just before.

    Refused with 409 `called_lately` within ten minutes of the last to the same members of the event, `nobody_to_call`,
    `too_many_called`, and where they could not do now what they are told.
    """
    request = CallRequest(body.audience, body.text, body.place, body.mention)
    actor = caller.acting(f"make_call/{event_id}", key, body)
    call = calling.make_call(wiring.table(), wiring.discord(), caller.guild_id, event_id, actor, caller.now, request)
    response.headers["Location"] = f"/api/v1/guilds/{caller.guild_id}/events/{event_id}/calls/{call.call_id}"
    tag(response, call.version)
    return CallOut.of(call)


@router.get("/calls/{call_id}", responses=tagged() | problems(401, 403), summary="Show a message that was sent")
def show_call(caller: CurrentCaller, event_id: str, call_id: str, response: Response) -> CallOut:
    """Needs `events.manage`. Kept for 90 days."""
    call = calling.get_call(wiring.table(), caller.guild_id, event_id, call_id, caller.actor)
    tag(response, call.version)
    return CallOut.of(call)
