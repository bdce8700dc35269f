"""What the headers of a request ask of an answer, apart from what it is about: media types, and "only if it changed".

A single resource's ETag is `"version-digest"`. An edit names the version alone (`deps.read_version`): people who sign up
change what is shown of an event, and stand in no officer's way. A reader's `If-None-Match` is compared as a whole, so 304
says that nothing of what is shown is another, names and the caller's rights included.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request

from dashboard.problems import problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_API: Final = "/api/"
SEVERAL: Final = "/analytics/"
"""Part of the addresses whose filters may be given several times, and all count."""
_JSON: Final = re.compile(r"application/(?:[\w.!#$&^+-]+\+)?json\s*(?:;.*)?", re.ASCII | re.IGNORECASE | re.DOTALL)
_ANY_JSON: Final = ("*/*", "*", "application/*", "application/json")
_VERSION: Final = re.compile(r'"\d+"')
DIGEST: Final = 16
"""Hex digits of an answer's SHA-256 in its ETag."""


class MediaTypes:
    """Refuses a body that is not JSON (415), and who takes no JSON in answer (406)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        request = Request(scope, receive)
        answer = None
        if scope["method"] != "GET" and not _JSON.fullmatch(request.headers.get("content-type", "")):
            if await request.body():
                detail = "Send the body as JSON, with the header Content-Type: application/json."
                answer = problem(request, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail)
            receive = _empty
        if scope["path"].startswith(_API) and not _takes_json(request.headers.get("accept", "")):
            detail = "Answers are JSON: send Accept: application/json, or no such header."
            answer = problem(request, HTTPStatus.NOT_ACCEPTABLE, "not_acceptable", detail)
        await (answer or self._app)(scope, receive, send)


class Once:
    """Refuses a parameter of the query that is given twice (422) but where several are wanted: else one would be dropped unseen."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        request, answer = Request(scope), None
        given = Counter(name for name, _ in request.query_params.multi_items())
        again = [name for name, times in given.items() if times > 1]
        if again and SEVERAL not in scope["path"]:
            detail = f"“{again[0][:40]}” is given more than once in the address: give it once."
            answer = problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", detail, field=again[0][:40])
        await (answer or self._app)(scope, receive, send)


class Unchanged:
    """Completes the ETags of answers, and answers 304 to who has shown to have this one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on, holding back the answer's start until its body is known where it has an ETag."""
        held: list[Message] = []
        body = bytearray()

        async def send_tagged(message: Message) -> None:
            if message["type"] == "http.response.start" and _VERSION.fullmatch(_tag_of(message)):
                held.append(message)
            elif not held:
                await send(message)
            else:
                body.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    start = held.pop()
                    await _send_tagged(scope, start, bytes(body), send)

        await self._app(scope, receive, send_tagged)


async def _send_tagged(scope: Scope, start: Message, body: bytes, send: Send) -> None:
    tag = f'{_tag_of(start)[:-1]}-{hashlib.sha256(body).hexdigest()[:DIGEST]}"'
    headers = MutableHeaders(raw=list(start["headers"]))
    headers["etag"] = tag
    status = start["status"]
    if scope["method"] == "GET" and status == HTTPStatus.OK and names(Headers(scope=scope).get("if-none-match"), tag):
        status, body = HTTPStatus.NOT_MODIFIED, b""
        for name in ("content-length", "content-type"):
            del headers[name]
    await send({"type": "http.response.start", "status": int(status), "headers": headers.raw})
    await send({"type": "http.response.body", "body": body})


def names(if_none_match: str | None, tag: str) -> bool:
    """Whether the header If-None-Match names an answer's tag, compared weakly as RFC 9110 has it."""
    named = [one.strip().removeprefix("W/") for one in (if_none_match or "").split(",")]
    return tag in named or named == ["*"]


def _tag_of(start: Message) -> str:
    return Headers(raw=start["headers"]).get("etag", "")


def _takes_json(accept: str) -> bool:
    """Whether `Accept` lets JSON through; what cannot be read refuses nothing."""
    offers = [one.strip().lower().partition(";") for one in accept.split(",") if one.strip()]
    worth = {kind.strip(): not re.search(r"\bq\s*=\s*0(?:\.0*)?\s*(?:;|$)", rest) for kind, _, rest in offers}
    return not worth or next((worth[kind] for kind in reversed(_ANY_JSON) if kind in worth), False)


async def _empty() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}
