"""An event's thread and scheduled event at Discord: made once, kept up, put away with it, and never a loop."""

from __future__ import annotations

from datetime import timedelta

import pytest

from attendance.domain.choice import NO, yes
from attendance.services.closing import close_event
from attendance.services.companions import problems_of
from attendance.services.editing import cancel_event, edit_event, reopen_event
from attendance.services.events import EventRequest
from attendance.services.series import create_series
from attendance.services.settings import change_settings
from attendance.services.sign_ups import sign_up
from tests.stories import CHANNEL, GUILD, NOW, after, member, officer, raid, set_up
from tests.workers import Workers


@pytest.fixture
def workers(monkeypatch, moto_table):
    return Workers(monkeypatch, moto_table[1])


def planned(workers, **changes):
    event = raid(workers.table, **changes)
    workers.run()
    return event


def edit(workers, event, **changes):
    edit_event(workers.table, GUILD, event.event_id, officer(), workers.now, changes)
    workers.run()


def only(found):
    (one,) = found.values()
    return one


def told_directly(workers):
    return [body["embeds"][0] for body in workers.discord.shown("7900")]


def test_an_event_has_neither_unless_the_server_wants_them(workers):
    planned(workers)
    assert (workers.discord.threads, workers.discord.scheduled) == ({}, {})
    set_up(workers.table)
    change_settings(workers.table, GUILD, officer(), NOW, {"threads": True, "scheduled_events": True})
    planned(workers, request_id="second", title="Second")
    assert only(workers.discord.threads)["name"] == "Second"
    assert only(workers.discord.scheduled)["name"] == "Second"
    planned(workers, request_id="third", thread=False, scheduled_event=False)
    assert (len(workers.discord.threads), len(workers.discord.scheduled)) == (1, 1)


def test_a_thread_follows_its_event_from_name_to_lock_and_back(workers):
    event = planned(workers, thread=True)
    thread = only(workers.discord.threads)
    edit(workers, event, title="Renamed")
    assert thread["name"] == "Renamed"
    cancel_event(workers.table, GUILD, event.event_id, officer(), NOW)
    workers.run()
    assert (thread["archived"], thread["locked"]) == (True, True)
    reopen_event(workers.table, GUILD, event.event_id, officer(), NOW)
    workers.run()
    assert (thread["archived"], thread["locked"]) == (False, False)
    edit(workers, event, thread=False)
    assert thread["locked"]
    edit(workers, event, thread=True)
    assert not thread["locked"]
    close_event(workers.table, GUILD, event.event_id, officer(), after(61))
    workers.run()
    assert thread["locked"]


def test_who_has_a_seat_is_added_to_the_thread_once_and_at_most_25_are(workers):
    event = planned(workers, roles="dps 40", thread=True)
    for user in range(1001, 1031):
        sign_up(workers.table, GUILD, event.event_id, yes("dps"), member("M", user_id=str(user)), NOW)
    workers.run()
    thread = only(workers.discord.threads)
    assert thread["members"] == [str(user) for user in range(1001, 1026)]
    for choice in (NO, yes("dps")):
        sign_up(workers.table, GUILD, event.event_id, choice, member("M", user_id="1001"), NOW)
        workers.run()
    assert len(thread["members"]) == 25


def test_a_thread_that_is_renamed_and_cancelled_at_once_or_folded_away_is_locked_all_the_same(workers):
    event = planned(workers, thread=True)
    edit_event(workers.table, GUILD, event.event_id, officer(), NOW, {"title": "Renamed"})
    cancel_event(workers.table, GUILD, event.event_id, officer(), NOW)
    workers.run()
    thread = only(workers.discord.threads)
    assert (thread["name"], thread["locked"]) == ("Renamed", True)
    reopen_event(workers.table, GUILD, event.event_id, officer(), NOW)
    workers.run()
    thread["archived"] = True  # nobody wrote in it for a week
    cancel_event(workers.table, GUILD, event.event_id, officer(), NOW)
    workers.run()
    assert thread["locked"]


def test_a_bot_that_may_not_lock_archives(workers):
    event = planned(workers, thread=True)
    workers.discord.lacking.add("locking")
    cancel_event(workers.table, GUILD, event.event_id, officer(), NOW)
    workers.run()
    assert only(workers.discord.threads)["archived"]
    assert told_directly(workers) == []


def test_a_missing_permission_is_told_the_organiser_once_and_tried_again_after_an_hour_at_the_earliest(workers):
    workers.discord.lacking |= {"threads", "scheduled_events"}
    event = planned(workers, thread=True, scheduled_event=True)
    assert sorted(embed["title"] for embed in told_directly(workers)) == [
        "No Discord event for Raid night",
        "No thread for Raid night",
    ]
    assert "Create Public Threads" in problems_of(workers.table, GUILD, event.event_id)[0]
    assert "Create Events" in problems_of(workers.table, GUILD, event.event_id)[1]
    tries = sum(workers.discord.calls.values())
    sign_up(workers.table, GUILD, event.event_id, yes("tank"), member("Ann", user_id="11"), NOW)
    workers.run()
    assert sum(workers.discord.calls.values()) == tries + 1  # the card alone
    workers.discord.lacking.clear()
    edit(workers, event, title="Renamed")
    assert only(workers.discord.threads)["name"] == only(workers.discord.scheduled)["name"] == "Renamed"
    assert problems_of(workers.table, GUILD, event.event_id) == []
    assert len(told_directly(workers)) == 2


def test_problems_are_read_in_the_language_of_who_reads_them(workers):
    workers.discord.lacking |= {"threads"}
    workers.discord.forbidden.add(CHANNEL)
    event = planned(workers, thread=True)
    assert problems_of(workers.table, GUILD, event.event_id, "de") == [
        "Die Karte: der Bot darf im Kanal nicht schreiben."
    ]
    assert problems_of(workers.table, GUILD, event.event_id, "fr") == [
        "Sa carte : le bot n'a pas le droit d'écrire dans le salon."
    ]


def test_what_somebody_deleted_stays_deleted(workers):
    event = planned(workers, thread=True, scheduled_event=True)
    workers.discord.threads.clear()
    workers.discord.scheduled.clear()
    for title in ("One", "Two"):
        edit(workers, event, title=title)
    assert (workers.discord.threads, workers.discord.scheduled) == ({}, {})
    assert problems_of(workers.table, GUILD, event.event_id) == [
        "Its thread: it was deleted, and is not made again.",
        "Its Discord event: it was deleted, and is not made again.",
    ]
    assert told_directly(workers) == []


def test_a_scheduled_event_shows_the_event_and_follows_it(workers):
    event = planned(workers, scheduled_event=True, description="Bring flasks")
    shown = only(workers.discord.scheduled)
    card = workers.discord.messages[0]
    assert (shown["entity_type"], shown["privacy_level"]) == (3, 2)
    assert shown["entity_metadata"]["location"].endswith(f"/{card.channel_id}/{card.id}")
    assert shown["description"].startswith("Bring flasks\n\n")
    assert shown["scheduled_start_time"] == event.starts_at.isoformat()
    edit(workers, event, time="in 3h", description="x" * 1000)
    assert shown["scheduled_start_time"] == (NOW + timedelta(hours=3)).isoformat()
    assert len(shown["description"]) == 1000
    assert shown["description"].endswith(f"#{event.event_id}")
    cancel_event(workers.table, GUILD, event.event_id, officer(), NOW)
    workers.run()
    assert shown["status"] == 4
    reopen_event(workers.table, GUILD, event.event_id, officer(), NOW)
    workers.run()
    assert [one["status"] for one in workers.discord.scheduled.values()] == [4, 1]
    edit(workers, event, scheduled_event=False)
    assert [one["status"] for one in workers.discord.scheduled.values()] == [4]


def test_a_scheduled_event_in_a_voice_channel_is_started_and_ended_at_its_minutes(workers):
    event = planned(workers, scheduled_event=True, voice_channel_id="77", duration="2h")
    shown = only(workers.discord.scheduled)
    assert (shown["entity_type"], shown["channel_id"]) == (2, "77")
    for minutes, status in ((60, 2), (180, 3)):
        workers.now = after(minutes)
        workers.sweep()
        workers.run()
        assert shown["status"] == status
    assert event.voice_channel_id == "77"


def test_where_the_bot_may_not_connect_the_scheduled_event_names_the_card_instead(workers):
    workers.discord.lacking.add("voice")
    planned(workers, scheduled_event=True, voice_channel_id="77")
    assert only(workers.discord.scheduled)["entity_type"] == 3


def test_a_closed_event_ends_its_scheduled_event_that_runs(workers):
    event = planned(workers, scheduled_event=True)
    only(workers.discord.scheduled)["status"] = 2  # Discord starts one at an address by itself
    close_event(workers.table, GUILD, event.event_id, officer(), after(61))
    workers.now = after(61)
    workers.run()
    assert only(workers.discord.scheduled)["status"] == 3


def test_a_hundred_scheduled_events_are_said_in_words(workers):
    workers.discord.scheduled |= {str(one): {"status": 1, "description": None} for one in range(100)}
    event = planned(workers, scheduled_event=True)
    assert len(workers.discord.scheduled) == 100
    assert "100 scheduled events" in problems_of(workers.table, GUILD, event.event_id)[0]
    assert "100 scheduled events" in told_directly(workers)[0]["description"]


def test_a_scheduled_event_that_is_there_is_found_and_not_made_again(workers):
    event = planned(workers)
    workers.discord.scheduled["1"] = {"id": "1", "status": 4, "description": f"over #{event.event_id}"}
    workers.discord.scheduled["2"] = {"id": "2", "status": 1, "description": f"ours #{event.event_id}"}
    edit(workers, event, scheduled_event=True)
    assert set(workers.discord.scheduled) == {"1", "2"}
    assert workers.discord.scheduled["2"]["name"] == "Raid night"


def test_the_events_of_a_series_get_theirs_when_their_card_is_posted(workers):
    set_up(workers.table)
    change_settings(workers.table, GUILD, officer(), NOW, {"threads": True, "scheduled_events": True})
    asked = EventRequest(title="Weekly", time="2026-12-02 20:00")
    create_series(workers.table, GUILD, officer(), NOW, asked, repeat="weekly")
    workers.run()
    assert (len(workers.discord.threads), len(workers.discord.scheduled)) == (1, 1)  # four are made, one is shown
    workers.now = NOW + timedelta(days=1, hours=2)
    workers.sweep()
    workers.run()
    assert (len(workers.discord.threads), len(workers.discord.scheduled)) == (2, 2)


def test_a_thread_outlives_its_card_and_a_card_that_goes_first_is_posted_anew_with_one(workers):
    event = planned(workers, thread=True)
    workers.discord.delete(workers.discord.messages[0].id)
    edit(workers, event, title="Renamed")
    assert only(workers.discord.threads)["name"] == "Renamed"
    other = planned(workers, request_id="other")
    first = workers.discord.messages[-1].id
    workers.discord.delete(first)
    edit(workers, other, thread=True)
    assert list(workers.discord.threads)[1:] == [workers.discord.messages[-1].id]
    assert workers.discord.messages[-1].id != first
    assert problems_of(workers.table, GUILD, other.event_id) == []
