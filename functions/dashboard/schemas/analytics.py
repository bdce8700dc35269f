"""Figures over closed events, each with its numerator and denominator."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from pydantic import Field

from attendance.domain.analytics_members import LEAST_ELIGIBLE
from attendance.domain.rate import FORMULA_VERSION
from dashboard.schemas.base import Id, Model, Page
from dashboard.schemas.events import PersonOut

if TYPE_CHECKING:
    from attendance.domain.analytics import Figures, Share, Summary
    from attendance.domain.analytics_groups import Group
    from attendance.domain.analytics_members import Column, MemberFigures, Ranked, Row
    from attendance.domain.rate import Rate
    from attendance.services.analytics import Scope


class ScopeOut(Model):
    """What the figures are about. Days are the server's, both included; an empty filter leaves everything in."""

    first_day: date = Field(serialization_alias="from", validation_alias="from")
    last_day: date = Field(serialization_alias="to", validation_alias="to")
    zone: str = Field(examples=["Europe/Berlin"])
    events: list[Id]
    series: list[Id]
    games: list[str] = Field(examples=[["WoW"]])
    discord_roles: list[str]
    members: list[str]
    statuses: list[str]
    own: bool = Field(description="Whether you see yourself only: others need `reports.view`.")
    formula: str
    formula_version: int = Field(examples=[FORMULA_VERSION])

    @classmethod
    def of(cls, scope: Scope) -> Self:
        """Show a scope."""
        chosen = scope.selection
        return cls(
            **{"from": chosen.first_day, "to": chosen.last_day},
            zone=chosen.zone,
            events=sorted(chosen.events),
            series=sorted(chosen.series),
            games=list(chosen.game_names),
            discord_roles=sorted(chosen.discord_roles),
            members=sorted(chosen.members),
            statuses=sorted(chosen.statuses),
            own=scope.own,
            formula=scope.rules.formula(),
            formula_version=FORMULA_VERSION,
        )


class ShareOut(Model):
    """`share` is `numerator` / `denominator`, from 0 to 1; null where the denominator is 0."""

    share: float | None = Field(examples=[0.875])
    numerator: float = Field(examples=[8.75])
    denominator: int = Field(examples=[10])

    @classmethod
    def of(cls, share: Share) -> Self:
        """Show a share."""
        return cls(share=share.share, numerator=share.part, denominator=share.whole)

    @classmethod
    def of_rate(cls, rate: Rate) -> Self:
        """Show a rate, which the version of the formula in `scope` is about."""
        return cls(share=rate.share, numerator=rate.points, denominator=rate.eligible)


class FiguresOut(Model):
    """What rows come to."""

    rate: ShareOut = Field(description="Credit / eligible.")
    late: ShareOut = Field(description="Came late / came, of the eligible.")
    shown: ShareOut = Field(description="Came / signed up (yes or late), of the eligible.")
    counts: dict[str, int] = Field(
        description="Rows by attendance, those on leave and those that do not count apart.",
        examples=[{"present": 8, "late": 1, "on_leave": 2}],
    )

    @classmethod
    def of(cls, figures: Figures) -> Self:
        """Show figures."""
        return cls(
            rate=ShareOut.of_rate(figures.rate),
            late=ShareOut.of(figures.late),
            shown=ShareOut.of(figures.shown),
            counts=dict(figures.counts),
        )


class SummaryOut(Model):
    """A period at a glance."""

    scope: ScopeOut
    figures: FiguresOut
    before: FiguresOut = Field(description="Of as many days right before.")
    events: int = Field(description="Closed events that count.", examples=[12])
    uncounted: int = Field(description="Closed events that are in nobody's rate.", examples=[1])
    unclosed: int = Field(description="Events that began and are not closed: they count for nothing yet.", examples=[0])
    cancelled: int = Field(examples=[1])
    members: int = Field(description="With an eligible event.", examples=[25])

    @classmethod
    def of(cls, scope: Scope, found: Summary) -> Self:
        """Show a summary."""
        return cls(
            scope=ScopeOut.of(scope),
            figures=FiguresOut.of(found.figures),
            before=FiguresOut.of(found.before),
            events=found.events,
            uncounted=found.uncounted,
            unclosed=found.unclosed,
            cancelled=found.cancelled,
            members=found.members,
        )


class GroupOut(Model):
    """Rows that have `key` in common; `first_day` is that of a week or month, `starts_at` that of an event."""

    key: str = Field(examples=["2026-W48"])
    label: str = Field(description="What people called it last, where the key is not its name.", examples=["WoW"])
    first_day: date | None
    starts_at: datetime | None
    events: int = Field(description="Closed events with rows in it.", examples=[3])
    figures: FiguresOut

    @classmethod
    def of(cls, group: Group) -> Self:
        """Show a group."""
        return cls(
            key=group.key,
            label=group.label,
            first_day=group.first_day,
            starts_at=group.starts_at,
            events=group.events,
            figures=FiguresOut.of(group.figures),
        )


class GroupsOut(Model):
    """Groups in the order of time or of their keys."""

    scope: ScopeOut
    groups: list[GroupOut]

    @classmethod
    def of(cls, scope: Scope, found: list[Group]) -> Self:
        """Show groups."""
        return cls(scope=ScopeOut.of(scope), groups=[GroupOut.of(group) for group in found])


class MemberFiguresOut(PersonOut):
    """A member's figures; `change` is by how much their share grew over `before`, null unless both have one."""

    figures: FiguresOut
    streak: int = Field(description="The latest eligible events that they came to, without a gap.", examples=[4])
    before: ShareOut = Field(description="Their rate over as many days right before.")
    change: float | None = Field(examples=[-0.125])

    @classmethod
    def of(cls, one: MemberFigures) -> Self:
        """Show a member."""
        return cls(
            user_id=one.user_id,
            name=one.name,
            figures=FiguresOut.of(one.figures),
            streak=one.streak,
            before=ShareOut.of_rate(one.before),
            change=one.change,
        )


class MembersOut(Page[MemberFiguresOut]):
    """A page of members by id."""

    scope: ScopeOut


class ColumnOut(Model):
    """An event of a matrix."""

    event_id: Id
    title: str = Field(examples=["Karazhan"])
    game: str = Field(examples=["WoW"])
    starts_at: datetime
    counted: bool

    @classmethod
    def of(cls, column: Column) -> Self:
        """Show a column."""
        return cls.model_validate(column._asdict())


class RowOut(PersonOut):
    """A member of a matrix: a cell for each of its events, null where they are not on its sheet."""

    cells: list[str | None] = Field(examples=[["present", None, "late"]])
    figures: FiguresOut

    @classmethod
    def of(cls, row: Row) -> Self:
        """Show a row."""
        return cls(user_id=row.user_id, name=row.name, cells=list(row.cells), figures=FiguresOut.of(row.figures))


class MatrixOut(Page[RowOut]):
    """A page of members by id, over all events of the span in order of their start."""

    scope: ScopeOut
    events: list[ColumnOut]


class RankedOut(PersonOut):
    """A member's place; who has the same rate has the same place."""

    place: int = Field(examples=[1])
    rate: ShareOut

    @classmethod
    def of(cls, one: Ranked) -> Self:
        """Show a place."""
        return cls(user_id=one.user_id, name=one.name, place=one.place, rate=ShareOut.of_rate(one.rate))


class RankingOut(Model):
    """Members with enough eligible events, the highest rate first; `you` is your place among the `ranked`, if you have one."""

    scope: ScopeOut
    least_eligible: int = Field(description="So many eligible events a member needs.", examples=[LEAST_ELIGIBLE])
    ranked: int = Field(examples=[25])
    top: list[RankedOut]
    you: RankedOut | None

    @classmethod
    def of(cls, scope: Scope, found: list[Ranked], user_id: str, limit: int) -> Self:
        """Show a ranking to a member."""
        yours = next((one for one in found if one.user_id == user_id), None)
        return cls(
            scope=ScopeOut.of(scope),
            least_eligible=LEAST_ELIGIBLE,
            ranked=len(found),
            top=[RankedOut.of(one) for one in found[:limit]],
            you=RankedOut.of(yours) if yours else None,
        )
