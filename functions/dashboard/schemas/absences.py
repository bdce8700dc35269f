"""Absences."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from pydantic import ConfigDict, Field

from attendance.domain.absence import MAX_REASON
from dashboard.schemas.base import Id, Model, Snowflake

if TYPE_CHECKING:
    from attendance.domain.absence import Absence


class AbsenceIn(Model):
    """Whole days, the last included, in the member's own zone or else the server's. Read as in Discord: "24 dec", ISO."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    first: str = Field(alias="from", min_length=1, max_length=100, examples=["2026-12-24"])
    until: str | None = Field(
        None, min_length=1, max_length=100, description="Left out: the same day.", examples=["2027-01-02"]
    )
    reason: str = Field("", max_length=MAX_REASON, examples=["Holidays"])
    user_id: Snowflake | None = Field(None, description="Somebody else, for officers.")


class AbsenceOut(Model):
    """An absence: `first_day` to `last_day` in `zone`."""

    absence_id: Id
    user_id: Snowflake
    first_day: date
    last_day: date
    zone: str = Field(examples=["Europe/Berlin"])
    starts_at: datetime
    ends_at: datetime
    reason: str
    announced_at: datetime
    past: bool = Field(description="Entered by an officer: covers events that had begun before it was announced, too.")
    removed_at: datetime | None

    @classmethod
    def of(cls, absence: Absence) -> Self:
        """Show an absence."""
        return cls(**{name: getattr(absence, name) for name in cls.model_fields})
