"""A stand-in for Discord on a free port of this process, with an application of the test's own behind it.

The application verifies every signature twice, with PyNaCl and with Discord's own library, and
answers what the test says (``trusting``: whatever the signature); it is reached in memory.
"""

import contextlib
import inspect
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import requests
import uvicorn
from discord_interactions import verify_key
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from infra.local.discord import identity
from infra.local.discord.app import create
from infra.local.discord.spec import Spec, spec_directory
from infra.local.discord.stand_in import StandIn

ENDPOINT = "http://application.test/discord/interactions"
EVENTS = "http://application.test/discord/events"
BOT = {"Authorization": f"Bot {identity.BOT_TOKEN}", "User-Agent": "DiscordBot (http://localhost, 1)"}

BUTTON = {"type": 2, "style": 1, "label": "Tank", "custom_id": "v1:tank"}
CARD = {"embeds": [{"title": "Raid night"}], "components": [{"type": 1, "components": [BUTTON]}]}
SHOW = {
    "name": "event",
    "description": "Events",
    "options": [
        {
            "type": 1,
            "name": "show",
            "description": "Show one",
            "options": [
                {"type": 3, "name": "event", "description": "Which", "required": True, "autocomplete": True},
                {"type": 4, "name": "page", "description": "Page", "min_value": 1},
                {"type": 6, "name": "member", "description": "Who"},
                {"type": 8, "name": "role", "description": "Which role"},
                {"type": 7, "name": "channel", "description": "Where"},
            ],
        }
    ],
}
MODAL = {
    "custom_id": "v1:note",
    "title": "A note",
    "components": [
        {"type": 18, "label": "Note", "component": {"type": 4, "custom_id": "note", "style": 2}},
        {
            "type": 18,
            "label": "Role",
            "component": {
                "type": 3,
                "custom_id": "role",
                "options": [
                    {"label": "Tank", "value": "tank"},
                    {"label": "Healer", "value": "healer", "default": True},
                ],
            },
        },
        {"type": 18, "label": "Who", "component": {"type": 5, "custom_id": "who", "required": False}},
    ],
}

type Reply = Callable[[dict[str, Any]], Any]


def spec_dir() -> Path | None:
    """Where Discord's spec is; under CI a missing one is a failure, elsewhere None."""
    root = Path(__file__).parents[1]
    found = spec_directory(os.environ.get("DISCORD_SPEC_DIR", str(root / "../shared/discord")))
    if found is None and os.environ.get("CI") == "true":
        raise RuntimeError("DISCORD_SPEC_DIR names no directory with openapi.json")
    return found


@dataclass
class Application:
    """The application under Discord: ``replies`` is what it says to each payload."""

    public_key: str = ""
    trusting: bool = False
    replies: Reply = lambda _payload: {"type": 4, "data": {"content": "Hello"}}
    received: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)

    def genuine(self, request: Request, raw: bytes) -> bool:
        if self.trusting:
            return True
        signature = request.headers.get("X-Signature-Ed25519", "")
        timestamp = request.headers.get("X-Signature-Timestamp", "")
        second_opinion = verify_key(raw, signature, timestamp, self.public_key)
        try:
            VerifyKey(bytes.fromhex(self.public_key)).verify(timestamp.encode() + raw, bytes.fromhex(signature))
        except (BadSignatureError, ValueError):
            assert not second_opinion
            return False
        assert second_opinion
        return True

    async def interactions(self, request: Request) -> Response:
        raw = await request.body()
        if not self.genuine(request, raw):
            return Response(status_code=401)
        payload = json.loads(raw)
        if payload["type"] == 1:
            return JSONResponse({"type": 1})
        self.received.append(payload)
        reply = self.replies(payload)
        if inspect.isawaitable(reply):
            reply = await reply
        return reply if isinstance(reply, Response) else JSONResponse(reply)

    async def webhook_events(self, request: Request) -> Response:
        raw = await request.body()
        if not self.genuine(request, raw):
            return Response(status_code=401)
        if json.loads(raw)["type"] == 1:
            self.events.append(json.loads(raw))
        return Response(status_code=204)

    def asgi(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/discord/interactions", self.interactions, methods=["POST"]),
                Route("/discord/events", self.webhook_events, methods=["POST"]),
            ]
        )


@dataclass
class Harness:
    """One stand-in, its application, and short words for what tests do."""

    url: str
    stand_in: StandIn
    application: Application

    def request(self, method: str, path: str, **given: Any) -> requests.Response:
        return requests.request(method, self.url + path, allow_redirects=False, timeout=20, **given)

    def api(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        """A REST call with the bot's credentials; a header given as an empty text is left out."""
        merged = {key: value for key, value in (BOT | headers).items() if value}
        given = {} if body is None else {"json": body}
        return self.request(method, f"/api/v10{path}", headers=merged, **given)

    def control(self, method: str, name: str, /, **body: Any) -> Any:
        given = {"params": body} if method == "GET" else {"json": body}
        response = self.request(method, f"/_stand-in/{name}", **given)
        assert response.status_code == 200, response.text
        return response.json()

    def guild(self) -> Any:
        return self.control("GET", "snapshot")["guilds"][0]

    def channel(self, name: str = "raids") -> Any:
        return next(one["id"] for one in self.guild()["channels"] if one["name"] == name)

    def role(self, name: str) -> Any:
        return next(one["id"] for one in self.guild()["roles"] if one["name"] == name)

    def person(self, name: str = "Nia") -> Any:
        return next(one["id"] for one in self.guild()["members"] if one["name"] == name)

    def post(self, content: str = "Hello", channel: str | None = None, **fields: Any) -> requests.Response:
        body = {"content": content, **fields}
        return self.api("POST", f"/channels/{channel or self.channel()}/messages", body)

    def act(self, kind: str, who: str = "Nia", channel: str | None = None, **data: Any) -> Any:
        place = channel or self.channel()
        return self.control("POST", "interact", kind=kind, user_id=self.person(who), channel_id=place, data=data)

    def connect(self) -> None:
        """Register the application's endpoints, as a deploy does."""
        settings = {"interactions_endpoint_url": ENDPOINT, "event_webhooks_url": EVENTS, "event_webhooks_status": 2}
        response = self.api("PATCH", "/applications/@me", settings)
        assert response.status_code == 200, response.text

    def commands(self, *definitions: dict[str, Any]) -> Any:
        response = self.api("PUT", f"/applications/{identity.APPLICATION_ID}/commands", list(definitions))
        assert response.status_code == 200, response.text
        return response.json()


@contextlib.contextmanager
def running(state: Path, *, answer_seconds: float = 3.0) -> Iterator[Harness]:
    """A fresh stand-in with the demo guild, checked against Discord's spec where it is at hand."""
    application = Application()
    stand_in = StandIn.kept_in(state, Spec(spec_dir()), answer_seconds)
    stand_in.http = httpx.AsyncClient(transport=httpx.ASGITransport(application.asgi()))
    application.public_key = stand_in.signer.public_key
    server = uvicorn.Server(uvicorn.Config(create(stand_in), port=0, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Harness(f"http://127.0.0.1:{port}", stand_in, application)
    finally:
        server.should_exit = True
        thread.join(timeout=10)
