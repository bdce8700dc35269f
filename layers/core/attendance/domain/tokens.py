"""Secrets that this service hands out, and what may be kept of them.

A thing used once (state, one-time code, ticket) is 256 random bits; the table keeps its SHA-256. A refresh token needs no
random bits and is kept nowhere:

    kid.family.generation.HMAC(key of kid, family | generation)

so its successor can be derived again when two tabs refresh at the same moment, and a copy of the table opens nothing. Each
purpose has a key of its own, derived from the one in the secret: no key serves two algorithms (RFC 8725, section 3.2).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from attendance.domain.pkce import base64url
from attendance.errors import Unauthenticated

if TYPE_CHECKING:
    from collections.abc import Mapping

Purpose = Literal["access token", "refresh token", "discord verifier"]
MIN_KEY_BYTES = 32  # RFC 8725, section 3.5: as many bits as the hash has
_REFRESH = re.compile(r"([A-Za-z0-9_-]{1,32})\.([0-9a-z]{16})\.([0-9]{1,9})\.([A-Za-z0-9_-]{43})", re.ASCII)
SIGNED_OUT = "You are signed out. Please sign in again."


@dataclass(frozen=True, slots=True)
class TokenKeys:
    """The signing keys by kid, in the order of the secret: the first signs, all verify."""

    by_kid: Mapping[str, bytes]

    @property
    def signing_kid(self) -> str:
        """The kid under which new tokens are signed."""
        return next(iter(self.by_kid))

    def key(self, kid: str, purpose: Purpose) -> bytes | None:
        """The 32-byte key of one purpose, or None for a kid that is not ours (any more)."""
        master = self.by_kid.get(kid)
        return hmac.digest(master, purpose.encode(), "sha256") if master is not None else None


def read_keys(token_keys: Mapping[str, str]) -> TokenKeys:
    """Return the keys of the secret's `token_keys`; raises ValueError when there is none or one is too short."""
    keys = {kid: text.encode() for kid, text in token_keys.items()}
    if not keys:
        raise ValueError("token_keys is empty: put at least one key of 32 random bytes into the secret")
    for kid, key in keys.items():
        if len(key) < MIN_KEY_BYTES or not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", kid, re.ASCII):
            raise ValueError(f"token_keys: the key {kid!r} needs a short plain name and at least {MIN_KEY_BYTES} bytes")
    return TokenKeys(keys)


def digest(secret: str) -> str:
    """Return what the table keeps of a secret: its SHA-256 in hex. 256 random bits need no salt."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token whose signature was verified."""

    kid: str
    family: str
    generation: int


def refresh_token(keys: TokenKeys, family: str, generation: int, kid: str | None = None) -> str:
    """Return the token of a family's generation, signed by `kid` or else by the first key; the same each time.

    Raises `Unauthenticated` when `kid` is not among the keys any more.
    """
    kid = kid or keys.signing_kid
    key = keys.key(kid, "refresh token")
    if key is None:
        raise Unauthenticated(SIGNED_OUT, code="session_over")
    return f"{kid}.{family}.{generation}.{base64url(hmac.digest(key, f'{family}|{generation}'.encode(), 'sha256'))}"


def read_refresh_token(keys: TokenKeys, text: str) -> RefreshToken:
    """Return the token that `refresh_token` wrote as `text`; raises `Unauthenticated` for anything else."""
    match = _REFRESH.fullmatch(text)
    if match is not None and match[1] in keys.by_kid:
        kid, family, generation = match[1], match[2], int(match[3])
        if hmac.compare_digest(refresh_token(keys, family, generation, kid), text):
            return RefreshToken(kid, family, generation)
    raise Unauthenticated(SIGNED_OUT, code="session_over")
