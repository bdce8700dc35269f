"""What a guild knows of a member's direct messages: their channel, and that they are closed. Kept on the MEMBER item."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from attendance.storage import keys
from attendance.storage.table import PRESENT, ConditionFailed, Update

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.storage.table import Table

CLOSED_FOR = timedelta(days=7)
"""For so long a refusal is believed: nothing tells us when a member opens their direct messages again."""


@dataclass(frozen=True, slots=True)
class Direct:
    """`channel_id` is the direct-message channel where it is known; `closed_until` until when not to try."""

    channel_id: str | None = None
    closed_until: datetime | None = None


def get(table: Table, guild_id: str, user_id: str) -> Direct:
    """Return what is known of a member's direct messages."""
    item = table.get(keys.member(guild_id, user_id), attributes=("dm_channel_id", "dm_closed_until")) or {}
    closed = item.get("dm_closed_until")
    return Direct(item.get("dm_channel_id"), keys.moment(closed) if closed else None)


def remember_channel(table: Table, guild_id: str, user_id: str, channel_id: str) -> None:
    """Note the channel, for a member whom the guild has met."""
    with suppress(ConditionFailed):
        values = {":channel": channel_id}
        table.update(Update(keys.member(guild_id, user_id), "SET #dm_channel_id = :channel", PRESENT, values))


def remember_closed(table: Table, guild_id: str, user_id: str, now: datetime) -> None:
    """Note that the member takes no direct messages, for a member whom the guild has met."""
    with suppress(ConditionFailed):
        values = {":until": keys.stamp(now + CLOSED_FOR)}
        table.update(Update(keys.member(guild_id, user_id), "SET #dm_closed_until = :until", PRESENT, values))
