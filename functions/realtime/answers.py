"""What the WebSocket edge reads and says: JSON objects, and errors as messages of type `error`."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from attendance.errors import AttendanceError, Forbidden, Invalid, Unauthenticated

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_FRAME = 4096
"""Bytes of a message from a client; what a client has to say is far shorter."""


def words(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the message that a client sent; raises `Invalid` for anything but a small JSON object."""
    body = event.get("body") or ""
    try:
        found = json.loads(body) if len(body) <= MAX_FRAME else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Invalid(f'Send a JSON object of at most {MAX_FRAME} bytes, such as {{"action": "ping"}}.', field="body")
    return found


def shown(event: Mapping[str, Any]) -> tuple[str, str | None]:
    """Return the ticket in the address of a connection that opens, empty when there is none, and the page's origin."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    return (event.get("queryStringParameters") or {}).get("ticket") or "", headers.get("origin")


def said(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer that sends `message` back."""
    return {"statusCode": HTTPStatus.OK, "body": json.dumps(message)}


def connected() -> dict[str, Any]:
    """Return the answer that lets a connection be."""
    return {"statusCode": HTTPStatus.OK}


def refused(found: AttendanceError) -> dict[str, Any]:
    """Return the answer that refuses a connection; browsers are not shown which status it was."""
    match found:
        case Unauthenticated():
            return {"statusCode": HTTPStatus.UNAUTHORIZED}
        case Forbidden():
            return {"statusCode": HTTPStatus.FORBIDDEN}
    return {"statusCode": HTTPStatus.SERVICE_UNAVAILABLE}


def error(found: AttendanceError) -> dict[str, Any]:
    """Return the message that tells of an error."""
    return _error(found.code, found.message)


def internal(route: str) -> dict[str, Any]:
    """Return the answer of last resort, which says nothing of what went wrong."""
    if route in ("$connect", "$disconnect"):
        return {"statusCode": HTTPStatus.INTERNAL_SERVER_ERROR}
    return said(_error("internal", "Something went wrong on our side. Please connect again."))


def _error(code: str, message: str) -> dict[str, Any]:
    return {
        "type": "error",
        "guild_id": None,
        "event_id": None,
        "version": None,
        "data": {"code": code, "message": message},
    }
