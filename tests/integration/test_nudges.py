"""Who has not answered is asked once, with all that they have open; the digest comes weekly."""

from __future__ import annotations

from datetime import timedelta

import pytest

from attendance.domain.choice import NO
from attendance.services.absences import add_absence
from attendance.services.closing import close_event
from attendance.services.own_notices import mute_topic
from attendance.services.settings import change_settings
from attendance.services.sign_ups import sign_up
from attendance.storage import dues
from tests.stories import CHANNEL, GUILD, NOW, after, member, officer, raid, set_up
from tests.workers import Workers

ROLE = "1271415177216131080"


@pytest.fixture
def workers(monkeypatch, moto_table):
    workers = Workers(monkeypatch, moto_table[1])
    workers.discord.members = [
        {"user": {"id": str(user_id), "username": f"m{user_id}"}, "roles": [ROLE]} for user_id in range(11, 17)
    ]
    set_up(workers.table)
    change_settings(workers.table, GUILD, officer(), NOW, {"nudges": "40m, 30m"})
    return workers


def at(workers, minutes):
    workers.now = after(minutes)
    workers.sweep()
    workers.run()


def test_only_who_neither_answered_nor_is_away_nor_muted_it_is_asked_and_once(workers):
    workers.discord.closed.add("15")
    event = raid(workers.table, tracked_role_id=ROLE)
    sign_up(workers.table, GUILD, event.event_id, NO, member("No", user_id="12"), NOW)
    add_absence(workers.table, GUILD, member("Away", user_id="13"), NOW, first="2026-12-01")
    mute_topic(workers.table, GUILD, member("Mute", user_id="14"), "nudges", muted=True)
    workers.run()
    for minutes in (20, 30):
        at(workers, minutes)
    asked = {user: len(workers.discord.shown(f"7{user}")) for user in range(11, 17)}
    assert asked == {11: 1, 12: 0, 13: 0, 14: 0, 15: 0, 16: 1}
    mentions = [body["allowed_mentions"] for body in workers.discord.shown(CHANNEL)]
    assert [one for one in mentions if one.get("users")] == [{"parse": [], "users": ["15"]}]


def test_two_events_of_one_evening_are_asked_about_in_one_message(workers):
    raid(workers.table, tracked_role_id=ROLE, title="One")
    raid(workers.table, tracked_role_id=ROLE, title="Two", request_id="two")
    workers.run()
    at(workers, 20)
    at(workers, 30)
    (told,) = workers.discord.shown("711")
    assert all(f"**[{title}]" in told["embeds"][0]["description"] for title in ("One", "Two"))


def test_the_digest_is_posted_once_a_week_and_armed_again(workers):
    event = raid(workers.table)
    sign_up(workers.table, GUILD, event.event_id, NO, member("Ann", user_id="11"), NOW)
    close_event(workers.table, GUILD, event.event_id, officer(), after(90))
    change_settings(workers.table, GUILD, officer(), NOW, {"digest": "mon 18"})
    (due,) = dues.of_event(workers.table, GUILD, "digest")
    workers.run()
    before = len(workers.discord.shown(CHANNEL))
    workers.now = due.at
    for _ in range(2):
        workers.sweep()
        workers.run()
    assert len(workers.discord.shown(CHANNEL)) == before + 1
    assert [one.at for one in dues.of_event(workers.table, GUILD, "digest")] == [due.at + timedelta(7)]
