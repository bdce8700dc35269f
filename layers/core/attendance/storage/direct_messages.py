"""What a guild knows of a member's direct messages: their channel, that they are closed, and what the member muted.

An item of its own, not part of MEMBER: who is nudged may be somebody whom the bot never met.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from attendance.domain.notice import TOPICS, Topic
from attendance.storage import keys
from attendance.storage.table import ABSENT, PRESENT, ConditionFailed, Update

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from attendance.storage.table import Table
    from attendance.storage.values import Item

CLOSED_FOR = timedelta(days=7)
"""For so long a refusal is believed: nothing tells us when a member opens their direct messages again."""
_EITHER_WAY = f"{PRESENT} OR {ABSENT}"


@dataclass(frozen=True, slots=True)
class Direct:
    """`channel_id` is the direct-message channel where it is known; `closed_until` until when not to try.

    `muted` are the topics of which the member wants no messages; `version` counts how often they changed them.
    """

    channel_id: str | None = None
    closed_until: datetime | None = None
    muted: tuple[Topic, ...] = ()
    version: int = 0

    def takes(self, now: datetime) -> bool:
        """Whether a direct message is worth trying."""
        return self.closed_until is None or self.closed_until <= now


def get(table: Table, guild_id: str, user_id: str) -> Direct:
    """Return what is known of a member's direct messages."""
    return _from_item(table.get(keys.direct(guild_id, user_id)))


def get_many(table: Table, guild_id: str, user_ids: Sequence[str]) -> dict[str, Direct]:
    """Return what is known of each member's direct messages, in one request per 100."""
    found = table.get_many([keys.direct(guild_id, user_id) for user_id in user_ids])
    return {user_id: _from_item(item) for user_id, item in zip(user_ids, found, strict=True)}


def remember_channel(table: Table, guild_id: str, user_id: str, channel_id: str) -> None:
    """Note the member's channel."""
    _set(table, guild_id, user_id, "#dm_channel_id = :it", channel_id)


def remember_closed(table: Table, guild_id: str, user_id: str, now: datetime) -> None:
    """Note that the member takes no direct messages."""
    _set(table, guild_id, user_id, "#dm_closed_until = :it", keys.stamp(now + CLOSED_FOR))


def forget_closed(table: Table, guild_id: str, user_id: str) -> None:
    """Note that the member takes direct messages again; who never refused one is left alone."""
    with suppress(ConditionFailed):
        table.update(
            Update(keys.direct(guild_id, user_id), "REMOVE #dm_closed_until", "attribute_exists(#dm_closed_until)")
        )


def mute(table: Table, guild_id: str, user_id: str, muted: Sequence[Topic], before: Direct) -> None:
    """Store what the member wants no messages of; raises `ConditionFailed` when they changed it since `before`."""
    values = {
        ":entity": "direct", ":user": user_id, ":muted": list(muted), ":next": before.version + 1, ":before": before.version,
    }  # fmt: skip
    table.update(
        Update(
            keys.direct(guild_id, user_id),
            "SET #entity = :entity, #user_id = :user, #muted = :muted, #version = :next",
            "#version = :before" if before.version else "attribute_not_exists(#version)",
            values if before.version else {name: value for name, value in values.items() if name != ":before"},
        )
    )


def _set(table: Table, guild_id: str, user_id: str, expression: str, value: str) -> None:
    values = {":entity": "direct", ":user": user_id, ":it": value}
    key = keys.direct(guild_id, user_id)
    table.update(Update(key, f"SET #entity = :entity, #user_id = :user, {expression}", _EITHER_WAY, values))


def _from_item(item: Item | None) -> Direct:
    found = item or {}
    closed = found.get("dm_closed_until")
    muted = found.get("muted", ())
    return Direct(
        found.get("dm_channel_id"),
        keys.moment(closed) if closed else None,
        tuple(topic for topic in TOPICS if topic in muted),
        found.get("version", 0),
    )
