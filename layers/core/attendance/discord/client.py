"""Discord's REST API with the bot's token.

Rate limits are obeyed by `rate_limits`: while a wait lasts no call is made, `RateLimited` says when to come back, and the
caller's queue brings the work back then.

A 401 to the bot token stops every call: the secret is read anew once, in case it was rotated, and then nothing calls with
that token for ten minutes. A 401 to an interaction's token is that interaction's matter alone.
"""

from __future__ import annotations

import json
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import requests

from attendance.discord.rate_limits import RateLimits, digest, route_of
from attendance.discord.user_agent import user_agent
from attendance.errors import Gone, Refused, Stopped, Unavailable
from attendance.telemetry import log, measure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from attendance.ports import Clock, Limits, Secrets, Upload

TIMEOUT = (3.05, 10.0)
"""Seconds to connect and to read: together less than the 15 after which a message's nonce could be near its end."""
STOPPED_FOR = timedelta(minutes=10)
_ANSWER_LOST = "Discord did not answer. Please try again in a moment."


class DiscordClient:
    """`Discord` over HTTPS, one session a process; without `secrets` for what needs no bot token: answers to interactions.

    `session` is injected by tests, which answer at its transport.
    """

    def __init__(
        self,
        base_url: str,
        application_id: str,
        secrets: Secrets | None,
        limits: Limits,
        now: Clock,
        session: requests.Session | None = None,
    ) -> None:
        self._base = base_url
        self._secrets = secrets
        self._limits = limits
        self._rate = RateLimits(limits, now)
        self._now = now
        self._session = session or requests.Session()
        self._session.trust_env = False  # a .netrc or proxy of the environment must not see or replace the token
        self._session.headers["User-Agent"] = user_agent(application_id)

    def call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, uploads: Sequence[Upload] = ()
    ) -> Any:
        """Call one route and return its decoded JSON body, or None when it has none; raises as `Discord.call` says."""
        route = route_of(method, path)
        token = self._token() if route.uses_bot_token else ""
        places = self._rate.enter(route, _stopped(token) if route.uses_bot_token else None)
        content = _content(body, uploads)
        answer = self._send(method, path, content, token)
        if answer.status_code == HTTPStatus.UNAUTHORIZED and route.uses_bot_token:
            answer = self._send_with_new_token(method, path, content, token)
        self._rate.learn(route, places, answer)
        if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            measure("DiscordLimited")
            raise self._rate.refused(route, places, answer)
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Unavailable("Discord has a problem of its own right now. Please try again in a moment.")
        if not answer.ok:
            raise _refusal(answer)
        return _json(answer) if answer.content else None

    def _token(self, *, fresh: bool = False) -> str:
        if self._secrets is None:
            raise Stopped("This function answers interactions only: it holds no bot token.")
        token: str = self._secrets.read(fresh=fresh)["bot_token"]
        return token

    def _send(self, method: str, path: str, content: Mapping[str, Any], token: str) -> requests.Response:
        headers = {"Authorization": f"Bot {token}"} if token else {}
        try:
            return self._session.request(
                method, self._base + path, headers=headers, timeout=TIMEOUT, allow_redirects=False, **content
            )
        except requests.RequestException as error:
            # Not chained: requests' errors quote the address, and an interaction's holds its token.
            raise Unavailable(f"{_ANSWER_LOST} ({type(error).__name__})") from None

    def _send_with_new_token(
        self, method: str, path: str, content: Mapping[str, Any], refused: str
    ) -> requests.Response:
        """Call once more if the secret was rotated meanwhile, else stop everybody."""
        token = self._token(fresh=True)
        answer = self._send(method, path, content, token) if token != refused else None
        if answer is None or answer.status_code == HTTPStatus.UNAUTHORIZED:
            log().error("bot_token_refused")
            measure("DiscordUnauthorised")
            self._limits.note([_stopped(token)], self._now() + STOPPED_FOR)
            raise Stopped("Discord refuses the bot token. An operator has to put a valid one into the secret.")
        return answer


def _content(body: Mapping[str, Any] | None, uploads: Sequence[Upload]) -> dict[str, Any]:
    """Return what a request holds: JSON, or, with files, a form that has the JSON as one of its parts.

    https://discord.com/developers/docs/reference#uploading-files
    """
    if not uploads:
        return {"json": body}
    files = [(f"files[{place}]", (one.name, one.content, one.content_type)) for place, one in enumerate(uploads)]
    return {"data": {"payload_json": json.dumps(body or {})}, "files": files}


def _stopped(token: str) -> str:
    """The name under which a refused token is noted: a new token is another name, so it works at once."""
    return f"stopped {digest(token)}"


def _json(answer: requests.Response) -> Any:
    try:
        return answer.json()
    except ValueError as error:
        raise Unavailable(_ANSWER_LOST) from error


def _refusal(answer: requests.Response) -> Refused:
    try:
        data = answer.json()
    except ValueError:
        data = {}
    reason = data.get("code") if isinstance(data, dict) else None
    kind = Gone if answer.status_code == HTTPStatus.NOT_FOUND else Refused
    return kind(
        f"Discord refused this ({answer.status_code}, code {reason or 0}).",
        status=answer.status_code,
        reason=reason if isinstance(reason, int) else 0,
    )
