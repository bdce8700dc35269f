"""API keys in the table: one item in the guild, for its list and its audit, and one by the hash, for each request.

A revoked key leaves a mark for a day, so that the stream can say who revoked it; what requests look for goes at once.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from attendance.domain.api_key import ApiKey
from attendance.storage import keys
from attendance.storage.table import PRESENT, Delete, Put, Update
from attendance.storage.touch import touched

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.storage.table import Table
    from attendance.storage.values import Item

_FIELDS = ("guild_id", "key_id", "name", "digest", "created_by")


def create(table: Table, key: ApiKey, actor: Actor, now: datetime) -> None:
    """Store a new key; raises `ConditionFailed` with the item when it is there already."""
    facts: Item = {name: getattr(key, name) for name in _FIELDS}
    facts |= {"scopes": list(key.scopes), "created_at": keys.stamp(key.created_at)}
    listed = keys.api_key(key.guild_id, key.key_id)._asdict()
    table.write_together(
        Put({**listed, "entity": "key", **facts, "touched": touched(actor, now)}),
        Put({**keys.api_key_by_hash(key.digest)._asdict(), "entity": "key_by_hash", **facts}),
    )


def find(table: Table, digest: str) -> ApiKey | None:
    """Return the living key of a hash."""
    item = table.get(keys.api_key_by_hash(digest))
    return from_item(item) if item else None


def get(table: Table, guild_id: str, key_id: str) -> ApiKey | None:
    """Return a living key of a guild."""
    item = table.get(keys.api_key(guild_id, key_id))
    return from_item(item) if item and "removed_at" not in item else None


def list_all(table: Table, guild_id: str) -> list[ApiKey]:
    """Return a guild's living keys (at most 20) with when each was last used, the oldest first."""
    found = [item for item in table.query_all(keys.guild(guild_id), prefix=keys.API_KEYS) if "removed_at" not in item]
    used = table.get_many([keys.api_key_by_hash(item["digest"]) for item in found])
    shown = [from_item(by_hash) for by_hash in used if by_hash]
    return sorted(shown, key=lambda key: (key.created_at, key.key_id))


def note_use(table: Table, key: ApiKey, now: datetime) -> None:
    """Note that a key was used now; raises `ConditionFailed` when it was revoked meanwhile."""
    noted = {":now": keys.stamp(now)}
    table.update(Update(keys.api_key_by_hash(key.digest), "SET #used_at = :now", PRESENT, noted))


def revoke(table: Table, key: ApiKey, actor: Actor, now: datetime) -> None:
    """End a key; raises `ConditionFailed` when somebody was quicker."""
    gone = int((now + timedelta(days=1)).timestamp())
    table.write_together(
        Update(
            keys.api_key(key.guild_id, key.key_id),
            "SET #removed_at = :now, #touched = :touched, #expires_at = :gone",
            f"{PRESENT} AND attribute_not_exists(#removed_at)",
            {":now": keys.stamp(now), ":touched": touched(actor, now), ":gone": gone},
        ),
        Delete(keys.api_key_by_hash(key.digest)),
    )


def from_item(item: Item) -> ApiKey:
    """Return the key of an item."""
    used_at = item.get("used_at")
    return ApiKey(
        **{name: item[name] for name in _FIELDS},
        scopes=tuple(item["scopes"]),
        created_at=keys.moment(item["created_at"]),
        used_at=keys.moment(used_at) if used_at else None,
    )
