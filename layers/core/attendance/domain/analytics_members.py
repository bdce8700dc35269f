"""Figures of members: each with their own, event by event in a matrix, and ranked where a guild wants that."""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from attendance.domain.analytics import Figures, figures_of, kind_of, tallies_of_members, worth_of
from attendance.domain.rate import MARKS, THERE, WHOLE, Rate
from attendance.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from attendance.domain.analytics import Facts, Tally
    from attendance.domain.rate import RateRules

MAX_MATRIX_EVENTS = 500
LEAST_ELIGIBLE = 3
"""So many eligible events a member needs to be ranked: who came to their only one would stand before everybody."""


class MemberFigures(NamedTuple):
    """A member over a period. `before` is their rate over the period before it, which has as many days.

    `streak` counts the latest eligible events of the period that they came to, as their record does.
    """

    user_id: str
    name: str
    figures: Figures
    streak: int
    before: Rate

    @property
    def change(self) -> float | None:
        """By how much their share grew, from -1 to 1; None unless both periods have one."""
        now, then = self.figures.rate.share, self.before.share
        return None if now is None or then is None else now - then


def members(sheets: Iterable[Facts], since: datetime, rules: RateRules) -> list[MemberFigures]:
    """Return the figures of everybody who has rows from `since` on, by id; `sheets` come in order of their start.

    Sheets from before `since` are the period before.
    """
    tallies: defaultdict[str, Tally] = defaultdict(Counter)
    earlier: defaultdict[str, Counter[str]] = defaultdict(Counter)
    names: dict[str, str] = {}
    streaks: Counter[str] = Counter()
    for facts in sheets:
        if facts.starts_at < since:
            for user_id, mark in zip(facts.user_ids, facts.marks, strict=True):
                earlier[user_id][mark] += 1
            continue
        names.update(zip(facts.user_ids, facts.names, strict=True))
        keeps = {mark: _keeps_streak(mark, rules) for mark in set(facts.marks)}
        for user_id, mark, answer in zip(facts.user_ids, facts.marks, facts.answers, strict=True):
            tallies[user_id][mark, answer] += 1
            if (kept := keeps[mark]) is not None:
                streaks[user_id] = streaks[user_id] + 1 if kept else 0
    return [
        MemberFigures(
            user_id, names[user_id], figures_of(tally, rules), streaks[user_id], _rate(earlier.get(user_id), rules)
        )
        for user_id, tally in sorted(tallies.items())
    ]


def _keeps_streak(mark: str, rules: RateRules) -> bool | None:
    """Whether an event keeps a streak or breaks it; None where it does neither."""
    return None if worth_of(mark, rules) is None else MARKS[mark].status in THERE


def _rate(marks: Counter[str] | None, rules: RateRules) -> Rate:
    return figures_of({(mark, ""): times for mark, times in (marks or {}).items()}, rules).rate


class Column(NamedTuple):
    """An event of a matrix."""

    event_id: str
    title: str
    game: str
    starts_at: datetime
    counted: bool


class Row(NamedTuple):
    """A member of a matrix: for each of its events what they were there, one of `KINDS`; None where they are not on the sheet."""

    user_id: str
    name: str
    cells: tuple[str | None, ...]
    figures: Figures


class Matrix(NamedTuple):
    """Members by id, over events in order of their start."""

    events: tuple[Column, ...]
    rows: tuple[Row, ...]


def matrix(sheets: Iterable[Facts], rules: RateRules, *, behind: str = "", most: int | None = None) -> Matrix:
    """Return members x events, of the `most` members who come next behind an id; their events are all there are.

    Whoever cannot be among those any more is left out as early as that is known, so a page costs what it shows.
    Raises `Invalid` (field `from`) for more than `MAX_MATRIX_EVENTS`.
    """
    columns: list[Column] = []
    shown = _Shown(behind, most)
    names: dict[str, str] = {}
    for facts in sheets:
        if not facts.marks:
            continue
        if len(columns) == MAX_MATRIX_EVENTS:
            raise Invalid(
                f"A matrix shows up to {MAX_MATRIX_EVENTS} events, and here are more: choose a shorter range or fewer games.",
                field="from",
                code="matrix_too_wide",
                most=MAX_MATRIX_EVENTS,
            )
        shown.add(len(columns), facts)
        columns.append(Column(facts.event_id, facts.title, facts.game, facts.starts_at, facts.counted))
        names.update(zip(facts.user_ids, facts.names, strict=True))
    tallies = tallies_of_members(shown.counted)
    return Matrix(
        tuple(columns),
        tuple(
            Row(
                user_id,
                names[user_id],
                tuple(found.get(place) for place in range(len(columns))),
                figures_of(tallies[user_id], rules),
            )
            for user_id, found in shown.lowest()
        ),
    )


class _Shown:
    """The cells of those members who may still be on a page: the lowest `most` ids behind an id."""

    def __init__(self, behind: str, most: int | None) -> None:
        self.counted: Counter[tuple[str, str, str]] = Counter()
        self._behind, self._most, self._last = behind, most, ""
        self._cells: defaultdict[str, dict[int, str]] = defaultdict(dict)

    def add(self, place: int, facts: Facts) -> None:
        """Note what the members of a sheet were there, in the column of `place`."""
        behind, last = self._behind, self._last
        rows = [
            row
            for row in zip(facts.user_ids, facts.marks, facts.answers, strict=True)
            if behind < row[0] and (not last or row[0] <= last)
        ]
        kinds = {mark: kind_of(mark) for mark in set(facts.marks)}
        self.counted.update(rows)
        for user_id, mark, _ in rows:
            self._cells[user_id][place] = kinds[mark]
        if self._most and len(self._cells) > 2 * self._most:
            kept = self.lowest()
            self._last = kept[-1][0]
            self._cells = defaultdict(dict, kept)

    def lowest(self) -> list[tuple[str, dict[int, str]]]:
        """Return the members of the page by id, each with their cells."""
        return sorted(self._cells.items())[: self._most]


class Ranked(NamedTuple):
    """A member's place; who has the same rate has the same place."""

    place: int
    user_id: str
    name: str
    rate: Rate


def ranking(found: Iterable[MemberFigures]) -> list[Ranked]:
    """Return the places of those with enough eligible events, the highest rate first, then who came to more, then by id."""
    entitled = [one for one in found if one.figures.rate.eligible >= LEAST_ELIGIBLE]
    shares = {one.user_id: Fraction(one.figures.rate.credit, WHOLE * one.figures.rate.eligible) for one in entitled}
    entitled.sort(key=lambda one: (-shares[one.user_id], -one.figures.rate.eligible, one.user_id))
    ranked: list[Ranked] = []
    for number, one in enumerate(entitled, 1):
        same = ranked and shares[ranked[-1].user_id] == shares[one.user_id]
        ranked.append(Ranked(ranked[-1].place if same else number, one.user_id, one.name, one.figures.rate))
    return ranked
