"""A character: a name that a member plays under in a game. All of a member's characters are one person in every figure.

A name belongs to one member in a game, so a character's id derives from both; attendance that comes by name finds its member.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attendance.domain.ids import derive
from attendance.domain.preset import clean_text, name_key

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_NAME = 64
MAX_CHARACTERS = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Character:
    """One character of the member `user_id`; `role` is what it usually plays, empty where nobody said."""

    guild_id: str
    character_id: str
    user_id: str
    name: str
    game: str
    role: str = ""


def plan_character(guild_id: str, user_id: str, *, name: str, game: str, role: str = "") -> Character:
    """Return the character that texts as typed describe; raises `Invalid` (field `name`, `game` or `role`)."""
    clean = clean_text(name, field="name", limit=MAX_NAME)
    played = clean_text(game, field="game", limit=MAX_NAME)
    return Character(
        guild_id=guild_id,
        character_id=derive("character", guild_id, name_key(played), name_key(clean)),
        user_id=user_id,
        name=clean,
        game=played,
        role=clean_text(role, field="role", limit=MAX_NAME, required=False),
    )


def owners_of(characters: Iterable[Character], names: Iterable[str], game: str = "") -> dict[str, str]:
    """Return the member behind each of `names`, as they are spelt there; a name of several members is left out."""
    found: dict[str, set[str]] = {}
    for one in characters:
        if not game or name_key(one.game) == name_key(game):
            found.setdefault(name_key(one.name), set()).add(one.user_id)
    owners = {name: found.get(name_key(name), set()) for name in names}
    return {name: next(iter(users)) for name, users in owners.items() if len(users) == 1}
