"""Series in Discord: begun by /create-event, changed by /series, and their cards posted one at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from attendance import wiring
from attendance.services.events import EventRequest, list_events
from attendance.services.series import create_series, skip_date
from tests.discord_driver import CHANNEL, content, playing
from tests.stories import GUILD, NOW, officer, set_up
from tests.workers import Workers


@pytest.fixture
def workers(monkeypatch, moto_table):
    return Workers(monkeypatch, moto_table[1])


def weekly(workers, **changes):
    set_up(workers.table)
    request = EventRequest(title="Raid night", time="2026-12-01 20:00", **{"reminders": "30m"} | changes)
    return create_series(workers.table, GUILD, officer(request_id="s"), NOW, request, repeat="weekly")


def cards(workers):
    return [body for body in workers.discord.shown() if body.get("components")]


def test_events_made_ahead_are_quiet_until_the_one_before_them_starts(workers):
    weekly(workers)
    workers.run()
    assert len(cards(workers)) == 1
    workers.now = NOW + timedelta(minutes=59)
    workers.sweep()
    workers.run()
    assert len(cards(workers)) == 1
    workers.now = NOW + timedelta(minutes=61)
    workers.sweep()
    workers.sweep()
    workers.run()
    assert len(cards(workers)) == 2


def test_a_date_that_is_skipped_in_time_is_never_heard_of(workers):
    series = weekly(workers)
    workers.run()
    said = workers.discord.shown()
    skip_date(workers.table, GUILD, series.series_id, officer(request_id="k"), NOW, day="2026-12-08")
    workers.run()
    assert workers.discord.shown() == said
    workers.now = NOW + timedelta(days=7)  # the skipped event's card, had it one, was due an hour ago at the latest
    workers.sweep()
    workers.run()
    assert len([body for body in workers.discord.shown() if body.get("embeds")]) == 1


@pytest.fixture
def discord(moto_table, monkeypatch):
    """Discord in front of a guild that is set up."""
    with playing(moto_table, monkeypatch) as playing_discord:
        playing_discord.officer().command("settings setup", zone="Europe/Berlin", channel=CHANNEL)
        yield playing_discord


def begin(discord, **changes):
    wanted = {"title": "Raid night", "time": "2026-12-01 20:00", "repeat": "weekly"} | changes
    return discord.officer().command("create-event", **wanted)


def starts():
    found, _ = list_events(wiring.table(), GUILD, since=NOW, until=NOW + timedelta(days=90))
    return [(item["starts_at"][5:16], item["status"]) for item in found]


def test_create_event_with_repeat_begins_a_series_and_shows_its_dates(discord):
    answer = begin(discord)
    assert "**Raid night** repeats now" in content(answer)
    assert answer["data"]["embeds"][0]["title"] == "Raid night: FREQ=WEEKLY at 20:00 (Europe/Berlin)"
    assert [start for start, _ in starts()] == ["12-01T19:00", "12-08T19:00", "12-15T19:00", "12-22T19:00"]
    assert "I could not read" in content(begin(discord, repeat="now and then"))


def test_a_date_without_the_time_is_shown_with_what_becomes_of_it(discord):
    answer = begin(discord, time="2027-03-27 02:30", repeat="daily")
    assert "02:30 does not exist on 2027-03-28 in Europe/Berlin: it starts at 03:00" in _dates(answer)
    discord.locale = "de"
    answer = begin(discord, title="Nacht", time="2027-03-27 02:30", repeat="daily")
    assert "02:30 gibt es am 2027-03-28 in Europe/Berlin nicht: Beginn um 03:00" in _dates(answer)


def _dates(answer):
    return answer["data"]["embeds"][0]["description"]


def test_series_are_listed_changed_and_ended_by_commands(discord):
    begin(discord)
    officer = discord.officer()
    assert "FREQ=WEEKLY" in officer.command("series list")["data"]["embeds"][0]["description"]
    [offered] = officer.complete("series show", "series", series="raid")
    series = offered["value"]
    days = [one["value"] for one in officer.complete("series skip", "date", series=series, date="")]
    assert days[:3] == ["2026-12-01", "2026-12-08", "2026-12-15"]
    assert "left out" in content(officer.command("series skip", series=series, date=days[1]))
    assert "moved" in content(officer.command("series move", series=series, date=days[2], time="21:00"))
    edit = {"series": series, "scope": "later", "date": "2026-12-22", "title": "Finale"}
    assert "Changed" in content(officer.command("series edit", **edit))
    assert starts()[:3] == [("12-01T19:00", "open"), ("12-08T19:00", "cancelled"), ("12-15T20:00", "open")]
    assert "cancelled" in content(officer.command("series end", series=series, upcoming="cancel"))
    assert {status for _, status in starts()} == {"cancelled"}


def test_members_see_series_and_are_told_which_right_they_lack(discord):
    begin(discord)
    nia = discord.member("Nia")
    assert nia.command("series show", series="raid")["data"]["embeds"]
    assert "events.manage" in content(nia.command("series end", series="raid"))
    assert len(starts()) == 4


def test_how_often_is_completed_while_it_is_typed(discord):
    officer = discord.officer()
    assert "weekly" in [one["value"] for one in officer.complete("create-event", "repeat", repeat="")]
    [understood] = officer.complete("create-event", "repeat", repeat="tue and thu")
    assert understood["name"] == "tue and thu (FREQ=WEEKLY;BYDAY=TU,TH)"
    [unclear] = officer.complete("create-event", "repeat", repeat="now and then")
    assert "I could not read" in unclear["name"]
