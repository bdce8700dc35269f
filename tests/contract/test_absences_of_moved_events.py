"""An event that is moved onto an absence, or away from one: who has answered what then, and who is told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from attendance.domain import choice as choices
from attendance.domain.choice import AWAY, MAYBE, NO, late, yes
from attendance.domain.series import occurrence_id
from attendance.services import absences
from attendance.services.due_work import sweep
from attendance.services.editing import cancel_event, copy_event, edit_event, reopen_event
from attendance.services.events import EventRequest, create_event, get_event
from attendance.services.series import create_series
from attendance.services.series_editing import edit_series
from attendance.services.series_making import extend_series
from attendance.services.sign_ups import sign_up
from tests.stories import GUILD, NO_BUCKETS, NOW, member, officer, set_up

ANN, BOB = member("Ann"), member("Bob")
AWAY_ON = "2026-12-11"


@pytest.fixture
def guild(table):
    set_up(table)
    return table


def plan(table, day=9, **more):
    request = EventRequest(title=f"Raid {day}", time=f"2026-12-{day:02} 20:00", **more)
    return create_event(table, GUILD, officer(request_id=f"e{day}"), NOW, request)


def away(table, actor=ANN, first=AWAY_ON, last=None):
    made = absences.add_absence(table, GUILD, actor, NOW, first=first, last=last)
    swept(table)
    return made


def swept(table, now=NOW):
    class Nowhere:
        def send(self, message, **_):
            raise AssertionError(message)

    assert sweep(table, Nowhere(), NO_BUCKETS, lambda: now, lambda: 60).failed == 0


def moved(table, event, day, hour=20, *, now=NOW, **more):
    changes = {"time": f"2026-12-{day:02} {hour}:00"} | more
    return edit_event(table, GUILD, event.event_id, officer(), now, changes).event


def said(event, person=ANN):
    return event.choices.get(person.user_id)


def test_moved_onto_an_absence_it_is_answered_no_in_the_same_write(guild):
    event = plan(guild)
    away(guild)
    sign_up(guild, GUILD, event.event_id, yes("going"), BOB, NOW)
    after = moved(guild, event, 11)
    assert (said(after), said(after, BOB)) == (AWAY, "going|")
    assert (after.seq, after.places[ANN.user_id]) == (2, 2)


def test_a_yes_to_the_old_time_becomes_no_and_comes_back_when_the_move_is_taken_back(guild):
    event = plan(guild)
    away(guild)
    sign_up(guild, GUILD, event.event_id, late(10, "going"), ANN, NOW, note="ten minutes")
    there = moved(guild, event, 11)
    assert there.roster().no == (ANN.user_id,)
    back = moved(guild, event, 9)
    assert said(back) == "going|10*"
    assert [seat.user_id for seat in back.roster().seated] == [ANN.user_id]


def test_who_moved_up_meanwhile_keeps_the_seat(guild):
    event = plan(guild, capacity=1)
    away(guild)
    for who in (ANN, BOB):
        sign_up(guild, GUILD, event.event_id, yes("going"), who, NOW)
    assert [seat.user_id for seat in moved(guild, event, 11).roster().seated] == [BOB.user_id]
    back = moved(guild, event, 12).roster()
    assert ([seat.user_id for seat in back.seated], [seat.user_id for seat in back.waiting]) == (
        [BOB.user_id],
        [ANN.user_id],
    )


def test_an_answer_in_spite_of_the_absence_stays_while_it_moves_within_it(guild):
    event = plan(guild, 11)
    away(guild)
    sign_up(guild, GUILD, event.event_id, yes("going"), ANN, NOW)
    assert said(moved(guild, event, 11, 21)) == "going|"


@pytest.mark.parametrize("own", [NO, MAYBE])
def test_a_no_of_ones_own_stays_and_a_maybe_does_not(guild, own):
    event = plan(guild)
    away(guild)
    sign_up(guild, GUILD, event.event_id, own, ANN, NOW)
    there = moved(guild, event, 11)
    assert there.roster().no == (ANN.user_id,)
    assert said(moved(guild, event, 9)) == choices.encode(own)


def test_moved_away_the_absences_own_no_goes_and_a_members_no_stays(guild):
    event = plan(guild, 11)
    away(guild)
    away(guild, BOB)
    sign_up(guild, GUILD, event.event_id, NO, BOB, NOW)
    after = moved(guild, event, 12)
    assert (said(after), said(after, BOB)) == (None, "-")
    assert ANN.user_id not in after.places


def test_a_duration_that_reaches_into_an_absence_is_answered_too(guild):
    event = plan(guild, 10)  # at 20:00 in Berlin, for two hours
    away(guild)
    longer = edit_event(guild, GUILD, event.event_id, officer(), NOW, {"duration": "5h"}).event
    assert said(longer) == AWAY
    assert said(edit_event(guild, GUILD, event.event_id, officer(), NOW, {"duration": "4h"}).event) is None


def test_an_event_that_has_begun_keeps_its_answers_however_long_it_becomes(guild):
    event = plan(guild, 10)
    sign_up(guild, GUILD, event.event_id, yes("going"), ANN, NOW)
    away(guild)
    then = event.starts_at + timedelta(minutes=5)
    after = edit_event(guild, GUILD, event.event_id, officer(), then, {"duration": "6h"}).event
    assert said(after) == "going|"


def test_taking_the_absence_back_gives_back_what_it_stood_in_for(guild):
    event = plan(guild, 11)
    sign_up(guild, GUILD, event.event_id, yes("going"), ANN, NOW)
    made = away(guild)
    assert said(get_event(guild, GUILD, event.event_id)) == AWAY + "going|"
    absences.remove_absence(guild, GUILD, made.absence_id, ANN, NOW)
    swept(guild)
    assert said(get_event(guild, GUILD, event.event_id)) == "going|"


def test_a_role_that_has_gone_meanwhile_is_not_given_back(guild):
    event = plan(guild, 11)
    edit_event(guild, GUILD, event.event_id, officer(), NOW, {"roles": "tank 2, healer 2"})
    sign_up(guild, GUILD, event.event_id, yes("tank"), ANN, NOW)
    made = away(guild)
    edit_event(guild, GUILD, event.event_id, officer(), NOW, {"roles": "healer 2"})
    absences.remove_absence(guild, GUILD, made.absence_id, ANN, NOW)
    swept(guild)
    assert said(get_event(guild, GUILD, event.event_id)) is None


def test_a_cancelled_event_that_is_reopened_knows_who_announced_leave_meanwhile(guild):
    event = plan(guild, 11)
    sign_up(guild, GUILD, event.event_id, yes("going"), BOB, NOW)
    cancel_event(guild, GUILD, event.event_id, officer(), NOW)
    away(guild)
    away(guild, BOB)
    after = reopen_event(guild, GUILD, event.event_id, officer(), NOW)
    assert after.roster().no == (ANN.user_id, BOB.user_id)


def test_a_copy_at_another_time_asks_the_absences_of_that_time(guild):
    event = plan(guild)
    away(guild)
    copied = copy_event(guild, GUILD, event.event_id, officer(request_id="c"), NOW, time="2026-12-11 20:00")
    assert said(copied) == AWAY


def test_a_series_at_another_hour_answers_for_who_is_away_then(guild):
    request = EventRequest(title="Run", time="2026-12-10 20:00", duration="1h")
    series = create_series(guild, GUILD, officer(request_id="s"), NOW, request, repeat="weekly")
    event_id = occurrence_id(GUILD, series.series_id, date(2026, 12, 10))
    sign_up(guild, GUILD, event_id, yes("going"), ANN, NOW)
    away(guild)
    assert said(get_event(guild, GUILD, event_id)) == "going|"
    edit_series(guild, GUILD, series.series_id, officer(request_id="t"), NOW, {"time": "23:30"})
    extend_series(guild, GUILD, series.series_id, NOW)
    assert get_event(guild, GUILD, event_id).roster().no == (ANN.user_id,)
