"""A person with a dashboard: signs in as a browser would, then talks REST and WebSocket."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import requests
from websockets.sync.client import connect
from websockets.typing import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from websockets.sync.client import ClientConnection

    from infra.local.player import Member
    from infra.local.stack import Addresses

ORIGIN = Origin("http://localhost:3000")
SECONDS = 30


class DashboardUser:
    """A signed-in member of the demo guild."""

    def __init__(self, stack: Addresses, member: Member) -> None:
        self.api = stack.api_url
        self.guild_id = member.guild.id
        self.browser = requests.Session()
        self.browser.headers["Origin"] = ORIGIN
        self.tokens = self._sign_in(member.id)
        self.browser.headers["Authorization"] = f"Bearer {self.tokens['access_token']}"

    def _sign_in(self, user_id: str) -> dict[str, Any]:
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {"redirect_uri": f"{ORIGIN}/auth/callback", "code_challenge": challenge, "state": "mine"}
        to_discord = self._hop(f"{self.api}/auth/login", params=asked)
        back_to_us = self._hop(to_discord, params={"as": user_id})
        to_dashboard = self._hop(back_to_us)
        assert to_dashboard.startswith(f"{ORIGIN}/auth/callback?")
        answer = parse_qs(urlsplit(to_dashboard).query)
        assert answer["state"] == ["mine"]
        body = {"code": answer["code"][0], "code_verifier": verifier}
        tokens = self.browser.post(f"{self.api}/auth/token", json=body, timeout=SECONDS)
        assert tokens.status_code == 200, tokens.text
        again = self.browser.post(f"{self.api}/auth/token", json=body, timeout=SECONDS)
        assert again.status_code == 401, "a one-time code works once"
        found: dict[str, Any] = tokens.json()
        return found

    def _hop(self, url: str, **options: Any) -> str:
        """Follow one redirect by hand, as a test that wants to see each of them must."""
        answer = self.browser.get(url, allow_redirects=False, timeout=SECONDS, **options)
        assert answer.status_code in (302, 303, 307), answer.text[:500]
        return answer.headers["Location"]

    def get(self, path: str, **params: Any) -> requests.Response:
        """GET below the guild."""
        return self.browser.get(f"{self.api}/api/v1/guilds/{self.guild_id}{path}", params=params, timeout=SECONDS)

    def post(self, path: str, body: dict[str, Any] | None = None, *, key: str | None = None) -> requests.Response:
        """POST below the guild, with an Idempotency-Key."""
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        url = f"{self.api}/api/v1/guilds/{self.guild_id}{path}"
        return self.browser.post(url, json=body or {}, headers=headers, timeout=SECONDS)

    def delete(self, path: str) -> requests.Response:
        """DELETE below the guild, whatever is there."""
        url = f"{self.api}/api/v1/guilds/{self.guild_id}{path}"
        return self.browser.delete(url, headers={"If-Match": "*"}, timeout=SECONDS)

    @contextmanager
    def listening(self, event_id: str | None = None) -> Iterator[ClientConnection]:
        """A socket that is subscribed to the guild, or to one event."""
        ticket = self.post("/ticket").json()
        with connect(f"{ticket['url']}?ticket={ticket['ticket']}", origin=ORIGIN, open_timeout=SECONDS) as socket:
            wanted = {"action": "subscribe", "guild_id": self.guild_id} | ({"event_id": event_id} if event_id else {})
            socket.send(json.dumps(wanted))
            assert json.loads(socket.recv(SECONDS))["type"] == "subscribed"
            yield socket
