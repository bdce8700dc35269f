"""The keys of what is due: an item stands with its guild, and waits in a shard (gsi3) that belongs to no guild."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from attendance.storage.keys.guilds import guild
from attendance.storage.keys.shape import Key, stamp

if TYPE_CHECKING:
    from attendance.domain.due import Due

DUE_SHARDS = 8


def due(item: Due) -> Key:
    return Key(guild(item.guild_id), f"DUE#{item.event_id}#{item.kind}#{item.offset}")


def due_of_event(event_id: str) -> str:
    """Sort key prefix of an event's due items."""
    return f"DUE#{event_id}#"


def due_shard(guild_id: str, event_id: str) -> str:
    """gsi3 partition in which an event's due items wait; spread so that one raid hour does not heat one partition."""
    return due_shard_name(zlib.crc32(f"{guild_id}/{event_id}".encode()) % DUE_SHARDS)


def due_shards() -> range:
    """Every shard in which due items wait."""
    return range(DUE_SHARDS)


def due_shard_name(shard: int) -> str:
    return f"DUE#{shard}"


def due_order(item: Due) -> str:
    return f"{stamp(item.at)}#{item.guild_id}#{item.event_id}#{item.kind}#{item.offset}"
