"""The minute sweep and the card's marks: nothing stops them, and nobody gets in each other's way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from attendance.domain.marking import MarkRow
from attendance.errors import Unavailable
from attendance.services.cards import REDRAW_AFTER, ask_for_redraw, draw_card
from attendance.services.closing import close_event, get_sheet
from attendance.services.due_work import sweep
from attendance.services.editing import cancel_event
from attendance.services.marking import mark, mark_members
from attendance.services.undoing import undo_batch
from attendance.storage import cards, events, keys, members
from tests.stories import GUILD, NO_BUCKETS, NOW, after, officer, raid
from tests.workers import Workers


@pytest.fixture
def workers(monkeypatch, moto_table):
    return Workers(monkeypatch, moto_table[1])


def test_one_due_item_that_fails_does_not_stop_the_others_and_comes_again(workers):
    for number in range(3):
        raid(workers.table, request_id=f"raid{number}", reminders="30m")
    workers.now = after(30)
    sends = iter([True, False, True, True])
    plain = workers.queues["notifications"].send

    def send(message, *, delay=0):
        if not next(sends):
            raise Unavailable("the queue is busy")
        plain(message, delay=delay)

    workers.queues["notifications"].send = send
    assert workers.sweep() == {"done": 2, "failed": 1, "cut_short": False}
    workers.wait(60)
    assert workers.sweep()["done"] == 0  # its lease has not run out
    workers.wait(90)
    assert workers.sweep()["done"] == 1
    assert len({message["event_id"] for message in workers.queues["notifications"].sent}) == 3


def test_a_shard_that_cannot_be_read_does_not_stop_the_others_and_is_read_the_next_minute(workers, caplog):
    made = [raid(workers.table, request_id=f"raid{number}", reminders="30m") for number in range(6)]
    shards = {keys.due_shard(GUILD, event.event_id) for event in made}
    assert len(shards) > 1
    workers.now = after(30)
    broken, query_all = keys.due_shard(GUILD, made[0].event_id), workers.table.query_all

    def query(partition, **more):
        if partition == broken:
            raise Unavailable("the shard is busy")
        return query_all(partition, **more)

    workers.table.query_all = query
    there = sum(keys.due_shard(GUILD, event.event_id) == broken for event in made)
    assert workers.sweep() == {"done": 6 - there, "failed": 1, "cut_short": False}
    assert [f"DUE#{one.shard}" for one in caplog.records if one.message == "due_shard_failed"] == [broken]
    workers.table.query_all = query_all
    workers.wait(60)
    assert workers.sweep()["done"] == there


def test_a_sweep_that_runs_out_of_time_leaves_the_rest_for_the_next(workers):
    for number in range(3):
        raid(workers.table, request_id=f"raid{number}", reminders="30m")
    workers.now = after(30)
    left = iter([50.0, 9.0])
    cut = sweep(workers.table, workers.queues["notifications"], NO_BUCKETS, workers.clock, lambda: next(left))
    assert (cut.done, cut.cut_short) == (1, True)
    assert workers.sweep()["done"] == 2


def test_an_event_that_nobody_closed_closes_by_itself_and_its_sheet_is_completed(workers):
    event = raid(workers.table, tracked_role_id="55")
    user = {"id": "31", "username": "dan"}
    workers.discord.members = [{"user": user, "nick": "Dan", "roles": ["55"]}]
    workers.now = after(60 + 120 + 60)
    workers.sweep()
    workers.run()
    sheet = get_sheet(workers.table, GUILD, event.event_id)
    assert [(row.name, row.status, row.discord_roles) for row in sheet.rows] == [("Dan", "unmarked", ("55",))]
    assert events.get(workers.table, GUILD, event.event_id).status == "closed"


def test_a_reminder_that_comes_too_late_is_dropped(workers):
    raid(workers.table, reminders="30m")
    workers.now = after(41)
    workers.sweep()
    assert [message["kind"] for message in workers.queues["notifications"].sent] == []


def test_a_reminder_of_an_event_that_was_moved_meanwhile_is_dropped(workers):
    event = raid(workers.table, reminders="30m")
    workers.run()
    message = {
        "v": 1, "kind": "reminder", "guild_id": GUILD, "event_id": event.event_id, "offset": 30,
        "due_at": "2026-12-01T18:29:00.000Z",
    }  # fmt: skip
    workers.queues["notifications"].send(message)
    workers.run()
    assert len(workers.discord.messages) == 1


def test_a_second_redraw_within_moments_is_not_queued_but_a_retry_of_the_first_is(workers):
    event = raid(workers.table)
    queue = workers.queues["notifications"]

    def ask(mark, seconds):
        return ask_for_redraw(workers.table, queue, GUILD, event.event_id, mark, NOW + timedelta(seconds=seconds))

    assert ask("one", 0)
    assert not ask("two", 1)
    assert ask("one", 2)
    assert not ask("two", 9)
    assert ask("two", 13)  # the first one's message was lost


def test_two_drawings_of_one_card_never_run_at_once(workers):
    event = raid(workers.table)
    assert cards.begin_drawing(workers.table, GUILD, event.event_id, "one", NOW)
    given = (workers.table, workers.client, workers.queues["notifications"], GUILD, event.event_id)
    assert draw_card(*given, "two", NOW) == REDRAW_AFTER
    assert draw_card(*given, "one", NOW) is None
    assert len(workers.discord.messages) == 1


def test_a_change_after_the_mark_was_cleared_is_drawn_too(workers):
    event = raid(workers.table)
    workers.run()

    def cancel_while_drawing(name):
        if name.startswith("PATCH") and events.get(workers.table, GUILD, event.event_id).status == "open":
            cancel_event(workers.table, GUILD, event.event_id, officer(), workers.now)
            workers.follow(workers.records())

    workers.discord.before = cancel_while_drawing
    ask_for_redraw(workers.table, workers.queues["notifications"], GUILD, event.event_id, "mark", workers.now)
    workers.run()
    assert workers.discord.shown()[0]["embeds"][0]["title"] == "Cancelled: Raid night"


def test_edits_of_an_old_card_that_discord_slows_down_are_held_and_do_not_pile_up(workers):
    event = raid(workers.table)
    workers.run()
    workers.discord.scripted["PATCH /channels"] = [(400, {"code": 30046})]
    queue = workers.queues["notifications"]
    for number in range(5):
        ask_for_redraw(workers.table, queue, GUILD, event.event_id, f"mark{number}", workers.now)
        workers.run(longest=5)
        workers.wait(5)
    assert len(queue.waiting) == 1
    workers.run()
    assert workers.discord.calls[f"PATCH /channels/{event.channel_id}/messages/{workers.discord.messages[0].id}"] == 2


def test_marks_and_their_undoing_are_on_record_with_before_and_after(workers):
    event = raid(workers.table)
    people = [str(10_000 + number) for number in range(2)]
    for user_id in people:
        members.remember(workers.table, GUILD, user_id, f"m{user_id}", NOW)
    rows = [MarkRow(user_id, "late") for user_id in people]
    done = mark_members(workers.table, GUILD, event.event_id, officer(request_id="b"), after(70), rows)
    close_event(workers.table, GUILD, event.event_id, officer(request_id="c"), after(80))
    mark(workers.table, GUILD, event.event_id, people[0], officer(request_id="m"), after(90), status="absent")
    undo_batch(workers.table, GUILD, event.event_id, done.batch_id, officer(request_id="u"), after(95))
    workers.now = after(96)
    workers.run()
    entries = [
        (item["of"], item["subject"].rpartition("/")[2], item["before"], item["after"])
        for item in workers.table.query_all(keys.audit_of(GUILD))
    ]
    changes = [(before.get("status"), now.get("status")) for of, who, before, now in entries if who == people[0]]
    assert changes == [(None, "late"), ("late", "absent"), ("absent", "absent")]  # the later mark stands
    assert [(before.get("status"), now.get("status")) for of, who, before, now in entries if who == people[1]] == [
        (None, "late"), ("late", "unmarked"),
    ]  # fmt: skip
    batches = [(before, now) for of, _, before, now in entries if of == "batch"]
    assert (batches[0][1]["total"], batches[0][1]["row_count"]) == (2, 2)
    assert (batches[1][0]["status"], batches[1][1]["status"]) == ("done", "undone")
    assert "rows" not in str(batches)
    sheets = [(before.get("totals"), now.get("totals")) for of, _, before, now in entries if of == "sheet"]
    assert sheets == [(None, {"late": 2}), ({"late": 2}, {"late": 1, "absent": 1}), ({"late": 1}, None)]
