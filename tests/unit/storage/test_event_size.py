"""How large an event grows: a click pays for its bytes, and DynamoDB ends at 400 KB an item."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from attendance.domain.choice import AWAY, MAX_LATE_MINUTES, MAX_ROLES_NAMED, Choice, encode
from attendance.domain.event import MAX_DESCRIPTION, MAX_SIGN_UPS, Event
from attendance.domain.pins import kept, offered, pin_to
from attendance.domain.seats import MAX_ROLES, parse_roles
from attendance.storage.events import to_item
from tests.benchmarks.own_cpu import MOST_BYTES, wire_bytes

STARTS = datetime(2026, 12, 1, 19, 0, tzinfo=UTC)
USUAL = "tank 2, healer 20, melee 40, ranged 400, support 5"
LONGEST = ", ".join(f"Abcdefghijklm-{number:02} 70" for number in range(MAX_ROLES))

WIDEST = ", ".join(f"{chr(0x20000 + number) * 16} 70" for number in range(MAX_ROLES))
"""Letters of four bytes each."""


def size_of(roles, said, pin=None, *, pinned_every=1, description="Bring flasks. " * 10):
    """The bytes of an event of 1,000 sign-ups; `said` and `pin` get the roles that a member names, first the preferred."""
    parsed = parse_roles(roles)
    keys = [role.key for role in parsed] * 2
    users = [str(1_234_567_890_123_456_789 + number) for number in range(MAX_SIGN_UPS)]
    named = {user: tuple(keys[number % len(parsed) :][:MAX_ROLES_NAMED]) for number, user in enumerate(users)}
    places = {user: place for place, user in enumerate(users, 1)}
    event = Event(
        guild_id="7" * 19, event_id="e" * 16, title="Molten Core, the whole of it", game="World of Warcraft", starts_at=STARTS,
        ends_at=STARTS + timedelta(hours=3), zone="Europe/Berlin", channel_id="1" * 19, created_by="9" * 19, roles=parsed,
        description=description, choices={user: said(named[user]) for user in users}, places=places, seq=MAX_SIGN_UPS,
        pins={user: pin(named[user], places[user]) for user in users[::pinned_every]} if pin else {}, reminders=(60, 15),
    )  # fmt: skip
    return wire_bytes(to_item(event))


def noted(named, roles):
    return encode(Choice("yes", named[:roles], noted=True))


def test_1000_flexible_sign_ups_with_notes_and_a_third_of_the_seats_kept_stay_under_80_kb():
    assert (
        size_of(USUAL, lambda named: noted(named, 3), lambda named, place: kept(named[2], place), pinned_every=3)
        < MOST_BYTES
    )
    assert (
        size_of(USUAL, lambda named: noted(named, 2), lambda named, place: kept(named[1], place), pinned_every=2)
        < MOST_BYTES
    )
    assert size_of(USUAL, lambda _: AWAY) < MOST_BYTES


def test_1000_sign_ups_for_one_role_of_the_longest_name_stay_under_80_kb():
    assert size_of(LONGEST, lambda named: noted(named, 1), description="x" * MAX_DESCRIPTION) < MOST_BYTES


@pytest.mark.parametrize(
    "pin",
    [lambda named, place: kept(named[4], place), lambda named, place: pin_to(named[4], place),
     lambda named, place: offered(named[4], place, 1_796_151_600)],
    ids=["kept", "officer", "offered"],
)  # fmt: skip
def test_the_most_that_1000_members_can_say_fits_an_item_in_any_script(pin):
    def most(named):
        return encode(Choice("late", named, MAX_LATE_MINUTES, noted=True))

    assert size_of(LONGEST, most, pin, description="x" * MAX_DESCRIPTION) < 200_000
    assert size_of(WIDEST, most, pin, description="\U00020000" * MAX_DESCRIPTION) < 350_000  # of 400 KB
