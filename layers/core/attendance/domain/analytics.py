"""Figures over closed events, each with what it is made of.

    rate     credit / eligible                               as everywhere (rate.py); what is eligible is said there alone
    late     came late / came                                of the eligible
    shown    came / signed up (yes or late)                  of the eligible: who was excused broke no promise

Everything follows from a *tally*: how often each pair of mark and answer occurs. Tallies add up, so sheets are read once,
one after the other, and whatever they are grouped by, the figures are made in one place: `figures_of`. Only closed events
are in them; an event that is not counted is shown in `counts` and is in no share.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from attendance.domain.rate import MARKS, THERE, Rate
from attendance.domain.record import NOT_COUNTED, ON_LEAVE
from attendance.domain.verdict import STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from attendance.domain.rate import RateRules
    from attendance.domain.seats import Role
    from attendance.domain.selection import Selection

UNCOUNTED = " "
"""Stands in the place of a mark whose event is in nobody's rate."""
KINDS: tuple[str, ...] = (*STATUSES, ON_LEAVE, NOT_COUNTED)
"""What a row is shown as, in SPEC's order."""
SIGNED_UP = frozenset({"yes", "late"})
type Tally = Counter[tuple[str, str]]
"""How often each mark (its character, or `UNCOUNTED`) occurs with each answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What figures and files read of one sheet: columns side by side, a place a member. `held` None: the roles are not known.

    `seen` is the moment of the deciding entry in milliseconds after the start; None: nobody saw them.
    """

    event_id: str
    title: str
    game: str
    starts_at: datetime
    series_id: str | None
    counted: bool
    party_roles: tuple[Role, ...]
    user_ids: list[str]
    names: list[str]
    marks: str
    answers: list[str]
    roles: list[str]
    held: list[tuple[str, ...] | None]
    zone: str = "UTC"
    late_minutes: list[int] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    seen: list[int | None] = field(default_factory=list)

    def tally(self) -> Tally:
        """Return how often each mark occurs with each answer."""
        return Counter(zip(self.marks, self.answers, strict=True))


class Share(NamedTuple):
    """`part` of `whole`; where there is nothing there is no share."""

    part: int = 0
    whole: int = 0

    @property
    def share(self) -> float | None:
        """From 0 to 1; None where there is nothing."""
        return self.part / self.whole if self.whole else None


class Figures(NamedTuple):
    """What a tally says. `counts` has how often each kind of row occurs, those that do, in the order of `KINDS`."""

    rate: Rate
    late: Share
    shown: Share
    counts: Mapping[str, int]

    @property
    def rows(self) -> int:
        """How many rows there are, eligible or not."""
        return sum(self.counts.values())


def chosen(facts: Facts, selection: Selection) -> Facts | None:
    """Return those rows of a sheet that are asked for, marks of an uncounted event blanked; None where its event is not."""
    found = rows_asked_for(facts, selection)
    return found if found is None or found.counted else replace(found, marks=UNCOUNTED * len(found.marks))


def rows_asked_for(facts: Facts, selection: Selection) -> Facts | None:
    """Return those rows of a sheet that are asked for, whether its event counts or not; None where the event is not."""
    if not selection.takes_event(facts.event_id, facts.series_id, facts.game):
        return None
    if not selection.takes_all_rows:
        kept = [
            place
            for place, (user_id, mark, held) in enumerate(zip(facts.user_ids, facts.marks, facts.held, strict=True))
            if selection.takes_row(user_id, MARKS[mark].status, held)
        ]
        facts = replace(
            facts,
            marks="".join(facts.marks[place] for place in kept),
            user_ids=[facts.user_ids[place] for place in kept],
            names=[facts.names[place] for place in kept],
            answers=[facts.answers[place] for place in kept],
            roles=[facts.roles[place] for place in kept],
            held=[facts.held[place] for place in kept],
            late_minutes=[facts.late_minutes[place] for place in kept] if facts.late_minutes else [],
            sources=[facts.sources[place] for place in kept] if facts.sources else [],
            seen=[facts.seen[place] for place in kept] if facts.seen else [],
        )
    return facts


def figures_of(tally: Mapping[tuple[str, str], int], rules: RateRules) -> Figures:
    """Return the figures of a tally under a guild's rules."""
    credit = eligible = came = late = signed_up = shown = 0
    counts: Counter[str] = Counter()
    for (character, answer), times in tally.items():
        counts[kind_of(character)] += times
        worth = worth_of(character, rules)
        if worth is None:
            continue
        status = MARKS[character].status
        there = times if status in THERE else 0
        credit += worth * times
        eligible += times
        came += there
        late += times if status == "late" else 0
        if answer in SIGNED_UP:
            signed_up += times
            shown += there
    ordered = {kind: counts[kind] for kind in KINDS if counts[kind]}
    return Figures(Rate(credit, eligible), Share(late, came), Share(shown, signed_up), ordered)


def tallies_of_members(counted: Mapping[tuple[str, str, str], int]) -> dict[str, dict[tuple[str, str], int]]:
    """Return each member's tally; `counted` tells how often each member, mark and answer occur together."""
    found: defaultdict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    for (user_id, mark, answer), times in counted.items():
        found[user_id][mark, answer] = times
    return found


def worth_of(character: str, rules: RateRules) -> int | None:
    """Return what a mark (its character) is worth in hundredths, None where it is not eligible."""
    return None if character == UNCOUNTED else rules.credit(MARKS[character])


def kind_of(character: str) -> str:
    """Return what a mark (its character) is shown as, one of `KINDS`: as a member's record shows it."""
    mark = MARKS.get(character)
    if mark is None or mark.early:
        return NOT_COUNTED
    return ON_LEAVE if mark.on_leave else mark.status


class Summary(NamedTuple):
    """A period at a glance. `events` are counted and have rows; `uncounted` have rows, too; `members` have an eligible event.

    `before` is the period before it, which has as many days. `unclosed` began and are not closed, so they count for nothing
    yet; `cancelled` never will.
    """

    figures: Figures
    before: Figures
    events: int
    uncounted: int
    members: int
    unclosed: int = 0
    cancelled: int = 0


def summary(sheets: Iterable[Facts], since: datetime, rules: RateRules) -> Summary:
    """Return what `sheets` say together; those from before `since` are the period before."""
    tallies: tuple[Tally, Tally] = (Counter(), Counter())
    events: Counter[bool] = Counter()
    members: set[str] = set()
    for facts in sheets:
        now = facts.starts_at >= since
        tallies[now].update(facts.tally())
        if now and facts.marks:
            events[facts.counted] += 1
            eligible = {mark for mark in set(facts.marks) if worth_of(mark, rules) is not None}
            members.update(
                user_id for user_id, mark in zip(facts.user_ids, facts.marks, strict=True) if mark in eligible
            )
    before, figures = (figures_of(tally, rules) for tally in tallies)
    return Summary(figures, before, events[True], events[False], len(members))
