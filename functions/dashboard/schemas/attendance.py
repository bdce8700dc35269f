"""Attendance: an event's sheet."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from pydantic import Field

from attendance.domain.rate import points
from attendance.domain.sheet import totals
from attendance.domain.verdict import Source, Status
from dashboard.schemas.base import Id, Model, Snowflake

if TYPE_CHECKING:
    from attendance.domain.rate import RateRules
    from attendance.domain.sheet import Sheet


class AttendanceRow(Model):
    """A member: what they said, the verdict and where it came from. `credit` null means not eligible.

    `on_leave`: an absence covered the event, and they neither said yes nor came. `early`: it was before their first day.
    """

    user_id: Snowflake
    name: str = Field(examples=["Ayla"])
    answer: str = Field(description="yes, late, maybe, no, or empty.", examples=["yes"])
    role: str = Field(examples=["healer"])
    late_minutes: int
    status: Status
    source: Source
    observed_at: datetime | None
    on_leave: bool
    early: bool
    credit: float | None = Field(examples=[1])


class AttendanceOut(Model):
    """An event's sheet when `final`, else what it would say if the event closed now. `totals` counts the rows shown."""

    event_id: Id
    final: bool
    version: int = Field(description="Of the sheet; 0 while the event is not closed.")
    made_at: datetime
    counted: bool = Field(description="Whether the event counts for anybody's rate.")
    totals: dict[str, int] = Field(examples=[{"present": 9, "late": 1}])
    rows: list[AttendanceRow]

    @classmethod
    def of(cls, sheet: Sheet, rules: RateRules, *, final: bool) -> Self:
        """Show a sheet, with credits under the server's rules."""
        return cls(
            event_id=sheet.event_id,
            final=final,
            version=sheet.version if final else 0,
            made_at=sheet.made_at,
            counted=sheet.counted,
            totals={str(status): count for status, count in totals(sheet).items()},
            rows=[
                AttendanceRow(
                    user_id=row.user_id,
                    name=row.name,
                    answer=row.answer,
                    role=row.role,
                    late_minutes=row.late_minutes,
                    status=row.status,
                    source=row.source,
                    observed_at=row.at,
                    on_leave=row.on_leave,
                    early=row.early,
                    credit=points(rules.credit(row.mark, counted=sheet.counted)),
                )
                for row in sheet.rows
            ],
        )
