"""PKCE (RFC 7636), S256 only: who exchanges a code must show the verifier whose hash began the sign-in.

It is used twice: by the dashboard towards us, and by us towards Discord.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode

from attendance.errors import Invalid

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}", re.ASCII)  # RFC 7636, section 4.1


def base64url(data: bytes) -> str:
    """Return `data` in base64url without padding, as PKCE and JWT write bytes."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a verifier (RFC 7636, section 4.2)."""
    return base64url(hashlib.sha256(verifier.encode()).digest())


def checked_challenge(challenge: str, method: str) -> str:
    """Return a challenge of the right shape; raises `Invalid` (`code_challenge`, `code_challenge_method`)."""
    if method != "S256":
        raise Invalid("Send code_challenge_method=S256: no other method is accepted.", field="code_challenge_method")
    if not _CHALLENGE.fullmatch(challenge):
        raise Invalid(
            "code_challenge must be the SHA-256 of your verifier in base64url: 43 characters, without padding.",
            field="code_challenge",
        )
    return challenge


def matches(verifier: str, challenge: str) -> bool:
    """Whether `challenge` was made from `verifier`, compared in constant time."""
    return bool(_VERIFIER.fullmatch(verifier)) and hmac.compare_digest(challenge_of(verifier), challenge)
