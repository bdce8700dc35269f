"""Nothing lost, nothing doubled: every worker over redelivery in any order, and over trouble that lasts.

`test_sweep.py` lets one call go wrong at a time; here are several answers lost in a row, looks that are refused, and a
death while sampling, which may cost a sample and never doubles one.
"""

from __future__ import annotations

import itertools
import json
import random
from datetime import timedelta

import boto3
import pytest
from moto import mock_aws

from attendance.domain.choice import NO, yes
from attendance.domain.voice import presences
from attendance.services.check_ins import check_in
from attendance.services.closing import close_event
from attendance.services.corrections import decide_correction, request_correction
from attendance.services.editing import edit_event
from attendance.services.reports import request_report
from attendance.services.sign_ups import sign_up
from attendance.storage import cards, dues, events, keys, voice
from tests.discord_in_memory import AnswerLost
from tests.stories import CHANNEL, GUILD, NOW, after, member, officer, raid
from tests.tables import create_table
from tests.workers import Crash, Workers

SOON, LATE = timedelta(seconds=20), timedelta(seconds=400)


@pytest.fixture
def workers(monkeypatch, moto_table):
    return Workers(monkeypatch, moto_table[1])


def everything_seen(workers):
    """What the world looks like from outside: messages, answers, files' rows, audit, what is still due."""
    found = list(workers.table.query_all(f"G#{GUILD}"))
    return {
        "messages": sorted(json.dumps(one.body, sort_keys=True) + one.channel_id for one in workers.discord.messages),
        "answers": workers.discord.interactions,
        "audit": sorted(entry["sk"] for entry in workers.table.query_all(f"G#{GUILD}#AUDIT")),
        "due": sorted(item["sk"] for item in found if item["sk"].startswith("DUE#")),
        "files": sorted(content.count(b"\r\n") for content in workers.files.kept.values()),
        "jobs": [(item["status"], item.get("row_count")) for item in found if item["sk"].startswith("REPORT#")],
    }


@pytest.mark.parametrize("times", [1, 2, 5])
def test_whatever_is_delivered_again_and_in_another_order_ends_the_same(workers, times):
    shuffled = random.Random(times)
    event = raid(workers.table)
    names = {"Ann": "11", "Bob": "12", "Cat": "13"}
    for name, user in names.items():
        sign_up(workers.table, GUILD, event.event_id, yes("tank"), member(name, user_id=user), NOW)
    sign_up(workers.table, GUILD, event.event_id, NO, member("Ann", user_id="11"), NOW)
    _deliver_all(workers, times, shuffled)
    workers.now = after(30)
    for _ in range(times):
        workers.sweep()
    _deliver_all(workers, times, shuffled)
    close_event(workers.table, GUILD, event.event_id, officer(), after(61))
    workers.now = after(62)
    workers.discord.interactions["t"] = {}
    request_report(workers.table, GUILD, officer(), workers.now, reply_token="t")
    _deliver_all(workers, times, shuffled)
    seen = everything_seen(workers)
    assert len(seen["messages"]) == 5  # card, promotion of Bob, reminder, Bob and Cat missed it
    assert sorted([body["embeds"][0]["title"] for body in workers.discord.shown()]) == [
        "Closed: Raid night",
        "Missed: Raid night",
        "Missed: Raid night",
        "Reminder: Raid night",
        "You have a seat",
    ]
    assert len(seen["audit"]) == 12
    assert seen["jobs"] == [("done", 3)]
    assert len(workers.discord.interactions["t"]["components"]) == 1


def _deliver_all(workers, times, shuffled):
    """Deliver every record and message `times` times in any order, until nothing is left."""
    while True:
        records = workers.records()
        if records:
            again = records * times
            shuffled.shuffle(again)
            workers.follow(again)
        for name in ("reports", "notifications"):
            queue = workers.queues[name]
            batch = queue.take()
            again = batch * times
            shuffled.shuffle(again)
            for message in again:
                workers.invoke(name, [message])
            if batch:
                break
        else:
            if not records:
                waiting = [one[0] for queue in workers.queues.values() for one in queue.waiting]
                if not waiting:
                    return
                workers.now = max(workers.now, min(waiting))


def post_a_card(workers):
    """An event was planned; its card is to be posted."""
    raid(workers.table)


def remind(workers):
    """A reminder falls due."""
    event = raid(workers.table, reminders="30m")
    sign_up(workers.table, GUILD, event.event_id, yes("tank"), member("Ann", user_id="11"), NOW)
    workers.run()
    workers.now = after(30)


def promote(workers):
    """A seat becomes free for who waits."""
    event = raid(workers.table)
    ann, bob = member("Ann", user_id="11"), member("Bob", user_id="12")
    for who in (ann, bob):
        sign_up(workers.table, GUILD, event.event_id, yes("tank"), who, NOW)
    workers.run()
    sign_up(workers.table, GUILD, event.event_id, NO, ann, NOW)


def move(workers):
    """An event that somebody signed up for is moved twice."""
    event = raid(workers.table)
    sign_up(workers.table, GUILD, event.event_id, yes("tank"), member("Ann", user_id="11"), NOW)
    workers.run()
    for time in ("in 3h", "in 4h"):
        edit_event(workers.table, GUILD, event.event_id, officer(), NOW, {"time": time})


def miss(workers):
    """An event closed without somebody who had said yes."""
    event = raid(workers.table, reminders="none")
    sign_up(workers.table, GUILD, event.event_id, yes("tank"), member("Ann", user_id="11"), NOW)
    workers.run()
    close_event(workers.table, GUILD, event.event_id, officer(), after(61))
    workers.now = after(62)


def be_refused(workers):
    """Officers decline what a member asked for."""
    event = raid(workers.table, reminders="none")
    ann = member("Ann", user_id="11")
    check_in(workers.table, GUILD, event.event_id, ann, after(60))
    workers.run()
    workers.now = after(65)
    asked = request_correction(workers.table, GUILD, event.event_id, ann, workers.now, wish="excused", words="ill")
    wanted = asked.correction.correction_id
    decide_correction(workers.table, GUILD, wanted, officer(), workers.now, accept=False, answer="you were there")


def accompany(workers):
    """An event with a thread and a scheduled event is planned, signed up for and renamed."""
    event = raid(workers.table, thread=True, scheduled_event=True)
    sign_up(workers.table, GUILD, event.event_id, yes("tank"), member("Ann", user_id="11"), NOW)
    workers.run()
    edit_event(workers.table, GUILD, event.event_id, officer(), NOW, {"title": "Renamed"})


def plan_accompanied(workers):
    """An event with a thread and a scheduled event is planned."""
    raid(workers.table, thread=True, scheduled_event=True)


def drain(workers, visibility):
    """Let the minute come round until nothing is due, and everything run dry, though a process may die on the way."""
    while True:
        workers.run(visibility=visibility, longest=1200)
        try:
            if not workers.sweep()["done"] and not any(dues.due_until(workers.table, 0, workers.now)):
                return
        except Crash:
            workers.wait(60)  # the next minute; what was claimed waits for its lease to run out
            continue
        workers.wait(60)


def played(monkeypatch, flow, visibility, nth=0, when="before"):
    """Play a flow on a table of its own with a death at its nth call, and return the world as it is in the end."""
    name = f"t{next(_names)}"
    monkeypatch.setattr(keys.dues, "DUE_SHARDS", 1)
    workers = Workers(monkeypatch, create_table(boto3.client("dynamodb", region_name="us-east-1"), name))
    flow(workers)
    workers.faults.nth, workers.faults.when, workers.faults.armed = nth, when, True
    drain(workers, visibility)
    return workers


_names = itertools.count()


def texts(workers):
    """What members see, without the times at which it was sent."""
    messages = [
        (one.channel_id, one.body["embeds"][0]["title"], one.body.get("content")) for one in workers.discord.messages
    ]
    beside = [
        ("beside", one["name"], "") for one in (*workers.discord.threads.values(), *workers.discord.scheduled.values())
    ]
    return sorted([*messages, *beside])


@pytest.mark.parametrize("visibility", [SOON, LATE], ids=["soon", "late"])
@pytest.mark.parametrize("flow", [post_a_card, remind, promote, move, miss, be_refused, accompany, plan_accompanied])
def test_an_answer_of_discord_that_is_lost_doubles_nothing(monkeypatch, flow, visibility):
    with mock_aws():
        expected = texts(played(monkeypatch, flow, visibility))
        name = f"t{next(_names)}"
        workers = Workers(monkeypatch, create_table(boto3.client("dynamodb", region_name="us-east-1"), name))
        lost = iter(["POST"] * 3)

        def lose(call):
            if call.startswith("POST") and next(lost, None):
                workers.wait(200 if visibility == LATE else 0)  # by then Discord has forgotten the nonce
                raise AnswerLost

        flow(workers)
        workers.discord.after = lose
        drain(workers, visibility)
        assert texts(workers) == expected


@pytest.mark.parametrize("visibility", [SOON, LATE], ids=["soon", "late"])
@pytest.mark.parametrize("call", ["/threads", "/scheduled-events"])
def test_a_death_between_making_a_companion_and_storing_it_makes_no_second(workers, call, visibility):
    deaths = iter([call])

    def die(name):
        if name.startswith("POST") and name.endswith(call) and next(deaths, None):
            raise Crash

    workers.discord.after = die
    plan_accompanied(workers)
    drain(workers, visibility)
    assert next(deaths, None) is None
    (thread,), (scheduled,) = workers.discord.threads.values(), workers.discord.scheduled.values()
    assert thread["name"] == scheduled["name"] == "Raid night"
    stored = cards.get(workers.table, GUILD, next(iter(events_of(workers))))
    assert stored.thread.discord_id == next(iter(workers.discord.threads))
    assert stored.scheduled_event.discord_id == next(iter(workers.discord.scheduled))


def events_of(workers):
    """The ids of the guild's events."""
    return [item["event_id"] for item in workers.table.query_all(f"G#{GUILD}", prefix="EVENT#")]


def test_a_late_look_that_is_refused_posts_once_more_and_is_noted(workers):
    raid(workers.table)
    workers.discord.unreadable.add(CHANNEL)
    lost = iter(["POST"])

    def lose(call):
        if call.startswith("POST") and next(lost, None):
            workers.wait(200)
            raise AnswerLost

    workers.discord.after = lose
    workers.run()
    assert len(workers.discord.messages) == 2
    assert sum(count for name, count in workers.discord.calls.items() if name.startswith("POST")) == 2
    sent = workers.table.query_all(f"G#{GUILD}", prefix="SENT#")
    assert [(item["state"], item["unverified"]) for item in sent] == [("sent", 1)]


def sample(workers):
    """The first sample of a raid that looks at its voice channel falls due."""
    event = raid(workers.table, reminders="none", voice_channel_id="55", voice_check=True)
    for name, user in (("Ann", "11"), ("Bob", "12")):
        sign_up(workers.table, GUILD, event.event_id, yes("tank"), member(name, user_id=user), NOW)
    workers.discord.voice = {"11": "55"}
    workers.run()
    workers.now = after(62)


def sampled(workers):
    """What the first sample says of each member: how often they were seen in it, and how often it counts."""
    workers.faults.armed = False
    (event,) = (events.from_item(one) for one in workers.table.query_all(f"G#{GUILD}", prefix="EVENT#"))
    first = [look for look in voice.looks(workers.table, event) if look.at == after(62)]
    return {user: (one.seen, one.samples) for user, one in presences(first).items()}


@pytest.mark.full
@pytest.mark.parametrize("visibility", [SOON, LATE], ids=["soon", "late"])
def test_a_death_while_sampling_doubles_no_sample_and_is_held_against_nobody(monkeypatch, visibility):
    everything = {"11": (1, 1), "12": (0, 1)}
    with mock_aws():
        undisturbed = played(monkeypatch, sample, visibility)
        calls = len(undisturbed.faults.names)
        assert sampled(undisturbed) == everything
        found = [sampled(played(monkeypatch, sample, visibility, nth, "after")) for nth in range(1, calls + 1)]
    assert all(one.items() <= everything.items() for one in found)  # what came too late is no sample
    if visibility == SOON:
        assert sum(one == everything for one in found) > calls / 2
