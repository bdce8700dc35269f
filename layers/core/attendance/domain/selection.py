"""Which attendance somebody asks about: the one filter of figures, files and charts, so that they are about the same rows.

Dates are whole days in the guild's zone, the last one included. Within one criterion any of its values fits, and all
criteria have to. Events are chosen by id, series and game; rows by member, Discord role (held when the event closed;
whose roles are not known is left out) and status.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from attendance.domain.ids import is_id, is_snowflake
from attendance.domain.limits import EARLIEST_YEAR, LATEST_YEAR
from attendance.domain.preset import MAX_NAME, name_key
from attendance.domain.verdict import STATUSES
from attendance.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MAX_DAYS = 3 * 366
DEFAULT_DAYS = 366
MAX_VALUES = 50
"""Of one criterion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Rows of events that start on `first_day` to `last_day` in `zone`. An empty criterion leaves everything in.

    `games` are name keys (`preset.name_key`), `discord_roles` and `members` Discord ids.
    """

    zone: str
    first_day: date
    last_day: date
    events: frozenset[str] = frozenset()
    series: frozenset[str] = frozenset()
    games: frozenset[str] = frozenset()
    discord_roles: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    game_names: tuple[str, ...] = field(default=(), compare=False)
    """The games as they were typed."""

    @property
    def since(self) -> datetime:
        """The first moment, UTC."""
        return _midnight(self.first_day, self.zone)

    @property
    def until(self) -> datetime:
        """The moment after the last, UTC."""
        return _midnight(self.last_day + timedelta(days=1), self.zone)

    def takes_event(self, event_id: str, series_id: str | None, game: str) -> bool:
        """Whether the rows of an event within the span are asked for, as far as the event decides."""
        return (
            (not self.events or event_id in self.events)
            and (not self.series or series_id in self.series)
            and (not self.games or name_key(game) in self.games)
        )

    @property
    def days(self) -> int:
        """How many days it spans."""
        return (self.last_day - self.first_day).days + 1

    @property
    def before(self) -> datetime:
        """The first moment of the period before, which has as many days; it ends at `since`."""
        return _midnight(self.first_day - timedelta(days=self.days), self.zone)

    def spanning(self, moments: Iterable[datetime]) -> Selection:
        """Return the same over the days of `moments`; raises `Invalid` (field `from`) where they are too far apart."""
        days = sorted(moment.astimezone(ZoneInfo(self.zone)).date() for moment in moments)
        _check_order(days[0], days[-1])
        return replace(self, first_day=days[0], last_day=days[-1])

    @property
    def takes_all_rows(self) -> bool:
        """Whether every row of a taken event is asked for."""
        return not (self.members or self.discord_roles or self.statuses)

    def takes_row(self, user_id: str, status: str, held: Iterable[str] | None) -> bool:
        """Whether a row of a taken event is asked for; `held` are the member's Discord roles, None where not known."""
        return (
            (not self.members or user_id in self.members)
            and (not self.statuses or status in self.statuses)
            and (not self.discord_roles or not self.discord_roles.isdisjoint(held or ()))
        )


def select(
    *,
    zone: str,
    now: datetime,
    first: date | None = None,
    last: date | None = None,
    events: Iterable[str] = (),
    series: Iterable[str] = (),
    games: Iterable[str] = (),
    discord_roles: Iterable[str] = (),
    members: Iterable[str] = (),
    statuses: Iterable[str] = (),
) -> Selection:
    """Return what is asked for; without days the last year, without the first day a year up to the last.

    Raises `Invalid` naming the field (`from`, `to`, `event`, `series`, `game`, `discord_role`, `member`, `status`): days out
    of order or too far apart, ids that cannot be any, unknown statuses, too many values.
    """
    _check_reach(("from", first), ("to", last))
    last = last or (now.astimezone(ZoneInfo(zone)).date() if first is None else _latest(first, now, zone))
    first = first or last - timedelta(days=DEFAULT_DAYS - 1)
    _check_order(first, last)
    typed = tuple(dict.fromkeys(" ".join(game.split())[:MAX_NAME] for game in games))
    return Selection(
        zone=zone,
        first_day=first,
        last_day=last,
        events=_checked("event", events, is_id, "an event's id"),
        series=_checked("series", series, is_id, "a series' id"),
        games=_checked("game", map(name_key, typed), bool, "a game"),
        discord_roles=_checked("discord_role", discord_roles, is_snowflake, "a Discord id"),
        members=_checked("member", members, is_snowflake, "a Discord id"),
        statuses=_checked("status", statuses, STATUSES.__contains__, f"one of {', '.join(STATUSES)}"),
        game_names=typed,
    )


def _latest(first: date, now: datetime, zone: str) -> date:
    """Return today, at most `MAX_DAYS` from `first` on, and never before it."""
    today = now.astimezone(ZoneInfo(zone)).date()
    return max(first, min(today, first + timedelta(days=MAX_DAYS - 1)))


def _check_reach(*days: tuple[str, date | None]) -> None:
    for name, day in days:
        if day and not EARLIEST_YEAR <= day.year < LATEST_YEAR:
            raise Invalid(
                f"{day} is out of reach: days lie in the years {EARLIEST_YEAR} to {LATEST_YEAR - 1}.",
                field=name,
                code="day_out_of_reach",
                day=str(day),
                earliest=EARLIEST_YEAR,
                latest=LATEST_YEAR - 1,
            )


def _check_order(first: date, last: date) -> None:
    if last < first:
        raise Invalid(
            f"The range ends before it begins: {first} to {last}. Swap the two days.",
            field="to",
            code="range_reversed",
            first=str(first),
            last=str(last),
        )
    if (last - first).days >= MAX_DAYS:
        raise Invalid(
            f"A range has up to {MAX_DAYS} days; {first} to {last} has {(last - first).days + 1}.",
            field="from",
            code="range_too_long",
            most=MAX_DAYS,
            first=str(first),
            last=str(last),
        )


def _checked(name: str, values: Iterable[str], accepts: Callable[[str], object], kind: str) -> frozenset[str]:
    found = frozenset(values)
    if len(found) > MAX_VALUES:
        raise Invalid(
            f"{len(found)} values are too many: {MAX_VALUES} fit.",
            field=name,
            code="too_many_values",
            count=len(found),
            most=MAX_VALUES,
        )
    for value in sorted(found):
        if not accepts(value):
            raise Invalid(
                f"“{value[:40]}” is not {kind}.", field=name, code="bad_filter", typed=value[:40], accepted=kind
            )
    return found


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)
