"""What everyone in a guild reads, cards and notices, in the guild's language: one module a language.

A card has one language for all who look at it, so it is the guild's (a setting) and travels with the event: a click draws
the card from the event alone and loads these words only, never the replies to single members (`locales`). Adding a
language is adding its module here and its code to `domain.languages`; a test holds all to the same keys and placeholders.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from attendance.domain.seats import GOING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attendance.domain.seats import Role

type Words = Mapping[str, str]
"""The texts of one language by their keys."""


@cache
def words_of(language: str) -> Words:
    """Return the texts of a language by their keys, the English ones for a language that is not spoken here (any more)."""
    try:
        module = import_module(f"{__name__}.{language}")
    except ModuleNotFoundError:
        module = import_module(f"{__name__}.en")
    words: Words = module.WORDS
    return words


def role_name(role: Role, words: Words) -> str:
    """Return what a role is called: as people named it, or, without party roles, in the guild's language."""
    return words["going"] if role == GOING else role.name
