"""Naming the characters that members play, and finding members by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.domain.character import MAX_CHARACTERS, Character, owners_of, plan_character
from attendance.domain.ids import is_id, is_snowflake
from attendance.domain.rights import require
from attendance.errors import Conflict, Invalid, NotFound
from attendance.storage import characters
from attendance.storage.table import ConditionFailed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.storage.table import Table


def add_character(
    table: Table, guild_id: str, actor: Actor, now: datetime, *, name: str, game: str, role: str = "",
    user_id: str | None = None,
) -> Character:  # fmt: skip
    """Link a character to the actor, or to a member for whom an officer does it, and return it; again changes nothing.

    Raises `Forbidden`, `Invalid` (which names the field), and `Conflict` for a name that is somebody's in that game, or for
    more than 25 of one member.
    """
    user_id = user_id or actor.user_id
    require(actor, "attendance.self" if user_id == actor.user_id else "attendance.manage")
    if not is_snowflake(user_id):
        raise Invalid(
            f"“{user_id[:30]}” is not a Discord id.", field="user_id", code="not_a_discord_id", typed=user_id[:30]
        )
    character = plan_character(guild_id, user_id, name=name, game=game, role=role)
    mine = [one for one in characters.list_all(table, guild_id) if one.user_id == user_id]
    if len(mine) >= MAX_CHARACTERS and character.character_id not in {one.character_id for one in mine}:
        raise Conflict(
            f"{MAX_CHARACTERS} characters are linked already. Remove one first.",
            code="too_many_characters",
            most=MAX_CHARACTERS,
        )
    try:
        characters.create(table, character, actor, now)
    except ConditionFailed as failed:
        stored = characters.from_item(failed.item) if failed.item else None
        if stored is None or stored.user_id != user_id:
            raise Conflict(
                f"“{character.name}” in {character.game} is linked to another member. An officer can remove it there.",
                code="character_taken",
                name=character.name,
                game=character.game,
            ) from failed
        return stored
    return character


def list_characters(table: Table, guild_id: str, user_id: str | None = None) -> list[Character]:
    """Return a guild's characters by name, or those of one member; one query."""
    return [one for one in characters.list_all(table, guild_id) if user_id in (None, one.user_id)]


def get_character(table: Table, guild_id: str, character_id: str) -> Character:
    """Return a character; raises `NotFound`."""
    found = characters.get(table, guild_id, character_id) if is_id(character_id) else None
    if found is None:
        raise NotFound("There is no such character. Pick one of the list.", code="no_such_character")
    return found


def remove_character(table: Table, guild_id: str, character_id: str, actor: Actor, now: datetime) -> Character:
    """Unlink a character and return what it was. Raises `Forbidden` for another's, `NotFound`."""
    character = get_character(table, guild_id, character_id)
    if character.user_id != actor.user_id:
        require(actor, "attendance.manage")
    try:
        characters.remove(table, character, actor, now)
    except ConditionFailed as failed:
        raise NotFound("There is no such character any more.", code="no_such_character") from failed
    return character


def find_by_character(table: Table, guild_id: str, names: Iterable[str], game: str = "") -> dict[str, str]:
    """Return the member behind each name that is one member's, in `game` or in any; one query."""
    return owners_of(characters.list_all(table, guild_id), names, game)
