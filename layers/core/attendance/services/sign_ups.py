"""Answering an event: yes with a role or several, late, maybe, no; and the note that belongs to a sign-up."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from attendance.domain.choice import MAX_NOTE, NO, Choice, decode, encode
from attendance.domain.event import MAX_SIGN_UPS, Event, check_may_sign_up
from attendance.domain.ids import is_id
from attendance.errors import Conflict, NotFound
from attendance.storage import events
from attendance.storage.table import ConditionFailed

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.storage.table import Table, Update


class SignUp(NamedTuple):
    """The event right after an answer was committed, and whether that answer changed anything."""

    event: Event
    changed: bool


class _Said(NamedTuple):
    """What a member says, to which event and when. `note` is None to leave the one that is there."""

    guild_id: str
    event_id: str
    choice: Choice
    actor: Actor
    now: datetime
    note: str | None


def sign_up(
    table: Table,
    guild_id: str,
    event_id: str,
    choice: Choice,
    actor: Actor,
    now: datetime,
    *,
    note: str | None = None,
) -> SignUp:
    """Record a member's answer; one request to the table for a new answer or a repeated one, where no note comes with it.

    A repeat of the same answer changes nothing, so a request delivered twice has one effect. A change of minutes or of the
    `note` (empty: no more; None: as it was) keeps the member's place, a change of roles takes a new one, and a note goes
    with the sign-up it belongs to. Raises `NotFound` and `Conflict` (closed, cancelled, not open yet or any more, a
    Discord role missing, 1,000 sign-ups), each saying what holds, and `Invalid` for a role that the event does not have or a note that is too long.
    """
    if note is not None:
        from attendance.domain.preset import clean_text  # a click has no note, and should not load what cleans one

        note = clean_text(note, field="note", limit=MAX_NOTE, required=False)
        choice = choice._replace(noted=bool(note and choice.roles))
    said = _Said(guild_id, event_id, choice, actor, now, note)
    try:
        return _write(table, said, events.answer(guild_id, event_id, choice, actor, now))
    except ConditionFailed as failed:
        if failed.item is None:
            raise NotFound("This event is gone. Ask an officer for its new card.", code="event_gone") from failed
        return _explained(table, events.from_item(failed.item), said)


def own_sign_up(table: Table, guild_id: str, event_id: str, user_id: str) -> tuple[Event, Choice, str]:
    """Return an event, what a member said about it (no, where nothing) and their note; one request. Raises `NotFound`."""
    event, note = events.get_with_note(table, guild_id, event_id, user_id) if is_id(event_id) else (None, "")
    if event is None:
        raise NotFound("This event is gone. Ask an officer for its new card.", code="event_gone")
    choice = decode(event.choices[user_id]) if user_id in event.choices else NO
    return event, choice, note if choice.noted else ""


def notes_of(table: Table, event: Event) -> dict[str, str]:
    """Return the notes of an event's sign-ups by user id; reads nothing where nobody left one."""
    noted = {user_id for user_id, said in event.choices.items() if decode(said).noted}
    if not noted:
        return {}
    from attendance.storage import notes

    found = notes.of_event(table, event.guild_id, event.event_id)
    return {user_id: text for user_id, text in found.items() if user_id in noted}


def _write(table: Table, said: _Said, write: Update) -> SignUp:
    """Do an answer's write, in one transaction with its note where it has one; raises `ConditionFailed` of the event."""
    if not said.choice.noted or not said.note:
        return SignUp(events.from_item(table.update(write)), changed=True)
    from attendance.services.events import get_event
    from attendance.storage import notes

    note = notes.put_note(said.guild_id, said.event_id, said.note, said.actor, said.now)
    try:
        table.write_together(write, note)
    except ConditionFailed as failed:
        if failed.index == 0:
            raise
        return SignUp(get_event(table, said.guild_id, said.event_id), changed=False)  # this request was here before
    return SignUp(get_event(table, said.guild_id, said.event_id), changed=True)


def _repeated(table: Table, event: Event, said: _Said) -> SignUp:
    """Take the same answer once more as what it means to who was offered a seat: they want it. Else nothing changes."""
    user_id = said.actor.user_id
    if user_id not in event.pins or not said.choice.roles:
        return SignUp(event, changed=False)
    from attendance.services.offers import answer_anew, take_seat

    if event.roster().offer_to(user_id):
        return take_seat(table, event.guild_id, event.event_id, user_id, said.actor, said.now)
    return answer_anew(table, event.guild_id, event.event_id, user_id, said.actor, said.now)


def _explained(table: Table, event: Event, said: _Said) -> SignUp:
    """Say why the one-request answer was refused, or finish what it could not express."""
    choice = said.choice
    before = event.choices.get(said.actor.user_id)
    if before is not None and said.note is None and decode(before).claim == choice.claim:
        choice = choice._replace(noted=decode(before).noted)
    if before == encode(choice) and not said.note:
        return _repeated(table, event, said)
    check_may_sign_up(event, said.actor.role_ids, said.now)
    for role in choice.roles:
        event.role(role)
    if before is None:
        raise Conflict(
            f"{MAX_SIGN_UPS} people answered “{event.title}” already: that is all a card can hold.",
            code="event_full",
            most=MAX_SIGN_UPS,
            event=event.title,
        )
    if decode(before).claim != choice.claim:  # changed between the two looks by the member's own other click
        raise Conflict(
            "You answered twice at the same moment. Look at the card and click once more.", code="answered_twice"
        )
    kept = events.keep_place(event.guild_id, event.event_id, before, choice, said.actor, said.now)
    try:
        return _write(table, said._replace(choice=choice), kept)
    except ConditionFailed as failed:
        raise Conflict(
            "You answered twice at the same moment. Look at the card and click once more.", code="answered_twice"
        ) from failed
