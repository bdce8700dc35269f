"""Planning, reading, changing and ending series."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from attendance.domain.ids import derive, is_id
from attendance.domain.reschedule import parse_new_start
from attendance.domain.rights import require
from attendance.domain.series import (
    MAX_EXCEPTIONS,
    MAX_MOVE,
    MAX_SERIES,
    Follow,
    Occurrence,
    Series,
    checked_ahead,
    find_occurrence,
    occurrence,
    parse_date,
    upcoming,
)
from attendance.domain.series_rule import bounded, parse_rule
from attendance.errors import Conflict, Invalid, NotFound, Stale
from attendance.services.events import EventRequest, plan_event
from attendance.services.series_making import extend_series
from attendance.storage import series as store
from attendance.storage.table import ConditionFailed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from attendance.domain.actor import Actor
    from attendance.storage.table import Table

_TRIES = 6
SHOWN = 10
"""Dates that a series shows of those ahead."""


def create_series(
    table: Table,
    guild_id: str,
    actor: Actor,
    now: datetime,
    request: EventRequest,
    *,
    repeat: str,
    ahead: int | None = None,
) -> Series:
    """Store a new series, make its first events and return it.

    The request's time is where its dates begin, and their time of day. The same request again returns the series that it
    made. Raises `Forbidden`, `Invalid` (which names the field), `NotFound` for the preset, `Conflict` before set-up and
    when the guild has as many series as fit.
    """
    require(actor, "events.manage")
    event = plan_event(table, guild_id, actor, now, request)
    here = event.starts_at.astimezone(ZoneInfo(event.zone))
    series_id = derive("series", guild_id, actor.user_id, actor.request_id)
    series = Series(
        guild_id=guild_id,
        series_id=series_id,
        rule=bounded(parse_rule(repeat), here.date()),
        first=here.date(),
        clock=here.time(),
        zone=event.zone,
        template=replace(event, event_id=series_id, series_id=series_id),
        ahead=checked_ahead(ahead),
    )
    if not upcoming(series, now, 1):
        raise Invalid(
            f"“{repeat[:60]}” gives no date from {here:%d %b %Y} on.",
            field="repeat",
            code="no_dates",
            day=f"{here:%Y-%m-%d}",
        )
    others = [one for one in store.list_all(table, guild_id) if one.status == "active" and one.series_id != series_id]
    if len(others) >= MAX_SERIES:
        raise Conflict(
            f"This server has {MAX_SERIES} series, as many as fit. End one first.",
            code="too_many_series",
            most=MAX_SERIES,
        )
    stored = store.create(table, series, actor, now)
    return extend_series(table, guild_id, stored.series_id, now, actor) or stored


def list_series(table: Table, guild_id: str) -> list[Series]:
    """Return a guild's series by title, those that ended last."""
    return store.list_all(table, guild_id)


def get_series(table: Table, guild_id: str, series_id: str) -> Series:
    """Return a series; raises `NotFound`, for another guild's id as for an unknown one."""
    series = store.get(table, guild_id, series_id) if is_id(series_id) else None
    if series is None:
        raise NotFound(
            "There is no such series here. Pick one of the list, or see them with /series list.", code="no_such_series"
        )
    return series


def find_series(table: Table, guild_id: str, typed: str) -> Series:
    """Return the series that `typed` is: an id, or a title that only one has; raises `Invalid` (field `series`), `NotFound`."""
    if is_id(typed):
        return get_series(table, guild_id, typed)
    words = typed.casefold().strip()
    fitting = [one for one in store.list_all(table, guild_id) if words in one.template.title.casefold()]
    if len(fitting) == 1:
        return fitting[0]
    problem = f"{len(fitting)} series are" if fitting else "No series is"
    raise Invalid(
        f"{problem} called like “{typed[:64]}”. Pick one of the list.",
        field="series",
        code="several_series",
        typed=typed[:64],
    )


def skip_date(
    table: Table, guild_id: str, series_id: str, actor: Actor, now: datetime, *, day: str, expected: int | None = None
) -> Series:
    """Leave one date ahead out; its event, when made, is cancelled and another is made at the end. Returns the series.

    Skipping a skipped date changes nothing. Raises `Forbidden`, `NotFound`, `Invalid` (field `date`), `Stale`.
    """
    chosen = parse_date(day)

    def skipped(series: Series) -> Series:
        if chosen in series.skipped:
            return series
        _check_room(series)
        one = date_ahead(series, chosen, now)
        pending = Follow(dates=(one.date,), cancel=True) if one.date in series.made else None
        return replace(series, skipped=series.skipped | {one.date}, pending=pending)

    return change_series(table, guild_id, series_id, actor, now, skipped, expected)


def move_date(
    table: Table,
    guild_id: str,
    series_id: str,
    actor: Actor,
    now: datetime,
    *,
    day: str,
    time: str,
    expected: int | None = None,
) -> Series:
    """Move one date ahead to another time, at most 31 days off; its event keeps its sign-ups. Returns the series.

    Raises `Forbidden`, `NotFound`, `Invalid` (field `date` or `time`), `Stale`.
    """
    chosen = parse_date(day)

    def moved(series: Series) -> Series:
        _check_room(series)
        one = date_ahead(series, chosen, now)
        starts_at = parse_new_start(time, starts_at=one.starts_at, zone=series.zone, now=now)
        if abs(starts_at - occurrence(replace(series, moved={}), chosen).starts_at) > MAX_MOVE:
            raise Invalid(
                f"A date moves by at most {MAX_MOVE.days} days. Skip it, and plan an event of its own.",
                field="time",
                code="move_too_far",
                days=MAX_MOVE.days,
            )
        if series.moved.get(chosen) == starts_at:
            return series
        pending = Follow(dates=(chosen,), retime=True) if chosen in series.made else None
        return replace(series, moved={**series.moved, chosen: starts_at}, pending=pending)

    return change_series(table, guild_id, series_id, actor, now, moved, expected)


def end_series(
    table: Table,
    guild_id: str,
    series_id: str,
    actor: Actor,
    now: datetime,
    *,
    cancel: bool = False,
    expected: int | None = None,
) -> Series:
    """End a series and return it: no event is made any more, and with `cancel` those ahead are called off.

    Ending an ended series changes nothing. Raises `Forbidden`, `NotFound`, `Stale`.
    """

    def ended(series: Series) -> Series:
        pending = Follow(dates=series.made, cancel=True) if cancel and series.made else None
        return series if series.status == "ended" else replace(series, status="ended", pending=pending)

    return change_series(table, guild_id, series_id, actor, now, ended, expected, even_ended=True)


def change_series(
    table: Table,
    guild_id: str,
    series_id: str,
    actor: Actor,
    now: datetime,
    changed: Callable[[Series], Series],
    expected: int | None,
    *,
    even_ended: bool = False,
) -> Series:
    """Store what `changed` makes of the series and let it reach its events; the sweep goes on where this is cut off."""
    require(actor, "events.manage")
    for _ in range(_TRIES):
        series = get_series(table, guild_id, series_id)
        check_unchanged(series, expected)
        if series.pending is not None:
            extend_series(table, guild_id, series_id, now)
            continue
        if series.status == "ended" and not even_ended:
            raise Conflict(
                f"“{series.template.title}” has ended. Plan a new series.",
                code="series_ended",
                series=series.template.title,
            )
        after = changed(series)
        if after == series:
            return series
        try:
            store.change(table, replace(after, version=series.version + 1), actor, now)
        except ConditionFailed:
            continue  # changed, or an event was made, between the read and the write: look again
        return extend_series(table, guild_id, series_id, now, actor) or after
    raise Conflict("This series is being changed by many at once. Please try again in a moment.", code="busy")


def check_unchanged(series: Series, expected: int | None) -> None:
    """Pass when `expected` is the series' version, or None; else raise `Stale`."""
    if expected is not None and expected != series.version:
        raise Stale(
            f"“{series.template.title}” was changed since you looked at it. Nothing was overwritten: look at it as it is "
            "now, and repeat what you still want.",
            version=series.version,
            changed=[],
        )


def date_ahead(series: Series, day: date, now: datetime) -> Occurrence:
    """Return the occurrence of a date that is still ahead; raises `Invalid` (field `date`), naming the next ones."""
    found = find_occurrence(series, day)
    if found is None or found.starts_at <= now:
        dates = ", ".join(one.date.isoformat() for one in upcoming(series, now)) or "none"
        raise Invalid(
            f"“{series.template.title}” has nothing ahead on {day}. Its next dates: {dates}.",
            field="date",
            code="not_a_date_of_it",
            series=series.template.title,
            day=str(day),
            dates=dates,
        )
    return found


def _check_room(series: Series) -> None:
    if len(series.skipped) + len(series.moved) >= MAX_EXCEPTIONS:
        raise Conflict(
            f"A series keeps {MAX_EXCEPTIONS} skipped and moved dates. End this one and plan a new one.",
            code="too_many_exceptions",
            most=MAX_EXCEPTIONS,
        )
