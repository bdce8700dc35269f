"""Moving in and out: what is exported, what is imported, and what became of each row."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, RootModel

from attendance.domain.exports import mended
from attendance.domain.limits import MAX_IMPORT_BYTES
from attendance.domain.preset import MAX_PRESETS
from dashboard.schemas.base import Id, Model, Snowflake

Row = Annotated[dict[str, Any], Field(examples=[{"name": "Raid night", "game": "WoW", "roles": "tank 2, dps 6"}])]


class PresetsFile(Model):
    """Presets without what belongs to one server: send it to another's import as it is."""

    presets: list[dict[str, Any]] = Field(examples=[[{"name": "Raid night", "game": "WoW", "roles": "tank 2, dps 6"}]])


class PresetImportIn(Model):
    """Presets as exported. `overwrite`: replace those of the same name. `dry_run`: say what would happen, store nothing."""

    presets: Annotated[list[Row], BeforeValidator(mended)] = Field(min_length=1, max_length=MAX_PRESETS)
    overwrite: bool = Field(False, strict=True)
    dry_run: bool = Field(False, strict=True)


class ImportedRowOut(Model):
    """What became of a row: `message` says why it was kept, or what is invalid."""

    row: int = Field(description="Counted from 1.", examples=[1])
    name: str = Field(examples=["Raid night"])
    outcome: Literal["created", "changed", "kept", "invalid"]
    message: str = Field(examples=[""])


class ImportOut(Model):
    """What became of an import, row by row."""

    dry_run: bool
    rows: list[ImportedRowOut]


class RaidHelperFile(RootModel[Annotated[dict[str, Any] | list[Any], BeforeValidator(mended)]]):
    """What Raid-Helper's API answers: `{"postedEvents": [...]}` with sign-ups included, or one event."""


class ImportedEventOut(Model):
    """What became of an event: `kept` when it was moved before; `notes` say what could not be taken over."""

    row: int = Field(description="Counted from 1.", examples=[1])
    title: str = Field(examples=["Karazhan"])
    outcome: Literal["created", "kept", "invalid"]
    event_id: Id | None
    sign_ups: int = Field(examples=[12])
    notes: list[str]


class EventImportOut(Model):
    """What became of an import, event by event."""

    dry_run: bool
    rows: list[ImportedEventOut]


class HistoryIn(Model):
    """Past attendance as CSV in UTF-8, its first line naming the columns. `dry_run`: say what would happen, store nothing.

    `start`, `event`, `member` (a Discord id, or the name of one member) and `status` are needed; `name`, `game`, `minutes`
    and `note` may be there. All rows of an event go into one request, 2,000 rows at most.
    """

    csv: Annotated[str, BeforeValidator(mended)] = Field(
        min_length=1,
        max_length=MAX_IMPORT_BYTES,
        examples=["start,event,member,status\n2026-03-01 20:00,Karazhan,80351110224678912,present\n"],
    )
    dry_run: bool = Field(False, strict=True)


class PastRowOut(Model):
    """What became of a row: `kept` when its event is there already; `message` says why, or what is invalid."""

    row: int = Field(description="Counted from 1, below the line of the columns.", examples=[1])
    outcome: Literal["created", "kept", "duplicate", "invalid"]
    event_id: Id | None
    user_id: Snowflake | None
    message: str = Field(examples=[""])


class HistoryOut(Model):
    """What became of a file: events made, events that were there already, and every row."""

    dry_run: bool
    created: int = Field(examples=[1])
    kept: int = Field(examples=[0])
    rows: list[PastRowOut]
