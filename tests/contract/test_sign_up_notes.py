"""Sign-ups with alternatives and notes, on both tables."""

from __future__ import annotations

import pytest

from attendance.domain.choice import NO, late, yes
from attendance.errors import Invalid
from attendance.services.events import get_event
from attendance.services.sign_ups import notes_of, own_sign_up, sign_up
from attendance.storage import notes
from tests.stories import GUILD, NOW, after, member, raid


def said(table, event, name, choice, request="r1", note=None, minutes=0):
    actor = member(name, request_id=request)
    return sign_up(table, GUILD, event.event_id, choice, actor, after(minutes), note=note)


def test_a_flexible_member_gets_the_first_role_with_a_seat_in_one_write(table):
    event = raid(table)
    said(table, event, "Ann", yes("tank"))
    seated = said(table, event, "Bob", yes("tank", "healer")).event.roster().seat_of(member("Bob").user_id)
    assert (seated.role, seated.others) == ("healer", ("tank",))


def test_another_order_of_roles_is_another_claim_and_takes_a_new_place(table):
    event = raid(table)
    bob = member("Bob").user_id
    said(table, event, "Bob", yes("tank", "healer"))
    said(table, event, "Ann", yes("tank"))
    assert said(table, event, "Bob", late(10, "tank", "healer"), "r2").event.places[bob] == 1
    assert said(table, event, "Bob", yes("healer", "tank"), "r3").event.places[bob] == 4


def test_a_note_is_kept_beside_the_event_and_marked_in_it(table):
    event = raid(table)
    done = said(table, event, "Ann", yes("tank"), note="  brings   flasks ")
    ann = member("Ann").user_id
    assert done.changed
    assert done.event.choices[ann] == "tank|*"
    assert notes_of(table, done.event) == {ann: "brings flasks"}
    assert own_sign_up(table, GUILD, event.event_id, ann)[2] == "brings flasks"


def test_editing_a_note_keeps_the_place_and_a_repeat_changes_nothing(table):
    event = raid(table)
    ann = member("Ann").user_id
    said(table, event, "Ann", yes("tank"), note="first")
    said(table, event, "Bob", yes("tank"))
    done = said(table, event, "Ann", yes("tank"), "r2", note="second")
    assert (done.changed, done.event.places[ann], done.event.roster().seat_of(ann).role) == (True, 1, "tank")
    again = said(table, event, "Ann", yes("tank"), "r2", note="second")
    assert (again.changed, again.event.seq) == (False, done.event.seq)
    assert notes_of(table, again.event) == {ann: "second"}


def test_a_click_and_late_minutes_keep_the_note_and_an_empty_one_takes_it_out(table):
    event = raid(table)
    ann = member("Ann").user_id
    said(table, event, "Ann", yes("tank"), note="first")
    assert not said(table, event, "Ann", yes("tank"), "r2").changed
    assert said(table, event, "Ann", late(15, "tank"), "r3").event.choices[ann] == "tank|15*"
    done = said(table, event, "Ann", late(15, "tank"), "r4", note="")
    assert done.event.choices[ann] == "tank|15"
    assert notes_of(table, done.event) == {}


def test_a_note_goes_with_its_sign_up(table):
    event = raid(table)
    ann = member("Ann").user_id
    said(table, event, "Ann", yes("tank"), note="first")
    said(table, event, "Ann", NO, "r2")
    done = said(table, event, "Ann", yes("tank"), "r3")
    assert notes_of(table, done.event) == {}
    assert own_sign_up(table, GUILD, event.event_id, ann)[2] == ""


def test_only_a_note_older_than_the_end_of_its_sign_up_is_removed(table):
    event = raid(table)
    ann = member("Ann").user_id
    said(table, event, "Ann", yes("tank"), note="first", minutes=2)
    notes.remove(table, GUILD, event.event_id, ann, "2026-12-01T18:01:00.000Z")
    assert notes.get(table, GUILD, event.event_id, ann) == "first"
    notes.remove(table, GUILD, event.event_id, ann, "2026-12-01T18:02:00.000Z")
    assert notes.get(table, GUILD, event.event_id, ann) == ""


def test_a_note_that_is_too_long_or_names_no_role_changes_nothing(table):
    event = raid(table)
    with pytest.raises(Invalid, match="101 characters; 100 fit"):
        said(table, event, "Ann", yes("tank"), note="x" * 101)
    with pytest.raises(Invalid, match="no role"):
        said(table, event, "Ann", yes("bard"), note="hello")
    stored = get_event(table, GUILD, event.event_id)
    assert (stored.seq, notes.of_event(table, GUILD, event.event_id)) == (0, {})
    assert stored.starts_at > NOW
