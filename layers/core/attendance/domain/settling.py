"""Which pins follow from an event as it stands: roles that are kept, and, close to the start, seats that are offered.

A pure function of the event and `now`. What it asks for is written on the condition that the event is still the one that
it looked at, and nobody is told of a seat before, so what anybody was told holds.

    free seat ─► offered to the first who waits ─┬─ confirmed ─► seated, keeps the role
                                                 └─ passed, or time is up ─► offered to the next
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from attendance.domain.choice import decode
from attendance.domain.pins import Pin, kept, offered, passed, queued, read_pin

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from attendance.domain.event import Event
    from attendance.domain.roster import Roster, Seat

CONFIRM_WITHIN = timedelta(minutes=20)
"""So long an offered seat waits for its member, and never past the start."""
MOST_MARKS = 100
"""Pins written at once; of a longer queue the first are marked, the others as they come nearer."""


class Settling(NamedTuple):
    """Pins to write by user id (None: to take away); `visible` where seats or offers change by them."""

    pins: Mapping[str, str | None]
    offers: tuple[str, ...] = ()
    visible: bool = False


def mark_of(event: Event, user_id: str) -> Pin | None:
    """Return the pin of a member that holds now."""
    text = event.pins.get(user_id)
    return read_pin(text, event.places.get(user_id, 0)) if text else None


def asks_to_confirm(event: Event, now: datetime) -> bool:
    """Whether who moves up has to confirm at `now`."""
    return bool(event.confirm_hours) and confirming_from(event) <= now < event.starts_at


def confirming_from(event: Event) -> datetime:
    """From when on who moves up has to confirm, where the event asks for it."""
    return event.starts_at - timedelta(hours=event.confirm_hours)


def settling(event: Event, roster: Roster, now: datetime) -> Settling:
    """Return the pins that the event lacks at `now`."""
    if event.status != "open" or now >= event.starts_at:
        return Settling({})
    pins: dict[str, str | None] = {
        seat.user_id: kept(seat.role, event.places[seat.user_id])
        for seat in roster.seated
        if seat.others and _expects_another(event, seat)
    }
    if not asks_to_confirm(event, now):
        waiting = {user_id: mark for user_id in event.pins if (mark := mark_of(event, user_id))}
        freed = [user_id for user_id, mark in waiting.items() if mark.kind in ("queued", "offered")]
        return Settling(_first(pins | dict.fromkeys(freed)), visible=bool(freed))
    for seat in roster.waiting[:MOST_MARKS]:
        mark = mark_of(event, seat.user_id)
        if mark is None or mark.kind == "kept":  # kept: an officer's change took the seat
            pins[seat.user_id] = queued(event.places[seat.user_id])
    until = int(min(now + CONFIRM_WITHIN, event.starts_at).timestamp())
    offers = []
    over = _over(event, roster, now)
    for seat in roster.offered:
        if seat.user_id in over:
            continue
        mark = mark_of(event, seat.user_id)
        if mark is None or mark.kind != "offered" or mark.role != seat.role:
            pins[seat.user_id] = offered(seat.role, event.places[seat.user_id], until)
            offers.append(seat.user_id)
    pins |= over
    return Settling(_first(pins, offers), tuple(offers[:MOST_MARKS]), visible=bool(offers or over))


def _over(event: Event, roster: Roster, now: datetime) -> dict[str, str]:
    """Return the pins in the place of offers whose time is up: their own end may have come while the event was not open."""
    pins = {}
    for seat in roster.waiting:
        mark = mark_of(event, seat.user_id)
        if mark is not None and mark.kind == "offered" and mark.until <= now.timestamp():
            pins[seat.user_id] = after_offer(event, roster, seat.user_id)
    return pins


def after_offer(event: Event, roster: Roster, user_id: str) -> str:
    """Return the pin of a member whose time to confirm is up; who could not confirm, for the seat or the event was gone, waits on."""
    place = event.places[user_id]
    could = event.status == "open" and roster.offer_to(user_id) is not None
    return passed(place) if could else queued(place)


def _expects_another(event: Event, seat: Seat) -> bool:
    """Whether a seated member would be moved once a role that they ask for before theirs became free."""
    mark = mark_of(event, seat.user_id)
    if mark is not None:
        return mark.kind == "kept" and mark.role != seat.role
    return decode(event.choices[seat.user_id]).roles[0] != seat.role


def _first(pins: dict[str, str | None], urgent: list[str] | None = None) -> dict[str, str | None]:
    order = sorted(pins, key=lambda user_id: user_id not in (urgent or ()))
    return {user_id: pins[user_id] for user_id in order[:MOST_MARKS]}
