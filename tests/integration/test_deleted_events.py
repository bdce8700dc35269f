"""An event that came to nothing is deleted: out of every list, its card down, on record, and nobody left waiting."""

from __future__ import annotations

from datetime import timedelta

import pytest

from attendance.domain.choice import NO, yes
from attendance.domain.live import Subscription
from attendance.errors import Conflict, Forbidden, NotFound, Stale
from attendance.services.check_ins import check_in
from attendance.services.editing import cancel_event, edit_event, reopen_event
from attendance.services.events import EventRequest, get_event, list_events
from attendance.services.removing import delete_event
from attendance.services.series import create_series
from attendance.services.sign_ups import sign_up
from attendance.storage import audit, connections, dues
from tests.stories import CHANNEL, GUILD, NOW, member, officer, raid, set_up
from tests.workers import Workers


@pytest.fixture
def workers(monkeypatch, moto_table):
    return Workers(monkeypatch, moto_table[1])


@pytest.fixture
def event(workers):
    event = raid(workers.table)
    workers.run()
    return event


def delete(workers, event, **more):
    delete_event(workers.table, GUILD, event.event_id, more.pop("actor", officer()), workers.now, **more)


def refused(workers, event, **more):
    with pytest.raises(Conflict) as found:
        delete(workers, event, **more)
    return found.value


def entries(workers, event):
    page, _ = audit.newest_first(
        workers.table, GUILD, since=NOW - timedelta(days=1), until=NOW + timedelta(days=9), limit=50, after=None
    )
    return [entry for _, entry in page if entry.subject == event.event_id]


def test_it_is_out_of_everything_and_its_card_is_down(workers, event):
    assert len(workers.discord.shown(CHANNEL)) == 1
    delete(workers, event)
    workers.run()

    assert workers.discord.shown(CHANNEL) == []
    assert list_events(workers.table, GUILD, since=NOW, until=NOW + timedelta(days=9))[0] == []
    assert [due.kind for due in dues.of_event(workers.table, GUILD, event.event_id)] == ["clear"]
    with pytest.raises(NotFound):
        get_event(workers.table, GUILD, event.event_id)
    with pytest.raises(NotFound):
        reopen_event(workers.table, GUILD, event.event_id, officer(), workers.now)


def test_it_is_on_record_and_deleting_again_changes_nothing(workers, event):
    for _ in range(2):
        delete(workers, event)
    workers.run()
    [entry] = [one for one in entries(workers, event) if one.before]

    assert (entry.actor_id, entry.before["title"], [*entry.after]) == (officer().user_id, event.title, ["removed_at"])


def test_a_card_that_somebody_deleted_already_is_fine(workers, event):
    workers.discord.delete(workers.discord.messages[0].id)
    delete(workers, event)
    workers.run()

    assert workers.discord.shown(CHANNEL) == []


def test_its_thread_is_locked_and_its_scheduled_event_called_off(workers):
    event = raid(workers.table, thread=True, scheduled_event=True)
    workers.run()
    assert len(workers.discord.threads) == 1
    assert [one["status"] for one in workers.discord.scheduled.values()] == [1]
    delete(workers, event)
    workers.run()

    assert [one["locked"] for one in workers.discord.threads.values()] == [True]
    assert [one["status"] for one in workers.discord.scheduled.values()] in ([4], [])


def test_who_is_coming_is_told_before(workers, event):
    sign_up(workers.table, GUILD, event.event_id, yes("tank"), member("Ayla"), NOW)
    found = refused(workers, event)
    assert (found.code, found.details["answers"]) == ("cancel_first", 1)
    cancel_event(workers.table, GUILD, event.event_id, officer(), NOW)
    delete(workers, event)


def test_a_no_keeps_nobody_from_deleting_it(workers, event):
    sign_up(workers.table, GUILD, event.event_id, NO, member("Ayla"), NOW)
    delete(workers, event)
    with pytest.raises(NotFound):
        get_event(workers.table, GUILD, event.event_id)


def test_what_somebody_attended_stays(workers, event):
    workers.now = event.starts_at
    assert refused(workers, event).code == "cancel_first"
    check_in(workers.table, GUILD, event.event_id, member("Ayla"), workers.now)
    cancel_event(workers.table, GUILD, event.event_id, officer(), workers.now)
    assert refused(workers, event).code == "has_attendance"


def test_a_date_of_a_series_is_skipped_instead(workers):
    set_up(workers.table)
    request = EventRequest(title="Weekly", time="2026-12-08 20:00", channel_id=CHANNEL)
    create_series(workers.table, GUILD, officer(), NOW, request, repeat="weekly")
    [date, *_], _ = list_events(workers.table, GUILD, since=NOW, until=NOW + timedelta(days=9))
    assert refused(workers, get_event(workers.table, GUILD, date["event_id"])).code == "of_a_series"


def test_it_takes_the_right_and_the_version_that_was_read(workers, event):
    with pytest.raises(Forbidden):
        delete(workers, event, actor=member("Ayla"))
    edit_event(workers.table, GUILD, event.event_id, officer(), NOW, {"title": "Renamed"})
    with pytest.raises(Stale):
        delete(workers, event, expected=1)
    delete(workers, event, expected=2)


def test_a_click_on_its_card_finds_it_cancelled(workers, event):
    delete(workers, event)
    with pytest.raises(Conflict) as found:
        sign_up(workers.table, GUILD, event.event_id, yes("tank"), member("Ayla"), NOW)
    assert found.value.code == "event_cancelled"


def test_open_dashboards_are_told(workers, event):
    wanted = Subscription(
        guild_id=GUILD, connection_id="c1", user_id="11", event_id=event.event_id, capabilities=frozenset(),
        ends_at=workers.now + timedelta(minutes=1),
    )  # fmt: skip
    connections.subscribe(workers.table, wanted)
    delete(workers, event)
    workers.run()
    [(_, message)] = workers.sockets.pushed

    assert (message["type"], message["event_id"], message["version"]) == ("event.removed", event.event_id, 2)
