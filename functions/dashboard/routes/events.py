"""Events: list, show, create, close, and their attendance."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from attendance import wiring
from attendance.domain.limits import EARLIEST_YEAR
from attendance.domain.preset import MAX_NAME
from attendance.domain.rights import require
from attendance.services import closing, events, membership, sheets
from dashboard.deps import Caller, CurrentCaller, Cursor, IdempotencyKey, Limit, tag
from dashboard.openapi import problems, tagged
from dashboard.schemas.attendance import AttendanceOut
from dashboard.schemas.base import Moment, Page
from dashboard.schemas.events import EventIn, EventOut, EventStatus, EventSummary

router = APIRouter(prefix="/api/v1/guilds/{guild_id}/events", tags=["Events"])
_AHEAD = timedelta(days=1100)


@router.get("", responses=problems(401), summary="List events")
def list_events(
    caller: CurrentCaller,
    since: Annotated[Moment | None, Query(description="Starts then or later.")] = None,
    until: Annotated[Moment | None, Query(description="Starts then or before.")] = None,
    status: EventStatus | None = None,
    game: Annotated[str | None, Query(max_length=MAX_NAME, description="In whatever case.")] = None,
    series_id: Annotated[str | None, Query(max_length=32, description="Dates of that series.")] = None,
    sort: Annotated[Literal["starts_at", "-starts_at"], Query(description="`-`: the latest first.")] = "starts_at",
    limit: Limit = 25,
    cursor: Cursor = None,
) -> Page[EventSummary]:
    """In order of start. With `status`, `game` or `series_id` a page may be short and still have a `next`."""
    found, after = events.list_events(
        wiring.table(),
        caller.guild_id,
        since=since or datetime(EARLIEST_YEAR, 1, 1, tzinfo=UTC),
        until=until or (caller.now + _AHEAD).replace(hour=0, minute=0, second=0, microsecond=0),
        status=status,
        game=game,
        series_id=series_id,
        newest_first=sort == "-starts_at",
        limit=limit,
        cursor=cursor,
    )
    fields = EventSummary.model_fields
    items = [EventSummary.model_validate({name: item.get(name) for name in fields}) for item in found]
    return Page(items=items, next=after)


@router.post("", status_code=201, responses=tagged(201, made=True) | problems(401, 403, 409), summary="Create an event")
def create_event(caller: CurrentCaller, body: EventIn, key: IdempotencyKey, response: Response) -> EventOut:
    """Needs `events.manage`. The bot posts the card by itself."""
    require(caller.actor, "events.manage")
    channels = {"channel_id": body.channel_id, "voice_channel_id": body.voice_channel_id}
    roles = {"tracked_role_id": body.tracked_role_id, "sign_up_role_id": body.sign_up_role_id}
    membership.check_places(wiring.discord(), caller.guild_id, channels=channels, roles=roles)
    request = events.EventRequest(**body.model_dump())
    actor = caller.acting("create_event", key, body)
    event = events.create_event(wiring.table(), caller.guild_id, actor, caller.now, request)
    response.headers["Location"] = f"/api/v1/guilds/{caller.guild_id}/events/{event.event_id}"
    tag(response, event.version)
    return EventOut.of(event, _names(caller), caller.member.capabilities)


@router.get("/{event_id}", responses=tagged() | problems(401), summary="Show an event and its roster")
def show_event(caller: CurrentCaller, event_id: str, response: Response) -> EventOut:
    """An edit compares the version in the ETag, which sign-ups leave as it is; `live_version` follows the roster too."""
    event = events.get_event(wiring.table(), caller.guild_id, event_id)
    tag(response, event.version)
    return EventOut.of(event, _names(caller), caller.member.capabilities)


@router.get("/{event_id}/attendance", responses=tagged() | problems(401), summary="Show an event's attendance")
def show_attendance(caller: CurrentCaller, event_id: str, response: Response) -> AttendanceOut:
    """The sheet once the event is closed, else how it stands now. Without `attendance.manage` you see your own row."""
    event, sheet = sheets.show_attendance(
        wiring.table(), caller.guild_id, event_id, caller.actor, caller.now, discord=wiring.discord()
    )
    shown = AttendanceOut.of(sheet, caller.member.settings.rate, final=event.status == "closed")
    tag(response, shown.version)
    return shown


@router.post("/{event_id}/close", responses=tagged() | problems(401, 403, 409), summary="Close an event")
def close_event(caller: CurrentCaller, event_id: str, key: IdempotencyKey, response: Response) -> AttendanceOut:
    """Needs `attendance.manage`. Who said yes and was not seen becomes absent. Closing twice changes nothing."""
    table, guild_id, now = wiring.table(), caller.guild_id, caller.now
    event, sheet = caller.once(
        f"close_event/{event_id}",
        key,
        lambda actor: (None, closing.close_event(table, guild_id, event_id, actor, now)),
        lambda: sheets.show_attendance(table, guild_id, event_id, caller.actor, now, discord=wiring.discord()),
    )
    final = event is None or event.status == "closed"
    shown = AttendanceOut.of(sheet, caller.member.settings.rate, final=final)
    tag(response, shown.version)
    return shown


def _names(caller: Caller) -> dict[str, str]:
    return dict(membership.names_of(wiring.table(), caller.guild_id))
