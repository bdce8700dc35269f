"""Making a series' events ahead, and letting changes of it reach those that were made before.

Both follow from the stored series and the clock alone, so the minute sweep, a command and a redelivery of either may do
them at once, again and in any order: what is there already is left as it is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from attendance.discord.public import words_of
from attendance.domain.actor import system
from attendance.domain.event import MAX_DESCRIPTION
from attendance.domain.event_changes import EventChanges
from attendance.domain.series import (
    card_due_at,
    event_on,
    find_occurrence,
    occurrence,
    occurrence_id,
    upcoming,
)
from attendance.errors import Conflict, NotFound, Unavailable
from attendance.services.away import with_away
from attendance.services.editing import cancel_event, edit_event
from attendance.services.events import get_event
from attendance.storage import away, guilds
from attendance.storage import series as store
from attendance.storage.table import ConditionFailed
from attendance.telemetry import log

if TYPE_CHECKING:
    from datetime import date, datetime

    from attendance.domain.actor import Actor
    from attendance.domain.series import Follow, Occurrence, Series
    from attendance.storage.table import Table

_TRIES = 12


def extend_series(
    table: Table, guild_id: str, series_id: str, now: datetime, actor: Actor | None = None
) -> Series | None:
    """Bring a series up to date and return it, None when it is gone: changes reach its events, missing ones are made.

    `actor` is who asked for it: by default who made the change that its events do not follow yet, else the service itself.
    Raises `Unavailable`; doing it again is right then.
    """
    for _ in range(_TRIES):
        series, asker = store.get_with_asker(table, guild_id, series_id)
        if series is None:
            return None
        who = replace(actor or asker or system(f"extend/{series_id}"), capabilities=frozenset({"events.manage"}))
        try:
            if series.pending is not None:
                _follow(table, series, series.pending, who, now)
                continue
            if _make_next(table, series, who, now):
                continue
            ahead = upcoming(series, now)
            store.extended(table, series, min((one.starts_at for one in ahead), default=None), now)
        except ConditionFailed:
            continue  # changed meanwhile, or another sweep made it: look again
        return series
    raise Unavailable("This series is being changed by many at once. Please try again in a moment.", code="busy")


def announce_event(table: Table, guild_id: str, event_id: str, now: datetime) -> None:
    """Let the card of an event that was made ahead be posted; once is enough, again changes nothing."""
    store.announce(table, guild_id, event_id, system(f"announce/{event_id}"), now)


def described(series: Series, one: Occurrence, language: str) -> str:
    """Return what the event of a date says of itself: first, in its language, that its time does not exist there."""
    description = series.template.description
    if one.note in ("", "moved"):
        return description
    start = one.starts_at.astimezone(ZoneInfo(series.zone))
    values = {"clock": f"{series.clock:%H:%M}", "start": f"{start:%H:%M}", "zone": series.zone}
    note = words_of(language)["series.gap"].format(day=one.date.isoformat(), **values)
    return f"{note} {description}".strip()[:MAX_DESCRIPTION]


def _make_next(table: Table, series: Series, actor: Actor, now: datetime) -> bool:
    """Make the first event that is missing; False when none is. Raises `ConditionFailed`."""
    before: datetime | None = None if series.made else now  # the very first card is posted at once
    for index, one in enumerate(upcoming(series, now)):
        if one.date not in series.made:
            first_of_all = not series.made and index == 0
            card_at = now if first_of_all else card_due_at(series, one, before)
            spoken = guilds.get_settings(table, series.guild_id).spoken  # which may have changed since the series began
            event = replace(event_on(series, one), language=spoken)
            event = replace(event, description=described(series, one, spoken))
            event = with_away(event, away.get(table, event.guild_id))
            store.make_event(table, series, event, one.date, card_at, actor, now)
            return True
        before = one.starts_at
    return False


def _follow(table: Table, series: Series, change: Follow, actor: Actor, now: datetime) -> None:
    """Bring the events of a change's dates into line, then note that it is done. Raises `ConditionFailed`."""
    gone = {day for day in change.dates if change.cancel or (change.retime and find_occurrence(series, day) is None)}
    moved = dict(series.moved)
    for day in change.dates:
        stays_at = _follow_one(table, series, change, day, actor, now, cancel=day in gone)
        if stays_at:
            moved[day] = stays_at
    over = {day for day in series.made if occurrence(series, day).starts_at <= now}
    store.settle(table, series, tuple(day for day in series.made if day not in gone | over), moved)


def _follow_one(
    table: Table, series: Series, change: Follow, day: date, actor: Actor, now: datetime, *, cancel: bool
) -> datetime | None:
    """Change or cancel one event; one that has begun, was closed or cancelled stays as it is.

    Returns the start of one that was moved by hand before: it stays there.
    """
    event_id = occurrence_id(series.guild_id, series.series_id, day)
    try:
        event = get_event(table, series.guild_id, event_id, roster=False)
        if event.starts_at <= now or event.status != "open":
            return None
        if cancel:
            cancel_event(table, series.guild_id, event_id, actor, now)
            return None
        one = occurrence(series, day)
        by_hand = change.was_moved(series, one, event.starts_at)
        if by_hand:
            one = replace(one, starts_at=event.starts_at, note="moved")
        changes = EventChanges(**change.texts)  # type: ignore[typeddict-item]  # its keys are checked where it is made
        if "description" in changes or change.retime:
            changes["description"] = described(series, one, event.language)
        if change.retime and one.starts_at > now:
            changes["time"] = one.starts_at.isoformat()
        edit_event(table, series.guild_id, event_id, actor, now, changes)
    except (Conflict, NotFound) as error:
        if isinstance(error, Conflict) and not error.code.startswith("event_"):
            raise
        log().info("series_event_left", extra={"event_id": event_id, "reason": error.code})
        return None
    return event.starts_at if by_hand else None
