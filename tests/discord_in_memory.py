"""Discord at the HTTP transport, in memory: what `requests` would send arrives here, and what it answers is Discord's.

Strict where the code relies on it: a nonce is remembered for two minutes and is not told by the list of messages, a
message that was deleted is gone for good, closed direct messages refuse, an unknown interaction is 404.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from requests import ConnectionError, PreparedRequest, Response, Session  # noqa: A004 - requests' own, which the client catches
from requests.adapters import BaseAdapter

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

BASE = "https://discord.test/api/v10"
TOKEN = "bot-token"
APPLICATION = "1190000000000000001"
NONCE_REMEMBERED = timedelta(seconds=120)
_EPOCH_MS = 1_420_070_400_000


class AnswerLost(ConnectionError):
    """Discord did what it was asked, and we never heard."""


@dataclass
class Message:
    """A message as members see it."""

    id: str
    channel_id: str
    body: dict[str, Any]
    nonce: str | None
    made_at: datetime


@dataclass
class DiscordInMemory(BaseAdapter):
    """`clock` tells the time; `before` and `after`, where set, are called around every call and may raise."""

    clock: Callable[[], datetime]
    messages: list[Message] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)
    forbidden: set[str] = field(default_factory=set)
    unreadable: set[str] = field(default_factory=set)
    interactions: dict[str, dict[str, Any]] = field(default_factory=dict)
    guild_channels: list[dict[str, Any]] = field(default_factory=list)
    scripted: dict[str, list[Any]] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    received: list[PreparedRequest] = field(default_factory=list)
    tokens: set[str] = field(default_factory=lambda: {TOKEN})
    before: Callable[[str], None] = lambda _name: None
    after: Callable[[str], None] = lambda _name: None
    _made: int = 0

    def __post_init__(self) -> None:
        super().__init__()

    def session(self) -> Session:
        """A session whose every request arrives here."""
        session = Session()
        session.mount("https://", self)
        session.mount("http://", self)
        return session

    def shown(self, channel_id: str | None = None) -> list[dict[str, Any]]:
        """The bodies of the messages that stand, in all channels or in one."""
        return [one.body for one in self.messages if channel_id in (None, one.channel_id)]

    def delete(self, message_id: str) -> None:
        """A moderator deletes a message."""
        self.messages = [one for one in self.messages if one.id != message_id]

    def send(self, request: PreparedRequest, *_args: Any, **_kwargs: Any) -> Response:
        path = urlsplit(str(request.url)).path.removeprefix("/api/v10")
        name = f"{request.method} {path}"
        self.before(name)
        self.calls[name] += 1
        self.received.append(request)
        for prefix, answers in self.scripted.items():
            if name.startswith(prefix) and answers:
                scripted = answers.pop(0)
                if isinstance(scripted, BaseException):
                    raise scripted
                return self._response(request, *scripted)
        status, body = self._answer(request, path.strip("/").split("/"))
        self.after(name)
        return self._response(request, status, body)

    def close(self) -> None:
        """Nothing is open."""

    def _answer(self, request: PreparedRequest, parts: list[str]) -> tuple[int, Any]:
        body = json.loads(request.body) if request.body else {}
        if parts[0] != "webhooks" and str(request.headers.get("Authorization")).removeprefix("Bot ") not in self.tokens:
            return 401, {"code": 0, "message": "401: Unauthorized"}
        match request.method, parts:
            case "POST", ["users", "@me", "channels"]:
                return 200, {"id": "7" + body["recipient_id"]}
            case _, ["channels", channel, "messages", *message_id]:
                return self._messages(str(request.method), channel, message_id, body)
            case "PATCH", ["webhooks", _, token, "messages", "@original"]:
                if token not in self.interactions:
                    return 404, {"code": 10015}
                self.interactions[token] |= body
                return 200, {"id": "1"}
            case "GET", ["guilds", _, "channels"]:
                return 200, self.guild_channels
            case "GET", ["guilds", guild]:
                return 200, {"id": guild, "system_channel_id": None}
        raise AssertionError(f"no such route: {request.method} {parts}")

    def _messages(self, method: str, channel: str, message_id: list[str], body: dict[str, Any]) -> tuple[int, Any]:
        if method == "POST":
            return self._post(channel, body)
        if method == "GET":
            if channel in self.unreadable | self.forbidden:
                return 403, {"code": 50001}
            return 200, [self._shape(one) for one in reversed(self.messages) if one.channel_id == channel][:100]
        found = next((one for one in self.messages if one.id == message_id[0]), None)
        if found is None:
            return 404, {"code": 10008}
        found.body |= body
        return 200, self._shape(found)

    def _post(self, channel: str, body: dict[str, Any]) -> tuple[int, Any]:
        if channel in self.forbidden:
            return 403, {"code": 50013}
        if channel.removeprefix("7") in self.closed:
            return 403, {"code": 50007}
        nonce = body.get("nonce") if body.get("enforce_nonce") else None
        for one in self.messages:
            if nonce is not None and one.nonce == nonce and self.clock() - one.made_at < NONCE_REMEMBERED:
                return 200, self._shape(one)
        kept = {name: value for name, value in body.items() if name not in ("nonce", "enforce_nonce")}
        self._made += 1
        snowflake = str(((int(self.clock().timestamp() * 1000) - _EPOCH_MS) << 22) + self._made)
        self.messages.append(Message(snowflake, channel, kept, nonce, self.clock()))
        return 200, self._shape(self.messages[-1])

    @staticmethod
    def _shape(message: Message) -> dict[str, Any]:
        return {"id": message.id, "channel_id": message.channel_id, "author": {"id": APPLICATION}, **message.body}

    @staticmethod
    def _response(request: PreparedRequest, status: int, body: Any, headers: dict[str, str] | None = None) -> Response:
        response = Response()
        response.status_code = status
        response.request = request
        response.headers.update(headers or {})
        response._content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        return response
