"""What every REST call passes before and after its route.

In Discord's order: the User-Agent, the credentials, the limits, the body's form, then the route.
A route is a function of a :class:`Call` that returns an :class:`Answer` or raises a
:class:`~infra.local.discord.errors.Refusal`; it knows nothing of HTTP headers.
"""

import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from infra.local.discord import identity, uploads
from infra.local.discord.errors import Refusal, invalid_form, refusal, unauthorized
from infra.local.discord.failures import Failure
from infra.local.discord.model import Grant, Json
from infra.local.discord.stand_in import StandIn

_INVALID: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)
_WITH_BODY: Final = ("POST", "PUT", "PATCH")


class Auth(Enum):
    """Whose credentials a route wants."""

    BOT = auto()
    PERSON = auto()
    EITHER = auto()
    NONE = auto()


@dataclass(frozen=True)
class Answer:
    """``body`` None sends no body at all."""

    status: int = HTTPStatus.OK
    body: Any = None


@dataclass(frozen=True)
class Call:
    """One call of a route. ``grant`` is the signed-in person's, None for the bot."""

    stand_in: StandIn
    path: dict[str, str]
    query: dict[str, str]
    body: Any
    grant: Grant | None = None
    authorization: str = ""

    def number(self, name: str, default: int) -> int:
        """A whole number of the query; 50035 for anything else."""
        try:
            return int(self.query.get(name, default))
        except ValueError as error:
            message = f"{name}: Value is not int."
            raise invalid_form([message]) from error


type Handler = Callable[[Call], Answer | Awaitable[Answer]]


@dataclass(frozen=True)
class Endpoint:
    """A route: ``schema`` names the request body in Discord's OpenAPI document.

    ``form`` takes a form-urlencoded body and is for browsers' and OAuth2 clients' calls, which
    carry no bot's User-Agent.
    """

    method: str
    path: str
    handler: Handler
    auth: Auth = Auth.BOT
    schema: str | None = None
    form: bool = False
    exempt_from_global_limit: bool = field(default=False)

    @property
    def route(self) -> str:
        """How failures, limits and the record of requests name it."""
        return f"{self.method} {self.path}"


class LostAnswer(Response):
    """Breaks the connection after the headers: the caller cannot know that the call took effect."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Promise a byte of body and never send it; the server then closes the connection."""
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1")]
        await send({"type": "http.response.start", "status": self.status_code, "headers": headers})


def json_response(status: int, body: Any, headers: dict[str, str] | None = None) -> Response:
    """An answer with a JSON body, or with none where ``body`` is None."""
    if body is None:
        return Response(status_code=status, headers=headers)
    return Response(json.dumps(body), status_code=status, headers=headers, media_type="application/json")


async def serve(stand_in: StandIn, endpoint: Endpoint, request: Request) -> Response:
    """Take one request through the gate and its route; record it."""
    raw = await request.body()
    record: Json = {
        "at": stand_in.clock.timestamp(),
        "route": endpoint.route,
        "path": request.url.path,
        "query": dict(request.query_params),
        "body": _readable(raw),
    }
    stand_in.requests.append(record)
    failure = stand_in.failures.take(endpoint.route)
    if failure:
        await asyncio.sleep(failure.delay_seconds)
    if failure and failure.status is not None:
        response = _failed(failure)
    else:
        response = await _answered(stand_in, endpoint, request, raw)
    record["status"] = response.status_code
    if response.status_code in _INVALID and response.headers.get("X-RateLimit-Scope") != "shared":
        stand_in.limits.note_invalid(stand_in.clock.seconds())
    if endpoint.method != "GET":
        stand_in.snapshot.changed()
    if failure and failure.lost:
        record["answer_lost"] = True
        return LostAnswer(status_code=response.status_code)
    return response


def _failed(failure: Failure) -> Response:
    status = failure.status or HTTPStatus.INTERNAL_SERVER_ERROR
    if isinstance(failure.body, str):
        return Response(failure.body, status_code=status, headers=failure.headers, media_type="text/html")
    return json_response(status, failure.body, failure.headers)


async def _answered(stand_in: StandIn, endpoint: Endpoint, request: Request, raw: bytes) -> Response:
    headers: dict[str, str] = {}
    try:
        if not endpoint.form and not request.headers.get("User-Agent", "").startswith("DiscordBot ("):
            raise refusal(40333)
        grant = _authorised(stand_in, endpoint.auth, request.headers.get("Authorization", ""))
        headers = _limited(stand_in, endpoint, request.path_params)
        call = Call(
            stand_in,
            dict(request.path_params),
            dict(request.query_params),
            _form(request, raw) if endpoint.form else _json(stand_in, endpoint, request, raw),
            grant,
            request.headers.get("Authorization", ""),
        )
        answer = endpoint.handler(call)
        if inspect.isawaitable(answer):
            answer = await answer
    except Refusal as refused:
        return json_response(refused.status, refused.body, headers | refused.headers)
    return json_response(answer.status, answer.body, headers)


def _authorised(stand_in: StandIn, auth: Auth, header: str) -> Grant | None:
    if auth is Auth.NONE:
        return None
    scheme, _, token = header.partition(" ")
    if scheme == "Bot" and token == identity.BOT_TOKEN and auth is not Auth.PERSON:
        return None
    grant = stand_in.world.tokens.get(token) if scheme == "Bearer" and auth is not Auth.BOT else None
    if grant is None or grant.expires_at <= stand_in.clock.seconds():
        raise unauthorized()
    return grant


def _limited(stand_in: StandIn, endpoint: Endpoint, path: dict[str, Any]) -> dict[str, str]:
    now = stand_in.clock.seconds()
    if endpoint.auth is Auth.BOT and not endpoint.exempt_from_global_limit:
        stand_in.limits.take_global(now)
    resource = path.get("channel_id") or path.get("guild_id") or path.get("webhook_token") or ""
    return stand_in.limits.take(endpoint.route, resource, now)


def _json(stand_in: StandIn, endpoint: Endpoint, request: Request, raw: bytes) -> Any:
    if endpoint.method not in _WITH_BODY or not (raw or endpoint.schema):
        return None
    body, files = _parsed(request.headers.get("Content-Type", ""), raw)
    if endpoint.schema:
        complaints = stand_in.spec.complaints(body, endpoint.schema, endpoint.route)
        if complaints:
            raise invalid_form(complaints)
    return uploads.with_files(body, files) if files else body


def _parsed(kind: str, raw: bytes) -> tuple[Any, dict[str, Json]]:
    """A body's JSON, and the files that came with it by their ids."""
    if kind.startswith("multipart/form-data"):
        return uploads.read_form(kind, raw)
    if not kind.startswith("application/json"):
        complaint = 'Expected "Content-Type" header to be one of {"application/json", "multipart/form-data"}.'
        raise invalid_form([f"_content_type: {complaint}"])
    try:
        return json.loads(raw), {}
    except ValueError as broken:
        raise refusal(50109) from broken


def _form(request: Request, raw: bytes) -> dict[str, str]:
    if request.method == "GET":
        return {}
    if not request.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
        raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, {"message": "form-urlencoded only", "code": 0})
    return dict(parse_qsl(raw.decode(errors="replace"), keep_blank_values=True))


def _readable(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        # A form may hold secrets (client secret, codes): only its size is kept.
        return f"{len(raw)} bytes, not JSON"
