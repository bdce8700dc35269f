"""Discord's OAuth2 for signing in: authorization codes with S256 PKCE, scopes `identify guilds`.

Discord documents PKCE for its SDK and mobile only, so it is sent and not relied on: the state stays. The token endpoint
takes form-encoded bodies only. The token is used for two reads and then forgotten: it is neither stored nor handed on,
and revoking it would end a sign-in of the same person that is under way in another browser.
(https://docs.discord.com/developers/topics/oauth2)
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import requests

from attendance.discord.user_agent import user_agent
from attendance.domain.access import Identity, UserGuild
from attendance.domain.ids import is_snowflake
from attendance.errors import Unauthenticated, Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attendance.ports import Secrets

SCOPES = "identify guilds"
TIMEOUT = (3.05, 6)
"""Seconds to connect and to read: three calls fit into the function's 29."""
MAX_GUILDS = 200  # what Discord answers at most, and what one sign-in stores
MAX_ANSWER_BYTES = 4_000_000
_BUSY = "Discord does not answer right now. Please try again in a minute."
_REFUSED = "Discord did not accept this sign-in. Please begin again."


class DiscordOAuth:
    """Sign-in by Discord. `session` is injected by tests at the transport."""

    def __init__(self, api_url: str, client_id: str, secrets: Secrets, session: requests.Session | None = None) -> None:
        self._api = api_url
        self._client_id = client_id
        self._secrets = secrets
        self._session = session or requests.Session()
        self._session.trust_env = False  # no credentials from a .netrc
        self._session.headers["User-Agent"] = user_agent(client_id)

    def authorize_url(self, *, redirect_uri: str, state: str, challenge: str) -> str:
        """Return where to send the browser; `challenge` is the S256 challenge of the verifier shown to `identify`."""
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "scope": SCOPES,
            "redirect_uri": redirect_uri,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._api.partition('/api/')[0]}/oauth2/authorize?{urlencode(query)}"

    def identify(self, *, code: str, redirect_uri: str, verifier: str) -> Identity:
        """Redeem a code and return who signed in and their guilds; raises `Unauthenticated` and `Unavailable`."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
            "client_id": self._client_id,
            "client_secret": str(self._secrets.read()["client_secret"]),
        }
        granted = self._ask("POST", "/oauth2/token", data=form)
        token = granted.get("access_token") if isinstance(granted, dict) else None
        if not isinstance(token, str) or not set(SCOPES.split()) <= set(str(granted.get("scope", "")).split()):
            raise Unauthenticated(_REFUSED, code="sign_in_failed")
        bearer = {"Authorization": f"Bearer {token}"}
        user = self._ask("GET", "/users/@me", headers=bearer)
        guilds = self._ask("GET", "/users/@me/guilds", headers=bearer)
        return _identity(user, guilds)

    def _ask(self, method: str, path: str, **options: Any) -> Any:
        try:
            answer = self._session.request(
                method, self._api + path, timeout=TIMEOUT, allow_redirects=False, stream=True, **options
            )
            with answer:
                body = answer.raw.read(MAX_ANSWER_BYTES + 1, decode_content=True)
        except (requests.RequestException, OSError) as error:
            raise Unavailable(_BUSY) from error
        if answer.status_code in (400, 401, 403):
            raise Unauthenticated(_REFUSED, code="sign_in_failed")
        if answer.status_code != requests.codes.ok or len(body) > MAX_ANSWER_BYTES:
            raise Unavailable(_BUSY)
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise Unavailable(_BUSY) from error


def _identity(user: Any, guilds: Any) -> Identity:
    """Return the identity in Discord's answers, which are checked: an outsider's words, also when it is Discord."""
    if not isinstance(user, dict) or not is_snowflake(str(user.get("id"))) or not isinstance(guilds, list):
        raise Unavailable(_BUSY)
    name = str(user.get("global_name") or user.get("username") or user["id"])[:100]
    found = tuple(
        _guild(one) for one in guilds[:MAX_GUILDS] if isinstance(one, dict) and is_snowflake(str(one.get("id")))
    )
    return Identity(user_id=str(user["id"]), name=name, guilds=found)


def _guild(one: Mapping[str, Any]) -> UserGuild:
    icon = one.get("icon")
    return UserGuild(
        guild_id=str(one["id"]), name=str(one.get("name") or one["id"])[:100], icon=str(icon)[:64] if icon else None
    )
