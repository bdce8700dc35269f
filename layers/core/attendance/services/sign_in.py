"""Signing in to a dashboard with Discord.

    dashboard          browser            this service                Discord
        │ verifier, challenge │                  │                        │
        ├─ open /auth/login ─►├─ challenge ─────►│ state, binding cookie  │
        │                     │◄─ redirect ──────┤ ── our own challenge ─►│
        │                     ├─ signs in, agrees ───────────────────────►│
        │                     ├─ code, state, cookie ─►│ ── code, verifier►│
        │◄─ one-time code ────┤◄─ redirect ──────┤ (Discord's token ends here)
        ├─ code, verifier ──────────────────────►│ access + refresh token │

State is single-use and bound to the browser by a cookie; the one-time code opens nothing without the dashboard's
verifier. So a stolen or planted code is worthless (RFC 9700, section 2.1).
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from attendance.domain.ids import derive
from attendance.domain.pkce import base64url, challenge_of, checked_challenge, matches
from attendance.domain.session import MAX_SESSIONS, Session
from attendance.domain.tokens import digest, refresh_token
from attendance.errors import Invalid, Unauthenticated, Unavailable
from attendance.services import access_tokens
from attendance.storage import access, once, sessions

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from attendance.domain.tokens import TokenKeys
    from attendance.ports import DiscordSignIn
    from attendance.storage.table import Table

STATE_LIFETIME = timedelta(minutes=10)
CODE_LIFETIME = timedelta(seconds=60)
RETURN_PATHS = ("", "/", "/auth/callback")
"""Where on an allowed origin a sign-in may return to: nothing else, so that no page there can be made to pass it on."""
MAX_STATE = 512
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_BEGIN_AGAIN = "Go back to the dashboard and sign in again."


@dataclass(frozen=True, slots=True)
class Begun:
    """Where to send the browser, and the value of the cookie that binds the sign-in to it."""

    location: str
    binding: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a dashboard gets: the tokens, and the session they belong to."""

    access_token: str
    refresh_token: str
    session: Session


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRequest:
    """What a dashboard asks for. `state` is its own and comes back as it was; `binding` is the cookie, if there is one."""

    redirect_uri: str
    challenge: str
    method: str
    state: str = ""
    binding: str | None = None


def allowed_redirects(origins: Collection[str]) -> frozenset[str]:
    """Return the exact addresses to which a sign-in may return."""
    return frozenset(origin + path for origin in origins for path in RETURN_PATHS)


def begin_sign_in(
    table: Table,
    discord: DiscordSignIn,
    keys: TokenKeys,
    now: datetime,
    request: SignInRequest,
    *,
    origins: Collection[str],
    callback_url: str,
) -> Begun:
    """Store a single-use state and return where to send the browser.

    Raises `Invalid` (`redirect_uri`, `code_challenge`, `code_challenge_method`, `state`).
    """
    if request.redirect_uri not in allowed_redirects(origins):
        raise Invalid(
            "redirect_uri must be one of the dashboard's own addresses: an origin that the operator allows "
            f"(DASHBOARD_ORIGINS), alone or followed by {RETURN_PATHS[-1]}.",
            field="redirect_uri",
        )
    challenge = checked_challenge(request.challenge, request.method)
    if len(request.state) > MAX_STATE:
        raise Invalid(f"Your own state may have {MAX_STATE} characters at most.", field="state")
    # Two tabs that sign in at once share the browser's cookie, so an existing one is kept.
    known = request.binding is not None and _SECRET.fullmatch(request.binding)
    binding = request.binding if known and request.binding else secrets.token_urlsafe(32)
    state = secrets.token_urlsafe(32)
    facts = {
        "binding": digest(binding),
        "challenge": challenge,
        "redirect_uri": request.redirect_uri,
        "state": request.state,
        "kid": keys.signing_kid,
    }
    once.keep(table, "STATE", digest(state), facts, now + STATE_LIFETIME)
    verifier = _discord_verifier(keys, keys.signing_kid, state)
    location = discord.authorize_url(redirect_uri=callback_url, state=state, challenge=challenge_of(verifier))
    return Begun(location, binding)


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """What Discord sent the browser back with, and the browser's cookie."""

    state: str
    code: str = ""
    error: str = ""
    binding: str | None = None


def finish_sign_in(
    table: Table, discord: DiscordSignIn, keys: TokenKeys, now: datetime, callback: Callback, *, callback_url: str
) -> str:
    """Learn who signed in and return where to send the browser: the dashboard, with a one-time code or an `error`.

    `error` is access_denied, sign_in_failed or temporarily_unavailable. Raises `Invalid` (field `state`) when the sign-in
    was not begun by this browser, was used, or is older than ten minutes: then nobody can be trusted to go back to.
    """
    facts = once.take(table, "STATE", digest(callback.state), now) if _SECRET.fullmatch(callback.state) else None
    if facts is None:
        raise Invalid(f"This sign-in is over or was used already. {_BEGIN_AGAIN}", field="state", code="sign_in_over")
    if callback.binding is None or not hmac.compare_digest(digest(callback.binding), facts["binding"]):
        raise Invalid(
            f"This sign-in was begun in another browser, or cookies are off. {_BEGIN_AGAIN}",
            field="state",
            code="sign_in_foreign",
        )
    if callback.error or not callback.code:
        return _back(facts, error="access_denied" if callback.error == "access_denied" else "sign_in_failed")
    verifier = _discord_verifier(keys, facts["kid"], callback.state)
    try:
        who = discord.identify(code=callback.code, redirect_uri=callback_url, verifier=verifier)
    except Unauthenticated:
        return _back(facts, error="sign_in_failed")
    except Unavailable:
        return _back(facts, error="temporarily_unavailable")
    access.save_guilds(table, who.user_id, who.guilds, now)
    code = secrets.token_urlsafe(32)
    told = {"user_id": who.user_id, "name": who.name, "challenge": facts["challenge"]}
    once.keep(table, "CODE", digest(code), told, now + CODE_LIFETIME)
    return _back(facts, code=code)


def redeem_code(table: Table, keys: TokenKeys, now: datetime, *, code: str, verifier: str, client: str = "") -> Grant:
    """Return tokens of a new session for a one-time code and the verifier that began the sign-in.

    A code works once, also when the verifier is wrong. Raises `Unauthenticated`.
    """
    facts = once.take(table, "CODE", digest(code), now) if _SECRET.fullmatch(code) else None
    if facts is None or not matches(verifier, facts["challenge"]):
        raise Unauthenticated(
            f"This code is unknown, used, older than {CODE_LIFETIME.seconds} seconds, or the verifier is not its own. "
            f"{_BEGIN_AGAIN}",
            code="code_invalid",
        )
    family = derive("session", secrets.token_hex(32))
    token = refresh_token(keys, family, 1)
    session = Session(
        family=family,
        user_id=facts["user_id"],
        name=facts["name"],
        kid=keys.signing_kid,
        token_hash=digest(token),
        generation=1,
        created_at=now,
        rotated_at=now,
        client=client[:200],
    )
    sessions.create(table, session)
    for old in sessions.of_user(table, session.user_id)[MAX_SESSIONS:]:
        sessions.end(table, old.user_id, old.family)
    return Grant(access_token=access_tokens.issue(keys, session, now), refresh_token=token, session=session)


def _discord_verifier(keys: TokenKeys, kid: str, state: str) -> str:
    """Return our verifier towards Discord, derived from the state: no copy of it has to be kept."""
    key = keys.key(kid, "discord verifier")
    if key is None:
        raise Invalid(f"This sign-in is over. {_BEGIN_AGAIN}", field="state", code="sign_in_over")
    return base64url(hmac.digest(key, state.encode(), "sha256"))


def _back(facts: dict[str, str], **outcome: str) -> str:
    own = {"state": facts["state"]} if facts["state"] else {}
    return f"{facts['redirect_uri']}?{urlencode(outcome | own)}"
