"""Changing events: edit, delete, cancel, reopen, copy."""

from __future__ import annotations

from fastapi import APIRouter, Response

from attendance import wiring
from attendance.domain.rights import require
from attendance.services import editing, membership, removing
from attendance.services.events import get_event
from dashboard.deps import Caller, CurrentCaller, IdempotencyKey, ReadVersion, tag
from dashboard.openapi import problems, tagged
from dashboard.schemas.events import EventCopyIn, EventOut, EventPatch

router = APIRouter(prefix="/api/v1/guilds/{guild_id}/events", tags=["Events"])


@router.patch("/{event_id}", responses=tagged() | problems(401, 403, 409, 412), summary="Edit an event")
def edit_event(
    caller: CurrentCaller, event_id: str, body: EventPatch, read_version: ReadVersion, response: Response
) -> EventOut:
    """Needs `events.manage`. What is due for the event moves with it, and who signed up is told of a new time.

    An edit that takes seats away answers 409 `would_displace` with the members in `displaced` first; the same again with its
    `confirm` does it, puts them first on the waiting list and tells them.
    """
    require(caller.actor, "events.manage")
    channels = {"voice_channel_id": body.voice_channel_id}
    roles = {"tracked_role_id": body.tracked_role_id, "sign_up_role_id": body.sign_up_role_id}
    membership.check_places(wiring.discord(), caller.guild_id, channels=channels, roles=roles)
    done = editing.edit_event(
        wiring.table(), caller.guild_id, event_id, caller.actor, caller.now, body.changes(),
        expected=read_version, confirm=body.confirm, silent=not body.notify,
    )  # fmt: skip
    tag(response, done.event.version)
    return EventOut.of(done.event, _names(caller), caller.member.capabilities)


@router.delete(
    "/{event_id}",
    status_code=204,
    responses=problems(401, 403, 409, 412),
    summary="Delete an event that came to nothing",
)
def delete_event(caller: CurrentCaller, event_id: str, read_version: ReadVersion) -> None:
    """Needs `events.manage`. Its card goes too. For a day, again changes nothing.

    Refused where something would be lost: `has_attendance`, `of_a_series` (skip the date), `cancel_first` (somebody may come).
    """
    removing.delete_event(wiring.table(), caller.guild_id, event_id, caller.actor, caller.now, expected=read_version)


@router.post("/{event_id}/cancel", responses=tagged() | problems(401, 403, 409), summary="Cancel an event")
def cancel_event(caller: CurrentCaller, event_id: str, key: IdempotencyKey, response: Response) -> EventOut:
    """Needs `events.manage`. Its history stays, and who signed up is told. Cancelling twice changes nothing."""
    table, guild_id = wiring.table(), caller.guild_id
    event = caller.once(
        f"cancel_event/{event_id}",
        key,
        lambda actor: editing.cancel_event(table, guild_id, event_id, actor, caller.now),
        lambda: get_event(table, guild_id, event_id),
    )
    tag(response, event.version)
    return EventOut.of(event, _names(caller), caller.member.capabilities)


@router.post("/{event_id}/reopen", responses=tagged() | problems(401, 403, 409), summary="Reopen an event")
def reopen_event(caller: CurrentCaller, event_id: str, key: IdempotencyKey, response: Response) -> EventOut:
    """Needs `events.manage`, for a closed event `attendance.manage`: its sheet is made anew when it closes again."""
    table, guild_id = wiring.table(), caller.guild_id
    event = caller.once(
        f"reopen_event/{event_id}",
        key,
        lambda actor: editing.reopen_event(table, guild_id, event_id, actor, caller.now),
        lambda: get_event(table, guild_id, event_id),
    )
    tag(response, event.version)
    return EventOut.of(event, _names(caller), caller.member.capabilities)


@router.post(
    "/{event_id}/copy",
    status_code=201,
    responses=tagged(201, made=True) | problems(401, 403, 409),
    summary="Copy an event",
)
def copy_event(
    caller: CurrentCaller, event_id: str, body: EventCopyIn, key: IdempotencyKey, response: Response
) -> EventOut:
    """Needs `events.manage`. The same event at another time, without its sign-ups."""
    actor = caller.acting(f"copy_event/{event_id}", key, body)
    event = editing.copy_event(
        wiring.table(), caller.guild_id, event_id, actor, caller.now, time=body.time, title=body.title
    )
    response.headers["Location"] = f"/api/v1/guilds/{caller.guild_id}/events/{event.event_id}"
    tag(response, event.version)
    return EventOut.of(event, _names(caller), caller.member.capabilities)


def _names(caller: Caller) -> dict[str, str]:
    return dict(membership.names_of(wiring.table(), caller.guild_id))
