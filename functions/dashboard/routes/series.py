"""Series: list, show, create, edit, skip, move, end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Response

from attendance import wiring
from attendance.domain.cursor import decode_id_cursor, page_behind
from attendance.domain.ids import is_id
from attendance.domain.rights import require
from attendance.domain.series import SeriesStatus
from attendance.services import membership, series, series_editing
from attendance.services.events import EventRequest
from dashboard.deps import Caller, CurrentCaller, Cursor, IdempotencyKey, Limit, ReadVersion, tag
from dashboard.openapi import problems, tagged
from dashboard.schemas.base import Page
from dashboard.schemas.series import EndIn, MoveIn, SeriesIn, SeriesOut, SeriesPatch, SkipIn

if TYPE_CHECKING:
    from attendance.domain.series import Series

router = APIRouter(prefix="/api/v1/guilds/{guild_id}/series", tags=["Series"])


@router.get("", responses=problems(401), summary="List series")
def list_series(
    caller: CurrentCaller,
    status: Annotated[SeriesStatus | None, Query(description="At most 50 are active at a time.")] = None,
    limit: Limit = 25,
    cursor: Cursor = None,
) -> Page[SeriesOut]:
    """By title, those that ended last."""
    found = series.list_series(wiring.table(), caller.guild_id)
    wanted = [one for one in found if status in (None, one.status)]
    page, after = page_behind(wanted, lambda one: one.series_id, decode_id_cursor(cursor, is_id), limit)
    return Page(items=[SeriesOut.of(one, caller.now) for one in page], next=after)


@router.post("", status_code=201, responses=tagged(201, made=True) | problems(401, 403, 409), summary="Create a series")
def create_series(caller: CurrentCaller, body: SeriesIn, key: IdempotencyKey, response: Response) -> SeriesOut:
    """Needs `events.manage`. The next `ahead` events are made at once and one more whenever one begins.

    The first card is posted at once, each of the others when the event before it starts, at most a week ahead.
    """
    require(caller.actor, "events.manage")
    channels = {"channel_id": body.channel_id, "voice_channel_id": body.voice_channel_id}
    roles = {"tracked_role_id": body.tracked_role_id}
    membership.check_places(wiring.discord(), caller.guild_id, channels=channels, roles=roles)
    request = EventRequest(**body.model_dump(exclude={"repeat", "ahead"}))
    made = series.create_series(
        wiring.table(), caller.guild_id, caller.acting("create_series", key, body), caller.now, request,
        repeat=body.repeat, ahead=body.ahead,
    )  # fmt: skip
    response.headers["Location"] = f"/api/v1/guilds/{caller.guild_id}/series/{made.series_id}"
    return _shown(made, caller, response)


@router.get("/{series_id}", responses=tagged() | problems(401), summary="Show a series and its next dates")
def show_series(caller: CurrentCaller, series_id: str, response: Response) -> SeriesOut:
    """Dates that no event is made for yet have the id that it will have."""
    return _shown(series.get_series(wiring.table(), caller.guild_id, series_id), caller, response)


@router.patch("/{series_id}", responses=tagged() | problems(401, 403, 409, 412), summary="Edit a series")
def edit_series(
    caller: CurrentCaller, series_id: str, body: SeriesPatch, read_version: ReadVersion, response: Response
) -> SeriesOut:
    """Needs `events.manage`. Events that have begun stay, all keep their sign-ups; one on a date that goes is cancelled."""
    after = series_editing.edit_series(
        wiring.table(), caller.guild_id, series_id, caller.actor, caller.now, body.changes(),
        scope=body.scope, day=body.date, expected=read_version,
    )  # fmt: skip
    return _shown(after, caller, response)


@router.post("/{series_id}/skip", responses=tagged() | problems(401, 403, 409), summary="Leave one date out")
def skip_date(
    caller: CurrentCaller, series_id: str, body: SkipIn, key: IdempotencyKey, response: Response
) -> SeriesOut:
    """Needs `events.manage`. Its event, when made, is cancelled. Skipping a date twice changes nothing."""
    actor = caller.acting(f"skip_date/{series_id}", key, body)
    after = series.skip_date(wiring.table(), caller.guild_id, series_id, actor, caller.now, day=body.date)
    return _shown(after, caller, response)


@router.post("/{series_id}/move", responses=tagged() | problems(401, 403, 409), summary="Move one date")
def move_date(
    caller: CurrentCaller, series_id: str, body: MoveIn, key: IdempotencyKey, response: Response
) -> SeriesOut:
    """Needs `events.manage`. At most 31 days; its event keeps its id and its sign-ups."""
    actor = caller.acting(f"move_date/{series_id}", key, body)
    after = series.move_date(
        wiring.table(), caller.guild_id, series_id, actor, caller.now, day=body.date, time=body.time
    )
    return _shown(after, caller, response)


@router.post("/{series_id}/end", responses=tagged() | problems(401, 403, 409), summary="End a series")
def end_series(
    caller: CurrentCaller, series_id: str, body: EndIn, key: IdempotencyKey, response: Response
) -> SeriesOut:
    """Needs `events.manage`. Events that are made stay, or are cancelled when you say so. Ending twice changes nothing."""
    actor = caller.acting(f"end_series/{series_id}", key, body)
    cancel = body.upcoming == "cancel"
    after = series.end_series(wiring.table(), caller.guild_id, series_id, actor, caller.now, cancel=cancel)
    return _shown(after, caller, response)


def _shown(found: Series, caller: Caller, response: Response) -> SeriesOut:
    tag(response, found.version)
    return SeriesOut.of(found, caller.now)
