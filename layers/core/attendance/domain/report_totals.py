"""What the rows of a report add up to, counted as they go by: in all, and by member, month and game.

The figures are those of the analytics (domain/analytics.py), made from the same tallies, so a file, a chart and the API agree.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from attendance.domain.analytics import figures_of, tallies_of_members
from attendance.domain.preset import name_key

if TYPE_CHECKING:
    from attendance.domain.analytics import Facts, Figures, Tally
    from attendance.domain.rate import RateRules


class Total(NamedTuple):
    """What the rows of one member, month or game add up to. `key` is an id, a month such as 2026-11, or a game's name key."""

    key: str
    name: str
    figures: Figures


@dataclass(slots=True, kw_only=True)
class Totals:
    """The totals of the rows that were added so far; `zone` is the guild's, in whose calendar the months are."""

    rules: RateRules
    zone: str
    rows: int = 0
    events: int = 0
    uncounted: int = 0
    _all: Tally = field(default_factory=Counter)
    _members: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    _months: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Counter))
    _games: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Counter))
    _names: dict[str, str] = field(default_factory=dict)
    _game_names: dict[str, str] = field(default_factory=dict)

    def add(self, facts: Facts) -> None:
        """Count the rows of one sheet that are in the report: as `chosen` left them."""
        if not facts.marks:
            return
        self.rows += len(facts.marks)
        self.events += facts.counted
        self.uncounted += not facts.counted
        self._members.update(zip(facts.user_ids, facts.marks, facts.answers, strict=True))
        self._names.update(zip(facts.user_ids, facts.names, strict=True))
        tally, key = facts.tally(), name_key(facts.game)
        self._all.update(tally)
        self._months[f"{facts.starts_at.astimezone(ZoneInfo(self.zone)):%Y-%m}"].update(tally)
        self._games[key].update(tally)
        self._game_names[key] = facts.game

    @property
    def figures(self) -> Figures:
        """All rows together."""
        return figures_of(self._all, self.rules)

    @property
    def member_count(self) -> int:
        """How many members have rows."""
        return len(self._names)

    @property
    def members(self) -> list[Total]:
        """Each member under the name last seen, by id."""
        tallies = tallies_of_members(self._members)
        return [
            Total(user_id, self._names[user_id], figures_of(tally, self.rules))
            for user_id, tally in sorted(tallies.items())
        ]

    @property
    def months(self) -> list[Total]:
        """Each month that has rows, in order."""
        return [Total(month, month, figures_of(tally, self.rules)) for month, tally in sorted(self._months.items())]

    @property
    def games(self) -> list[Total]:
        """Each game, in order of its name key."""
        return [
            Total(key, self._game_names[key], figures_of(tally, self.rules))
            for key, tally in sorted(self._games.items())
        ]
