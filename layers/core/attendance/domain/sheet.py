"""A sheet: the attendance of one event, as it stood when the event was closed or last corrected.

It is derived: from the roster (what members said) and the deciding evidence (what was observed), under the closing
rule. The same evidence gives the same rows.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from attendance.domain.choice import decode
from attendance.domain.closing import DEFAULT_CLOSING, ClosingRule
from attendance.domain.rate import THERE, Mark
from attendance.domain.seats import GOING
from attendance.domain.verdict import STATUSES, Evidence, Source, Status

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from attendance.domain.event import Event
    from attendance.domain.seats import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One member: what they said, the verdict and where it came from.

    `on_leave`: an absence covered the event, and they neither said yes nor came. `early`: it was before their first day.
    `discord_roles` are those that they held at closing; None: Discord did not tell.
    """

    user_id: str
    name: str
    answer: str
    role: str
    late_minutes: int
    status: Status
    source: Source
    at: datetime | None
    on_leave: bool = False
    early: bool = False
    discord_roles: tuple[str, ...] | None = None

    @property
    def mark(self) -> Mark:
        """What the rate reads."""
        return Mark(self.status, self.on_leave, self.early)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The closed attendance of one event. `made_at` is UTC; rows are in the order of sign-up, then of check-in, then by id.

    An event that is not `counted` is on record and in nobody's rate. `rule` is the closing rule that it was made under.
    `party_roles` are what the event asked for, none for one without party roles.
    """

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
    counted: bool = True
    tracked_role_id: str | None = None
    rule: ClosingRule = DEFAULT_CLOSING
    series_id: str | None = None
    party_roles: tuple[Role, ...] = ()

    def tracks(self, row: SheetRow) -> bool:
        """Whether the event was about this member: not when they are known to have lacked the role that it tracks."""
        return self.tracked_role_id is None or row.discord_roles is None or self.tracked_role_id in row.discord_roles


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What the rate reads of one sheet: `user_ids` and the characters of their `marks`, side by side."""

    event_id: str
    title: str
    game: str
    starts_at: datetime
    counted: bool
    user_ids: list[str]
    marks: str


class People(NamedTuple):
    """What is known of members beside the event: names last seen, since when they are there, who is on leave, their roles."""

    names: Mapping[str, str] = {}
    first_seen: Mapping[str, datetime] = {}
    away: Collection[str] = ()
    roles: Mapping[str, tuple[str, ...]] = {}


def make_sheet(
    event: Event,
    decisions: Mapping[str, Evidence],
    people: People,
    rule: ClosingRule = DEFAULT_CLOSING,
    *,
    made_at: datetime,
    version: int = 1,
) -> Sheet:
    """Return the sheet of `event` under the closing `rule`; `decisions` maps a member to the deciding evidence.

    Members who are known to hold the role that the event tracks are in it, whatever they did. Who has no name is shown by id.
    """
    roster = event.roster()
    seats = {seat.user_id: seat.role for seat in roster.seated}
    benched = {seat.user_id for seat in roster.benched}
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
        counted=event.counted,
        tracked_role_id=event.tracked_role_id,
        rule=rule,
        series_id=event.series_id,
        party_roles=tuple(role for role in event.roles if role != GOING),
        rows=tuple(
            _row(user, event, decisions.get(user), people, rule, seats.get(user, ""), on_bench=user in benched)
            for user in _in_order(event, decisions, people)
        ),
    )


def _in_order(event: Event, decisions: Mapping[str, Evidence], people: People) -> list[str]:
    answered = sorted(event.choices, key=lambda user: event.places.get(user, 0))
    seen = sorted(set(decisions) - set(answered), key=lambda user: (decisions[user].at, user))
    tracked = {user for user, held in people.roles.items() if event.tracked_role_id in held}
    return [*answered, *seen, *sorted(tracked.difference(answered, seen))]


def _row(
    user_id: str,
    event: Event,
    decision: Evidence | None,
    people: People,
    rule: ClosingRule,
    role: str,
    *,
    on_bench: bool,
) -> SheetRow:
    choice = decode(event.choices[user_id]) if user_id in event.choices else None
    answer = choice.answer if choice else ""
    held = people.roles.get(user_id)
    tracked = event.tracked_role_id is None or held is None or event.tracked_role_id in held
    status = rule.status(answer, decision.status if decision else None, on_bench=on_bench, tracked=tracked)
    first = people.first_seen.get(user_id)
    return SheetRow(
        user_id=user_id,
        name=people.names.get(user_id, user_id),
        answer=answer,
        role=role,
        late_minutes=choice.late_minutes if choice else 0,
        status=status,
        source=decision.source if decision else "rule",
        at=(decision.seen_at or decision.at) if decision else None,
        on_leave=user_id in people.away and answer not in ("yes", "late") and status not in THERE,
        early=not answer and status not in THERE and (first is None or first >= event.starts_at),
        discord_roles=held,
    )


def missed_by(rows: Iterable[SheetRow]) -> set[str]:
    """Return who is absent though they had said that they would come."""
    return {row.user_id for row in rows if row.status == "absent" and row.answer in ("yes", "late")}


def totals(sheet: Sheet) -> dict[str, int]:
    """Return how many members have each status, only statuses that occur, in SPEC's order."""
    occurring = Counter(row.status for row in sheet.rows)
    return {status: occurring[status] for status in STATUSES if occurring[status]}
