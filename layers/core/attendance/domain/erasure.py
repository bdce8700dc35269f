"""Erasing a member: their id becomes a pseudonym wherever figures need somebody, their names and words go.

A pseudonym is a random number that is never derived from the member, of the upper half of unsigned 64-bit numbers: Discord's
ids, which begin with the milliseconds since 2015, come that far in 2084. So it fits wherever an id does, and no member has it.

    user_id, by, created_by, a roster's maps, subjects, index keys     the pseudonym
    the name beside an id                                              the pseudonym
    reasons, notes and words beside the member's id                    nothing
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

_FIRST = 1 << 63
_ID = re.compile(r"(?<!\d)\d{17,20}(?!\d)")
_OF_OTHERS = ("guild_id", "channel_id", "message_id", "thread_id", "role_id", "role_ids")
"""How attributes with the ids of what is no member end."""
_NAMED = (
    ("user_id", "name"), ("by", "name"), ("by", "by_name"), ("requested_by", "by_name"), ("actor_id", "actor_name"),
    ("decided_by", "decided_by_name"),
)  # fmt: skip
"""Where an item names somebody: the attribute with their id, and the one with their name."""
WORDS = frozenset({"note", "reason", "text", "words"})
"""What somebody wrote about the member, or they themselves, beside their id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """One member on the way out of a guild.

    `position` is how far the walk under way came (own item, partition, item), `began_at` when it began, and `changed` that it
    found something to do. What was under way when something was changed last has arrived by `settles_at`.
    """

    guild_id: str
    erasure_id: str
    user_id: str
    pseudonym: str
    requested_at: datetime
    position: tuple[str, str, str] | None = None
    began_at: datetime | None = None
    changed: bool = False
    settles_at: datetime | None = None


def pseudonym_of(random: bytes) -> str:
    """Return the pseudonym that eight random bytes make."""
    return str(_FIRST | int.from_bytes(random[:8]))


def is_pseudonym(user_id: str) -> bool:
    """Whether an id stands for a member who was erased."""
    return user_id.isdecimal() and int(user_id) >= _FIRST


@lru_cache(maxsize=64)  # an erasure asks for its own several times
def digest_of(guild_id: str, user_id: str) -> str:
    """Return what is remembered of an erased member: it says of an id at hand that it was erased here, and names nobody.

    scrypt (RFC 7914) with the guild as salt, so that trying out every id of one guild takes a processor's time for each.
    """
    found = hashlib.scrypt(user_id.encode(), salt=f"erased in {guild_id}".encode(), n=1 << 14, r=8, p=1, dklen=32)
    return found.hex()


def replaced(value: Any, user_id: str, pseudonym: str) -> Any:
    """Return a value of the table with the pseudonym in the place of the id, wherever it stands, names of entries included."""
    match value:
        case str():
            if user_id not in value:
                return value
            return re.sub(rf"(?<!\d){user_id}(?!\d)", pseudonym, value)
        case list():
            return [replaced(one, user_id, pseudonym) for one in value]
        case dict():
            changed = {
                replaced(name, user_id, pseudonym): replaced(one, user_id, pseudonym) for name, one in value.items()
            }
            return _unnamed(value, changed, user_id, pseudonym)
    return value


def _unnamed(before: dict[str, Any], after: dict[str, Any], user_id: str, pseudonym: str) -> dict[str, Any]:
    """Return a map without the names and words that stand beside the id."""
    for who, name in _NAMED:
        if before.get(who) == user_id and name in before:
            after[name] = pseudonym
    if before.get("user_id") == user_id:
        after |= dict.fromkeys(WORDS & before.keys(), "")
    return after


def ids_in(value: Any) -> set[str]:
    """Return what is written like an id of Discord's anywhere in a value of the table, but for what is named as another's."""
    match value:
        case str():
            return set(_ID.findall(value))
        case list():
            return set().union(*map(ids_in, value))
        case dict():
            return set().union(
                *(ids_in(name) | ids_in(one) for name, one in value.items() if not name.endswith(_OF_OTHERS))
            )
    return set()


def mentions(value: Any, user_id: str) -> bool:
    """Whether the id stands anywhere in a value of the table."""
    match value:
        case str():
            return user_id in value and re.search(rf"(?<!\d){user_id}(?!\d)", value) is not None
        case list():
            return any(mentions(one, user_id) for one in value)
        case dict():
            return any(mentions(name, user_id) or mentions(one, user_id) for name, one in value.items())
    return False
