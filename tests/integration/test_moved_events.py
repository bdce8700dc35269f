"""Who signed up is told of a new time: once, from the time that they knew to the one that stands."""

from __future__ import annotations

from datetime import timedelta

import pytest

from attendance.domain.choice import MAYBE, NO, yes
from attendance.services.absences import add_absence
from attendance.services.editing import cancel_event, edit_event
from attendance.services.sign_ups import sign_up
from tests.stories import CHANNEL, GUILD, NOW, member, officer, raid
from tests.workers import Workers


@pytest.fixture
def workers(monkeypatch, moto_table):
    return Workers(monkeypatch, moto_table[1])


@pytest.fixture
def event(workers):
    event = raid(workers.table)
    for user, choice in (("11", yes("tank")), ("12", yes("tank")), ("13", MAYBE), ("14", NO)):
        sign_up(workers.table, GUILD, event.event_id, choice, member("M", user_id=user), NOW)
    workers.run()
    return event


def edit(workers, event, *, silent=False, **changes):
    edit_event(workers.table, GUILD, event.event_id, officer(), workers.now, changes, silent=silent)


def told(workers):
    return [body for body in workers.discord.shown(CHANNEL) if body["embeds"][0]["title"].startswith("New time")]


def mark(moment, style="F"):
    return f"<t:{int(moment.timestamp())}:{style}>"


def test_who_is_coming_or_might_come_is_told_the_old_and_the_new_time(workers, event):
    edit(workers, event, time="in 3h")
    workers.run()
    (message,) = told(workers)
    assert message["allowed_mentions"] == {"parse": [], "users": ["11", "12", "13"]}
    text = message["embeds"][0]["description"]
    assert mark(NOW + timedelta(hours=3)) in text
    assert f"Until now: {mark(event.starts_at)}, until {mark(event.ends_at, 't')}" in text


def test_several_edits_within_seconds_are_told_as_one_move(workers, event):
    edit(workers, event, time="in 3h")
    edit(workers, event, title="Renamed")
    edit(workers, event, time="in 4h")
    workers.run()
    (message,) = told(workers)
    assert mark(NOW + timedelta(hours=4)) in message["embeds"][0]["description"]
    assert f"Until now: {mark(event.starts_at)}" in message["embeds"][0]["description"]


def test_the_next_move_is_told_from_the_time_told_last(workers, event):
    edit(workers, event, time="in 3h")
    workers.run()
    edit(workers, event, duration="4h")
    workers.run()
    last = told(workers)[-1]["embeds"][0]["description"]
    assert len(told(workers)) == 2
    assert f"Until now: {mark(NOW + timedelta(hours=3))}" in last


def test_nobody_is_told_of_what_was_moved_back_called_off_or_edited_silently(workers, event):
    edit(workers, event, time="in 3h")
    edit(workers, event, time=event.starts_at.isoformat())
    workers.run()
    edit(workers, event, silent=True, time="in 3h")
    workers.run()
    edit(workers, event, time="in 5h")
    cancel_event(workers.table, GUILD, event.event_id, officer(), workers.now)
    workers.run()
    assert told(workers) == []


def test_a_silent_edit_that_follows_is_told_with_the_move_before_it(workers, event):
    edit(workers, event, time="in 3h")
    edit(workers, event, silent=True, time="in 4h")
    workers.run()
    (message,) = told(workers)
    assert mark(NOW + timedelta(hours=4)) in message["embeds"][0]["description"]


def test_a_change_of_the_stream_that_comes_again_tells_nobody_again(workers, event):
    edit(workers, event, time="in 3h")
    records = workers.records()
    workers.follow(records)
    workers.run()
    workers.follow(records)
    workers.run()
    assert len(told(workers)) == 1


def test_where_nobody_signed_up_nothing_is_posted(workers):
    event = raid(workers.table, request_id="lonely")
    workers.run()
    edit(workers, event, time="in 3h")
    workers.run()
    assert told(workers) == []


def test_whose_seat_goes_because_they_are_away_then_is_told_why_and_others_are_told_of_the_move(workers, event):
    add_absence(workers.table, GUILD, member("M", user_id="11"), NOW, first="2026-12-11")
    edit(workers, event, time="2026-12-11 20:00")
    workers.run()
    ((told_away,),) = [[body["embeds"][0]["description"] for body in workers.discord.shown("711")]]
    assert "moved to a day on which you are away. If you come all the same, sign up again" in told_away
    assert told(workers)[0]["allowed_mentions"]["users"] == ["12", "13"]
