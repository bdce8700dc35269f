"""Officers' seating: who sits in which role, on the bench, or not at all.

An officer's word stands before commit order: it is a pin (see `domain.roster`), written on the condition that the roster
is the one that the officer's rules were checked on, and checked anew when it is not. What would take somebody else's seat
is refused with the names first, as an edit is. The members concerned are told by what follows from the change.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from attendance.domain.choice import Choice, decode, encode
from attendance.domain.event import MAX_SIGN_UPS, Event, check_open_for_sign_up
from attendance.domain.ids import is_snowflake
from attendance.domain.pins import BENCH, pin_to
from attendance.domain.rights import require
from attendance.errors import Conflict, Invalid
from attendance.services.editing import check_displaced, check_open
from attendance.services.roster_writes import change_roster
from attendance.storage import events

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.services.sign_ups import SignUp
    from attendance.storage.table import Table

_COMING = ("yes", "late")


def seat_member(
    table: Table,
    guild_id: str,
    event_id: str,
    user_id: str,
    actor: Actor,
    now: datetime,
    *,
    role: str | None = None,
    late_minutes: int | None = None,
    confirm: str | None = None,
) -> SignUp:
    """Seat a member in a role (None: the one they asked for), whether they signed up or not.

    Who signed up keeps their place, should the officer's seating ever end. Raises `Forbidden`, `NotFound`, `Invalid` (field
    `role`), `Conflict`: not open, 1,000 sign-ups, no seat that an officer did not give away, or `would_displace`.
    """
    require(actor, "events.manage")
    checked_member(user_id)

    def seated(event: Event) -> Event:
        return _seated(event, user_id, role, late_minutes, confirm)

    return _change(table, guild_id, event_id, user_id, actor, now, seated)


def move_member(
    table: Table,
    guild_id: str,
    event_id: str,
    user_id: str,
    actor: Actor,
    now: datetime,
    *,
    role: str,
    confirm: str | None = None,
) -> SignUp:
    """Seat a member who signed up in another role; raises as `seat_member`, and `Conflict` for who did not sign up."""
    require(actor, "events.manage")
    checked_member(user_id)

    def moved(event: Event) -> Event:
        _check_coming(event, user_id)
        return _seated(event, user_id, role, None, confirm)

    return _change(table, guild_id, event_id, user_id, actor, now, moved)


def bench_member(table: Table, guild_id: str, event_id: str, user_id: str, actor: Actor, now: datetime) -> SignUp:
    """Keep a member who signed up on the bench until an officer seats them; their seat goes to the next.

    At closing they count as benched. Raises `Forbidden`, `NotFound`, and `Conflict`: not open, or not signed up.
    """
    require(actor, "events.manage")

    def benched(event: Event) -> Event:
        _check_coming(event, user_id)
        return _with(event, user_id, decode(event.choices[user_id]), event.places[user_id], BENCH)

    return _change(table, guild_id, event_id, user_id, actor, now, benched)


def answer_for_member(
    table: Table, guild_id: str, event_id: str, user_id: str, choice: Choice, actor: Actor, now: datetime
) -> SignUp:
    """Record that a member answered maybe or no; raises `Forbidden`, `NotFound`, `Invalid`, `Conflict` (not open, full)."""
    require(actor, "events.manage")
    checked_member(user_id)

    def answered(event: Event) -> Event:
        if event.choices.get(user_id) == encode(choice):
            return event
        return _with(event, user_id, choice, event.seq + 1, None)

    return _change(table, guild_id, event_id, user_id, actor, now, answered)


def remove_member(table: Table, guild_id: str, event_id: str, user_id: str, actor: Actor, now: datetime) -> SignUp:
    """Take a member's answer out, as if it had not been given; one's own while sign-up is open, others' as an officer.

    Who has none changes nothing. Raises `Forbidden`, `NotFound`, `Conflict`.
    """
    own = user_id == actor.user_id
    require(actor, "attendance.self" if own else "events.manage")

    def removed(event: Event) -> Event:
        if own and "events.manage" not in actor.capabilities:
            check_open_for_sign_up(event, now)
        kept: dict[str, Any] = {
            name: {k: v for k, v in getattr(event, name).items() if k != user_id} for name in events.ROSTER
        }
        return replace(event, **kept)

    return _change(table, guild_id, event_id, user_id, actor, now, removed)


def checked_member(user_id: str) -> str:
    """Return a Discord user's id; raises `Invalid` (field `member`) for anything else."""
    if not is_snowflake(user_id):
        raise Invalid(
            f"“{user_id[:32]}” is not the id of a member. Pick one of Discord's list.",
            field="member",
            code="not_a_member_id",
            typed=user_id[:32],
        )
    return user_id


def _change(
    table: Table,
    guild_id: str,
    event_id: str,
    user_id: str,
    actor: Actor,
    now: datetime,
    change: Callable[[Event], Event],
) -> SignUp:
    """Write what `change` makes of an open event's roster, as long as it holds no more than an event can."""

    def checked(event: Event) -> Event:
        check_open(event)
        after = change(event)
        if after != event and len(after.choices) > MAX_SIGN_UPS:
            raise Conflict(
                f"{MAX_SIGN_UPS} people answered “{event.title}” already: that is all a card can hold.",
                code="event_full",
                most=MAX_SIGN_UPS,
                event=event.title,
            )
        return after

    return change_roster(table, guild_id, event_id, user_id, actor, now, checked)


def _seated(event: Event, user_id: str, role: str | None, late_minutes: int | None, confirm: str | None) -> Event:
    """Return the event with the member in their seat; raises as `seat_member`."""
    before = decode(event.choices[user_id]) if user_id in event.choices else Choice("no")
    chosen = event.role(role or _only_role(event, before)).key
    minutes = before.late_minutes if late_minutes is None else late_minutes
    choice = Choice("late" if minutes else "yes", (chosen,), minutes, before.noted)
    place = event.places[user_id] if before.answer in _COMING else event.seq + 1
    after = _with(event, user_id, choice, place, pin_to(chosen, place))
    seat = after.roster().seat_of(user_id)
    if seat is None or seat.role != chosen:
        raise Conflict(
            f"Every seat for {event.role(chosen).name} in “{event.title}” was given away by an officer. Move or bench "
            "somebody first, or add seats with /event edit.",
            code="no_free_seat",
            role=event.role(chosen).name,
            event=event.title,
        )
    check_displaced(event, after, confirm)
    return after


def _with(event: Event, user_id: str, choice: Choice, place: int, pin: str | None) -> Event:
    pins = {user: held for user, held in event.pins.items() if user != user_id}
    return replace(
        event,
        choices={**event.choices, user_id: encode(choice)},
        places={**event.places, user_id: place},
        pins=pins | ({user_id: pin} if pin else {}),
    )


def _only_role(event: Event, before: Choice) -> str:
    if before.roles:
        return before.roles[0]
    if len(event.roles) == 1:
        return event.roles[0].key
    names = ", ".join(role.name for role in event.roles)
    raise Invalid(
        f"Name the role to seat them in. The roles of “{event.title}”: {names}.",
        field="role",
        code="name_a_role",
        event=event.title,
        known=names,
    )


def _check_coming(event: Event, user_id: str) -> None:
    answer = decode(event.choices[user_id]).answer if user_id in event.choices else None
    if answer not in _COMING:
        raise Conflict(
            f"<@{user_id}> did not sign up for “{event.title}”. To give them a seat, use /event seat.",
            code="not_signed_up",
            user_id=user_id,
            event=event.title,
        )
