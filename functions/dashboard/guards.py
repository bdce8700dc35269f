"""What holds for every request and answer: origins, a request id, a body limit, headers, and no error unanswered.

Plain ASGI, outermost first: `Marks`, `Cors`, `Guard`, what conditions.py has, the app. So a preflight has the headers too, and a page of ours can
read an answer of last resort. The allowed origins are read when a request comes, so
importing reads nothing.
"""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request

from attendance import config
from attendance.domain.limits import MAX_BODY_BYTES, MAX_IMPORT_BYTES
from attendance.telemetry import correlated, log
from dashboard.problems import problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

IMPORTS: Final = ("/import/presets", "/import/raid-helper", "/import/attendance", "/attendance:batch")
"""Ends of the addresses that take a whole export, or a whole guild's attendance."""
HEADERS: Final = {
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "cross-origin-resource-policy": "same-site",
}


class Cors:
    """Lets pages of exactly the dashboards' origins call the API; a page needs no cookie of ours, so none is allowed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a preflight, or hand on and add the headers."""
        checked = CORSMiddleware(
            self._app,
            allow_origins=config.dashboard_origins(),
            allow_methods=("GET", "POST", "PUT", "PATCH", "DELETE"),
            allow_headers=("Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match"),
            expose_headers=("ETag", "Location", "Retry-After", "X-Request-Id"),
            max_age=600,
        )
        await checked(scope, receive, send)


class Marks:
    """Gives each request an id and each answer the security headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on, and mark the answer."""
        request_id = scope["request_id"] = uuid.uuid4().hex

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_headers(message, request_id)]
            await send(message)

        with correlated(request_id):
            await self._app(scope, receive, send_marked)


class Guard:
    """Refuses bodies above 64 KB (1 MB for what moves in, and for batches) and answers what nobody caught."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        limit = MAX_IMPORT_BYTES if scope["path"].endswith(IMPORTS) else MAX_BODY_BYTES
        body = await _read(receive, limit)
        if body is None:
            detail = f"The body is above {limit // 1024} KB."
            answer = problem(Request(scope), HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", detail)
            await answer(scope, receive, send)
            return
        try:
            await self._app(scope, _replay(body, receive), send)
        except Exception:  # noqa: BLE001 - the last resort: the client gets a problem, we get the traceback
            request_id = scope["request_id"]
            log().exception("unhandled", extra={"request_id": request_id})
            detail = f"Something went wrong on our side. If it stays, tell the operator this id: {request_id}."
            await problem(Request(scope), HTTPStatus.INTERNAL_SERVER_ERROR, "internal", detail)(scope, receive, send)


def _headers(message: Message, request_id: str) -> list[tuple[bytes, bytes]]:
    there = {name.lower() for name, _ in message.get("headers", ())}
    wanted = HEADERS | {"x-request-id": request_id}
    return [(name.encode(), value.encode()) for name, value in wanted.items() if name.encode() not in there]


async def _read(receive: Receive, limit: int) -> bytes | None:
    """Return the whole body, or None once it is above the limit."""
    parts = bytearray()
    more = True
    while more:
        message = await receive()
        parts += message.get("body", b"")
        more = message.get("more_body", False)
        if len(parts) > limit:
            return None
    return bytes(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives the body that was read, and then whatever comes."""
    left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return left.pop() if left else await receive()

    return replay
