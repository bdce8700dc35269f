"""Discord at the HTTP transport, in memory: what `requests` would send arrives here, and what it answers is Discord's.

Strict where the code relies on it: a nonce is remembered for two minutes and is not told by the list of messages, a
message that was deleted is gone for good, closed direct messages refuse, an unknown interaction is 404,
and so is the voice state of who sits in no channel (10065).
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
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


def _sent(request: PreparedRequest) -> dict[str, Any]:
    """The body of a request; of a form, its JSON with the files that it names in their places, as (name, type, bytes)."""
    kind = str(request.headers.get("Content-Type", ""))
    if not kind.startswith("multipart/form-data"):
        return json.loads(request.body) if request.body else {}
    assert isinstance(request.body, bytes)
    form = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + request.body)
    parts = {part.get_param("name", header="content-disposition"): part for part in form.get_payload()}
    body: dict[str, Any] = json.loads(parts.pop("payload_json").get_payload(decode=True))
    files = {
        str(name): (part.get_filename(), part.get_content_type(), part.get_payload(decode=True))
        for name, part in parts.items()
    }
    assert [f"files[{one['id']}]" for one in body["attachments"]] == list(files), "each attachment has its file"
    assert all(one["filename"] == files[f"files[{one['id']}]"][0] for one in body["attachments"])
    return body | {"files": list(files.values())}


@dataclass
class Message:
    """A message as members see it."""

    id: str
    channel_id: str
    body: dict[str, Any]
    nonce: str | None
    made_at: datetime


@dataclass
class Limited:
    """A channel that takes so many messages a span of seconds, and the calls that came when it took none."""

    size: int
    span: float
    room: int = 0
    resets: datetime | None = None
    refused: int = 0

    def take(self, now: datetime) -> tuple[bool, dict[str, str]]:
        """Whether a message fits, and what Discord's answer tells of it."""
        if self.resets is None or now >= self.resets:
            self.room, self.resets = self.size, now + timedelta(seconds=self.span)
        fits = self.room > 0
        self.room -= fits
        self.refused += not fits
        told = {
            "Bucket": "m",
            "Limit": self.size,
            "Remaining": self.room,
            "Reset-After": (self.resets - now).total_seconds(),
        }
        return fits, {f"X-RateLimit-{name}": str(value) for name, value in told.items()}


@dataclass
class DiscordInMemory(BaseAdapter):
    """`clock` tells the time; `before` and `after`, where set, are called around every call and may raise."""

    clock: Callable[[], datetime]
    messages: list[Message] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)
    forbidden: set[str] = field(default_factory=set)
    unreadable: set[str] = field(default_factory=set)
    interactions: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused_guilds: dict[str, tuple[int, int]] = field(default_factory=dict)
    voice: dict[str, str] = field(default_factory=dict)
    refused_voice: dict[str, tuple[int, int]] = field(default_factory=dict)
    guild_channels: list[dict[str, Any]] = field(default_factory=list)
    members: list[dict[str, Any]] | None = None
    scripted: dict[str, list[Any]] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    received: list[PreparedRequest] = field(default_factory=list)
    tokens: set[str] = field(default_factory=lambda: {TOKEN})
    before: Callable[[str], None] = lambda _name: None
    after: Callable[[str], None] = lambda _name: None
    threads: dict[str, dict[str, Any]] = field(default_factory=dict)
    scheduled: dict[str, dict[str, Any]] = field(default_factory=dict)
    lacking: set[str] = field(default_factory=set)
    limited: dict[str, Limited] = field(default_factory=dict)
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
        parts = path.strip("/").split("/")
        fits: bool = True
        told: dict[str, str] = {}
        if request.method == "POST" and parts[0] == "channels" and parts[1] in self.limited:
            fits, told = self.limited[parts[1]].take(self.clock())
        wait = {"retry_after": float(told.get("X-RateLimit-Reset-After", 0)), "global": False}
        status, body = self._answer(request, parts) if fits else (429, wait)
        self.after(name)
        return self._response(request, status, body, told)

    def close(self) -> None:
        """Nothing is open."""

    def _answer(self, request: PreparedRequest, parts: list[str]) -> tuple[int, Any]:
        body = _sent(request)
        if parts[0] != "webhooks" and str(request.headers.get("Authorization")).removeprefix("Bot ") not in self.tokens:
            return 401, {"code": 0, "message": "401: Unauthorized"}
        match request.method, parts:
            case "POST", ["users", "@me", "channels"]:
                return 200, {"id": "7" + body["recipient_id"]}
            case _, ["channels", channel, "messages", *message_id] if "threads" not in message_id:
                return self._messages(str(request.method), channel, message_id, body)
            case "PATCH", ["webhooks", _, token, "messages", "@original"]:
                if token not in self.interactions:
                    return 404, {"code": 10015}
                self.interactions[token] |= body
                return 200, {"id": "1"}
            case "GET", ["guilds", guild, "voice-states", user]:
                return self._voice_state(guild, user)
            case "GET", ["guilds", _, "channels"]:
                return 200, self.guild_channels
            case "GET", ["guilds", guild] if guild in self.refused_guilds:
                status, code = self.refused_guilds[guild]
                return status, {"code": code, "message": "refused"}
            case "GET", ["guilds", guild]:
                return 200, {"id": guild, "system_channel_id": None, "owner_id": "900"}
        return self._beside(str(request.method), parts, body)

    def _beside(self, method: str, parts: list[str], body: dict[str, Any]) -> tuple[int, Any]:
        """What stands beside an event."""
        match method, parts:
            case "POST", ["channels", _, "messages", message_id, "threads"]:
                return self._open_thread(message_id, body)
            case "PATCH", ["channels", thread_id]:
                return self._change_thread(thread_id, body)
            case "PUT", ["channels", thread_id, "thread-members", user_id]:
                self.threads[thread_id]["members"].append(user_id)
                return 204, None
            case "GET", ["guilds", _, "members"] if self.members is None:
                return 403, {"code": 50001, "message": "Missing Access"}
            case "GET", ["guilds", _, "members"]:
                return 200, self.members
            case _, ["guilds", _, "scheduled-events", *event_id]:
                return self._scheduled_events(method, event_id, body)
        raise AssertionError(f"no such route: {method} {parts}")

    def _voice_state(self, guild: str, user: str) -> tuple[int, Any]:
        refused = self.refused_voice.get(user) or self.refused_voice.get("everyone")
        if refused:
            return refused[0], {"code": refused[1]}
        if user not in self.voice:
            return 404, {"code": 10065}
        return 200, {"guild_id": guild, "user_id": user, "channel_id": self.voice[user]}

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
        if method == "DELETE":
            self.messages.remove(found)
            return 204, None
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

    def _open_thread(self, message_id: str, body: dict[str, Any]) -> tuple[int, Any]:
        if "threads" in self.lacking:
            return 403, {"code": 50013}
        if all(one.id != message_id for one in self.messages):
            return 404, {"code": 10008}
        if message_id in self.threads:
            return 400, {"code": 160004}
        self.threads[message_id] = {"name": body["name"], "archived": False, "locked": False, "members": []}
        return 201, {"id": message_id}

    def _change_thread(self, thread_id: str, body: dict[str, Any]) -> tuple[int, Any]:
        if thread_id not in self.threads:
            return 404, {"code": 10003}
        thread = self.threads[thread_id]
        if thread["archived"] and body.get("archived") is not False and "name" in body:
            return 400, {"code": 50083}
        if "locked" in body and "locking" in self.lacking:
            return 403, {"code": 50013}
        thread |= body
        return 200, {"id": thread_id}

    def _scheduled_events(self, method: str, event_id: list[str], body: dict[str, Any]) -> tuple[int, Any]:
        """Statuses go forward only, and what is over is neither listed nor changed."""
        living = [one for one in self.scheduled.values() if one["status"] in (1, 2)]
        if method == "GET":
            return 200, living
        if method == "POST":
            if "scheduled_events" in self.lacking or (body["entity_type"] == 2 and "voice" in self.lacking):
                return 403, {"code": 50013}
            if len(living) >= 100:
                return 400, {"code": 30038}
            self._made += 1
            self.scheduled[str(9000 + self._made)] = body | {"id": str(9000 + self._made), "status": 1}
            return 200, self.scheduled[str(9000 + self._made)]
        found = self.scheduled.get(event_id[0])
        if found is None:
            return 404, {"code": 10070}
        if method == "DELETE":
            del self.scheduled[event_id[0]]
            return 204, None
        if found["status"] in (3, 4):
            return 400, {"code": 180000}
        if "status" in body and (found["status"], body["status"]) not in ((1, 2), (1, 4), (2, 3)):
            return 400, {"code": 50035}
        found |= body
        return 200, found

    @staticmethod
    def _shape(message: Message) -> dict[str, Any]:
        return {"id": message.id, "channel_id": message.channel_id, "author": {"id": APPLICATION}, **message.body}

    @staticmethod
    def _response(request: PreparedRequest, status: int, body: Any, headers: dict[str, str] | None = None) -> Response:
        response = Response()
        response.status_code = status
        response.request = request
        response.headers.update(headers or {})
        response._content = (
            b"" if body is None else body.encode() if isinstance(body, str) else json.dumps(body).encode()
        )
        return response
