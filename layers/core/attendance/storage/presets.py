"""Presets in the table."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from attendance.domain.checkin import CheckInRule
from attendance.domain.ids import is_id
from attendance.domain.preset import MAX_PRESETS, Preset, preset_id
from attendance.domain.seats import Role
from attendance.storage import keys
from attendance.storage.guilds import settings_from_item
from attendance.storage.table import Put
from attendance.storage.touch import touched

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.domain.settings import Settings
    from attendance.storage.table import Table
    from attendance.storage.values import Item


def to_item(preset: Preset) -> Item:
    """Return the preset's item, without its `touched` mark."""
    return {
        **keys.preset(preset.guild_id, preset.preset_id)._asdict(),
        "entity": "preset",
        **{name: getattr(preset, name) for name in _PLAIN},
        "roles": [asdict(role) for role in preset.roles],
        "check_in": asdict(preset.check_in) if preset.check_in else None,
        "reminders": list(preset.reminders) if preset.reminders is not None else None,
    }


_PLAIN = ("guild_id", "preset_id", "name", "game", "capacity", "duration", "description", "version", "created_by")


def from_item(item: Item) -> Preset:
    """Return the preset of an item."""
    return Preset(
        **{name: item[name] for name in _PLAIN if name in item and name != "capacity"},
        capacity=item.get("capacity"),
        roles=tuple(Role(**role) for role in item["roles"]),
        check_in=CheckInRule(**item["check_in"]) if item.get("check_in") else None,
        reminders=tuple(item["reminders"]) if item.get("reminders") is not None else None,
    )


def create(table: Table, preset: Preset, actor: Actor, now: datetime) -> None:
    """Store a new preset; raises `ConditionFailed` with the item when the guild has one of that name."""
    table.put(Put(to_item(preset) | {"touched": touched(actor, now)}))


def list_all(table: Table, guild_id: str) -> list[Preset]:
    """Return a guild's presets (at most 100) by name."""
    items = table.query_all(keys.guild(guild_id), prefix=keys.PRESETS)
    return sorted((from_item(item) for item in items), key=lambda preset: preset.name.casefold())[:MAX_PRESETS]


def get_with_settings(table: Table, guild_id: str, name_or_id: str | None) -> tuple[Settings, Preset | None]:
    """Return a guild's settings and, by name or by id, one of its presets, in a single request."""
    wanted = [keys.settings(guild_id)]
    if name_or_id:
        wanted.append(keys.preset(guild_id, preset_id(guild_id, name_or_id)))
    if name_or_id and is_id(name_or_id):  # only what has an id's shape may stand in a key
        wanted.append(keys.preset(guild_id, name_or_id))
    settings, *found = table.get_many(wanted)
    item = next((item for item in found if item), None)
    return settings_from_item(guild_id, settings), from_item(item) if item else None
