"""Corrections that members ask for."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from pydantic import Field

from attendance.domain.correction import MAX_WORDS, CorrectionStatus, Wish
from attendance.domain.marking import MAX_NOTE
from dashboard.schemas.base import Id, Model, Snowflake

if TYPE_CHECKING:
    from attendance.domain.correction import Correction

_ANSWER = Field("", max_length=MAX_NOTE, description="What the member reads.", examples=["seen on stream"])


class CorrectionIn(Model):
    """What a member says of their own attendance."""

    wish: str = Field(max_length=30, description="present (I was there) or excused (excuse me).", examples=["present"])
    words: str = Field(min_length=1, max_length=MAX_WORDS, examples=["I was on the stand-in group's call"])


class AcceptIn(Model):
    """What becomes of a request that is accepted."""

    status: str | None = Field(
        None, max_length=30, description="present, late or left_early of who was there.", examples=["late"]
    )
    answer: str = _ANSWER


class DeclineIn(Model):
    """Why a request is declined."""

    answer: str = _ANSWER


class CorrectionOut(Model):
    """A member's request about one event. `decision` is the status that it became."""

    correction_id: Id
    event_id: Id
    title: str = Field(examples=["Karazhan"])
    starts_at: datetime
    user_id: Snowflake
    name: str = Field(examples=["Ayla"])
    wish: Wish
    words: str
    status: CorrectionStatus
    asked: int = Field(description="How often the member asked about this event.", examples=[1])
    requested_at: datetime
    decided_by: str
    decided_by_name: str
    decided_at: datetime | None
    decision: str = Field(examples=["late"])
    answer: str
    version: int

    @classmethod
    def of(cls, correction: Correction) -> Self:
        """Show a request."""
        return cls(**{name: getattr(correction, name) for name in cls.model_fields})
