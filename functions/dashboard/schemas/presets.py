"""Presets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pydantic import Field

from attendance.domain.preset import MAX_NAME
from attendance.domain.timetext import MAX_TEXT
from dashboard.schemas.base import Id, Model, Snowflake
from dashboard.schemas.events import RoleOut
from dashboard.schemas.guilds import CheckInOut

if TYPE_CHECKING:
    from attendance.domain.preset import Preset


class PresetIn(Model):
    """A new preset."""

    name: str = Field(min_length=1, max_length=MAX_NAME, examples=["Raid night"])
    game: str = Field(min_length=1, max_length=MAX_NAME, examples=["WoW"])
    roles: str = Field(min_length=1, max_length=1000, examples=["tank 2, healer 2-3, dps 6"])
    duration: str = Field("2h", min_length=1, max_length=MAX_TEXT, examples=["3h"])
    party_size: int | None = Field(None, strict=True, ge=1, le=1000, examples=[10])
    reminders: str | None = Field(None, max_length=400, examples=["24h, 30m"])
    description: str = Field("", max_length=1000, examples=["Bring flasks"])


class PresetOut(Model):
    """A preset. Null `check_in` or `reminders` means: as the settings say when an event is made."""

    preset_id: Id
    name: str = Field(examples=["Raid night"])
    game: str = Field(examples=["WoW"])
    roles: list[RoleOut]
    capacity: int | None = Field(examples=[10])
    duration: int = Field(description="Minutes.", examples=[180])
    check_in: CheckInOut | None
    reminders: list[int] | None = Field(examples=[[1440, 30]])
    description: str
    created_by: Snowflake
    version: int

    @classmethod
    def of(cls, preset: Preset) -> Self:
        """Show a preset."""
        return cls(
            preset_id=preset.preset_id,
            name=preset.name,
            game=preset.game,
            roles=[RoleOut.of(role) for role in preset.roles],
            capacity=preset.capacity,
            duration=preset.duration,
            check_in=CheckInOut.of(preset.check_in) if preset.check_in else None,
            reminders=list(preset.reminders) if preset.reminders is not None else None,
            description=preset.description,
            created_by=preset.created_by,
            version=preset.version,
        )
