"""GET /calendar/{token}.ics: what calendar programs read. The token in the address is all that lets them in."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Header, Response

from attendance import wiring
from attendance.services.feeds import open_feed
from dashboard.calendars import MEDIA_TYPE, calendar_text
from dashboard.conditions import names
from dashboard.deps import Now
from dashboard.openapi import problems

router = APIRouter(prefix="/calendar", tags=["Calendars"])
_ETAG = {"ETag": {"description": "Changes with what the calendar shows.", "schema": {"type": "string"}}}
_FILE: dict[str, Any] = {
    "description": "iCalendar.",
    "content": {"text/calendar": {"schema": {"type": "string"}}},
    "headers": _ETAG,
}

_ANSWERS: dict[int | str, dict[str, Any]] = {200: _FILE, 304: {"description": "As it was.", "headers": _ETAG}}


@router.get(
    "/{token}.ics",
    response_class=Response,
    responses=_ANSWERS | problems(),
    summary="Read a calendar",
)
def read_calendar(
    token: str,
    now: Now,
    if_none_match: Annotated[str | None, Header(max_length=400, description="The ETag of what you have.")] = None,
) -> Response:
    """For calendar programs, which sign in to nothing: the address is the secret. The events of 30 days back to 180 ahead."""
    text = calendar_text(open_feed(wiring.table(), wiring.discord(), token, now))
    tag = f'"{hashlib.sha256(text).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if names(if_none_match, tag):
        return Response(status_code=304, headers=headers)
    return Response(text, headers=headers | {"Content-Type": MEDIA_TYPE})
