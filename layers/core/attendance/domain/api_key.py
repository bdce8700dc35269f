"""API keys: what a guild's own programs read the API with.

A key reads as the member who made it, cut down to its scopes, and ends when they leave the guild or lose the rights. It
changes nothing and never reaches settings, keys or sessions: `settings.manage` is no scope.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from attendance.domain.rights import CAPABILITIES
from attendance.errors import Invalid

PREFIX = "atk_"
SCOPES = tuple(sorted(CAPABILITIES - {"settings.manage", "attendance.self"}))
"""What a key can be given. Without any it reads what every member sees."""
MAX_KEYS = 20
MAX_NAME = 60
USE_NOTED_EVERY = timedelta(hours=1)
_TOKEN = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """`digest` is the hash of the key itself, which is kept nowhere."""

    guild_id: str
    key_id: str
    name: str
    scopes: tuple[str, ...]
    digest: str
    created_by: str
    created_at: datetime
    used_at: datetime | None = None


def is_api_key(token: str) -> bool:
    """Whether a bearer's token means to be an API key."""
    return token.startswith(PREFIX)


def is_well_formed(token: str) -> bool:
    """Whether `token` has the shape of a key: the prefix and 256 random bits."""
    return _TOKEN.fullmatch(token) is not None


def checked_scopes(scopes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the scopes without doubles in a fixed order; raises `Invalid` (field `scopes`), naming those there are."""
    if not set(scopes) <= set(SCOPES):
        raise Invalid(f"The scopes of a key are {', '.join(SCOPES)}.", field="scopes")
    return tuple(scope for scope in SCOPES if scope in scopes)


def checked_name(name: str) -> str:
    """Return a name of one line; raises `Invalid` (field `name`)."""
    text = " ".join(name.split())
    if not 0 < len(text) <= MAX_NAME or not text.isprintable():
        raise Invalid(f"Give the key a name of 1 to {MAX_NAME} characters.", field="name")
    return text
