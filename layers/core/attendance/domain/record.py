"""A member's record: their rate with what it is made of, their streak and what happened at each event."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from attendance.domain.rate import MARKS, THERE, Rate, rate_of
from attendance.domain.verdict import STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from attendance.domain.rate import Mark, RateRules
    from attendance.domain.sheet import Marks

ON_LEAVE = "on_leave"
NOT_COUNTED = "not_counted"


class Entry(NamedTuple):
    """One closed event as a member had it."""

    event_id: str
    title: str
    game: str
    starts_at: datetime
    counted: bool
    mark: Mark

    @property
    def kind(self) -> str:
        """What it is shown as: the verdict, being on leave, or that it is in nobody's rate (or before their first day)."""
        if not self.counted or self.mark.early:
            return NOT_COUNTED
        return ON_LEAVE if self.mark.on_leave else self.mark.status


class Record(NamedTuple):
    """`streak` counts the latest eligible events that they came to; `counts` how often each kind occurs, in SPEC's order."""

    rate: Rate
    streak: int
    counts: Mapping[str, int]
    entries: tuple[Entry, ...]
    """The newest first."""


def entries_of(user_id: str, sheets: Iterable[Marks]) -> Iterator[Entry]:
    """Yield what the sheets say of a member, in their order."""
    for sheet in sheets:
        if user_id in sheet.user_ids:
            mark = MARKS[sheet.marks[sheet.user_ids.index(user_id)]]
            yield Entry(sheet.event_id, sheet.title, sheet.game, sheet.starts_at, sheet.counted, mark)


def make_record(entries: Iterable[Entry], rules: RateRules) -> Record:
    """Return the record that `entries`, the oldest first, make under a guild's rules."""
    newest = tuple(reversed(list(entries)))
    marks = Counter(entry.mark.encode() for entry in newest if entry.counted)
    streak = 0
    for entry in newest:
        if rules.credit(entry.mark, counted=entry.counted) is None:
            continue
        if entry.mark.status not in THERE:
            break
        streak += 1
    found = Counter(entry.kind for entry in newest)
    counts = {kind: found[kind] for kind in (*STATUSES, ON_LEAVE, NOT_COUNTED) if found[kind]}
    return Record(rate_of(marks, rules), streak, counts, newest)
