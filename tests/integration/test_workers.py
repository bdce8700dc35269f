"""The workers together: what follows from a change reaches Discord, once, whatever is delivered twice."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import pairwise

import pytest
import requests

from attendance.domain.choice import NO, yes
from attendance.domain.verdict import Evidence
from attendance.services.check_ins import check_in
from attendance.services.closing import close_event
from attendance.services.reports import request_report
from attendance.services.sign_ups import sign_up
from attendance.storage import attendance, cards, reports, sheets
from tests.stories import CHANNEL, GUILD, NOW, after, member, officer, raid
from tests.workers import Workers
from tests.workers_in_memory import WorkersInMemory


@pytest.fixture
def workers(monkeypatch, moto_table):
    return Workers(monkeypatch, moto_table[1])


def titles(workers):
    return [body["embeds"][0]["title"] for body in workers.discord.shown()]


def test_a_new_event_gets_its_card(workers):
    raid(workers.table)
    workers.run()
    assert titles(workers) == ["Raid night"]
    assert workers.discord.messages[0].channel_id == CHANNEL


def test_many_clicks_in_a_moment_are_one_redraw_that_shows_them_all(workers):
    event = raid(workers.table, roles="dps 25")
    workers.run()
    for number in range(25):
        sign_up(workers.table, GUILD, event.event_id, yes("dps"), member(f"m{number}", user_id=str(5000 + number)), NOW)
    before = workers.discord.calls.copy()
    workers.run()
    edits = [name for name, count in (workers.discord.calls - before).items() if name.startswith("PATCH") and count]
    assert len(edits) == 1
    assert sum((workers.discord.calls - before).values()) == 1
    assert "**25** going" in workers.discord.shown()[0]["embeds"][0]["description"]


def test_a_minute_of_clicks_is_a_redraw_each_two_seconds_at_most_and_ends_at_the_newest_state(monkeypatch):
    workers = WorkersInMemory(monkeypatch)
    event = raid(workers.table, roles="dps 200")
    workers.run()
    began, drawn = workers.now, []
    for number in range(150):
        who = member(f"m{number}", user_id=str(5000 + number))
        sign_up(workers.table, GUILD, event.event_id, yes("dps"), who, workers.now)
        workers.wait(0.4)
        before = sum(workers.discord.calls.values())
        workers.follow(workers.records())
        workers.deliver("notifications")
        drawn += [workers.now] * (sum(workers.discord.calls.values()) - before)
    workers.run()
    assert (workers.now - began).total_seconds() < 64
    assert all((later - one).total_seconds() >= 2 for one, later in pairwise(drawn))
    assert 20 <= len(drawn) <= 30
    assert "**150** going" in workers.discord.shown()[0]["embeds"][0]["description"]


def test_redraws_that_discord_holds_up_do_not_pile_up_and_end_at_the_newest_state(monkeypatch):
    workers = WorkersInMemory(monkeypatch)
    event = raid(workers.table, roles="dps 200")
    workers.run()
    before = workers.discord.calls.copy()
    workers.discord.scripted[f"PATCH /channels/{CHANNEL}"] = [
        (429, {"retry_after": 20.0, "global": False}, {}),
        (429, {"retry_after": 1.5, "global": False}, {}),
    ]
    for number in range(40):
        who = member(f"m{number}", user_id=str(5000 + number))
        sign_up(workers.table, GUILD, event.event_id, yes("dps"), who, workers.now)
        workers.wait(0.5)
        workers.follow(workers.records())
        workers.deliver("notifications")
    workers.run()
    assert workers.discord.scripted == {f"PATCH /channels/{CHANNEL}": []}
    assert sum((workers.discord.calls - before).values()) <= 4
    assert "**40** going" in workers.discord.shown()[0]["embeds"][0]["description"]


def test_who_moves_up_is_told_once_in_a_direct_message(workers):
    event = raid(workers.table)
    ann, bob = member("Ann", user_id="11"), member("Bob", user_id="12")
    for who in (ann, bob):
        sign_up(workers.table, GUILD, event.event_id, yes("tank"), who, NOW)
    sign_up(workers.table, GUILD, event.event_id, NO, ann, NOW)
    workers.run()
    told = workers.discord.shown("712")
    assert [body["embeds"][0]["title"] for body in told] == ["You have a seat"]
    assert "**tank**" in told[0]["embeds"][0]["description"]
    assert workers.discord.shown("711") == []


def test_closed_direct_messages_fall_back_to_the_channel_once_and_are_remembered(workers):
    event = raid(workers.table)
    workers.discord.closed.add("12")
    for request in ("a", "b"):
        ann = member("Ann", user_id="11", request_id=request)
        bob = member("Bob", user_id="12", request_id=request)
        for who in (ann, bob):
            sign_up(workers.table, GUILD, event.event_id, yes("tank"), who, NOW)
        sign_up(workers.table, GUILD, event.event_id, NO, ann, NOW)
        workers.run()
        sign_up(workers.table, GUILD, event.event_id, NO, bob, NOW)
        workers.run()
    in_channel = [body for body in workers.discord.shown(CHANNEL) if body["embeds"][0]["title"] == "You have a seat"]
    assert [body["allowed_mentions"] for body in in_channel] == [{"parse": [], "users": ["12"]}] * 2
    assert workers.discord.calls["POST /channels/712/messages"] == 1


def test_a_reminder_goes_out_at_its_minute_and_mentions_who_is_seated(workers):
    event = raid(workers.table, reminders="30m, 10m")
    sign_up(workers.table, GUILD, event.event_id, yes("tank"), member("Ann", user_id="11"), NOW)
    sign_up(workers.table, GUILD, event.event_id, NO, member("Bob", user_id="12"), NOW)
    workers.run()
    workers.now = after(29)
    assert workers.sweep() == {"done": 0, "failed": 0, "cut_short": False}
    workers.now = after(30)
    assert workers.sweep()["done"] == 1
    workers.run()
    reminders = [body for body in workers.discord.shown(CHANNEL) if "Reminder" in body["embeds"][0]["title"]]
    assert len(reminders) == 1
    assert reminders[0]["content"] == "<@11>"
    assert reminders[0]["allowed_mentions"] == {"parse": [], "users": ["11"]}
    assert f"<t:{int(event.starts_at.timestamp())}:R>" in reminders[0]["embeds"][0]["description"]
    workers.now = after(50)
    workers.sweep()
    workers.run()
    assert len([title for title in titles(workers) if "Reminder" in title]) == 2


def test_the_check_in_button_shows_up_when_the_window_opens_and_goes_when_it_closes(workers):
    event = raid(workers.table)
    workers.run()

    def has_button():
        return f"v1:check_in:{event.event_id}" in json.dumps(workers.discord.shown(CHANNEL)[0]["components"])

    assert not has_button()
    workers.now = after(45)
    workers.sweep()
    workers.run()
    assert has_button()
    workers.now = after(81)
    workers.sweep()
    workers.run()
    assert not has_button()


def test_two_hours_of_silence_send_no_stale_reminder_and_the_card_is_right_afterwards(workers, caplog):
    event = raid(workers.table, reminders="30m")
    workers.run()
    sign_up(workers.table, GUILD, event.event_id, yes("tank"), member("Ann", user_id="11"), NOW)
    workers.now = after(30)
    workers.sweep()

    def refuse(_name):
        if workers.now < after(150):
            raise requests.ConnectionError("Discord is down")

    workers.discord.before = refuse
    workers.run(longest=6 * 3600)
    assert titles(workers) == ["Raid night"]
    assert "<@11>" in json.dumps(workers.discord.shown(CHANNEL)[0]["embeds"])
    held = [record.reason for record in caplog.records if record.message == "message_held"]
    assert any("Discord did not answer" in reason for reason in held), "an operator reads why messages wait"


def test_a_closed_event_settles_its_sheet_with_a_check_in_that_was_under_way(workers):
    event = raid(workers.table)
    ann = member("Ann", user_id="11")
    sign_up(workers.table, GUILD, event.event_id, yes("tank"), ann, NOW)
    workers.run()
    stored = workers.table
    close_event(stored, GUILD, event.event_id, officer(), after(61))
    # This check-in read the event before it closed, and is stored after.
    entry = Evidence(entry_id="button", user_id="11", status="present", source="button", by="11", at=after(60))
    stored.write_together(
        attendance.put_evidence(event, entry), attendance.put_attendance(event, entry, 1, ann, after(61), added=entry)
    )
    assert sheets.get(stored, event).rows[0].status == "absent"
    workers.now = after(63)
    workers.sweep()
    assert sheets.get(stored, event).rows[0].status == "present"


def test_a_report_is_built_and_answered_with_a_button_for_the_file(workers):
    event = raid(workers.table)
    ann = member("Ann", user_id="11")
    sign_up(workers.table, GUILD, event.event_id, yes("tank"), ann, NOW)
    workers.run()
    check_in(workers.table, GUILD, event.event_id, ann, after(50))
    close_event(workers.table, GUILD, event.event_id, officer(), after(61))
    workers.now = after(62)
    workers.discord.interactions["reply-token"] = {}
    job = request_report(workers.table, GUILD, officer(), workers.now, reply_token="reply-token")
    workers.run()
    done = reports.get(workers.table, GUILD, job.job_id)
    assert (done.status, done.row_count, done.askers) == ("done", 1, {})
    assert "Ann" in workers.files.kept[done.file_key].decode()
    answer = workers.discord.interactions["reply-token"]
    assert answer["components"][0]["components"][0]["custom_id"] == f"v1:file:{job.job_id}"


def test_a_report_whose_worker_died_is_made_by_the_next_though_a_copy_came_meanwhile(workers):
    event = raid(workers.table)
    sign_up(workers.table, GUILD, event.event_id, yes("tank"), member("Ann"), NOW)
    close_event(workers.table, GUILD, event.event_id, officer(), after(61))
    workers.now = after(62)
    job = request_report(workers.table, GUILD, officer(), workers.now)
    reports.claim(
        workers.table, GUILD, job.job_id, "another message", officer(), workers.now
    )  # and nothing more is heard of that worker
    workers.run(longest=60)
    assert reports.get(workers.table, GUILD, job.job_id).status == "running"
    workers.now = after(62) + reports.LEASE + timedelta(minutes=1)
    workers.sweep()
    workers.run(longest=60)
    assert reports.get(workers.table, GUILD, job.job_id).status == "done"
    assert workers.now - after(62) < timedelta(minutes=8)
    assert not workers.queues["reports"].dead


def test_a_range_without_closed_events_is_a_failed_report_that_says_so(workers):
    raid(workers.table)
    workers.discord.interactions["reply-token"] = {}
    job = request_report(workers.table, GUILD, officer(), NOW, reply_token="reply-token")
    workers.run()
    assert reports.get(workers.table, GUILD, job.job_id).status == "failed"
    assert "Nothing fits this report" in workers.discord.interactions["reply-token"]["embeds"][0]["description"]
    assert workers.files.kept == {}


def test_a_webhook_that_discord_does_not_know_yet_is_tried_again_for_some_seconds(workers):
    raid(workers.table)
    job = request_report(workers.table, GUILD, officer(), NOW, reply_token="late-token")
    workers.discord.after = lambda _name: workers.discord.interactions.setdefault("late-token", {})
    workers.run()
    assert workers.discord.interactions["late-token"]["embeds"]
    assert reports.get(workers.table, GUILD, job.job_id).askers == {}


def test_an_interaction_that_is_over_is_dropped_and_its_token_forgotten(workers):
    raid(workers.table)
    job = request_report(workers.table, GUILD, officer(), NOW, reply_token="old-token")
    workers.wait(16 * 60)
    workers.run()
    assert not any("old-token" in name for name in workers.discord.calls)
    assert reports.get(workers.table, GUILD, job.job_id).askers == {}


def test_a_bucket_that_fails_twice_still_gives_the_report_and_no_half_file(workers):
    event = raid(workers.table)
    sign_up(workers.table, GUILD, event.event_id, yes("tank"), member("Ann", user_id="11"), NOW)
    close_event(workers.table, GUILD, event.event_id, officer(), after(61))
    workers.now = after(61)
    workers.files.failures = 2
    job = request_report(workers.table, GUILD, officer(), workers.now)
    workers.run()
    assert reports.get(workers.table, GUILD, job.job_id).status == "done"
    assert len(workers.files.kept) == 1


def test_a_deleted_card_is_posted_again_once(workers):
    event = raid(workers.table)
    workers.run()
    for _ in range(3):
        for message in list(workers.discord.messages):
            workers.discord.delete(message.id)
        sign_up(
            workers.table, GUILD, event.event_id, yes("tank"), member("Ann", user_id=str(workers.now.minute + 20)), NOW
        )
        workers.run()
        workers.wait(300)
    assert sum(count for name, count in workers.discord.calls.items() if name.startswith("POST")) == 2
    assert cards.get(workers.table, GUILD, event.event_id).problem == "deleted"


def test_a_channel_the_bot_may_not_write_in_is_noted_and_left_alone(workers):
    workers.discord.forbidden.add(CHANNEL)
    event = raid(workers.table)
    workers.run()
    sign_up(workers.table, GUILD, event.event_id, yes("tank"), member("Ann", user_id="11"), NOW)
    workers.run()
    assert cards.get(workers.table, GUILD, event.event_id).problem == "no_access"
    assert workers.discord.calls[f"POST /channels/{CHANNEL}/messages"] == 1
    assert workers.queues["notifications"].waiting == []


def test_a_poisoned_record_is_put_aside_and_the_others_are_followed_up(workers):
    raid(workers.table)
    records = workers.records()
    poisoned = json.loads(json.dumps(records[0]))
    del poisoned["dynamodb"]["NewImage"]["touched"]
    workers.follow([poisoned, *records])
    aside = workers.queues["changes_dead_letter"].sent
    assert [(one["pk"], one["sk"]) for one in aside] == [(f"G#{GUILD}", "SETTINGS")]
    workers.run()
    assert titles(workers) == ["Raid night"]


def test_every_change_is_on_record_once_with_its_actor_and_without_the_code(workers):
    event = raid(workers.table, code="sesame")
    sign_up(workers.table, GUILD, event.event_id, yes("tank"), member("Ann", user_id="11"), NOW)
    records = workers.records()
    for _ in range(3):
        workers.follow(records)
    entries = list(workers.table.query_all(f"G#{GUILD}#AUDIT"))
    assert sorted(entry["of"] for entry in entries) == ["event", "event", "preset", "settings"]
    assert "sesame" not in json.dumps(entries)
    clicked = next(entry for entry in entries if entry["actor_id"] == "11")
    assert clicked["after"] == {"choices": {"11": "tank|"}, "places": {"11": 1}}
    assert clicked["surface"] == "discord"
