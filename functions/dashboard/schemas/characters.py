"""Characters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pydantic import Field

from attendance.domain.character import MAX_NAME
from dashboard.schemas.base import Id, Model, Snowflake

if TYPE_CHECKING:
    from attendance.domain.character import Character


class CharacterIn(Model):
    """A character to link to you or, for officers, to a member."""

    name: str = Field(min_length=1, max_length=MAX_NAME, examples=["Thoradin"])
    game: str = Field(min_length=1, max_length=MAX_NAME, examples=["WoW"])
    role: str = Field("", max_length=MAX_NAME, examples=["healer"])
    user_id: Snowflake | None = None


class CharacterOut(Model):
    """A name that a member plays under in a game."""

    character_id: Id
    user_id: Snowflake
    name: str = Field(examples=["Thoradin"])
    game: str = Field(examples=["WoW"])
    role: str = Field(examples=["healer"])

    @classmethod
    def of(cls, character: Character) -> Self:
        """Show a character."""
        return cls(**{name: getattr(character, name) for name in cls.model_fields})
