"""A member's calendar feeds: make, list, revoke."""

from __future__ import annotations

from fastapi import APIRouter, Response

from attendance import config, wiring
from attendance.services import feeds
from dashboard.deps import CurrentCaller, IdempotencyKey
from dashboard.openapi import located, problems
from dashboard.schemas.base import Page
from dashboard.schemas.calendars import CalendarIn, CalendarOut

router = APIRouter(prefix="/api/v1/guilds/{guild_id}/calendars", tags=["Calendars"])


@router.post("", status_code=201, responses=located() | problems(401, 403, 409), summary="Make a calendar")
def make_calendar(caller: CurrentCaller, body: CalendarIn, key: IdempotencyKey, response: Response) -> CalendarOut:
    """Its address is for your calendar program. Keep it: it is shown now and never again, not even to the same key."""
    actor = caller.acting("make_calendar", key, body)
    feed, token = feeds.make_feed(wiring.table(), caller.guild_id, actor, caller.now, kind=body.kind, renew=body.renew)
    response.headers["Location"] = f"/api/v1/guilds/{caller.guild_id}/calendars/{feed.feed_id}"
    return CalendarOut.of(feed, feeds.address(config.public_url(), token) if token else None)


@router.get("", responses=problems(401, 403), summary="List your calendars")
def list_calendars(caller: CurrentCaller) -> Page[CalendarOut]:
    """Yours alone, without their addresses; there is one page."""
    found = feeds.list_feeds(wiring.table(), caller.guild_id, caller.actor)
    return Page(items=[CalendarOut.of(one) for one in found], next=None)


@router.get("/{calendar_id}", responses=problems(401, 403), summary="Show a calendar of yours")
def show_calendar(caller: CurrentCaller, calendar_id: str) -> CalendarOut:
    """Without its address."""
    return CalendarOut.of(feeds.get_feed(wiring.table(), caller.guild_id, caller.actor, calendar_id))


@router.delete("/{calendar_id}", status_code=204, responses=problems(401, 403, 409), summary="Revoke a calendar")
def revoke_calendar(caller: CurrentCaller, calendar_id: str) -> None:
    """Its address ends at once."""
    feeds.revoke_feed(wiring.table(), caller.guild_id, caller.actor, calendar_id)
