"""Ids of new things, derived from what asked for them, so that asking twice makes one thing.

An interaction id or an `Idempotency-Key` is unique per request and comes again with every redelivery of it. Hashing it
with its scope (operation, guild, caller) gives the id of what the request makes: a repeated request addresses the same
item, and the conditional write that makes it refuses to make it again.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u to misread
ID_LENGTH = 16
_DISCORD_EPOCH_MS = 1_420_070_400_000  # https://discord.com/developers/docs/reference#snowflakes


def derive(*parts: str) -> str:
    """Return the 16-character id (80 bits) of whatever `parts` name together; the same parts give the same id."""
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).digest()
    number = int.from_bytes(digest[:10])
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(75, -5, -5))


def is_id(text: str) -> bool:
    """Whether `text` has the shape of an id made by `derive`."""
    return len(text) == ID_LENGTH and all(letter in _ALPHABET for letter in text)


def is_snowflake(text: str) -> bool:
    """Whether `text` is a Discord id: decimal digits of an unsigned 64-bit number without leading zeros."""
    return text.isascii() and text.isdigit() and len(text) <= 20 and str(int(text)) == text and int(text) < 1 << 64


def snowflake_time(snowflake: str) -> datetime:
    """When Discord made `snowflake`, to the millisecond, UTC."""
    return datetime.fromtimestamp(((int(snowflake) >> 22) + _DISCORD_EPOCH_MS) / 1000, UTC)
