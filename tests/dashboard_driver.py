"""A dashboard in one line: signs people in through the real routes, calls the API, opens sockets.

Discord is played by two small fakes behind the ports; the table is the one given.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx

from attendance import wiring
from attendance.domain.access import Identity, UserGuild
from attendance.domain.pkce import challenge_of
from attendance.domain.rights import ADMINISTRATOR, OFFICER
from attendance.domain.settings import Settings
from attendance.domain.tokens import read_keys
from attendance.errors import Gone, Refused, Unauthenticated, Unavailable
from attendance.storage import guilds
from attendance.storage.table import Table
from dashboard.app import app
from realtime.app import handler as socket_handler
from tests.stories import CHANNEL, GUILD, NOW, OTHER_GUILD, officer
from tests.workers import FilesInMemory

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    import pytest
    from mypy_boto3_dynamodb import DynamoDBClient

ORIGIN = "https://app.example.com"
API = "https://api.example.com"
OWNER, OFFICER_USER, MEMBER, OUTSIDER, STRANGER, ADMIN = "901", "902", "903", "904", "905", "906"
OFFICER_ROLE, ADMIN_ROLE = "5001", "5002"
KEYS = {"k1": "a" * 43, "k0": "b" * 43}
_keys = itertools.count()


@dataclass
class DiscordWithPeople:
    """The bot's view of two guilds, with the errors of the port."""

    members: dict[str, dict[str, list[str]]]
    down: bool = False
    lists_members: bool = True
    calls: list[str] = field(default_factory=list)

    def call(self, method: str, path: str, body: object = None) -> Any:
        self.calls.append(f"{method} {path}")
        assert body is None
        if self.down:
            raise Unavailable("Discord is down.")
        _, kind, guild_id, *rest = path.split("/")
        assert kind == "guilds"
        if guild_id not in self.members:
            raise Refused("Missing Access", status=403, reason=50001)
        if rest[:1] == ["channels"]:
            return [{"id": CHANNEL if guild_id == GUILD else "77", "type": 0}]
        roles = [{"id": guild_id, "permissions": "1024"}, {"id": OFFICER_ROLE, "permissions": "0"}]
        roles.append({"id": ADMIN_ROLE, "permissions": str(ADMINISTRATOR)})
        if rest[:1] == ["roles"]:
            return roles
        if rest and rest[0].startswith("members?"):
            return self._listed(guild_id)
        if rest[:1] == ["members"]:
            if rest[1] not in self.members[guild_id]:
                raise Gone("Unknown Member", status=404, reason=10007)
            return self._member(guild_id, rest[1])
        return {"id": guild_id, "name": f"Guild {guild_id}", "owner_id": OWNER, "roles": roles}

    def _listed(self, guild_id: str) -> list[dict[str, Any]]:
        if not self.lists_members:
            raise Refused("Missing Access", status=403, reason=50001)
        return [self._member(guild_id, user_id) for user_id in self.members[guild_id]]

    def _member(self, guild_id: str, user_id: str) -> dict[str, Any]:
        user = {"id": user_id, "username": f"user{user_id}", "global_name": f"User {user_id}"}
        return {"user": user, "nick": None, "roles": self.members[guild_id][user_id]}


class SignInWithPeople:
    """Discord's OAuth2: the code `code-of-<user>` is good once, for the verifier of its challenge."""

    def __init__(self, guilds_of: dict[str, list[str]]) -> None:
        self.guilds_of = guilds_of
        self.challenge = ""
        self.trouble: Exception | None = None

    def authorize_url(self, *, redirect_uri: str, state: str, challenge: str) -> str:
        self.challenge = challenge
        return f"https://discord.test/oauth2/authorize?redirect_uri={redirect_uri}&state={state}"

    def identify(self, *, code: str, redirect_uri: str, verifier: str) -> Identity:
        if self.trouble:
            raise self.trouble
        if redirect_uri != f"{API}/auth/callback" or challenge_of(verifier) != self.challenge:
            raise Unauthenticated("no")
        user_id = code.removeprefix("code-of-")
        found = tuple(UserGuild(guild_id=one, name=f"Guild {one}") for one in self.guilds_of[user_id])
        return Identity(user_id=user_id, name=f"User {user_id}", guilds=found)


class Browser:
    """Calls the app in this process and keeps cookies; what the app raises is answered as on Lambda."""

    def __init__(self) -> None:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=("192.0.2.1", 0))
        self._client = httpx.AsyncClient(transport=transport, base_url=API)
        self.cookies = self._client.cookies

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send one request; redirects are answers like any other."""
        return asyncio.run(self._client.request(method, path, **options))

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.request("POST", path, **options)


@dataclass
class Tokens:
    """What a signed-in dashboard holds."""

    access: str
    refresh: str
    session_id: str


class Dashboard:
    """One deployment of the API and its sockets on a table, with a clock of its own."""

    def __init__(self, table: tuple[DynamoDBClient, str], monkeypatch: pytest.MonkeyPatch, stage: str = "dev") -> None:
        self.now: datetime = NOW
        self.table = Table(*table, sleep=lambda _: None)
        people = {OWNER: [], ADMIN: [ADMIN_ROLE], OFFICER_USER: [OFFICER_ROLE], MEMBER: []}
        self.discord = DiscordWithPeople({GUILD: people, OTHER_GUILD: {STRANGER: []}})
        home, away = [GUILD, "42"], [OTHER_GUILD]
        self.provider = SignInWithPeople(
            {OWNER: home, ADMIN: home, OFFICER_USER: home, MEMBER: home, OUTSIDER: ["42"], STRANGER: away}
        )
        self.files = FilesInMemory()
        self.keys = dict(KEYS)
        for name, value in {
            "STAGE": stage,
            "PUBLIC_URL": API,
            "DASHBOARD_ORIGINS": f"{ORIGIN},https://other.example.com",
            "WEBSOCKET_ENDPOINT": "https://ws.example.com/live",
        }.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(wiring, "now", lambda: self.now)
        monkeypatch.setattr(wiring, "table", lambda: self.table)
        monkeypatch.setattr(wiring, "discord", lambda: self.discord)
        monkeypatch.setattr(wiring, "discord_sign_in", lambda: self.provider)
        monkeypatch.setattr(wiring, "files", lambda: self.files)
        monkeypatch.setattr(wiring, "token_keys", lambda: read_keys(self.keys))
        for guild_id in (GUILD, OTHER_GUILD):
            self.set_up(guild_id)
        self._tokens: dict[str, Tokens] = {}
        self._sockets = itertools.count()
        self.client = self.browser()

    def set_up(self, guild_id: str, *, rights: Iterable[str] = OFFICER) -> None:
        """A guild in Berlin whose officer role holds `rights`."""
        settings = Settings(
            guild_id=guild_id,
            zone="Europe/Berlin",
            channel_id=CHANNEL,
            officer_role_id=OFFICER_ROLE,
            rights=dict.fromkeys(sorted(rights), (OFFICER_ROLE,)),
            version=guilds.get_settings(self.table, guild_id).version + 1,
        )
        guilds.save_settings(self.table, settings, officer(), self.now)

    def browser(self) -> Browser:
        """A browser with cookies of its own."""
        return Browser()

    def begin(self, browser: Browser, verifier: str, **changes: str) -> httpx.Response:
        """Open /auth/login."""
        query = {
            "redirect_uri": f"{ORIGIN}/auth/callback",
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
            "state": "own",
        }
        return browser.get("/auth/login", params=query | changes)

    def one_time_code(self, user_id: str, verifier: str, browser: Browser | None = None) -> str:
        """Sign in at Discord and return the code that the dashboard gets."""
        browser = browser or self.browser()
        state = query_of(self.begin(browser, verifier))["state"]
        back = browser.get("/auth/callback", params={"state": state, "code": f"code-of-{user_id}"})
        return query_of(back)["code"]

    def sign_in(self, user_id: str) -> Tokens:
        """Sign in anew."""
        verifier = secrets.token_urlsafe(48)
        code = self.one_time_code(user_id, verifier)
        answer = self.client.post("/auth/token", json={"code": code, "code_verifier": verifier})
        assert answer.status_code == 200, answer.text
        body = answer.json()
        return Tokens(body["access_token"], body["refresh_token"], body["session_id"])

    def call(self, who: str | None, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        """Call the API as a person, signed in on first use, or as nobody; POST brings an Idempotency-Key, edits an If-Match."""
        if who is not None:
            headers = self.shown(who) | headers
        if method == "POST":
            headers.setdefault("Idempotency-Key", f"test-key-{next(_keys)}")
        if method in ("PATCH", "PUT", "DELETE"):
            headers.setdefault("If-Match", "*")
        return self.client.request(method, path, json=body, headers=headers)

    def shown(self, who: str) -> dict[str, str]:
        """The headers by which a person is known, signed in on first use."""
        if who not in self._tokens:
            self._tokens[who] = self.sign_in(who)
        return {"Authorization": f"Bearer {self._tokens[who].access}"}

    def get(self, who: str | None, path: str, **headers: str) -> httpx.Response:
        return self.call(who, "GET", path, **headers)

    def post(self, who: str | None, path: str, body: object = None, **headers: str) -> httpx.Response:
        return self.call(who, "POST", path, body, **headers)

    def socket(self, ticket: str, origin: str | None = ORIGIN) -> tuple[str, int]:
        """Open a connection; returns its id and the status of $connect."""
        connection_id = f"c{next(self._sockets)}"
        headers = {"Origin": origin} if origin else {}
        answer = self.say(connection_id, "$connect", query={"ticket": ticket}, headers=headers)
        return connection_id, answer["statusCode"]

    def say(self, connection_id: str, route: str, body: object = None, **more: Any) -> dict[str, Any]:
        """Send one event of the WebSocket API to its function; returns the function's answer."""
        event = {
            "requestContext": {"routeKey": route, "connectionId": connection_id},
            "queryStringParameters": more.get("query"),
            "headers": more.get("headers"),
            "body": body if isinstance(body, str) else json.dumps(body),
        }
        return socket_handler(event, None)

    def said(self, connection_id: str, route: str, **body: object) -> dict[str, Any]:
        """Send a message and return what comes back on the socket."""
        answer: dict[str, Any] = json.loads(self.say(connection_id, route, {"action": route} | body)["body"])
        return answer


def query_of(answer: httpx.Response) -> dict[str, str]:
    """The query of the address to which an answer redirects."""
    assert answer.status_code == 302, answer.text
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}
