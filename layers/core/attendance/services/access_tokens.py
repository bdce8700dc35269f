"""Access tokens: JWTs of ten minutes at most, signed HS256 with a key of their own.

PyJWT checks the signature and the algorithm. It does not mind another `typ`, an `exp` written as text, a list of
audiences, a short key or a claim too many, so what a token says is checked here, types first (RFC 8725).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import jwt

from attendance.domain.ids import is_id, is_snowflake
from attendance.errors import Unauthenticated

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.session import Session
    from attendance.domain.tokens import TokenKeys

LIFETIME = timedelta(minutes=10)
LEEWAY = 10
"""Seconds by which the clocks of two functions may differ."""
ISSUER = "attendance-tracker"
AUDIENCE = "attendance-tracker/api"
TYPE = "at+jwt"  # RFC 9068
_ALGORITHM = "HS256"
_SHAPE = re.compile(r"[A-Za-z0-9_-]{1,400}\.[A-Za-z0-9_-]{1,1200}\.[A-Za-z0-9_-]{43}", re.ASCII)
_CLAIMS = frozenset({"iss", "aud", "sub", "sid", "iat", "exp"})
_REFUSED = "This access token is not valid (any more). Refresh it, or sign in again."


@dataclass(frozen=True, slots=True)
class Claims:
    """Whom a valid access token speaks for, and by which session."""

    user_id: str
    family: str


def issue(keys: TokenKeys, session: Session, now: datetime) -> str:
    """Return an access token for the session's user that ends after `LIFETIME`."""
    kid = keys.signing_kid
    key = keys.key(kid, "access token")
    issued = int(now.timestamp())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": session.user_id,
        "sid": session.family,
        "iat": issued,
        "exp": issued + int(LIFETIME.total_seconds()),
    }
    return jwt.encode(claims, key or b"", algorithm=_ALGORITHM, headers={"kid": kid, "typ": TYPE})


def verify(keys: TokenKeys, token: str, now: datetime) -> Claims:
    """Return the claims of an access token of ours; raises `Unauthenticated` for anything else."""
    if not _SHAPE.fullmatch(token):
        raise _refused("malformed")
    try:
        header = jwt.get_unverified_header(token)
        key = _key(keys, header)
        claims = jwt.decode(
            token,
            key,
            algorithms=[_ALGORITHM],
            # The times are compared below: with our clock, and only after their types.
            options={"verify_aud": False, "verify_exp": False, "verify_iat": False, "verify_nbf": False},
        )
    except (jwt.InvalidTokenError, ValueError, RecursionError) as error:
        raise _refused("signature") from error
    return _checked(claims, int(now.timestamp()))


def _key(keys: TokenKeys, header: dict[str, Any]) -> bytes:
    kid = header.get("kid")
    key = keys.key(kid, "access token") if isinstance(kid, str) else None
    if set(header) != {"alg", "typ", "kid"} or header["alg"] != _ALGORITHM or header["typ"] != TYPE or key is None:
        raise _refused("header")
    return key


def _checked(claims: dict[str, Any], now: int) -> Claims:
    if set(claims) != _CLAIMS or claims["iss"] != ISSUER or claims["aud"] != AUDIENCE:
        raise _refused("claims")
    issued, ends = claims["iat"], claims["exp"]
    if type(issued) is not int or type(ends) is not int or not 0 < ends - issued <= LIFETIME.total_seconds():
        raise _refused("times")
    if issued > now + LEEWAY or ends <= now - LEEWAY:
        raise _refused("over")
    user_id, family = claims["sub"], claims["sid"]
    if not (isinstance(user_id, str) and isinstance(family, str) and is_snowflake(user_id) and is_id(family)):
        raise _refused("subject")
    return Claims(user_id, family)


def _refused(reason: str) -> Unauthenticated:
    return Unauthenticated(_REFUSED, code="token_over" if reason == "over" else "token_invalid")
