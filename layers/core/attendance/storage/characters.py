"""Characters in the table. A removed one leaves a mark for a day, as presets do, so that it is known who removed it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from attendance.domain.character import Character
from attendance.storage import keys
from attendance.storage.table import ABSENT, PRESENT, Put
from attendance.storage.touch import touched

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.storage.table import Table
    from attendance.storage.values import Item

_FIELDS = ("guild_id", "character_id", "user_id", "name", "game", "role")
_FREE = f"{ABSENT} OR attribute_exists(#removed_at)"
_MARK_LIFETIME = timedelta(days=1)


def _to_item(character: Character, actor: Actor, now: datetime) -> Item:
    return {
        **keys.character(character.guild_id, character.character_id)._asdict(),
        "entity": "character",
        **{name: getattr(character, name) for name in _FIELDS},
        "touched": touched(actor, now),
    }


def from_item(item: Item) -> Character:
    """Return the character of an item."""
    return Character(**{name: item[name] for name in _FIELDS if name in item})


def create(table: Table, character: Character, actor: Actor, now: datetime) -> None:
    """Store a new character; raises `ConditionFailed` with the item when the name is taken in its game."""
    table.put(Put(_to_item(character, actor, now), _FREE))


def remove(table: Table, character: Character, actor: Actor, now: datetime) -> None:
    """Remove a character; raises `ConditionFailed` when it is gone already or another's by now."""
    mark = {"removed_at": keys.stamp(now), "expires_at": int((now + _MARK_LIFETIME).timestamp())}
    table.put(
        Put(
            _to_item(character, actor, now) | mark,
            f"{PRESENT} AND attribute_not_exists(#removed_at) AND #user_id = :user",
            {":user": character.user_id},
        )
    )


def get(table: Table, guild_id: str, character_id: str) -> Character | None:
    """Return a character, or None."""
    item = table.get(keys.character(guild_id, character_id))
    return from_item(item) if item and "removed_at" not in item else None


def list_all(table: Table, guild_id: str) -> list[Character]:
    """Return the characters of a guild by name."""
    items = table.query_all(keys.guild(guild_id), prefix=keys.CHARACTERS)
    found = [from_item(item) for item in items if "removed_at" not in item]
    return sorted(found, key=lambda one: (one.name.casefold(), one.game.casefold()))
