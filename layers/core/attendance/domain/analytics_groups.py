"""Figures by something: over time, by what an event is, by what a member was there.

Groups of one event (a week, a game, an hour) hold each row once. A party role is the seat that a member had when the event
closed; a row counts under each Discord role that they held then, so these groups overlap.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args
from zoneinfo import ZoneInfo

from attendance.domain.analytics import Figures, figures_of
from attendance.domain.preset import name_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from attendance.domain.analytics import Facts, Tally
    from attendance.domain.rate import RateRules

Period = Literal["week", "month", "event"]
PERIODS: tuple[Period, ...] = get_args(Period)
Breakdown = Literal["game", "series", "weekday", "hour", "weekday_hour", "party_role", "discord_role"]
BREAKDOWNS: tuple[Breakdown, ...] = get_args(Breakdown)


class Group(NamedTuple):
    """Rows that have `key` in common.

    `label` is what people called it last, empty where the key says it all: a week (2026-W48) and a month (2026-11) by their
    names, a weekday from 0 (Monday) to 6, an hour from 00 to 23, a Discord role by its id. An empty key: no seat, no series, or
    roles that are not known. `first_day` is the first day of a week or month; `events` are those with rows in the group.
    """

    key: str
    label: str
    events: int
    figures: Figures
    first_day: date | None = None
    starts_at: datetime | None = None


class _Gathered:
    """Tallies by key, with what each is called and how many events are in it."""

    def __init__(self) -> None:
        self.tallies: defaultdict[str, Tally] = defaultdict(Counter)
        self.events: Counter[str] = Counter()
        self.labels: dict[str, str] = {}
        self.starts: dict[str, datetime] = {}

    def add(self, key: str, label: str, rows: Tally | Iterable[tuple[str, str]]) -> None:
        self.tallies[key].update(rows)
        self.events[key] += 1
        self.labels[key] = label or self.labels.get(key, "")

    def group(self, key: str, rules: RateRules, first_day: date | None = None) -> Group:
        figures = figures_of(self.tallies[key], rules)
        return Group(key, self.labels.get(key, ""), self.events[key], figures, first_day, self.starts.get(key))


def trend(sheets: Iterable[Facts], by: Period, zone: str, rules: RateRules) -> list[Group]:
    """Return figures over time in the guild's zone: weeks (ISO 8601, from Monday) and months without a gap between them.

    A week without events has no rate. Events come in order of their start.
    """
    there = ZoneInfo(zone)
    found = _Gathered()
    for facts in sheets:
        if not facts.marks:
            continue
        if by == "event":
            found.add(facts.event_id, facts.title, facts.tally())
            found.starts[facts.event_id] = facts.starts_at
        else:
            day = facts.starts_at.astimezone(there).date()
            found.add(_WRITTEN[by](day), "", facts.tally())
    if by == "event":
        return [found.group(key, rules) for key in found.tallies]
    keys = sorted(found.tallies)
    days = _days(by, keys[0], keys[-1]) if keys else iter(())
    return [found.group(_WRITTEN[by](day), rules, day) for day in days]


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


_WRITTEN: dict[Period, Callable[[date], str]] = {"week": _week, "month": _month}


def _days(by: Period, first: str, last: str) -> Iterator[date]:
    """Yield the first days of the weeks or months from one to another."""
    if by == "week":
        day, end = (date.fromisocalendar(int(key[:4]), int(key[6:]), 1) for key in (first, last))
        while day <= end:
            yield day
            day += timedelta(days=7)
    else:
        day, end = (date.fromisoformat(f"{key}-01") for key in (first, last))
        while day <= end:
            yield day
            day = (day + timedelta(days=31)).replace(day=1)


def breakdown(sheets: Iterable[Facts], by: Breakdown, zone: str, rules: RateRules) -> list[Group]:
    """Return figures by what events are (in the guild's zone) or members were, those with rows, in the order of their keys."""
    there = ZoneInfo(zone)
    found = _Gathered()
    for facts in sheets:
        if not facts.marks:
            continue
        match by:
            case "party_role":
                _add_party_roles(found, facts)
            case "discord_role":
                _add_discord_roles(found, facts)
            case _:
                key, label = _of_event(facts, by, facts.starts_at.astimezone(there))
                found.add(key, label, facts.tally())
    return [found.group(key, rules) for key in sorted(found.tallies)]


def _of_event(facts: Facts, by: Breakdown, local: datetime) -> tuple[str, str]:
    """Return the key that an event has and what it is called."""
    match by:
        case "game":
            return name_key(facts.game), facts.game
        case "series":
            return facts.series_id or "", facts.title if facts.series_id else ""
        case "weekday":
            return str(local.weekday()), ""
        case "hour":
            return f"{local.hour:02}", ""
    return f"{local.weekday()}-{local.hour:02}", ""


def _add_party_roles(found: _Gathered, facts: Facts) -> None:
    names = {role.key: role.name for role in facts.party_roles}
    rows: defaultdict[str, Tally] = defaultdict(Counter)
    for role, mark, answer in zip(facts.roles, facts.marks, facts.answers, strict=True):
        rows[role][mark, answer] += 1
    for role, tally in rows.items():
        found.add(role, names.get(role, role), tally)


def _add_discord_roles(found: _Gathered, facts: Facts) -> None:
    rows: defaultdict[str, Tally] = defaultdict(Counter)
    for held, mark, answer in zip(facts.held, facts.marks, facts.answers, strict=True):
        for role in ("",) if held is None else held:
            rows[role][mark, answer] += 1
    for role, tally in rows.items():
        found.add(role, "", tally)
