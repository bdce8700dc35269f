"""Editing series: one date, one and all after it, or all that are ahead.

An edit is one write: the series as it is to be, and what that still has to do to events made before. Who is interrupted between the
two loses nothing, for the sweep goes on with it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, TypedDict
from zoneinfo import ZoneInfo

from attendance.domain.event import MAX_DESCRIPTION, MAX_TITLE
from attendance.domain.event_changes import EventChanges
from attendance.domain.preset import MAX_NAME, checked_duration, clean_text
from attendance.domain.reschedule import parse_new_start
from attendance.domain.rights import require
from attendance.domain.series import Follow, occurrence, occurrence_id, parse_date, upcoming
from attendance.domain.series_rule import bounded, parse_rule
from attendance.domain.timetext import parse_minutes
from attendance.errors import Conflict, Invalid
from attendance.services.editing import edit_event
from attendance.services.series import change_series, check_unchanged, date_ahead, get_series, move_date

if TYPE_CHECKING:
    from datetime import date, datetime, time

    from attendance.domain.actor import Actor
    from attendance.domain.series import Series
    from attendance.storage.table import Table

Scope = Literal["this", "later", "all"]


class SeriesChanges(TypedDict, total=False):
    """The fields to change, texts as typed. `time` is a clock time: dates follow from `repeat` alone."""

    title: str
    game: str
    description: str
    duration: str
    time: str
    repeat: str


def edit_series(
    table: Table,
    guild_id: str,
    series_id: str,
    actor: Actor,
    now: datetime,
    changes: SeriesChanges,
    *,
    scope: Scope = "all",
    day: str | None = None,
    expected: int | None = None,
) -> Series:
    """Change one date (`this`), one and all after it (`later`), or all dates ahead, and return the series.

    Events that have begun, were closed or cancelled stay as they are, moved ones where they are, and all keep their sign-ups;
    one on a date that the series no longer has is cancelled. Raises `Forbidden`, `NotFound`, `Invalid` (which names the
    field), `Stale`, and `Conflict` for an ended series or an event that is not made yet.
    """
    if scope != "all" and not day:
        raise Invalid(
            "Say from which date: pick one of the list, or write it as 2027-03-01.",
            field="date",
            code="name_first_date",
        )
    chosen = parse_date(day) if day and scope != "all" else None
    if scope == "this" and chosen is not None:
        return _edit_one(table, guild_id, series_id, actor, now, changes, chosen, expected)

    def edited(series: Series) -> Series:
        since = (
            _made_ahead(series, chosen, now)
            if chosen
            else min((one.date for one in upcoming(series, now, 1)), default=None)
        )
        if since is None:
            raise Conflict(
                f"“{series.template.title}” has no date ahead to change.",
                code="no_date_ahead",
                series=series.template.title,
            )
        return _edited(series, changes, since, now)

    return change_series(table, guild_id, series_id, actor, now, edited, expected)


def _edited(series: Series, changes: SeriesChanges, since: date, now: datetime) -> Series:
    template = series.template
    texts: dict[str, str] = {}
    for name, limit in (("title", MAX_TITLE), ("game", MAX_NAME), ("description", MAX_DESCRIPTION)):
        if name in changes:
            texts[name] = clean_text(str(changes.get(name)), field=name, limit=limit, required=name == "title")
    words: Any = texts
    template = replace(template, **words)
    if "duration" in changes:
        minutes = checked_duration(parse_minutes(changes["duration"], field="duration"))
        template = replace(template, ends_at=template.starts_at + timedelta(minutes=minutes))
        texts["duration"] = str(minutes)
    after = replace(series, template=template)
    if "time" in changes:
        clock = _clock(after, changes["time"], since, now)
        after = replace(after, clock=clock)
    if "repeat" in changes:
        after = replace(after, rule=bounded(parse_rule(changes["repeat"]), since))
    if retime := (after.clock, after.rule) != (series.clock, series.rule):
        stay = {day: occurrence(series, day).starts_at for day in series.made if day < since}
        after = replace(after, first=since, moved={**stay, **series.moved})
        if not upcoming(after, now, 1):
            raise Invalid(
                f"That gives no date from {since:%d %b %Y} on.",
                field="repeat",
                code="no_dates",
                day=f"{since:%Y-%m-%d}",
            )
    dates = tuple(day for day in series.made if day >= since)
    if after == series:
        return series
    pending = Follow(dates=dates, texts=texts, retime=retime, clock=series.clock if retime else None)
    return replace(after, pending=pending if dates else None)


def _clock(series: Series, text: str, since: date, now: datetime) -> time:
    """Return the time of day that `text` means; raises `Invalid` (field `time`) when it names another day."""
    at = occurrence(replace(series, moved={}), since).starts_at
    here = parse_new_start(text, starts_at=at, zone=series.zone, now=now).astimezone(ZoneInfo(series.zone))
    if here.date() != since:
        raise Invalid(
            "Write a time of day, such as 20:30. The dates follow from `repeat`; move one with /series move.",
            field="time",
            code="write_a_clock",
        )
    return here.time()


def _edit_one(
    table: Table,
    guild_id: str,
    series_id: str,
    actor: Actor,
    now: datetime,
    changes: SeriesChanges,
    day: date,
    expected: int | None,
) -> Series:
    require(actor, "events.manage")
    series = get_series(table, guild_id, series_id)
    if "repeat" in changes:
        raise Invalid(
            "One date has no rhythm of its own: change `repeat` for later or all dates.",
            field="repeat",
            code="one_date_no_rhythm",
        )
    check_unchanged(series, expected)
    _made_ahead(series, day, now)
    if "time" in changes:
        series = move_date(
            table, guild_id, series_id, actor, now, day=day.isoformat(), time=changes["time"], expected=expected
        )
    texts = {name: text for name, text in changes.items() if name != "time"}
    if texts:
        event_id = occurrence_id(guild_id, series_id, day)
        edit_event(table, guild_id, event_id, actor, now, EventChanges(**texts))  # type: ignore[typeddict-item]  # the same names
    return series


def _made_ahead(series: Series, day: date, now: datetime) -> date:
    one = date_ahead(series, day, now)
    if one.date not in series.made:
        dates = ", ".join(made.isoformat() for made in series.made if occurrence(series, made).starts_at > now)
        raise Conflict(
            f"The event of {day} is not made yet, so it cannot be edited. Made are: {dates}.",
            code="not_made_yet",
            day=str(day),
            dates=dates,
        )
    return one.date
