"""Requests that broke off and that nobody sends again: the sweep ends them, so nothing stays half done without a word."""

from __future__ import annotations

from datetime import timedelta

import pytest

from attendance.domain.due import FINISH_MARKS_AFTER
from attendance.domain.marking import MarkRow
from attendance.errors import Unavailable
from attendance.services import marking, undoing
from attendance.services.closing import close_event, get_sheet
from attendance.services.due_work import sweep
from attendance.services.marking import mark_members
from attendance.services.undoing import get_batch, list_batches, undo_batch
from attendance.storage import attendance, dues, members
from tests.stories import GUILD, NO_BUCKETS, NOW, after, officer, raid

PEOPLE = [str(10_000 + number) for number in range(7)]


@pytest.fixture
def event(table, monkeypatch):
    """A raid in a guild where the bot has met seven people; marks go three at a time."""
    monkeypatch.setattr(marking, "CHUNK", 3)
    monkeypatch.setattr(undoing, "CHUNK", 3)
    for user_id in PEOPLE:
        members.remember(table, GUILD, user_id, f"m{user_id}", NOW)
    return raid(table)


def batch(table, event, at=70):
    rows = [MarkRow(user_id, "present") for user_id in PEOPLE]
    return mark_members(table, GUILD, event.event_id, officer(request_id="b1"), after(at), rows)


def the_batch(table, event):
    (found,), _ = list_batches(table, GUILD, event.event_id, officer(), limit=10)
    return found


class Unread:
    """A queue whose messages nobody reads."""

    def send(self, message, *, delay=0):
        """Drop it."""


def swept(table, now):
    return sweep(table, Unread(), NO_BUCKETS, lambda: now, lambda: 60.0)


def test_marks_that_were_cut_off_are_given_up_after_a_quarter_of_an_hour_and_those_made_stand(table, event, crash_at):
    crash_at(3)
    with pytest.raises(Unavailable):
        batch(table, event)
    swept(table, after(70) + FINISH_MARKS_AFTER - timedelta(seconds=1))
    assert the_batch(table, event).state == "running"
    assert swept(table, after(70) + FINISH_MARKS_AFTER).failed == 0
    done = the_batch(table, event)
    assert (done.state, done.applied, done.cut_off_at) == ("cut_off", 6, after(70) + FINISH_MARKS_AFTER)
    assert len(attendance.decisions(table, GUILD, event.event_id)) == 6
    assert "finish_marks" not in [due.kind for due in dues.of_event(table, GUILD, event.event_id)]


def test_marks_that_were_given_up_go_on_when_they_come_again(table, event, crash_at):
    crash_at(2)
    with pytest.raises(Unavailable):
        batch(table, event)
    swept(table, after(70) + FINISH_MARKS_AFTER)
    assert (batch(table, event, at=90).state, the_batch(table, event).applied) == ("done", 7)


def test_an_undo_that_was_cut_off_is_finished_by_the_sweep_though_the_event_closed_meanwhile(table, event, crash_at):
    done = batch(table, event)
    crash_at(2)
    with pytest.raises(Unavailable):
        undo_batch(table, GUILD, event.event_id, done.batch_id, officer(request_id="u1"), after(80))
    close_event(table, GUILD, event.event_id, officer(), after(81))
    assert len(get_sheet(table, GUILD, event.event_id).rows) == 4
    assert swept(table, after(80) + FINISH_MARKS_AFTER).failed == 0
    undone = get_batch(table, GUILD, event.event_id, done.batch_id, officer())
    assert (undone.state, undone.undone_by) == ("undone", officer().user_id)
    assert get_sheet(table, GUILD, event.event_id).rows == ()


def test_what_was_done_in_whole_is_left_alone_by_the_sweep(table, event):
    done = batch(table, event)
    assert swept(table, after(70) + FINISH_MARKS_AFTER).failed == 0
    assert the_batch(table, event) == done
