"""From the pieces of a text to the instants that it can mean."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from attendance.domain.time_pieces import NotRead
from attendance.domain.time_settling import names_day, settle
from attendance.domain.wall_time import Meant, around_gap, instants, zone_at, zone_named

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from attendance.domain.time_pieces import Clock, Pieces

_PARTS = {"morning": (0, 11), "afternoon": (12, 18), "evening": (16, 23), "night": (18, 23)}
"""Part of a day -> its first and last hour."""
_NIGHT_ENDS = 6
_YEARS_TO_A_LEAP_DAY = 9


class Question(Exception):
    """More than one reading: `moments` (UTC, in order) and `why`, the rest of a sentence."""

    def __init__(self, moments: Iterable[datetime], why: str) -> None:
        super().__init__(why)
        self.moments = tuple(moments)
        self.why = why


class Gap(Exception):
    """The wall time does not exist in `zone`; `near` are the nearest instants (UTC)."""

    def __init__(self, wall: datetime, zone: str, near: tuple[datetime, datetime]) -> None:
        super().__init__(zone)
        self.wall, self.zone, self.near = wall, zone, near


class NoClock(ValueError):
    """A day without a time of day."""


class WrongWeekday(ValueError):
    """A weekday beside a date that is another weekday."""


class _Scene(NamedTuple):
    """Who asks when: the zone meant by the text, the asker's own, and the wall time that is being changed."""

    now: datetime
    meant: Meant
    own: ZoneInfo
    kept: datetime | None

    def todays(self) -> set[date]:
        """What may be called today: a day of the asker, or of the zone that the text names."""
        return {self.now.astimezone(zone).date() for zone in (self.own, self.meant.zone)}


class _Wall(NamedTuple):
    """A time of day, by how many days it may shift the day that is named, and what that leaves open."""

    clock: time
    shifts: tuple[int, ...] = (0,)
    why: str = ""


def readings_of(
    pieces: Pieces, raw: str, own: ZoneInfo, now: datetime, changing: datetime | None
) -> tuple[datetime, ...]:
    """Return the one instant of a text, in a tuple; raises `Question`, `Gap` and the errors of a text that has none."""
    meant = _zone(pieces, raw, own)
    scene = _Scene(now, meant, own, changing.astimezone(meant.zone) if changing else None)
    if pieces.span is not None:
        return _from_now(pieces, pieces.span, scene)
    settle(pieces)
    found: set[datetime] = set()
    reasons: list[str] = []
    gaps: list[Gap] = []
    for wall in _walls(pieces, scene):
        days, why = _days(pieces, wall.clock, scene)
        reasons += [why, wall.why]
        for day in {day + timedelta(days=shift) for day in days for shift in wall.shifts}:
            try:
                moments, why = _at(day, wall.clock, scene)
            except Gap as gap:
                gaps.append(gap)
                continue
            found.update(moments)
            reasons.insert(0, why)
    if gaps and not found:
        raise gaps[0]
    return _one(found, next(filter(None, reasons), ""))


def _one(moments: Iterable[datetime], why: str) -> tuple[datetime, ...]:
    ordered = tuple(sorted(moments))
    if len(ordered) > 1:
        raise Question(ordered, why or "can be read in more than one way")
    return ordered


def _zone(pieces: Pieces, raw: str, own: ZoneInfo) -> Meant:
    if pieces.zone_offset:
        return zone_at(*pieces.zone_offset)
    if not pieces.zone:
        return Meant(own, own.key)
    typed = next((word for word in re.split(r"[\s,;()@]+", raw) if word.casefold() == pieces.zone), pieces.zone)
    meant = zone_named(typed, own)
    if meant is None:
        raise NotRead
    return meant


def _from_now(pieces: Pieces, span: timedelta, scene: _Scene) -> tuple[datetime, ...]:
    """In 2h: from now. In 3 days: the same wall time three days on, or the time of day that is named beside it."""
    if names_day(pieces) or pieces.dotted or pieces.morgen or pieces.coming or pieces.next or pieces.tonight:
        raise NotRead
    named = bool(pieces.clocks or pieces.named_clock)
    if (named and (span or not pieces.span_days)) or (pieces.part and not named):
        raise NotRead
    if not pieces.span_days:
        return ((scene.now + span).replace(second=0, microsecond=0),)
    here = scene.now.astimezone(scene.meant.zone).replace(second=0, microsecond=0)
    day = here.date() + timedelta(days=pieces.span_days)
    walls = _walls(pieces, scene) if named else [_Wall(here.time())]
    found: set[datetime] = set()
    reasons = []
    for wall in walls:
        for shift in wall.shifts:
            moments, why = _at(day + timedelta(days=shift), wall.clock, scene)
            found |= {moment + span for moment in moments}
            reasons += [why, wall.why]
    return _one(found, next(filter(None, reasons), ""))


def _at(day: date, clock: time, scene: _Scene) -> tuple[tuple[datetime, ...], str]:
    """Return the instants of a wall time, and what is to be asked about them; raises `Gap`."""
    zone, name, region = scene.meant
    found = instants(day, clock, zone)
    if region is not None:
        local = instants(day, clock, region)
        if found[0] in local or found[0].astimezone(scene.own).strftime("%Z") == name:
            return found, ""
        return (*found, *local), f"names {name}, which {region.key} does not keep on that day"
    if not found:
        raise Gap(datetime.combine(day, clock), name, around_gap(day, clock, zone))
    return found, f"happens twice in {name} (clocks go back)" if len(found) > 1 else ""


def _walls(pieces: Pieces, scene: _Scene) -> list[_Wall]:
    if pieces.named_clock:
        return [_named_wall(pieces, scene)]
    if not pieces.clocks:
        if scene.kept is None or pieces.part or not (names_day(pieces)):
            raise NoClock
        return [_Wall(scene.kept.time())]
    hour, minute, second, either, exact = pieces.clocks[0]
    if pieces.part:
        return [_part_wall(pieces, pieces.clocks[0])]
    if hour == 24 and not exact and minute == second == 0:
        return [_Wall(time(0), (1,) if names_day(pieces) or pieces.span_days or scene.kept else (0,))]
    if not either:
        return [_Wall(time(hour, minute, second))]
    return [_Wall(time(half), why="does not say which half of the day") for half in (hour % 12, hour % 12 + 12)]


def _named_wall(pieces: Pieces, scene: _Scene) -> _Wall:
    if pieces.named_clock == "noon":
        if pieces.part:
            raise NotRead
        return _Wall(time(12))
    if pieces.part and not pieces.tonight:
        raise NotRead
    if pieces.tonight:
        return _Wall(time(0), (1,))
    open_ended = names_day(pieces) or pieces.span is not None or scene.kept is not None
    return (
        _Wall(time(0), (0, 1), "may be the midnight that begins or that ends the day") if open_ended else _Wall(time(0))
    )


def _part_wall(pieces: Pieces, clock: Clock) -> _Wall:
    """Read a clock beside a part of the day: 8 in the evening is 20:00, and 2 at night is of that day or the next."""
    first, last = _PARTS[pieces.part]
    hour = clock.hour
    if not clock.exact and hour < 12 and hour + 12 in range(first, last + 1) and pieces.part != "morning":
        hour += 12
    if pieces.part == "night" and hour < _NIGHT_ENDS:
        return _Wall(time(hour, *clock[1:3]), (0, 1), "may be the night before or after that day")
    if not first <= hour <= last:
        raise NotRead
    return _Wall(time(hour, *clock[1:3]))


def _days(pieces: Pieces, clock: time, scene: _Scene) -> tuple[set[date], str]:
    """Return the days that are named, and what there is to ask about them; raises `WrongWeekday` and `ValueError`."""
    if pieces.days:
        return _dates(pieces, scene)
    if pieces.offset is not None:
        days = {today + timedelta(days=pieces.offset) for today in scene.todays()}
        _check_weekday(pieces, days)
        return days, ""
    if pieces.weekday is not None:
        return _weekdays(pieces, pieces.weekday, clock, scene)
    if scene.kept is not None:
        return {scene.kept.date()}, ""
    today = scene.now.astimezone(scene.meant.zone).date()
    return {today if _is_ahead(today, clock, scene) else today + timedelta(days=1)}, ""


def _is_ahead(day: date, clock: time, scene: _Scene) -> bool:
    """Whether a wall time is still to come today; one in a gap is left for the answer to refuse."""
    found = instants(day, clock, scene.meant.zone)
    return not found or found[-1] > scene.now


def _weekdays(pieces: Pieces, weekday: int, clock: time, scene: _Scene) -> tuple[set[date], str]:
    found = set()
    why = ""
    for today in scene.todays():
        ahead = (weekday - today.weekday()) % 7
        if ahead == 0 and (pieces.next or not _is_ahead(today, clock, scene)):
            ahead = 7
        found.add(today + timedelta(days=ahead))
        if pieces.next and today.weekday() < weekday:
            found.add(today + timedelta(days=ahead + 7))
            why = "may be the day of this week or of next week"
    return found, why


def _dates(pieces: Pieces, scene: _Scene) -> tuple[set[date], str]:
    given = pieces.days[0]
    year, month, day, swapped = given
    found = {_date(year, month, day, scene)}
    if swapped:
        found.add(_date(year, day, month, scene))
    _check_weekday(pieces, found)
    if pieces.weekday is not None:
        found = {one for one in found if one.weekday() == pieces.weekday}
    return found, "may be day/month or month/day" if len(found) > 1 else ""


def _date(year: int | None, month: int, day: int, scene: _Scene) -> date:
    """Return the date; without a year the next one there is. Raises `ValueError` for one that does not exist."""
    if year is not None:
        return date(year, month, day)
    today = scene.now.astimezone(scene.meant.zone).date()
    for candidate in range(today.year, today.year + _YEARS_TO_A_LEAP_DAY):
        try:
            found = date(candidate, month, day)
        except ValueError:
            if (month, day) != (2, 29):
                raise
            continue
        if found >= today:
            return found
    raise ValueError("no such date")


def _check_weekday(pieces: Pieces, days: set[date]) -> None:
    if pieces.weekday is not None and all(day.weekday() != pieces.weekday for day in days):
        day = min(days)
        raise WrongWeekday(f"{day:%d %b %Y} is a {day:%A}")
