"""Coverage: which party role was short, when. Of every closed event with party roles, whether it counts in the rate or not.

*Seated* had a seat in the role when the event closed, *came* of them who were there. A role is short of an event when
fewer came than its minimum; a role without a minimum cannot be. *Seats* are its maximum. Where only some rows are asked for,
nobody else is counted: then it says how far those members alone filled the roles.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from attendance.domain.analytics import Share
from attendance.domain.rate import MARKS, THERE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from attendance.domain.analytics import Facts


class Shortage(NamedTuple):
    """A role of one event that fewer came for than its minimum."""

    event_id: str
    title: str
    starts_at: datetime
    role: str
    name: str
    minimum: int
    seated: int
    came: int

    @property
    def missing(self) -> int:
        """How many more were needed."""
        return self.minimum - self.came


class RoleCoverage(NamedTuple):
    """A role over a period: `short` of the events that set it a minimum, and who was `seated` and `came` of all its seats."""

    role: str
    name: str
    events: int
    short: Share
    seated: Share
    came: Share
    missing: int


class Coverage(NamedTuple):
    """Roles by key, and every shortage in order of the events' starts."""

    roles: tuple[RoleCoverage, ...]
    shortages: tuple[Shortage, ...]


def coverage(sheets: Iterable[Facts]) -> Coverage:
    """Return how party roles were filled by the members of `sheets`: as `rows_asked_for` left them."""
    shortages: list[Shortage] = []
    names: dict[str, str] = {}
    sums: Counter[tuple[str, str]] = Counter()
    for facts in sheets:
        seated = Counter(facts.roles)
        came = Counter(role for role, mark in zip(facts.roles, facts.marks, strict=True) if MARKS[mark].status in THERE)
        for role in facts.party_roles:
            names[role.key] = role.name
            found = {"events": 1, "seats": role.maximum, "seated": seated[role.key], "came": came[role.key]}
            short = came[role.key] < role.minimum
            if short:
                one = Shortage(
                    facts.event_id, facts.title, facts.starts_at, role.key, role.name, role.minimum,
                    seated[role.key], came[role.key],
                )  # fmt: skip
                shortages.append(one)
                found |= {"short": 1, "missing": one.missing}
            found["bounded"] = int(role.minimum > 0)
            sums.update({(role.key, name): number for name, number in found.items()})
    roles = (
        RoleCoverage(
            role=key,
            name=names[key],
            events=sums[key, "events"],
            short=Share(sums[key, "short"], sums[key, "bounded"]),
            seated=Share(sums[key, "seated"], sums[key, "seats"]),
            came=Share(sums[key, "came"], sums[key, "seats"]),
            missing=sums[key, "missing"],
        )
        for key in sorted(names)
    )
    return Coverage(tuple(roles), tuple(shortages))
