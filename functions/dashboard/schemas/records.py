"""Members' records and rates."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field

from attendance.domain.rate import points
from attendance.domain.verdict import Status
from dashboard.schemas.base import Id, Model
from dashboard.schemas.events import PersonOut

if TYPE_CHECKING:
    from attendance.domain.rate import Rate, RateRules
    from attendance.domain.record import Entry
    from attendance.services.records import MemberRate, MemberRecord

MAX_ENTRIES = 100


class RateOut(Model):
    """A rate with its numerator, denominator and formula. `share` null: nothing is eligible, so there is no rate."""

    share: float | None = Field(description="From 0 to 1.", examples=[0.875])
    credit: float = Field(examples=[8.75])
    eligible: int = Field(examples=[10])
    formula: str
    formula_version: int = Field(examples=[1])

    @classmethod
    def of(cls, rate: Rate, rules: RateRules) -> Self:
        """Show a rate."""
        return cls(
            share=rate.share,
            credit=rate.points,
            eligible=rate.eligible,
            formula=rules.formula(),
            formula_version=rate.version,
        )


class MemberOut(PersonOut):
    """A member with their rate."""

    rate: RateOut

    @classmethod
    def of(cls, member: MemberRate, rules: RateRules) -> Self:
        """Show a member."""
        return cls(user_id=member.user_id, name=member.name, rate=RateOut.of(member.rate, rules))


class EntryOut(Model):
    """One closed event as the member had it. `credit` null means not eligible."""

    event_id: Id
    title: str = Field(examples=["Karazhan"])
    game: str = Field(examples=["WoW"])
    starts_at: datetime
    status: Status
    on_leave: bool
    early: bool = Field(description="Before the member's first day.")
    counted: bool
    credit: float | None = Field(examples=[1])

    @classmethod
    def of(cls, entry: Entry, rules: RateRules) -> Self:
        """Show an entry."""
        return cls(
            event_id=entry.event_id,
            title=entry.title,
            game=entry.game,
            starts_at=entry.starts_at,
            status=entry.mark.status,
            on_leave=entry.mark.on_leave,
            early=entry.mark.early,
            counted=entry.counted,
            credit=points(rules.credit(entry.mark, counted=entry.counted)),
        )


class SignedUpOut(Model):
    """An event ahead that the member answered."""

    event_id: Id
    title: str = Field(examples=["Karazhan"])
    starts_at: datetime
    answer: Literal["yes", "late", "maybe", "no"]


class RecordOut(PersonOut):
    """A member's record over events that started within [`since`, `until`)."""

    since: datetime
    until: datetime
    rate: RateOut
    streak: int = Field(description="The latest eligible events that they came to, without a gap.")
    counts: dict[str, int] = Field(examples=[{"present": 8, "late": 1, "on_leave": 2}])
    entries: list[EntryOut] = Field(description=f"The newest first, at most {MAX_ENTRIES}; `rate` is over all.")
    characters: list[str] = Field(description="What they play under.", examples=[["Thoradin"]])
    upcoming: list[SignedUpOut] = Field(description="Among the next events of the server.")

    @classmethod
    def of(cls, shown: MemberRecord) -> Self:
        """Show a record."""
        return cls(
            user_id=shown.user_id,
            name=shown.name,
            since=shown.since,
            until=shown.until,
            rate=RateOut.of(shown.record.rate, shown.rules),
            streak=shown.record.streak,
            counts=dict(shown.record.counts),
            entries=[EntryOut.of(entry, shown.rules) for entry in shown.record.entries[:MAX_ENTRIES]],
            characters=list(shown.characters),
            upcoming=[
                SignedUpOut(event_id=one.event_id, title=one.title, starts_at=one.starts_at, answer=one.choice.answer)
                for one in shown.upcoming
            ],
        )
