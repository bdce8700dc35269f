"""Which role was short, and when."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from pydantic import Field

from dashboard.schemas.analytics import ScopeOut, ShareOut
from dashboard.schemas.base import Id, Model

if TYPE_CHECKING:
    from attendance.domain.analytics_coverage import Coverage, RoleCoverage, Shortage
    from attendance.services.analytics import Scope

MAX_SHORTAGES = 500


class RoleCoverageOut(Model):
    """A party role over a period. The numerators: events that it was short of, seats with somebody, seats whose members came."""

    role: str = Field(examples=["tank"])
    name: str = Field(examples=["Tank"])
    events: int = Field(examples=[12])
    short: ShareOut = Field(description="Events for which fewer came than the minimum / events with a minimum.")
    seated: ShareOut = Field(description="Seated at closing / seats.")
    came: ShareOut = Field(description="Came / seats.")
    missing: int = Field(description="How many more the minimums needed, in all.", examples=[3])

    @classmethod
    def of(cls, one: RoleCoverage) -> Self:
        """Show a role."""
        return cls(
            role=one.role,
            name=one.name,
            events=one.events,
            short=ShareOut.of(one.short),
            seated=ShareOut.of(one.seated),
            came=ShareOut.of(one.came),
            missing=one.missing,
        )


class ShortageOut(Model):
    """A role of one event that fewer came for than its minimum."""

    event_id: Id
    title: str = Field(examples=["Karazhan"])
    starts_at: datetime
    role: str = Field(examples=["tank"])
    name: str = Field(examples=["Tank"])
    minimum: int = Field(examples=[2])
    seated: int = Field(examples=[2])
    came: int = Field(examples=[1])
    missing: int = Field(examples=[1])

    @classmethod
    def of(cls, one: Shortage) -> Self:
        """Show a shortage."""
        return cls.model_validate({**one._asdict(), "missing": one.missing})


class CoverageOut(Model):
    """How party roles were filled: roles by key, and the shortages from the newest, at most 500 of all `short`."""

    scope: ScopeOut
    roles: list[RoleCoverageOut]
    short: int = Field(examples=[3])
    shortages: list[ShortageOut]

    @classmethod
    def of(cls, scope: Scope, found: Coverage) -> Self:
        """Show coverage."""
        return cls(
            scope=ScopeOut.of(scope),
            roles=[RoleCoverageOut.of(one) for one in found.roles],
            short=len(found.shortages),
            shortages=[ShortageOut.of(one) for one in reversed(found.shortages[-MAX_SHORTAGES:])],
        )
