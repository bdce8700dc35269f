"""Presets in the table.

A deleted preset leaves a mark for a day: so the change that deleted it names who did it, and dashboards hear of it like
of any other. What reads presets sees no marks.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from attendance.domain.checkin import CheckInRule
from attendance.domain.ids import is_id
from attendance.domain.preset import MAX_PRESETS, Preset, preset_id
from attendance.domain.seats import Role
from attendance.storage import away, keys
from attendance.storage.guilds import settings_from_item
from attendance.storage.table import ABSENT, PRESENT, Put
from attendance.storage.touch import touched

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from attendance.domain.absence import Absence
    from attendance.domain.actor import Actor
    from attendance.domain.settings import Settings
    from attendance.storage.table import Table
    from attendance.storage.values import Item

_PLAIN = (
    "guild_id", "preset_id", "name", "game", "capacity", "duration", "deadline", "opens", "description", "channel_id",
    "voice_channel_id", "voice_check", "tracked_role_id", "sign_up_role_id", "reminder_place", "mentions", "counted", "version",
    "created_by",
)  # fmt: skip
_FREE = f"{ABSENT} OR attribute_exists(#removed_at)"
_AS_READ = f"{PRESENT} AND attribute_not_exists(#removed_at) AND #version = :before"
_MARK_LIFETIME = timedelta(days=1)


def to_item(preset: Preset) -> Item:
    """Return the preset's item, without its `touched` mark."""
    return {
        **keys.preset(preset.guild_id, preset.preset_id)._asdict(),
        "entity": "preset",
        **{name: getattr(preset, name) for name in _PLAIN},
        "roles": [asdict(role) for role in preset.roles],
        "check_in": asdict(preset.check_in) if preset.check_in else None,
        "reminders": list(preset.reminders) if preset.reminders is not None else None,
        "nudges": list(preset.nudges) if preset.nudges is not None else None,
        "edits": dict(preset.edits),
    }


def from_item(item: Item) -> Preset:
    """Return the preset of an item."""
    return Preset(
        **{"capacity": None} | {name: item[name] for name in _PLAIN if name in item},
        roles=tuple(Role(**role) for role in item["roles"]),
        check_in=CheckInRule(**item["check_in"]) if item.get("check_in") else None,
        reminders=tuple(item["reminders"]) if item.get("reminders") is not None else None,
        nudges=tuple(item["nudges"]) if item.get("nudges") is not None else None,
        edits=item.get("edits", {}),
    )


def create(table: Table, preset: Preset, actor: Actor, now: datetime, *, quiet: bool = False) -> None:
    """Store a new preset; raises `ConditionFailed` with the item when the guild has one of that name."""
    table.put(Put(_marked(preset, actor, now, quiet=quiet), _FREE))


def replace(table: Table, before: Preset, after: Preset, actor: Actor, now: datetime, *, quiet: bool = False) -> None:
    """Store `after` in place of `before` as it was read, moving it when its id is another.

    Raises `ConditionFailed`: index 0 with the item as it stands when `before` was edited or deleted meanwhile, 1 when
    there is a preset at the id that it moves to.
    """
    item = _marked(after, actor, now, quiet=quiet)
    if after.preset_id == before.preset_id:
        table.put(Put(item, _AS_READ, {":before": before.version}))
    else:
        table.write_together(_removal(before, actor, now), Put(item, _FREE))


def remove(table: Table, before: Preset, actor: Actor, now: datetime) -> None:
    """Delete a preset as it was read; raises `ConditionFailed` with the item when it was edited meanwhile."""
    table.put(_removal(before, actor, now))


def list_all(table: Table, guild_id: str) -> list[Preset]:
    """Return a guild's presets (at most 100) by name."""
    items = table.query_all(keys.guild(guild_id), prefix=keys.PRESETS)
    found = (from_item(item) for item in items if "removed_at" not in item)
    return sorted(found, key=lambda preset: preset.name.casefold())[:MAX_PRESETS]


class Basis(NamedTuple):
    """What an event is planned from: settings, the preset, who is away when, and the zone that the planner keeps."""

    settings: Settings
    preset: Preset | None
    away: tuple[Absence, ...]
    own_zone: str | None


def get_basis(table: Table, guild_id: str, name_or_id: str | None, zone_of: str | None = None) -> Basis:
    """Return what an event is planned from, in a single request; the preset by name or by id, the zone of `zone_of`."""
    named = _places(guild_id, name_or_id) if name_or_id else []
    own_zone = [keys.own_zone(zone_of)] if zone_of else []
    settings, noted, *found = table.get_many([keys.settings(guild_id), keys.away(guild_id), *named, *own_zone])
    own = found.pop() if zone_of else None
    return Basis(
        settings_from_item(guild_id, settings),
        _first(found),
        away.from_item(guild_id, noted),
        own["zone"] if own else None,
    )


def find(table: Table, guild_id: str, name_or_id: str) -> Preset | None:
    """Return a preset by name or by id, None when there is none, in a single request."""
    return _first(table.get_many(_places(guild_id, name_or_id)))


def _places(guild_id: str, name_or_id: str) -> list[keys.Key]:
    by_name = keys.preset(guild_id, preset_id(guild_id, name_or_id))
    # Only what has an id's shape may stand in a key.
    return [by_name, keys.preset(guild_id, name_or_id)] if is_id(name_or_id) else [by_name]


def _first(found: Iterable[Item | None]) -> Preset | None:
    return next((from_item(item) for item in found if item and "removed_at" not in item), None)


def _marked(preset: Preset, actor: Actor, now: datetime, *, quiet: bool) -> Item:
    return to_item(preset) | {"touched": touched(actor, now)} | ({"quiet": True} if quiet else {})


def _removal(before: Preset, actor: Actor, now: datetime) -> Put:
    mark = {
        **keys.preset(before.guild_id, before.preset_id)._asdict(),
        "entity": "preset",
        "guild_id": before.guild_id,
        "preset_id": before.preset_id,
        "name": before.name,
        "game": before.game,
        "version": before.version + 1,
        "removed_at": keys.stamp(now),
        "expires_at": int((now + _MARK_LIFETIME).timestamp()),
        "touched": touched(actor, now),
    }
    return Put(mark, _AS_READ, {":before": before.version})
