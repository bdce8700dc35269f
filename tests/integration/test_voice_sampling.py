"""Presence in voice, from the sweep to the sheet: sampled within limits, stored once, and never held against anybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from requests import ConnectionError  # noqa: A004 - requests' own, which the client catches

from attendance.discord.texts_attendance import explained_text
from attendance.domain.choice import NO, encode, yes
from attendance.domain.voice import sampled_members
from attendance.errors import Invalid
from attendance.services import voice_evidence
from attendance.services.absences import add_absence
from attendance.services.check_ins import check_in
from attendance.services.closing import attendance_so_far, close_event
from attendance.services.editing import cancel_event, edit_event, reopen_event
from attendance.services.events import get_event
from attendance.services.marking import mark
from attendance.services.settings import change_settings
from attendance.services.sheets import explain_attendance
from attendance.services.sign_ups import sign_up
from attendance.services.voice_evidence import presence_in_voice
from attendance.storage import attendance, dues, keys, sheets
from attendance.storage.table import Delete, Put
from tests.stories import CHANNEL, GUILD, NOW, after, member, officer, raid
from tests.workers import Workers

VOICE, ELSEWHERE = "55", "56"
PEOPLE = {"Ann": "11", "Bob": "12", "Cat": "13"}


@pytest.fixture
def workers(monkeypatch, moto_table):
    monkeypatch.setattr(keys.dues, "DUE_SHARDS", 1)
    return Workers(monkeypatch, moto_table[1])


def evening(workers, names=PEOPLE, **changes):
    """A raid of 30 minutes that looks at its voice channel, with everyone signed up; it starts at 60."""
    wanted = {"roles": "dps 25", "voice_channel_id": VOICE, "voice_check": True, "duration": "30m", "reminders": "none"}
    event = raid(workers.table, **(wanted | changes))
    workers.run()
    choices = {user: encode(yes("dps")) for user in names.values()}
    coming = replace(event, choices=choices, places={user: place for place, user in enumerate(choices)})
    item = workers.table.get(keys.event(GUILD, event.event_id))
    workers.table.put(Put(item | {"choices": coming.choices, "places": coming.places}, condition=None))
    return coming


def sample_until(workers, minute):
    """Let the sweep come every five minutes, at those of the samples, up to `minute`, and what it queues be done."""
    for at in range(62, minute + 1, 5):
        if after(at) > workers.now:
            workers.now = after(at)
            workers.sweep()
            workers.run(longest=60)


def asked(workers):
    return sum(count for call, count in workers.discord.calls.items() if "voice-states" in call)


def shares(workers, event):
    found = presence_in_voice(workers.table, event)
    return {user: (one.seen, one.samples) for user, one in found.items()}


def rows(workers, event):
    sheet = sheets.get(workers.table, event)
    return {row.user_id: (row.status, row.source) for row in sheet.rows}


def settled(workers, minute):
    """The sheet is looked at once more, a minute after closing."""
    workers.now = after(minute)
    workers.sweep()
    workers.run(longest=30)


def entries(workers, event, user):
    found = attendance.entries(workers.table, GUILD, event.event_id, user)
    return [(entry.source, entry.status, entry.note) for entry in found]


def test_who_was_in_voice_for_half_of_the_samples_is_present_and_the_entry_says_why(workers):
    event = evening(workers)
    workers.discord.voice = {"11": VOICE, "12": VOICE}
    sample_until(workers, 67)
    workers.discord.voice = {"11": VOICE, "12": ELSEWHERE, "13": ELSEWHERE}
    sample_until(workers, 90)
    assert shares(workers, event) == {"11": (6, 6), "12": (2, 6), "13": (0, 6)}
    assert asked(workers) == 18
    sheet = close_event(workers.table, GUILD, event.event_id, officer(), after(91))
    assert {row.user_id: row.status for row in sheet.rows} == {"11": "present", "12": "absent", "13": "absent"}
    settled(workers, 93)
    assert rows(workers, event) == {"11": ("present", "voice"), "12": ("absent", "rule"), "13": ("absent", "rule")}
    assert sheets.get(workers.table, event).version == 1
    assert entries(workers, event, "11") == [("voice", "present", "seen 6 of 6 samples, 30 min")]
    assert entries(workers, event, "12") == []


def test_what_the_sheet_would_say_counts_the_samples_so_far(workers):
    event = evening(workers)
    workers.discord.voice = {"11": VOICE}
    sample_until(workers, 62)
    now = attendance_so_far(workers.table, get_event(workers.table, GUILD, event.event_id), workers.now)
    assert next((row.status, row.source) for row in now.rows) == ("present", "voice")


def test_presence_below_the_share_is_shown_while_the_event_runs_and_after_it_closed(workers):
    event = evening(workers)
    workers.discord.voice = {"12": VOICE}
    sample_until(workers, 67)
    assert told_why(workers, event, "12", member("Bob", user_id="12")).endswith(
        "In the voice channel: seen in 2 of 2 samples, about 10 min."
    )
    workers.discord.voice = {}
    sample_until(workers, 90)
    close_event(workers.table, GUILD, event.event_id, officer(), after(91))
    shown = told_why(workers, event, "12", officer())
    assert "absent" in shown
    assert "seen in 2 of 6 samples, about 10 min." in shown


def told_why(workers, event, user, asker):
    found, explained = explain_attendance(workers.table, GUILD, event.event_id, user, asker, workers.now)
    return explained_text(found, explained, "en-US")


def test_the_share_is_the_guilds_setting(workers):
    event = evening(workers)
    change_settings(workers.table, GUILD, officer(), NOW, {"voice_share": 30})
    workers.discord.voice = {"12": VOICE}
    sample_until(workers, 67)
    workers.discord.voice = {}
    sample_until(workers, 90)
    close_event(workers.table, GUILD, event.event_id, officer(), after(91))
    assert rows(workers, event)["12"] == ("present", "voice")  # 2 of 6


def test_a_check_in_and_an_officer_are_stronger_than_voice(workers):
    event = evening(workers)
    workers.discord.voice = dict.fromkeys(PEOPLE.values(), VOICE)
    sample_until(workers, 66)
    check_in(workers.table, GUILD, event.event_id, member("Ann", user_id="11"), after(66))
    mark(workers.table, GUILD, event.event_id, "12", officer(), after(66), status="left_early")
    sample_until(workers, 90)
    close_event(workers.table, GUILD, event.event_id, officer(), after(91))
    settled(workers, 93)
    assert rows(workers, event) == {
        "11": ("late", "button"),
        "12": ("left_early", "officer"),
        "13": ("present", "voice"),
    }
    assert [source for source, _, _ in entries(workers, event, "12")] == ["officer", "voice"]


def test_who_checked_in_without_signing_up_is_sampled_and_who_said_no_is_not(workers):
    event = evening(workers)
    sign_up(workers.table, GUILD, event.event_id, NO, member("Cat", user_id="13"), NOW)
    check_in(workers.table, GUILD, event.event_id, member("Dan", user_id="14"), after(59))
    sample_until(workers, 62)
    assert set(shares(workers, event)) == {"11", "12", "14"}


def test_an_event_that_does_not_ask_for_it_is_not_sampled(workers):
    event = evening(workers, voice_check=False)
    sample_until(workers, 90)
    assert asked(workers) == 0
    assert [due.kind for due in dues.of_event(workers.table, GUILD, event.event_id)] == ["close"]


def test_samples_move_with_an_edit_and_end_with_closing_cancelling_and_the_end(workers):
    event = evening(workers)
    edit_event(workers.table, GUILD, event.event_id, officer(), NOW, {"time": "in 2h"})
    sample_until(workers, 87)
    assert asked(workers) == 0
    sample_until(workers, 122)
    assert asked(workers) == 3
    cancel_event(workers.table, GUILD, event.event_id, officer(), workers.now)
    sample_until(workers, 130)
    assert asked(workers) == 3
    reopen_event(workers.table, GUILD, event.event_id, officer(request_id="r"), workers.now)
    sample_until(workers, 132)
    assert asked(workers) == 6
    close_event(workers.table, GUILD, event.event_id, officer(), workers.now)
    sample_until(workers, 155)
    assert asked(workers) == 6


def test_looking_can_be_switched_on_while_the_event_runs(workers):
    event = evening(workers, voice_check=False)
    workers.now = after(70)
    edit_event(workers.table, GUILD, event.event_id, officer(), workers.now, {"voice_check": True})
    sample_until(workers, 90)
    assert shares(workers, event)["11"] == (0, 4)


def test_a_sample_delivered_twice_asks_once_and_counts_once(workers):
    event = evening(workers)
    workers.now = after(62)
    workers.sweep()
    (first,) = workers.queues["notifications"].take()
    for _ in range(3):
        workers.invoke("notifications", [first])
    assert asked(workers) == 3
    assert shares(workers, event)["11"] == (0, 1)


def test_a_sweep_that_was_down_takes_the_next_sample_and_none_of_those_it_missed(workers):
    event = evening(workers)
    workers.now = after(79)
    workers.sweep()
    workers.run(longest=30)
    assert asked(workers) == 0
    found = dues.of_event(workers.table, GUILD, event.event_id)
    assert [due.at for due in found if due.kind == "voice_sample"] == [after(82)]


def test_where_discord_asks_to_wait_what_was_found_stays_and_the_rest_follows(workers):
    event = evening(workers)
    path = f"GET /guilds/{GUILD}/voice-states/"
    users = sampled_members(event, [], after(62))
    limited: tuple[int, object, dict[str, str]] = (429, {"retry_after": 7.0, "global": False}, {})
    workers.discord.scripted[path + users[1]] = [limited]
    sample_until(workers, 62)
    assert workers.now >= after(62) + timedelta(seconds=7)
    assert asked(workers) == 4
    assert set(shares(workers, event).values()) == {(0, 1)}


def test_where_limits_or_an_outage_last_too_long_the_sample_counts_for_nobody_it_did_not_reach(workers):
    event = evening(workers)
    path = f"GET /guilds/{GUILD}/voice-states/"
    users = sampled_members(event, [], after(62))
    workers.discord.scripted[path + users[1]] = [ConnectionError() for _ in range(40)]
    workers.now = after(62)
    workers.sweep()
    workers.run(longest=600)
    assert shares(workers, event) == {users[0]: (0, 1)}
    assert asked(workers) < 12
    assert not workers.queues["notifications"].waiting


@pytest.mark.parametrize(("status", "code"), [(404, 10007), (404, 10013), (403, 50001), (404, 10003), (400, 50035)])
def test_whom_discord_does_not_tell_about_has_no_sample_and_is_absent_by_the_rule_alone(workers, status, code):
    event = evening(workers)
    workers.discord.voice = {"11": VOICE, "12": VOICE}
    workers.discord.refused_voice = {"13": (status, code)}
    sample_until(workers, 90)
    assert shares(workers, event) == {"11": (6, 6), "12": (6, 6)}
    assert not workers.discord.shown("7900")


def test_without_access_to_the_channel_the_organiser_is_told_once_and_calls_stop_early(workers):
    people = {f"m{number}": str(5000 + number) for number in range(20)}
    event = evening(workers, people)
    workers.discord.refused_voice = {"everyone": (403, 50001)}
    sample_until(workers, 90)
    assert shares(workers, event) == {}
    assert asked(workers) == 18  # three of twenty, six times
    (told,) = workers.discord.shown("7900")
    assert "**Connect**" in told["embeds"][0]["description"]
    workers.discord.refused_voice = {}


def test_an_organiser_without_direct_messages_is_told_once_in_the_channel(workers):
    evening(workers)
    workers.discord.closed.add("900")
    workers.discord.refused_voice = {"everyone": (403, 50001)}
    sample_until(workers, 90)
    told = [body for body in workers.discord.shown(CHANNEL) if "voice channel" in body["embeds"][0]["title"]]
    assert [body["allowed_mentions"]["users"] for body in told] == [["900"]]


def test_a_bot_that_was_removed_stops_asking_at_once(workers):
    evening(workers)
    workers.discord.refused_voice = {"everyone": (404, 10004)}
    sample_until(workers, 62)
    assert asked(workers) == 1


def test_a_large_event_is_sampled_in_parts_that_are_spread(workers):
    people = {f"m{number}": str(5000 + number) for number in range(45)}
    event = evening(workers, people, roles="dps 100")
    workers.now = after(62)
    workers.sweep()
    waiting = workers.queues["notifications"].waiting
    parts = sorted((at - after(62)).total_seconds() for at, _, body in waiting if "voice_sample" in body)
    assert parts == [0, 10, 20]
    workers.run(longest=60)
    assert len(shares(workers, event)) == 45


def test_reopened_and_closed_again_a_share_that_fell_is_taken_back(workers):
    event = evening(workers)
    workers.discord.voice = {"11": VOICE}
    sample_until(workers, 62)
    close_event(workers.table, GUILD, event.event_id, officer(), after(63))
    settled(workers, 65)
    assert rows(workers, event)["11"] == ("present", "voice")
    reopen_event(workers.table, GUILD, event.event_id, officer(request_id="r"), workers.now)
    workers.discord.voice = {}
    sample_until(workers, 90)
    close_event(workers.table, GUILD, event.event_id, officer(request_id="s"), after(91))
    assert rows(workers, event)["11"] == ("absent", "rule")
    settled(workers, 93)
    assert rows(workers, event)["11"] == ("absent", "rule")
    assert [status for _, status, _ in entries(workers, event, "11")] == ["present", "unmarked"]


def test_many_entries_are_stored_though_somebody_is_marked_at_the_same_moment(workers, monkeypatch):
    monkeypatch.setattr(voice_evidence, "CHUNK", 4)
    people = {f"m{number}": str(5000 + number) for number in range(10)}
    event = evening(workers, people, roles="dps 100")
    workers.discord.voice = dict.fromkeys(people.values(), VOICE)
    sample_until(workers, 62)
    close_event(workers.table, GUILD, event.event_id, officer(), after(66))
    workers.now = after(68)
    real, met = workers.table.write_together, list[int]()

    def meet(*writes, **more):
        if not met:
            met.append(1)
            mark(workers.table, GUILD, event.event_id, "5003", officer(), workers.now, status="late")
        return real(*writes, **more)

    workers.table.write_together = meet
    workers.sweep()
    assert rows(workers, event)["5003"] == ("late", "officer")
    assert sum(source == "voice" for _, source in rows(workers, event).values()) == 9
    found = workers.table.query_all(keys.event_items(GUILD, event.event_id), prefix=keys.EVIDENCE)
    assert sum(item["source"] == "voice" for item in found) == 10


def test_whether_to_look_is_kept_from_event_to_edit_and_needs_a_channel(workers):
    event = evening(workers)
    done = edit_event(workers.table, GUILD, event.event_id, officer(), NOW, {"title": "Raid"})
    assert done.event.voice_check
    done = edit_event(workers.table, GUILD, event.event_id, officer(), NOW, {"voice_channel_id": None})
    assert not done.event.voice_check
    with pytest.raises(Invalid) as refused:
        edit_event(workers.table, GUILD, event.event_id, officer(), NOW, {"voice_check": True})
    assert refused.value.field == "voice_check"


def test_an_event_that_was_shortened_is_not_measured_by_what_came_after_its_end(workers):
    event = evening(workers)
    workers.discord.voice = {"11": VOICE}
    sample_until(workers, 67)
    workers.discord.voice = {}
    sample_until(workers, 82)
    assert shares(workers, event)["11"] == (2, 5)
    short = edit_event(workers.table, GUILD, event.event_id, officer(), workers.now, {"duration": "10m"}).event
    assert shares(workers, short)["11"] == (2, 2)
    sheet = close_event(workers.table, GUILD, event.event_id, officer(), after(91))
    assert {row.user_id: row.status for row in sheet.rows}["11"] == "present"


def test_once_the_samples_have_vanished_their_entries_speak_for_them(workers):
    """Samples are kept for a month: what is corrected or entered later must not read their absence as the member's."""
    event = evening(workers)
    workers.discord.voice = {"11": VOICE}
    sample_until(workers, 90)
    close_event(workers.table, GUILD, event.event_id, officer(), after(91))
    settled(workers, 93)
    for item in [*workers.table.query_all(keys.event_items(GUILD, event.event_id), prefix=keys.VOICE)]:
        workers.table.delete(Delete(keys.Key(item["pk"], item["sk"])))
    late = after(31 * 24 * 60)
    mark(workers.table, GUILD, event.event_id, "12", officer(request_id="late"), late, status="excused")
    assert rows(workers, event)["11"] == ("present", "voice")
    workers.now = late
    absence = {"first": "2026-12-01", "user_id": "13"}
    add_absence(workers.table, GUILD, officer(request_id="a"), late, **absence)
    workers.sweep()
    workers.run(longest=30)
    assert rows(workers, event)["11"] == ("present", "voice")
    assert entries(workers, event, "11") == [("voice", "present", "seen 6 of 6 samples, 30 min")]
