"""What an absence does to events: it answers no on those ahead, takes that back with itself, and rewrites closed sheets.

Each event is dealt with once, in one transaction with the note how far the absence got: a sweep that dies goes on there,
and a member who answers after it has the last word. Nothing is announced: who moves up is told as by any other answer.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from attendance.domain.actor import Actor, system
from attendance.domain.choice import decode, is_away
from attendance.domain.preset import MAX_DURATION
from attendance.services.closing import settle_sheet
from attendance.storage import absences, events
from attendance.storage.table import ConditionFailed

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.absence import Absence
    from attendance.domain.event import Event
    from attendance.storage.table import Table, Update

_PAGE = 50


def follow_absence(table: Table, guild_id: str, absence_id: str, now: datetime) -> None:
    """Apply an absence, as it is now, to every event it overlaps; doing it again does nothing."""
    found = absences.get(table, guild_id, absence_id)
    if found is None:
        return
    absence, reached = found
    since, cursor = absence.starts_at - MAX_DURATION - timedelta(days=1), reached or None
    while True:
        page, cursor = events.list_between(
            table, guild_id, since=since, until=absence.ends_at, limit=_PAGE, cursor=cursor
        )
        for summary in page:
            event = events.get(table, guild_id, summary["event_id"])
            if event is not None and event.ends_at > absence.starts_at:
                reached = _apply(table, absence, event, reached, summary["gsi1sk"], now)
        if cursor is None:
            return


def _apply(table: Table, absence: Absence, event: Event, reached: str, place: str, now: datetime) -> str:
    """Deal with one event and return how far that is. Raises `ConditionFailed` when another sweep was quicker."""
    actor = Actor(
        user_id=absence.user_id, name="", surface="system", request_id=f"absence/{absence.absence_id}/{absence.version}"
    )
    if event.status == "closed":
        settle_sheet(table, event.guild_id, event.event_id, system(actor.request_id), now)
    write = _answer(table, absence, event, actor, now)
    if write is None:
        return reached
    try:
        table.write_together(absences.reach(absence, reached, place), write)
    except ConditionFailed as failed:
        if failed.index == 0:
            raise
        return reached  # they answered at this moment, or it begins: their word stands
    return place


def _answer(table: Table, absence: Absence, event: Event, actor: Actor, now: datetime) -> Update | None:
    """Return the write that an event ahead needs, None for none; one that is called off may be on again."""
    if event.status == "closed" or event.starts_at <= now:
        return None
    said = event.choices.get(absence.user_id)
    if absence.covers(event):
        no_already = said is not None and decode(said).answer == "no"
        return None if no_already else absences.answer_away(event, absence.user_id, actor, now)
    if said is not None and is_away(said) and absence.user_id not in absences.of_event(table, event):
        return absences.withdraw_away(event, absence.user_id, said, actor, now)
    return None
