"""From the one tree of errors to problem+json (RFC 9457): the only place that knows which error is which status."""

from __future__ import annotations

import html
import math
import re
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from attendance import errors
from attendance.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastapi import APIRouter, FastAPI
    from starlette.requests import Request

MEDIA_TYPE = "application/problem+json"
STATUS: dict[type[errors.AttendanceError], HTTPStatus] = {
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.Unauthenticated: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Stale: HTTPStatus.PRECONDITION_FAILED,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.Limited: HTTPStatus.TOO_MANY_REQUESTS,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.Refused: HTTPStatus.BAD_GATEWAY,
}
"""The nearest class decides: a subclass stands under its base unless it is named itself."""
RETRY_LATER = 5
"""Seconds after which what was busy may be asked again, where nobody knows better."""
_CODES = {400: "malformed", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}
_SENTENCES = {
    400: "The request could not be read. Send a JSON body in UTF-8.",
    404: "There is nothing at this address. API_DOCS.md lists what there is.",
    405: "This address does not take this method.",
    413: "The body is larger than 64 KB.",
    428: "Send the ETag of what you read in the header If-Match, so that nobody's change is overwritten; `*` for whatever is there.",
}
_UNCONDITIONAL = ("missing", ("header", "If-Match"))
"""How the framework tells of an edit that names no version."""
_TIMESTAMP = re.compile(r"<t:(\d{1,11})(?::[tTdDfFsSR])?>")
_MENTION = re.compile(r"<[@#][&!]?(\d+)>")
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><h1>{title}</h1><p>{detail}</p></html>"""


def status_of(error: errors.AttendanceError) -> HTTPStatus:
    """Return the status that tells of an error."""
    found = (STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    return next(found, HTTPStatus.INTERNAL_SERVER_ERROR)


def plain(text: str) -> str:
    """Return a sentence without Discord's markup: timestamps as UTC, mentions as the id."""
    text = _TIMESTAMP.sub(lambda match: f"{datetime.fromtimestamp(int(match[1]), UTC):%Y-%m-%d %H:%M} UTC", text)
    return _MENTION.sub(r"\1", text)


def problem(request: Request, status: int, code: str, detail: str, **more: Any) -> Response:
    """Return the answer: problem+json, or the same as a small page for a browser that is signing in."""
    title = HTTPStatus(status).phrase
    if request.url.path.startswith("/auth/") and "text/html" in request.headers.get("accept", ""):
        return HTMLResponse(_PAGE.format(title=title, detail=html.escape(detail)), status)
    content = {"type": "about:blank", "title": title, "status": status, "code": code, "detail": detail, **more}
    return JSONResponse(content | {"request_id": request.scope["request_id"]}, status, media_type=MEDIA_TYPE)


def install(app: FastAPI, routers: Iterable[APIRouter]) -> None:
    """Let the app, made of `routers`, answer every error as a problem."""
    app.state.routes = [route for router in routers for route in router.routes if isinstance(route, Route)]
    app.add_exception_handler(errors.AttendanceError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _of_the_framework)


def _ours(request: Request, error: Exception) -> Response:
    if not isinstance(error, errors.AttendanceError):
        raise error
    status = status_of(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log().warning("answered_unavailable", extra={"code": error.code, "request_id": request.scope["request_id"]})
    elif status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        log().info("refused", extra={"code": error.code, "request_id": request.scope["request_id"]})
    wait = error.details.get("retry_after", RETRY_LATER)
    answer = problem(request, status, error.code, plain(error.message), **error.details)
    if status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = "Bearer"
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        answer.headers["Retry-After"] = str(math.ceil(wait) if isinstance(wait, int | float) else RETRY_LATER)
    return answer


def _invalid(request: Request, error: Exception) -> Response:
    """Answer what the shape of a request broke, field by field; nothing of the input is repeated."""
    if not isinstance(error, RequestValidationError):
        raise error
    found = [_field(one) for one in error.errors()]
    if any(one["type"] == "json_invalid" for one in error.errors()):
        return problem(request, HTTPStatus.BAD_REQUEST, "malformed", _SENTENCES[400])
    if _UNCONDITIONAL in [(one["type"], one["loc"]) for one in error.errors()]:
        status = HTTPStatus.PRECONDITION_REQUIRED
        return problem(request, status, "precondition_required", _SENTENCES[428], field="If-Match")
    detail = " ".join(f"{one['field']}: {one['message']}." for one in found[:5])
    return problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", detail, field=found[0]["field"], errors=found)


def _field(one: dict[str, Any]) -> dict[str, str]:
    place = [str(part) for part in one["loc"] if part not in ("body", "query", "path", "header", "cookie")]
    unknown = one["type"] == "extra_forbidden"
    message = "there is no such field" if unknown else str(one["msg"]).removeprefix("Value error, ").rstrip(".")
    return {"field": ".".join(place)[:100] or "body", "message": message}


def _of_the_framework(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    status = error.status_code
    answer = problem(request, status, _CODES.get(status, "error"), _SENTENCES.get(status, HTTPStatus(status).phrase))
    answer.headers.update(error.headers or {})
    if status == HTTPStatus.METHOD_NOT_ALLOWED:  # the framework names the methods of one route only
        answer.headers["Allow"] = ", ".join(sorted(_methods(request)))
    return answer


def _methods(request: Request) -> set[str]:
    """Return every method that the address takes."""
    routes: list[Route] = request.app.state.routes
    there = [route.methods or set() for route in routes if route.path_regex.fullmatch(request.url.path)]
    return set[str]().union(*there)
