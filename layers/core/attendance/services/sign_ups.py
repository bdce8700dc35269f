"""Answering an event: yes with a role, late, maybe, no."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from attendance.domain.choice import Choice, decode, encode
from attendance.domain.event import MAX_SIGN_UPS, Event, check_open_for_sign_up
from attendance.errors import Conflict, NotFound
from attendance.storage import events
from attendance.storage.table import ConditionFailed

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.storage.table import Table


class SignUp(NamedTuple):
    """The event right after an answer was committed, and whether that answer changed anything."""

    event: Event
    changed: bool


def sign_up(table: Table, guild_id: str, event_id: str, choice: Choice, actor: Actor, now: datetime) -> SignUp:
    """Record a member's answer; one request to the table for a new answer or a repeated one.

    A repeat of the same answer changes nothing, so a request delivered twice has one effect. A change of minutes keeps
    the member's place, a change of role takes a new one. Raises `NotFound` and `Conflict` (closed, cancelled, deadline
    over, 1,000 sign-ups), each saying what holds, and `Invalid` for a role that the event does not have.
    """
    try:
        event = events.answer(table, guild_id, event_id, choice, actor, now)
    except ConditionFailed as failed:
        if failed.item is None:
            raise NotFound("This event is gone. Ask an officer for its new card.") from failed
        return _explained(table, events.from_item(failed.item), choice, actor, now)
    return SignUp(event, changed=True)


def _explained(table: Table, event: Event, choice: Choice, actor: Actor, now: datetime) -> SignUp:
    """Say why the one-request answer was refused, or finish what it could not express."""
    before = event.choices.get(actor.user_id)
    if before == encode(choice):
        return SignUp(event, changed=False)
    check_open_for_sign_up(event, now)
    for role in choice.roles:
        event.role(role)
    if before is None:
        raise Conflict(
            f"{MAX_SIGN_UPS} people answered “{event.title}” already: that is all a card can hold.", code="event_full"
        )
    if decode(before).claim != choice.claim:  # changed between the two looks by the member's own other click
        raise Conflict("You answered twice at the same moment. Look at the card and click once more.")
    try:
        return SignUp(
            events.keep_place(table, event.guild_id, event.event_id, before, choice, actor, now), changed=True
        )
    except ConditionFailed as failed:
        raise Conflict("You answered twice at the same moment. Look at the card and click once more.") from failed
