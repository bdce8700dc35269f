"""Presets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pydantic import Field

from attendance.domain.preset import MAX_NAME
from attendance.domain.reminding import Mentions, Place
from attendance.domain.timetext import MAX_TEXT
from dashboard.schemas.base import Id, Model, Snowflake
from dashboard.schemas.events import ASKED, WHERE, WHOM, RoleOut
from dashboard.schemas.guilds import CheckInOut

if TYPE_CHECKING:
    from attendance.domain.preset import Preset


class PresetFields(Model):
    """What a preset has beside its name, game and roles. Null: as the settings say, or without a bound."""

    party_size: int | None = Field(None, strict=True, ge=1, le=1000, examples=[10])
    check_in: str | None = Field(
        None, max_length=100, description="Minutes before the start, after it, and until late.", examples=["15, 20, 5"]
    )
    reminders: str | None = Field(None, max_length=400, examples=["24h, 30m"])
    nudges: str | None = Field(None, max_length=400, description=ASKED, examples=["48h"])
    reminder_place: Place | None = Field(None, description=WHERE)
    mentions: Mentions | None = Field(None, description=WHOM)
    deadline: str | None = Field(
        None, max_length=MAX_TEXT, description="How long before the start sign-up closes.", examples=["2h"]
    )
    opens: str | None = Field(
        None, max_length=MAX_TEXT, description="How long before the start sign-up opens.", examples=["2d"]
    )
    sign_up_role_id: Snowflake | None = Field(None, description="Only members of this Discord role sign up.")
    channel_id: Snowflake | None = Field(None, description="Where the cards are posted.")
    voice_channel_id: Snowflake | None = Field(None, description="Where you meet.")
    voice_check: bool = Field(False, strict=True, description="Presence in the voice channel is evidence.")
    tracked_role_id: Snowflake | None = Field(None, description="Whose members are tracked; only they check in.")

    def places(self) -> tuple[dict[str, str | None], dict[str, str | None]]:
        """Return the channels and the roles that this names, by field."""
        channels = {"channel_id": self.channel_id, "voice_channel_id": self.voice_channel_id}
        return channels, {"tracked_role_id": self.tracked_role_id, "sign_up_role_id": self.sign_up_role_id}


class PresetIn(PresetFields):
    """A new preset."""

    name: str = Field(min_length=1, max_length=MAX_NAME, examples=["Raid night"])
    game: str = Field(min_length=1, max_length=MAX_NAME, examples=["WoW"])
    roles: str = Field(min_length=1, max_length=1000, examples=["tank 2, healer 2-3, dps 6"])
    duration: str = Field("2h", min_length=1, max_length=MAX_TEXT, examples=["3h"])
    description: str = Field("", max_length=1000, examples=["Bring flasks"])
    counted: bool = Field(True, strict=True, description="Whether its events count for members' rates.")


class PresetChange(PresetFields):
    """What to change; what is left out stays. Null empties a field that may be empty, and is refused for others."""

    name: str | None = Field(None, min_length=1, max_length=MAX_NAME, examples=["Raid night"])
    game: str | None = Field(None, min_length=1, max_length=MAX_NAME, examples=["WoW"])
    roles: str | None = Field(None, min_length=1, max_length=1000, examples=["tank 2, healer 2-3, dps 6"])
    duration: str | None = Field(None, min_length=1, max_length=MAX_TEXT, examples=["3h"])
    description: str | None = Field(None, max_length=1000, examples=["Bring flasks"])
    counted: bool | None = Field(None, strict=True, description="Whether its events count for members' rates.")


class PresetOut(Model):
    """A preset. Null stands for what the settings say when an event is made. A new name gives a new `preset_id`."""

    preset_id: Id
    name: str = Field(examples=["Raid night"])
    game: str = Field(examples=["WoW"])
    roles: list[RoleOut]
    capacity: int | None = Field(examples=[10])
    duration: int = Field(description="Minutes.", examples=[180])
    check_in: CheckInOut | None
    reminders: list[int] | None = Field(examples=[[1440, 30]])
    nudges: list[int] | None = Field(examples=[[2880]])
    reminder_place: Place | None
    mentions: Mentions | None
    deadline: int | None = Field(description="Minutes before the start when sign-up closes.")
    opens: int | None = Field(description="Minutes before the start when sign-up opens; null: at once.")
    description: str
    channel_id: str | None
    voice_channel_id: str | None
    voice_check: bool
    tracked_role_id: str | None
    sign_up_role_id: str | None
    counted: bool = Field(description="Whether its events count for members' rates.")
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
            nudges=list(preset.nudges) if preset.nudges is not None else None,
            reminder_place=preset.reminder_place,
            mentions=preset.mentions,
            deadline=preset.deadline,
            opens=preset.opens,
            description=preset.description,
            channel_id=preset.channel_id,
            voice_channel_id=preset.voice_channel_id,
            voice_check=preset.voice_check,
            tracked_role_id=preset.tracked_role_id,
            sign_up_role_id=preset.sign_up_role_id,
            counted=preset.counted,
            created_by=preset.created_by,
            version=preset.version,
        )
