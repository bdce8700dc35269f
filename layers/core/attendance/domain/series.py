"""A series: a rule, a wall time in a zone, and the event that every date of it begins as.

Its events are made a few at a time, and which ones there should be is a pure function of the series and the clock: the
next `ahead` dates that still lie ahead. An event's id derives from the series and the date that the rule gave, so making
it twice makes one, and a moved event keeps its identity. Dates of the past are never planned again: an edit that changes
dates or time begins the rule anew at the first date it is for.

The wall time stands when clocks change. A date that does not have it (the hour that is skipped in spring) takes the
first moment after the gap, and `Occurrence.note` says so; of a time that happens twice the first is meant.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, islice
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from attendance.domain.ids import derive
from attendance.domain.series_rule import dates_from
from attendance.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from attendance.domain.event import Event
    from attendance.domain.series_rule import Rule

SeriesStatus = Literal["active", "ended"]
DEFAULT_AHEAD = 4
MAX_AHEAD = 10
MAX_SERIES = 50
MAX_EXCEPTIONS = 200
"""Skipped and moved dates that one series keeps."""
MAX_MOVE = timedelta(days=31)
CARD_BEFORE = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """What a change of the series still has to do to events made before it, those of `dates`.

    `texts` are new values of their fields (title, game, description, duration); `retime`: they follow the series' dates and times,
    and one that it no longer has is cancelled; `cancel`: all are. With `clock`, the series' time before, an event that does
    not start then was moved by hand and stays where it is. Doing it twice is doing it once.
    """

    dates: tuple[date, ...]
    texts: Mapping[str, str] = field(default_factory=dict)
    retime: bool = False
    cancel: bool = False
    clock: time | None = None

    def was_moved(self, series: Series, one: Occurrence, starts_at: datetime) -> bool:
        """Whether the event of `one` that starts at `starts_at` was moved by hand before this change."""
        if self.clock is None or one.date in series.moved:
            return False
        before, _ = wall_time(one.date, self.clock, ZoneInfo(series.zone))
        return starts_at not in (before, one.starts_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Repeated events. `first` and `clock` are local to `zone`; the rule counts from `first`.

    `template` is the event that dates begin as: its times serve for their lengths only. `moved` maps a date of the rule to
    where its event was moved (UTC). `made` are the dates whose events exist, as far as they may lie ahead.
    `pending`: see `Follow`.
    """

    guild_id: str
    series_id: str
    rule: Rule
    first: date
    clock: time
    zone: str
    template: Event
    ahead: int = DEFAULT_AHEAD
    skipped: frozenset[date] = frozenset()
    moved: Mapping[date, datetime] = field(default_factory=dict)
    made: tuple[date, ...] = ()
    pending: Follow | None = None
    status: SeriesStatus = "active"
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One date of a series: `date` is the rule's own, `starts_at` (UTC) where it takes place; `note` says what is odd."""

    date: date
    event_id: str
    starts_at: datetime
    note: str = ""


def occurrence_id(guild_id: str, series_id: str, day: date) -> str:
    """The id of the event of one date, whatever it is moved to."""
    return derive("occurrence", guild_id, series_id, day.isoformat())


def wall_time(day: date, clock: time, zone: ZoneInfo) -> tuple[datetime, bool]:
    """Return the instant (UTC) of a wall time, and whether it is the first after a gap that swallowed it.

    A time that happens twice is meant the first time. In a gap, the two readings of the wall time lie on both sides of the change.
    """
    local = datetime.combine(day, clock, zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant, False
    before, after = local.replace(fold=1).astimezone(UTC), instant
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after, True


def occurrence(series: Series, day: date) -> Occurrence:
    """Return where and when the event of one date takes place."""
    event_id = occurrence_id(series.guild_id, series.series_id, day)
    if moved_to := series.moved.get(day):
        return Occurrence(date=day, event_id=event_id, starts_at=moved_to, note="moved")
    starts_at, shifted = wall_time(day, series.clock, zone := ZoneInfo(series.zone))
    note = ""
    if shifted:
        note = f"{series.clock:%H:%M} does not exist on {day:%d %b %Y} in {series.zone}: it starts at {starts_at.astimezone(zone):%H:%M}."
    return Occurrence(date=day, event_id=event_id, starts_at=starts_at, note=note)


def occurrences(series: Series, since: date | None = None) -> Iterator[Occurrence]:
    """Yield what the rule gives on or after `since`, without what is skipped, in order of the rule's dates."""
    for day in dates_from(series.rule, series.first, max(since or series.first, series.first)):
        if day not in series.skipped:
            yield occurrence(series, day)


def find_occurrence(series: Series, day: date) -> Occurrence | None:
    """Return the occurrence of a date, None when the series has none: skipped, not of its rule, or ended before it."""
    if day in series.skipped:
        return None
    if day < series.first:  # the rule began anew since: what is there was made before
        return occurrence(series, day) if day in series.made else None
    found = next(iter(occurrences(series, day)), None)
    return found if found and found.date == day else None


def upcoming(series: Series, now: datetime, limit: int | None = None) -> list[Occurrence]:
    """Return the next `limit` (by default `ahead`) occurrences that start after `now`; none of an ended series."""
    if series.status == "ended":
        return []
    since = now.astimezone(ZoneInfo(series.zone)).date() - MAX_MOVE  # a date of last week may have been moved ahead
    made_before = [occurrence(series, day) for day in series.made if day < series.first and day not in series.skipped]
    ahead = (one for one in chain(made_before, occurrences(series, since)) if one.starts_at > now)
    return list(islice(ahead, limit or series.ahead))


def event_on(series: Series, one: Occurrence) -> Event:
    """Return the event of one occurrence, as it is when made."""
    template = series.template
    shift = one.starts_at - template.starts_at
    opens, closes = template.sign_up_opens_at, template.sign_up_closes_at
    return replace(
        template,
        event_id=one.event_id,
        series_id=series.series_id,
        starts_at=one.starts_at,
        ends_at=template.ends_at + shift,
        sign_up_opens_at=opens + shift if opens else None,
        sign_up_closes_at=closes + shift if closes else None,
    )


def card_due_at(series: Series, one: Occurrence, before: datetime | None) -> datetime:
    """Return when the card of an occurrence is posted: a week ahead, but not before the one `before` it starts.

    So a weekly series shows one card at a time and a daily one too; no reminder comes before its card.
    """
    at = one.starts_at - CARD_BEFORE
    if before is not None:
        at = max(at, before)
    reminders = series.template.reminders
    return min(at, one.starts_at - timedelta(minutes=max(reminders))) if reminders else at


def checked_ahead(ahead: int | None) -> int:
    """Return how many events are kept made, or raise `Invalid` (field `ahead`)."""
    if ahead is None:
        return DEFAULT_AHEAD
    if not 1 <= ahead <= MAX_AHEAD:
        raise Invalid(f"1 to {MAX_AHEAD} events are made ahead; understood: {ahead}.", field="ahead")
    return ahead


def parse_date(text: str, *, field: str = "date") -> date:
    """Return the date of `2027-03-01`, as lists of a series offer it; raises `Invalid` naming `field`."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise Invalid(
            f"“{text[:40]}” is not a date. Pick one of the list, or write it as 2027-03-01.",
            field=field,
            code="bad_date",
            typed=text[:40],
        ) from error
