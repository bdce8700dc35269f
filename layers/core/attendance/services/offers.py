"""Seats that are offered and have to be confirmed, and roles that are kept: what `domain.settling` asks for, made to hold.

Every step is one write on the condition that version and roster are those that were looked at, so steps that meet do not undo each
other, and a step that comes again finds itself done. The offer and the moment it ends are one transaction; telling the
member, and offering the seat to the next, follow from the table's stream.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from attendance.domain.actor import system
from attendance.domain.due import Due
from attendance.domain.event import check_may_sign_up, check_open_for_sign_up
from attendance.domain.pins import kept, passed
from attendance.domain.settling import after_offer, mark_of, settling
from attendance.errors import Conflict, Unavailable
from attendance.services.roster_writes import change_roster
from attendance.storage import events, pins
from attendance.storage.table import ConditionFailed

if TYPE_CHECKING:
    from attendance.domain.actor import Actor
    from attendance.domain.event import Event
    from attendance.services.sign_ups import SignUp
    from attendance.storage.table import Table

_TRIES = 8


def settle_seats(table: Table, guild_id: str, event_id: str, now: datetime) -> Event | None:
    """Write the pins that an event lacks and return it as it is then, None when it is gone; raises `Unavailable`."""
    for _ in range(_TRIES):
        event = events.get(table, guild_id, event_id)
        if event is None:
            return None
        wanted = settling(event, event.roster(), now)
        if not wanted.pins:
            return event
        ends = [_end_of_offer(event, user_id, wanted.pins[user_id]) for user_id in wanted.offers]
        try:
            pins.settle(table, event, wanted, ends, system(f"settle/{event_id}/{event.seq}"), now)
        except ConditionFailed:
            continue  # somebody clicked meanwhile: look again
    raise Unavailable("This event is being changed by many at once. Please try again in a moment.")


def take_seat(table: Table, guild_id: str, event_id: str, user_id: str, actor: Actor, now: datetime) -> SignUp:
    """Confirm the seat that is offered to a member; again changes nothing.

    Raises `NotFound`, and `Conflict`: closed, cancelled, begun, or `offer_over`, for the seat went to somebody else.
    """

    def taken(event: Event) -> Event:
        check_open_for_sign_up(replace(event, sign_up_closes_at=None, sign_up_opens_at=None), now)
        seat = event.roster().offer_to(user_id)
        if seat is None:
            if event.roster().seat_of(user_id):
                return event
            raise _over(event)
        return _pinned(event, user_id, kept(seat.role, event.places[user_id]))

    return change_roster(table, guild_id, event_id, user_id, actor, now, taken)


def pass_on_seat(table: Table, guild_id: str, event_id: str, user_id: str, actor: Actor, now: datetime) -> SignUp:
    """Let the seat that is offered to a member go to the next; again changes nothing.

    Raises `NotFound`, and `Conflict`: closed or cancelled, or they hold the seat already.
    """

    def gone(event: Event) -> Event:
        check_open_for_sign_up(replace(event, sign_up_closes_at=None, sign_up_opens_at=None), now)
        if event.roster().seat_of(user_id):
            raise Conflict(
                f"You have your seat in “{event.title}” already. Cannot come? Change your answer on its card.",
                code="seat_taken",
                event=event.title,
            )
        if event.roster().offer_to(user_id) is None:
            return event
        return _pinned(event, user_id, passed(event.places[user_id]))

    return change_roster(table, guild_id, event_id, user_id, actor, now, gone)


def answer_anew(table: Table, guild_id: str, event_id: str, user_id: str, actor: Actor, now: datetime) -> SignUp:
    """Let who passed an offer on queue again, behind everyone who waits, by the same answer once more.

    Raises `NotFound`, and `Conflict` where nobody may sign up any more.
    """

    def queues(event: Event) -> Event:
        mark = mark_of(event, user_id)
        if mark is None or mark.kind != "passed":
            return event
        check_may_sign_up(event, actor.role_ids, now)
        return replace(_pinned(event, user_id, None), places={**event.places, user_id: event.seq + 1})

    return change_roster(table, guild_id, event_id, user_id, actor, now, queues)


def end_offer(table: Table, guild_id: str, event_id: str, place: int, now: datetime) -> None:
    """Take back the offer to the sign-up of `place` whose time is up; who could not confirm it just waits on."""

    def ended(event: Event) -> Event:
        user_id = _holder(event, place)
        mark = mark_of(event, user_id) if user_id else None
        if user_id is None or mark is None or mark.kind != "offered" or mark.until > now.timestamp():
            return event
        return _pinned(event, user_id, after_offer(event, event.roster(), user_id))

    event = events.get(table, guild_id, event_id)
    holder = _holder(event, place) if event else None
    if holder is not None:
        change_roster(table, guild_id, event_id, holder, system(f"offer/{event_id}/{place}"), now, ended)


def _holder(event: Event, place: int) -> str | None:
    return next((user_id for user_id, taken in event.places.items() if taken == place), None)


def _pinned(event: Event, user_id: str, pin: str | None) -> Event:
    others = {user: held for user, held in event.pins.items() if user != user_id}
    return replace(event, pins=others | ({user_id: pin} if pin else {}))


def _end_of_offer(event: Event, user_id: str, pin: str | None) -> Due:
    until = int((pin or "").rpartition(".")[2])
    return Due(
        guild_id=event.guild_id,
        event_id=event.event_id,
        kind="offer_ends",
        at=datetime.fromtimestamp(until, UTC),
        offset=event.places[user_id],
    )


def _over(event: Event) -> Conflict:
    return Conflict(
        f"This seat in “{event.title}” is not offered to you any more: its time was up, or an officer gave it away. Press "
        "your role on the card to queue again.",
        code="offer_over",
        event=event.title,
    )
