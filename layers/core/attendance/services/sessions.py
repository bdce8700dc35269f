"""Keeping a sign-in alive, and ending it."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from attendance.domain.ids import is_id
from attendance.domain.session import move
from attendance.domain.tokens import SIGNED_OUT, digest, read_refresh_token, refresh_token
from attendance.errors import Conflict, NotFound, Unauthenticated
from attendance.services import access_tokens
from attendance.services.sign_in import Grant
from attendance.storage import sessions
from attendance.storage.table import ConditionFailed
from attendance.telemetry import log

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.session import Session
    from attendance.domain.tokens import TokenKeys
    from attendance.storage.table import Table

_TRIES = 3


def refresh(table: Table, keys: TokenKeys, token: str, now: datetime) -> Grant:
    """Return a new access token and the next refresh token.

    The same refresh token again within ten seconds is answered with the same successor; any older one ends the session
    for everybody who holds a part of it. Raises `Unauthenticated`.
    """
    shown = read_refresh_token(keys, token)
    session = sessions.get(table, shown.family)
    for _ in range(_TRIES):
        if session is None:
            break
        step = move(session, shown.generation, now)
        if step == "rotate" and not hmac.compare_digest(session.token_hash, digest(token)):
            step = "stolen"
        if step in ("over", "stolen"):
            sessions.end(table, session.user_id, session.family)
            if step == "stolen":
                log().warning("refresh_token_reused", extra={"session": session.family})
            break
        if step == "repeat":
            same = refresh_token(keys, session.family, session.generation, session.kid)
            return Grant(access_token=access_tokens.issue(keys, session, now), refresh_token=same, session=session)
        successor = refresh_token(keys, session.family, session.generation + 1)
        try:
            session = sessions.rotate(table, session, keys.signing_kid, digest(successor), now)
        except ConditionFailed as failed:  # another tab was quicker: look again at what it left
            session = sessions.from_item(failed.item) if failed.item else None
            continue
        return Grant(access_token=access_tokens.issue(keys, session, now), refresh_token=successor, session=session)
    else:
        raise Conflict("This session is being refreshed at the same moment. Please try again.")
    raise Unauthenticated(SIGNED_OUT, code="session_over")


def sign_out(table: Table, keys: TokenKeys, token: str) -> None:
    """End the session of a refresh token, whichever generation it is; one that is over already is fine.

    Raises `Unauthenticated` for what is not a refresh token of ours.
    """
    shown = read_refresh_token(keys, token)
    session = sessions.get(table, shown.family)
    if session is not None:
        sessions.end(table, session.user_id, session.family)


def signed_in(table: Table, keys: TokenKeys, access_token: str, now: datetime) -> Session:
    """Return the living session that an access token speaks for; raises `Unauthenticated`."""
    claims = access_tokens.verify(keys, access_token, now)
    session = sessions.get(table, claims.family)
    if session is None or session.user_id != claims.user_id or now >= session.ends_at:
        raise Unauthenticated(SIGNED_OUT, code="session_over")
    return session


def list_sessions(table: Table, user_id: str, now: datetime) -> list[Session]:
    """Return a user's living sessions, the newest first."""
    return [session for session in sessions.of_user(table, user_id) if now < session.ends_at]


def end_session(table: Table, user_id: str, family: str) -> None:
    """End one of a user's own sessions; raises `NotFound` for anything else."""
    session = sessions.get(table, family) if is_id(family) else None
    if session is None or session.user_id != user_id:
        raise NotFound("You have no such session. It may be over already.")
    sessions.end(table, user_id, family)


def end_all_sessions(table: Table, user_id: str) -> int:
    """End every session of a user, the caller's own too, and return how many there were.

    Each request looks its session up, so their access tokens are refused from now on; a socket hears nothing more after
    the minute that its subscription lives.
    """
    ended = sessions.end_all(table, user_id)
    log().info("signed_out_everywhere", extra={"sessions": ended})
    return ended
