"""Roles that are kept and seats that are offered, on both tables."""

from __future__ import annotations

from datetime import timedelta

import pytest

from attendance.domain.choice import NO, yes
from attendance.domain.settling import CONFIRM_WITHIN, mark_of
from attendance.errors import Conflict
from attendance.services.editing import cancel_event, edit_event, reopen_event
from attendance.services.events import get_event
from attendance.services.offers import end_offer, pass_on_seat, settle_seats, take_seat
from attendance.services.settings import change_settings
from attendance.services.sign_ups import sign_up
from attendance.storage import dues
from tests.stories import GUILD, NOW, after, member, officer, raid, set_up

ANN, BOB, CAT = (member(name).user_id for name in ("Ann", "Bob", "Cat"))


def said(table, event, name, *roles, request="r1", minutes=0):
    choice = yes(*roles) if roles else NO
    return sign_up(table, GUILD, event.event_id, choice, member(name, request_id=request), after(minutes)).event


def confirming(table):
    """A raid in its last hours: Ann is the tank, Bob and Cat wait."""
    set_up(table)
    change_settings(table, GUILD, officer(), NOW, {"confirm_hours": 12})
    event = raid(table)
    for name in ("Ann", "Bob", "Cat"):
        said(table, event, name, "tank")
    return settle_seats(table, GUILD, event.event_id, NOW)


def freed(table):
    """The same, with the seat offered to Bob."""
    event = confirming(table)
    said(table, event, "Ann")
    return settle_seats(table, GUILD, event.event_id, after(1))


def test_a_flexible_member_keeps_the_role_that_they_were_told(table):
    event = raid(table)
    for name, roles in (("Ann", ["tank"]), ("Bob", ["tank", "healer"]), ("Cat", ["tank"])):
        said(table, event, name, *roles)
    settled = settle_seats(table, GUILD, event.event_id, NOW)
    assert (settled.pins, settled.seq) == ({BOB: "healer~2"}, 3)
    roster = said(table, event, "Ann").roster()
    assert (roster.seat_of(BOB).role, roster.seat_of(CAT).role) == ("healer", "tank")
    assert settle_seats(table, GUILD, event.event_id, NOW) == get_event(table, GUILD, event.event_id)


def test_a_freed_seat_is_offered_to_the_next_with_the_moment_at_which_that_ends(table):
    event = freed(table)
    assert [(seat.user_id, seat.role) for seat in event.roster().offered] == [(BOB, "tank")]
    ends = [(due.at, due.offset) for due in dues.of_event(table, GUILD, event.event_id) if due.kind == "offer_ends"]
    assert ends == [(after(1) + CONFIRM_WITHIN, 2)]
    again = settle_seats(table, GUILD, event.event_id, after(5))
    assert again == event


def test_who_confirms_has_the_seat_and_confirming_again_changes_nothing(table):
    event = freed(table)
    done = take_seat(table, GUILD, event.event_id, BOB, member("Bob"), after(2))
    assert (done.changed, done.event.roster().seat_of(BOB).role) == (True, "tank")
    assert not take_seat(table, GUILD, event.event_id, BOB, member("Bob"), after(3)).changed
    with pytest.raises(Conflict, match="not offered") as refusal:
        take_seat(table, GUILD, event.event_id, CAT, member("Cat"), after(3))
    assert refusal.value.code == "offer_over"
    with pytest.raises(Conflict, match="already"):
        pass_on_seat(table, GUILD, event.event_id, BOB, member("Bob"), after(4))


def test_pressing_ones_role_on_the_card_confirms_and_after_passing_queues_again(table):
    event = freed(table)
    pass_on_seat(table, GUILD, event.event_id, BOB, member("Bob"), after(2))
    assert not pass_on_seat(table, GUILD, event.event_id, BOB, member("Bob"), after(2)).changed
    event = settle_seats(table, GUILD, event.event_id, after(2))
    assert [seat.user_id for seat in event.roster().offered] == [CAT]
    assert said(table, event, "Cat", "tank", request="r2", minutes=3).roster().seat_of(CAT)
    event = said(table, event, "Bob", "tank", request="r2", minutes=4)
    assert (event.roster().waiting_place(BOB), BOB in event.pins) == (1, False)


def test_a_time_that_is_up_passes_the_seat_on_once_and_never_after_a_confirmation(table):
    event = freed(table)
    end_offer(table, GUILD, event.event_id, 2, after(10))
    assert get_event(table, GUILD, event.event_id) == event, "its time was not up"
    end_offer(table, GUILD, event.event_id, 2, after(21))
    event = settle_seats(table, GUILD, event.event_id, after(21))
    assert (event.pins[BOB], [seat.user_id for seat in event.roster().offered]) == ("!2", [CAT])
    end_offer(table, GUILD, event.event_id, 2, after(22))
    assert get_event(table, GUILD, event.event_id) == event
    take_seat(table, GUILD, event.event_id, CAT, member("Cat"), after(23))
    end_offer(table, GUILD, event.event_id, 3, after(50))
    assert get_event(table, GUILD, event.event_id).roster().seat_of(CAT)


def test_a_newcomer_gets_no_seat_that_is_offered_to_another_and_a_free_one_at_once(table):
    event = freed(table)
    roster = said(table, event, "Dan", "tank").roster()
    assert [seat.user_id for seat in roster.waiting][-1] == member("Dan").user_id
    assert said(table, event, "Eve", "healer").roster().seat_of(member("Eve").user_id)


def test_moved_days_ahead_seats_are_given_without_asking_and_a_cancelled_event_explains_itself(table):
    event = freed(table)
    edit_event(table, GUILD, event.event_id, officer(), after(2), {"time": "in 3d"})
    moved = settle_seats(table, GUILD, event.event_id, after(2))
    assert moved.roster().seat_of(BOB)
    asked = [due.at for due in dues.of_event(table, GUILD, event.event_id) if due.kind == "confirm_begins"]
    assert asked == [moved.starts_at - timedelta(hours=12)]
    cancel_event(table, GUILD, event.event_id, officer(), after(3))
    with pytest.raises(Conflict, match="was cancelled"):
        take_seat(table, GUILD, event.event_id, BOB, member("Bob"), after(4))


def test_an_offer_that_ran_out_while_the_event_was_off_holds_no_seat_back_once_it_is_on_again(table):
    event = freed(table)
    cancel_event(table, GUILD, event.event_id, officer(), after(2))
    end_offer(table, GUILD, event.event_id, 2, after(21))
    reopen_event(table, GUILD, event.event_id, officer(request_id="back"), after(40))
    event = settle_seats(table, GUILD, event.event_id, after(40))
    offered = [(seat.user_id, mark_of(event, seat.user_id).until) for seat in event.roster().offered]
    assert offered == [(BOB, int((after(40) + CONFIRM_WITHIN).timestamp()))]
    assert "offer_ends" in {due.kind for due in dues.of_event(table, GUILD, event.event_id)}


def test_an_offer_whose_end_nobody_took_note_of_passes_on_with_the_next_change(table):
    event = freed(table)
    settled = settle_seats(table, GUILD, event.event_id, after(30))
    assert settled.pins[BOB] == "!2"
    assert [seat.user_id for seat in settle_seats(table, GUILD, event.event_id, after(30)).roster().offered] == [CAT]


def test_who_passed_queues_no_more_once_the_event_has_begun(table):
    event = freed(table)
    pass_on_seat(table, GUILD, event.event_id, BOB, member("Bob"), after(2))
    begun = event.starts_at - NOW
    with pytest.raises(Conflict) as refusal:
        said(table, event, "Bob", "tank", request="r2", minutes=begun.total_seconds() / 60 + 1)
    assert refusal.value.code == "sign_up_over"
    cancel_event(table, GUILD, event.event_id, officer(), after(3))
    with pytest.raises(Conflict, match="was cancelled"):
        said(table, event, "Bob", "tank", request="r3", minutes=4)
