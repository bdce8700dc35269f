"""A sheet: the attendance of one event, as it stood when the event was closed or last corrected.

It is derived: from the roster (what members said) and the deciding evidence (what was observed), under the closing
rule. The same evidence gives the same rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attendance.domain.choice import decode
from attendance.domain.verdict import Evidence, Source, Status, closing_status

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from attendance.domain.event import Event

CREDITS: dict[Status, float | None] = {
    "present": 1, "late": 1, "left_early": 1, "benched": 1, "absent": 0, "excused": None, "unmarked": None,
}  # fmt: skip
"""SPEC section 2's defaults; None is not eligible and stays out of the denominator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One member: what they said, the verdict and where it came from. `credit` None means not eligible."""

    user_id: str
    name: str
    answer: str
    role: str
    late_minutes: int
    status: Status
    source: Source
    at: datetime | None
    credit: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The closed attendance of one event. `made_at` is UTC; rows are in the order of sign-up, then of check-in."""

    guild_id: str
    event_id: str
    title: str
    game: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    made_at: datetime
    version: int
    rows: tuple[SheetRow, ...]


def make_sheet(
    event: Event, decisions: Mapping[str, Evidence], names: Mapping[str, str], *, made_at: datetime, version: int = 1
) -> Sheet:
    """Return the sheet of `event`.

    `decisions` maps a member to the deciding evidence, `names` to the display name last seen (else the id is shown).
    """
    roster = event.roster()
    seats = {seat.user_id: seat.role for seat in roster.seated}
    benched = {seat.user_id for seat in roster.benched}
    members = [*sorted(event.choices, key=lambda user: event.places.get(user, 0))]
    members += sorted(set(decisions) - set(members), key=lambda user: (decisions[user].at, user))
    return Sheet(
        guild_id=event.guild_id,
        event_id=event.event_id,
        title=event.title,
        game=event.game,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        zone=event.zone,
        made_at=made_at,
        version=version,
        rows=tuple(
            _row(user, event, decisions.get(user), names.get(user, user), seats.get(user, ""), on_bench=user in benched)
            for user in members
        ),
    )


def _row(user_id: str, event: Event, decision: Evidence | None, name: str, role: str, *, on_bench: bool) -> SheetRow:
    choice = decode(event.choices[user_id]) if user_id in event.choices else None
    answer = choice.answer if choice else ""
    status = closing_status(answer or None, decision.status if decision else None, on_bench=on_bench)
    return SheetRow(
        user_id=user_id,
        name=name,
        answer=answer,
        role=role,
        late_minutes=choice.late_minutes if choice else 0,
        status=status,
        source=decision.source if decision else "rule",
        at=decision.at if decision else None,
        credit=CREDITS[status],
    )


def totals(sheet: Sheet) -> dict[str, int]:
    """Return how many members have each status, only statuses that occur, in SPEC's order."""
    counted = {status: sum(row.status == status for row in sheet.rows) for status in CREDITS}
    return {status: count for status, count in counted.items() if count}
