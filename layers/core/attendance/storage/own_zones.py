"""The time zone that a person keeps for themselves, the same in every guild."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.storage import away, keys
from attendance.storage.guilds import settings_from_item
from attendance.storage.table import Delete, Put

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.absence import Absence
    from attendance.domain.settings import Settings
    from attendance.storage.table import Table


def get_with_settings(table: Table, guild_id: str, user_id: str) -> tuple[str | None, Settings]:
    """Return the IANA name of a person's zone, None while they have set none, and a guild's settings, in a single request."""
    own, settings = table.get_many([keys.own_zone(user_id), keys.settings(guild_id)])
    return own["zone"] if own else None, settings_from_item(guild_id, settings)


def get_with_settings_and_away(
    table: Table, guild_id: str, user_id: str
) -> tuple[str | None, Settings, tuple[Absence, ...]]:
    """Return what `get_with_settings` does and who is away when in the guild, in a single request."""
    own, settings, noted = table.get_many([keys.own_zone(user_id), keys.settings(guild_id), keys.away(guild_id)])
    zone = own["zone"] if own else None
    return zone, settings_from_item(guild_id, settings), away.from_item(guild_id, noted)


def save(table: Table, user_id: str, zone: str, now: datetime) -> None:
    """Store a person's zone in place of the one before; the last of two at once stays."""
    values = {"entity": "own_zone", "user_id": user_id, "zone": zone, "set_at": keys.stamp(now)}
    table.put(Put({**keys.own_zone(user_id)._asdict(), **values}, condition=None))


def delete(table: Table, user_id: str) -> None:
    """Remove a person's zone; there need not be one."""
    table.delete(Delete(keys.own_zone(user_id)))
