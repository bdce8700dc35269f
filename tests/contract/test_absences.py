"""Absences at work: what they answer, what a member's own answer does to that, what they do to sheets and rates."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from attendance.domain.choice import AWAY, MAYBE, yes
from attendance.errors import Conflict, Forbidden, Invalid, NotFound
from attendance.services import absences
from attendance.services.absence_effects import follow_absence
from attendance.services.away import away_from, who_is_away
from attendance.services.closing import close_event, get_sheet
from attendance.services.due_work import sweep
from attendance.services.events import EventRequest, create_event, get_event
from attendance.services.sign_ups import sign_up
from attendance.storage import absences as stored_absences
from attendance.storage import away as noted
from attendance.storage.table import ConditionFailed
from tests.stories import GUILD, NO_BUCKETS, NOW, OTHER_GUILD, after, member, officer, set_up

ANN, BOB = member("Ann"), member("Bob")


@pytest.fixture
def guild(table):
    set_up(table)
    return table


def plan(table, day, request_id=None):
    request = EventRequest(title=f"Raid {day}", time=f"2026-12-{day:02} 20:00")
    return create_event(table, GUILD, officer(request_id=request_id or f"e{day}"), NOW, request)


def away(table, actor=ANN, first="2026-12-10", last="2026-12-12", now=NOW, **more):
    return absences.add_absence(table, GUILD, actor, now, first=first, last=last, **more)


def absences_stored(table):
    return {one.absence_id: one for one in stored_absences.ending_after(table, GUILD, NOW)}


class Nowhere:
    def send(self, message, **_):
        raise AssertionError(f"nobody is told of an absence: {message}")


def swept(table, now=NOW):
    return sweep(table, Nowhere(), NO_BUCKETS, lambda: now, lambda: 60)


def said(table, event, person=ANN):
    return get_event(table, GUILD, event.event_id).choices.get(person.user_id)


def test_it_answers_no_on_the_events_it_overlaps_and_frees_their_seats(guild):
    before, during, later = plan(guild, 9), plan(guild, 11), plan(guild, 13)
    sign_up(guild, GUILD, during.event_id, yes("going"), ANN, NOW)
    away(guild)
    assert swept(guild).failed == 0
    assert [said(guild, event) for event in (before, during, later)] == [None, AWAY + "going|", None]
    assert get_event(guild, GUILD, during.event_id).roster().no == (ANN.user_id,)


def test_events_made_later_have_the_no_from_the_start_and_say_who_is_away(guild):
    away(guild)
    event = plan(guild, 11)
    assert away_from(event) == [ANN.user_id] == away_from(get_event(guild, GUILD, event.event_id))
    assert away_from(plan(guild, 14)) == []
    assert who_is_away(guild, event) == {ANN.user_id}


def test_the_copy_for_planning_has_what_is_neither_over_nor_taken_back(guild):
    """What is over goes when the next absence comes."""
    over, kept = away(guild, first="2026-12-02", last="2026-12-02"), away(guild, BOB)
    back = away(guild, first="2026-12-20", last="2026-12-21")
    absences.remove_absence(guild, GUILD, back.absence_id, ANN, NOW)
    assert {one.absence_id for one in noted.get(guild, GUILD)} == {over.absence_id, kept.absence_id}
    late = away(guild, first="2026-12-30", last="2026-12-30", now=NOW + timedelta(days=5))
    found = noted.get(guild, GUILD)
    assert {one.absence_id for one in found} == {kept.absence_id, late.absence_id}
    assert all(one == replace(absences_stored(guild)[one.absence_id], reason="") for one in found)
    assert noted.get(guild, OTHER_GUILD) == ()


def test_a_server_keeps_as_many_absences_as_its_copy_holds(guild, monkeypatch):
    monkeypatch.setattr(noted, "MAX_NOTED", 1)
    made = away(guild, first="2026-12-10", last="2026-12-10")
    with pytest.raises(Conflict, match="This server has 1 absences ahead") as refused:
        away(guild, member("Bob", request_id="b2"))
    assert refused.value.code == "too_many_absences"
    assert away(guild, first="2026-12-10", last="2026-12-10") == made


def test_a_members_own_answer_wins_and_stays(guild):
    event = plan(guild, 11)
    made = away(guild)
    swept(guild)
    sign_up(guild, GUILD, event.event_id, yes("going"), ANN, NOW)
    follow_absence(guild, GUILD, made.absence_id, NOW)
    swept(guild)
    assert said(guild, event) == "going|"


def test_a_sweep_that_dies_between_two_events_goes_on_there(guild, monkeypatch):
    events = [plan(guild, day) for day in (10, 11, 12)]
    made = away(guild)
    write = guild.write_together
    done: list[object] = []

    def dies(*writes, **more):
        if len(done) == 1:
            raise ConditionFailed(None)
        write(*writes, **more)
        done.append(writes)

    monkeypatch.setattr(guild, "write_together", dies)
    with pytest.raises(ConditionFailed):
        follow_absence(guild, GUILD, made.absence_id, NOW)
    monkeypatch.undo()
    sign_up(guild, GUILD, events[0].event_id, yes("going"), ANN, NOW)
    follow_absence(guild, GUILD, made.absence_id, NOW)
    assert [said(guild, event) for event in events] == ["going|", AWAY, AWAY]


def test_taken_back_its_answers_ahead_go_and_nobody_elses(guild):
    event = plan(guild, 11)
    made, _ = away(guild), away(guild, BOB)
    swept(guild)
    assert absences.remove_absence(guild, GUILD, made.absence_id, ANN, NOW).removed_at == NOW
    assert absences.remove_absence(guild, GUILD, made.absence_id, ANN, after(5)).removed_at == NOW
    swept(guild)
    assert (said(guild, event), said(guild, event, BOB)) == (None, AWAY)


def test_an_event_under_two_absences_keeps_its_no_when_one_goes(guild):
    event = plan(guild, 11)
    made, _ = away(guild), away(guild, member("Ann", request_id="r2"), first="2026-12-11", last=None)
    swept(guild)
    absences.remove_absence(guild, GUILD, made.absence_id, ANN, NOW)
    swept(guild)
    assert said(guild, event) == AWAY


def closed_on_11(table, now_days=10):
    event = plan(table, 11)
    sign_up(table, GUILD, event.event_id, yes("going"), BOB, NOW)
    return event, NOW + timedelta(days=now_days, hours=3)


def test_the_sheet_says_who_was_on_leave_and_the_rate_leaves_it_out(guild):
    away(guild)
    event, then = closed_on_11(guild)
    swept(guild)
    close_event(guild, GUILD, event.event_id, officer(), then)
    marks = {row.user_id: row.on_leave for row in get_sheet(guild, GUILD, event.event_id).rows}
    assert marks == {ANN.user_id: True, BOB.user_id: False}


def test_announced_after_the_event_began_a_members_own_changes_nothing_and_an_officers_rewrites_the_sheet(guild):
    event, then = closed_on_11(guild)
    close_event(guild, GUILD, event.event_id, officer(), then)
    away(guild, BOB, now=then)
    swept(guild, then)
    assert not any(row.on_leave for row in get_sheet(guild, GUILD, event.event_id).rows)
    made = away(guild, officer(request_id="o"), now=then, user_id=BOB.user_id)
    swept(guild, then)
    sheet = get_sheet(guild, GUILD, event.event_id)
    assert sheet.rows[0].status == "absent"
    assert not sheet.rows[0].on_leave  # he had said yes: his own answer wins
    absences.remove_absence(guild, GUILD, made.absence_id, officer(), then)


def test_an_officers_absence_of_the_past_rewrites_the_sheet_of_who_answered_nothing_else(guild):
    event, then = closed_on_11(guild)
    sign_up(guild, GUILD, event.event_id, MAYBE, ANN, NOW)
    close_event(guild, GUILD, event.event_id, officer(), then)
    made = away(guild, officer(request_id="o"), now=then, user_id=ANN.user_id)
    swept(guild, then)
    leave = {row.user_id: row.on_leave for row in get_sheet(guild, GUILD, event.event_id).rows}
    assert leave == {BOB.user_id: False, ANN.user_id: True}
    absences.remove_absence(guild, GUILD, made.absence_id, officer(), then)
    swept(guild, then)
    assert not any(row.on_leave for row in get_sheet(guild, GUILD, event.event_id).rows)


def test_the_same_request_makes_one_absence(guild):
    assert away(guild) == away(guild)
    assert len(absences.list_absences(guild, GUILD, ANN, NOW)[0]) == 1


def test_members_see_and_remove_their_own_and_officers_everybodys(guild):
    ann, bob = away(guild), away(guild, BOB)
    assert absences.list_absences(guild, GUILD, ANN, NOW)[0] == [ann]
    assert len(absences.list_absences(guild, GUILD, officer(), NOW)[0]) == 2
    assert absences.list_absences(guild, GUILD, officer(), NOW, user_id=BOB.user_id)[0] == [bob]
    assert absences.list_absences(guild, OTHER_GUILD, officer(), NOW)[0] == []
    for refused in (
        lambda: absences.list_absences(guild, GUILD, ANN, NOW, user_id=BOB.user_id),
        lambda: away(guild, ANN, user_id=BOB.user_id),
    ):
        with pytest.raises(Forbidden, match=r"attendance\.manage"):
            refused()
    for guild_id, absence_id in (
        (GUILD, bob.absence_id),
        (OTHER_GUILD, ann.absence_id),
        (GUILD, "x"),
        (GUILD, "0" * 16),
    ):
        with pytest.raises(NotFound):
            absences.remove_absence(guild, guild_id, absence_id, ANN, NOW)
    with pytest.raises(Invalid, match="not a Discord id"):
        away(guild, officer(), user_id="ann")


def test_absences_are_paged_and_filtered_by_dates(guild):
    days = ("2026-12-20", "2026-12-05", "2026-12-10")
    for day in days:
        away(guild, member("Ann", request_id=day), first=day, last=None)
    page, cursor = absences.list_absences(guild, GUILD, ANN, NOW, limit=2)
    rest, end = absences.list_absences(guild, GUILD, ANN, NOW, limit=2, cursor=cursor)
    assert [one.first_day.isoformat() for one in (*page, *rest)] == sorted(days)
    assert end is None
    assert len(absences.list_absences(guild, GUILD, ANN, NOW, until=NOW + timedelta(days=10))[0]) == 2
    assert len(absences.list_absences(guild, GUILD, ANN, NOW, since=NOW + timedelta(days=10))[0]) == 1
    with pytest.raises(Invalid, match="another list"):
        absences.list_absences(guild, GUILD, ANN, NOW, cursor="abc")


def test_a_member_has_so_many_ahead_and_no_more(guild, monkeypatch):
    monkeypatch.setattr(absences, "MAX_AHEAD", 1)
    away(guild)
    with pytest.raises(Conflict, match="ahead already"):
        away(guild, member("Ann", request_id="r2"), last="2026-12-20")
