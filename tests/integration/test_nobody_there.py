"""Places and people that are gone: a guild that removed the bot, erased members, a digest's lost channel. Nothing loops."""

from __future__ import annotations

from datetime import timedelta

import pytest

from attendance.domain.choice import NO, yes
from attendance.domain.erasure import pseudonym_of
from attendance.services.closing import close_event
from attendance.services.deliveries import Posting, post_direct_once
from attendance.services.installations import note_installation
from attendance.services.settings import change_settings
from attendance.services.sign_ups import sign_up
from attendance.services.told import list_notices
from attendance.storage import dues, guilds, keys, told
from attendance.storage.table import Update
from tests.stories import CHANNEL, GUILD, NOW, after, member, officer, raid, set_up
from tests.workers import Workers

ERASED = pseudonym_of(bytes(range(8)))
OFFICERS = "1221083529216131055"
OTHER_CHANNEL = "1221083529216131099"


@pytest.fixture
def workers(monkeypatch, moto_table):
    return Workers(monkeypatch, moto_table[1])


def of_many(workers, count):
    """A raid with so many who are reminded directly, its card posted."""
    set_up(workers.table)
    change_settings(workers.table, GUILD, officer(), NOW, {"reminder_place": "direct", "reminders": "30m"})
    event = raid(workers.table, roles="dps 99")
    for number in range(count):
        sign_up(workers.table, GUILD, event.event_id, yes("dps"), member("Any", user_id=str(1000 + number)), NOW)
    workers.run()
    return event


def remove_bot(workers):
    """What Discord answers a bot that is in the guild no more."""
    workers.discord.scripted |= {
        f"POST /channels/{CHANNEL}": [(403, {"code": 50001})] * 999,
        f"PATCH /channels/{CHANNEL}": [(403, {"code": 50001})] * 999,
        f"GET /guilds/{GUILD}": [(404, {"code": 10004})] * 999,
        "POST /channels/7": [(403, {"code": 50278})] * 999,
    }


def direct_calls(workers):
    return sum(count for name, count in workers.discord.calls.items() if name.startswith("POST /channels/7"))


def test_a_fan_out_ends_where_the_bot_is_removed_in_the_middle_of_it(workers, caplog):
    caplog.set_level("INFO")
    of_many(workers, 45)
    workers.now = after(30)
    workers.sweep()
    reached = 13

    def gone_after_some(name):
        if name.startswith("POST /channels/7") and direct_calls(workers) == reached:
            remove_bot(workers)

    workers.discord.before = gone_after_some
    workers.run()
    assert len([one for one in workers.discord.messages if one.channel_id.startswith("7")]) == reached
    assert direct_calls(workers) == 20  # the ten of the message that found it out, and none of the 25 behind them
    assert workers.discord.calls[f"GET /guilds/{GUILD}"] == 1
    dropped = [one for one in caplog.records if one.message == "message_dropped"]
    assert [(one.kind, one.reason) for one in dropped] == [("direct", "the bot was removed")] * 3
    assert [one.message for one in caplog.records].count("guild_gone") == 1
    assert (workers.queues["notifications"].waiting, workers.queues["notifications"].dead) == ([], [])


def test_a_guild_without_the_bot_is_tried_again_after_ten_minutes_and_at_once_when_it_is_back(workers):
    event = of_many(workers, 1)
    remove_bot(workers)
    workers.now = after(30)
    workers.sweep()
    workers.run()
    assert guilds.bot_is_gone(workers.table, GUILD, workers.now)
    assert not guilds.bot_is_gone(workers.table, GUILD, workers.now + guilds.GONE_FOR)
    workers.discord.scripted.clear()
    note_installation(workers.table, GUILD, officer(request_id="n"), workers.now, name="Guild", channel_id=CHANNEL)
    workers.run()
    assert not guilds.bot_is_gone(workers.table, GUILD, workers.now)
    assert workers.discord.shown(CHANNEL)[-1]["embeds"][0]["title"] == "Attendance Tracker is here"
    found, _ = list_notices(workers.table, GUILD, event.event_id, officer(), limit=5)
    assert [(one.kind, one.counts["left"]) for one in found] == [("reminder", 1)]


def test_one_member_who_left_does_not_silence_the_others(workers):
    of_many(workers, 12)
    workers.discord.scripted["POST /channels/71000/"] = [(403, {"code": 50278})]
    workers.now = after(30)
    workers.sweep()
    workers.run()
    assert len([one for one in workers.discord.messages if one.channel_id.startswith("7")]) == 11


def test_what_stands_for_an_erased_member_is_never_written_to(workers):
    posting = Posting(guild_id=GUILD, delivery_id="0" * 16, channel_id="", body={"content": "x"}, marker="x")
    given = (workers.table, workers.client, posting, ERASED, NOW)
    assert post_direct_once(*given, topic=None) == "left"
    assert workers.discord.received == []


@pytest.mark.parametrize("place", ["channel", "both"])
def test_an_erased_member_with_a_seat_is_neither_mentioned_nor_told(workers, place):
    set_up(workers.table)
    change_settings(workers.table, GUILD, officer(), NOW, {"reminder_place": place, "reminders": "0"})
    event = raid(workers.table)
    for user_id in (ERASED, "11"):
        sign_up(workers.table, GUILD, event.event_id, yes("dps"), member("Any", user_id=user_id), NOW)
    workers.run()
    workers.now = after(60)
    workers.sweep()
    workers.run()
    (start,) = workers.discord.shown(CHANNEL)[1:]
    assert (start["content"], start["allowed_mentions"]) == ("<@11>", {"parse": [], "users": ["11"]})
    assert workers.discord.calls[f"POST /channels/7{ERASED}/messages"] == 0


def test_officers_hear_of_a_lost_channel_whose_organiser_was_erased(workers):
    set_up(workers.table)
    change_settings(workers.table, GUILD, officer(), NOW, {"officer_channel_id": OFFICERS, "reminders": "30m, 20m"})
    event = raid(workers.table)
    workers.run()
    by = Update(keys.event(GUILD, event.event_id), "SET #created_by = :by", values={":by": ERASED})
    workers.table.update(by)
    workers.discord.forbidden.add(CHANNEL)
    for minutes in (30, 40):
        workers.now = after(minutes)
        workers.sweep()
        workers.run()
    (there,) = workers.discord.shown(OFFICERS)
    assert there["embeds"][0]["title"] == "I cannot post for Raid night"
    assert (there["content"], there["allowed_mentions"]) == ("", {"parse": []})


def two_digests(workers, **settings):
    event = raid(workers.table)
    sign_up(workers.table, GUILD, event.event_id, NO, member("Ann", user_id="11"), NOW)
    close_event(workers.table, GUILD, event.event_id, officer(), after(90))
    wanted = {"digest": "mon 18", "digest_channel_id": OTHER_CHANNEL} | settings
    change_settings(workers.table, GUILD, officer(), NOW, wanted)
    workers.run()
    workers.discord.forbidden.add(OTHER_CHANNEL)
    for _ in range(2):
        (due,) = dues.of_event(workers.table, GUILD, "digest")
        workers.now = due.at
        workers.sweep()
        workers.run()
        later = raid(
            workers.table, request_id=f"later{workers.now}", time=(workers.now + timedelta(hours=1)).isoformat()
        )
        close_event(workers.table, GUILD, later.event_id, officer(), workers.now + timedelta(hours=2))
        workers.run(longest=600)


@pytest.mark.parametrize(
    ("settings", "lost", "place"),
    [
        ({"officer_channel_id": OFFICERS}, (), OFFICERS),
        ({}, (), CHANNEL),
        ({"officer_channel_id": OFFICERS}, (OFFICERS, CHANNEL), "7900"),
    ],
)
def test_a_lost_digest_channel_is_told_once_where_it_still_works(workers, settings, lost, place):
    set_up(workers.table)
    workers.discord.forbidden |= set(lost)
    two_digests(workers, **settings)
    told_there = [body["embeds"][0]["title"] for body in workers.discord.shown(place)]
    assert told_there.count("I cannot post the weekly digest") == 1
    everywhere = [body["embeds"][0]["title"] for body in workers.discord.shown()]
    assert everywhere.count("I cannot post the weekly digest") == 1
    assert (workers.queues["notifications"].waiting, workers.queues["notifications"].dead) == ([], [])


def test_invitations_and_warnings_of_a_minimum_are_on_record(workers):
    event = raid(workers.table, roles="tank 2-3, dps 3", time="in 3h", invited=("11", "12"), reminders="none")
    workers.run()
    workers.now = after(60)
    workers.sweep()
    workers.run()
    found, _ = told.list_page(workers.table, GUILD, event.event_id, limit=5)
    shown = [(one.kind, one.counts["posts"], one.counts["mentioned"]) for one in found]
    assert shown == [("minimum", 1, 1), ("invited", 1, 2)]
