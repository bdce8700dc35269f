"""Editing, cancelling, reopening and copying events.

An edit changes the fields that it names and no others. Whoever edits from a form, or from a representation read earlier,
names its version: when the event was edited since, nothing is written and they are told which fields changed. A slash
command names single fields and no version, so two officers who change different fields do not stand in each other's way.

Nobody loses a seat silently: an edit that takes seats away is refused with the names first, and done when it comes again
with the `confirm` of that refusal, which stands for exactly these names at exactly this version.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from attendance.domain.due import EVENT_KINDS, plan
from attendance.domain.event import MAX_TITLE, Event
from attendance.domain.event_changes import EventChanges, changed_event
from attendance.domain.ids import derive
from attendance.domain.preset import clean_text
from attendance.domain.reschedule import moved_deadline, moved_opening, parse_new_start
from attendance.domain.revision import stale
from attendance.domain.rights import require
from attendance.domain.roster import displaced
from attendance.errors import Conflict
from attendance.services.away import with_away, with_away_moved
from attendance.services.events import get_event
from attendance.storage import away, dues, event_edits, events, sheets
from attendance.storage.table import ConditionFailed, Delete

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.domain.roster import Seat
    from attendance.storage.table import Table, Write

_TRIES = 6
_NAMES = 20
_WORDS = {
    "starts_at": "time", "ends_at": "duration", "sign_up_closes_at": "deadline", "voice_channel_id": "voice_channel",
    "tracked_role_id": "tracked_role", "sign_up_opens_at": "opens", "sign_up_role_id": "sign_up_role",
}  # fmt: skip
"""Fields of an event that officers know under another name."""


class Edit(NamedTuple):
    """The event as it is now, and the fields that the edit changed, as officers know them; none: it was so already."""

    event: Event
    changed: tuple[str, ...]


def edit_event(
    table: Table,
    guild_id: str,
    event_id: str,
    actor: Actor,
    now: datetime,
    changes: EventChanges,
    *,
    expected: int | None = None,
    confirm: str | None = None,
    silent: bool = False,
) -> Edit:
    """Change fields of an open event; what is due for it moves in the same transaction. `silent`: nobody is told of a new time.

    Raises `Forbidden`, `NotFound`, `Invalid` (which names the field), `Stale` (with `changed`) when `expected` is not its
    version, and `Conflict`: not open, begun (its time stays), a role somebody signed up for would go, or, with code
    `would_displace`, the members in `displaced` would lose their seats unless `confirm` comes back with the same edit.
    """
    require(actor, "events.manage")
    for _ in range(_TRIES):
        event = get_event(table, guild_id, event_id)
        check_version(event, expected)
        check_open(event)
        after = changed_event(event, changes, now)
        if after == event:
            return Edit(event, ())
        check_displaced(event, after, confirm)
        if _times(event) != _times(after):
            after = with_away_moved(event, after, away.get(table, guild_id), now)
        try:
            table.write_together(
                event_edits.edit(event, after, actor, now, silent=silent), *_moved_dues(table, event, after, now)
            )
        except ConditionFailed:
            continue  # edited, or signed up for, between the read and the write: look again
        return Edit(get_event(table, guild_id, event_id), _changed(event, after))
    raise _busy(event)


def cancel_event(
    table: Table, guild_id: str, event_id: str, actor: Actor, now: datetime, *, expected: int | None = None
) -> Event:
    """Call an event off and return it: its history stays, nothing is due for it any more; again changes nothing.

    Raises `Forbidden`, `NotFound`, `Stale`, and `Conflict` for a closed one.
    """
    require(actor, "events.manage")
    for _ in range(_TRIES):
        event = get_event(table, guild_id, event_id)
        if event.status == "cancelled":
            return event
        check_version(event, expected)
        check_open(event)
        after = replace(event, status="cancelled")
        try:
            table.write_together(event_edits.edit(event, after, actor, now), *_moved_dues(table, event, after, now))
        except ConditionFailed:
            continue
        return get_event(table, guild_id, event_id)
    raise _busy(event)


def reopen_event(table: Table, guild_id: str, event_id: str, actor: Actor, now: datetime) -> Event:
    """Open a closed or cancelled event again and return it; again changes nothing.

    A closed event's sheet is taken away until it closes anew: the evidence stays, the verdicts of the closing rule go.
    Raises `NotFound`, `Forbidden` (closed: `attendance.manage`; cancelled: `events.manage`).
    """
    for _ in range(_TRIES):
        event = get_event(table, guild_id, event_id)
        require(actor, "attendance.manage" if event.status == "closed" else "events.manage")
        if event.status == "open":
            return event
        after = replace(event, status="open")
        outdated: list[Delete] = [sheets.delete_sheet(event)] if event.status == "closed" else []
        try:
            table.write_together(
                event_edits.edit(event, after, actor, now), *outdated, *_moved_dues(table, event, after, now)
            )
        except ConditionFailed:
            continue
        return get_event(table, guild_id, event_id)
    raise _busy(event)


def copy_event(
    table: Table, guild_id: str, event_id: str, actor: Actor, now: datetime, *, time: str, title: str | None = None
) -> Event:
    """Plan an event like another one at a new time, without its sign-ups, and return it.

    A clock time alone keeps the other's date. Raises `Forbidden`, `NotFound`, `Invalid` (`time`, `title`).
    """
    require(actor, "events.manage")
    model = get_event(table, guild_id, event_id, roster=False)
    starts_at = parse_new_start(time, starts_at=model.starts_at, zone=model.zone, now=now)
    event = replace(
        model,
        event_id=derive("event", guild_id, actor.user_id, actor.request_id),
        title=clean_text(title, field="title", limit=MAX_TITLE) if title else model.title,
        starts_at=starts_at,
        ends_at=starts_at + (model.ends_at - model.starts_at),
        sign_up_closes_at=moved_deadline(model, starts_at, now),
        sign_up_opens_at=moved_opening(model, starts_at, None),
        created_by=actor.user_id,
        status="open",
        version=1,
        seq=0,
        edits={},
        series_id=None,
    )
    return events.create(table, with_away(event, away.get(table, guild_id)), plan(event, now), actor, now)


def check_version(event: Event, expected: int | None) -> None:
    """Pass when `expected` is the event's version, or None; else raise `Stale`, naming what changed since."""
    if expected is None or expected == event.version:
        return
    marks = {_WORDS.get(name, name): version for name, version in event.edits.items()}
    raise stale(f"“{event.title}”", marks, read=expected, current=event.version)


def _changed(before: Event, after: Event) -> tuple[str, ...]:
    as_long = after.ends_at - after.starts_at == before.ends_at - before.starts_at
    fields = [name for name in event_edits.differing(before, after) if not (as_long and name == "ends_at")]
    return tuple(sorted(_WORDS.get(name, name) for name in fields))


def check_displaced(before: Event, after: Event, confirm: str | None) -> None:
    """Pass when nobody loses a seat, or `confirm` names who does; else raise `Conflict` with the names and a `confirm`."""
    lost = displaced(before.roster(), after.roster())
    wanted = derive("displaced", before.event_id, str(before.version), *(seat.user_id for seat in lost))[:8]
    if not lost or confirm == wanted:
        return
    raise Conflict(
        f"That would take the seats of {', '.join(_people(lost))} in “{before.title}”. They would be first on the waiting list and "
        "be told. Confirm it, or leave the seats as they are.",
        code="would_displace",
        displaced=[seat.user_id for seat in lost],
        confirm=wanted,
        people=_people(lost),
        event=before.title,
    )


def _people(seats: tuple[Seat, ...]) -> list[str]:
    more = [f"+{len(seats) - _NAMES}"] if len(seats) > _NAMES else []
    return [*(f"<@{seat.user_id}>" for seat in seats[:_NAMES]), *more]


def check_open(event: Event) -> None:
    """Pass when an officer may change the event; else raise `Conflict`, saying that it has to be reopened first."""
    if event.status != "open":
        raise Conflict(
            f"“{event.title}” is {event.status}. Reopen it first with /event reopen.",
            code=f"event_{event.status}",
            event=event.title,
        )


def _times(event: Event) -> tuple[datetime, datetime]:
    return event.starts_at, event.ends_at


def _busy(event: Event) -> Conflict:
    return Conflict(f"“{event.title}” is being changed by many at once. Please try again in a moment.", code="busy")


def _moved_dues(table: Table, before: Event, after: Event, now: datetime) -> list[Write]:
    """Return the writes that put the plan of `after` in the place of what is stored for the event."""
    if before.status == after.status and plan(before, now) == plan(after, now):
        return []
    wanted, stored = plan(after, now), dues.of_event(table, before.guild_id, before.event_id)
    places = {(due.kind, due.offset) for due in wanted}
    gone = [due for due in stored if due.kind in EVENT_KINDS and (due.kind, due.offset) not in places]
    return [*map(dues.delete_due, gone), *(dues.put_due(due) for due in wanted if due not in stored)]
