"""What has to wait for Discord's limits: in the line of its bucket, else on the queue."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pytest

from attendance.errors import RateLimited, Stopped, Unavailable
from attendance.services.cards import card_message
from attendance.services.holding import LONGEST_HOLD, MOST_FAILURES, MOST_HOLDS, Stays, attempt
from attendance.storage import cards, lines
from attendance.storage.table import Table
from tests.dynamodb_in_memory import DynamoDBInMemory
from tests.stories import NOW

MESSAGE = {"v": 1, "kind": "reminder", "guild_id": "1"}
BUCKET = "messages 5"


class Kept:
    """A queue that remembers what comes back to it, or takes nothing."""

    def __init__(self, *, broken=False):
        self.sent, self.broken = [], broken

    def send(self, message, *, delay=0):
        if self.broken:
            raise Unavailable("The queue did not take the work.")
        self.sent.append((message, delay))

    def send_all(self, messages, _requests=()):
        for message in messages:
            self.send(message)


@pytest.fixture
def table():
    return Table(cast("object", DynamoDBInMemory()), "attendance")


def raises(error):
    def act():
        raise error

    return act


def full(wait, bucket="", pace=0.0, *, everywhere=False):
    return raises(RateLimited("wait", retry_after=wait, bucket=bucket, pace=pace, everywhere=everywhere))


def waiting(table, bucket=BUCKET):
    return [one.message for one in lines.first(table, bucket, 10)]


def test_who_finds_a_bucket_full_joins_its_line_and_the_first_sends_somebody_to_serve_it_a_little_early(table):
    queue = Kept()
    for holder in ("m1", "m2"):
        assert attempt(full(9.2, BUCKET), table, queue, {**MESSAGE, "of": holder}, holder, NOW) is None
    assert waiting(table) == [{**MESSAGE, "of": "m1"}, {**MESSAGE, "of": "m2"}]
    opens = NOW.timestamp() + 9.2
    assert queue.sent == [({"v": 1, "kind": "line", "bucket": BUCKET, "server": "m1", "opens": opens}, 8)]


def test_a_line_that_nobody_could_be_sent_to_is_not_joined_and_left_to_the_next(table):
    with pytest.raises(Unavailable):
        attempt(full(9.2, BUCKET), table, Kept(broken=True), MESSAGE, "m1", NOW)
    assert waiting(table) == []
    queue = Kept()
    attempt(full(9.2, BUCKET), table, queue, MESSAGE, "m2", NOW)
    assert [message["server"] for message, _ in queue.sent] == ["m2"]


def test_a_line_whose_server_left_before_the_message_stood_there_is_sent_another(table, monkeypatch):
    queue, join = Kept(), lines.join

    def join_late(*told):
        lines.stop_serving(table, BUCKET, "m1")
        join(*told)

    monkeypatch.setattr(lines, "join", join_late)
    attempt(full(0.2, BUCKET), table, queue, MESSAGE, "m1", NOW)
    assert len(queue.sent) == 2


def test_who_stands_in_a_line_stays_while_it_or_all_of_discord_is_full(table):
    queue = Kept()
    assert attempt(full(1.5, BUCKET), table, queue, MESSAGE, "m", NOW, line=BUCKET) == Stays(1.5)
    assert attempt(full(0.4, BUCKET, 2.5, everywhere=True), table, queue, MESSAGE, "m", NOW, line=BUCKET) == Stays(
        0.4, 2.5
    )
    assert attempt(full(60.0, everywhere=True), table, queue, MESSAGE, "m", NOW, line=BUCKET) == Stays(60.0)
    assert attempt(raises(Stopped("no token")), table, queue, MESSAGE, "m", NOW, line=BUCKET) == Stays(LONGEST_HOLD)
    assert (queue.sent, waiting(table)) == ([], [])


@pytest.mark.parametrize("line", ["", BUCKET])
def test_a_card_that_waits_in_a_line_stays_pending_so_that_changes_meanwhile_queue_no_other(table, line):
    attempt(full(1.5, BUCKET), table, Kept(), card_message("1", "e"), "m", NOW, line=line)
    assert not cards.mark_pending(table, "1", "e", "click", NOW + timedelta(minutes=10))


def test_who_stands_in_a_line_and_finds_another_bucket_full_goes_over_to_its_line(table):
    queue = Kept()
    assert attempt(full(3.0, "messages 6"), table, queue, MESSAGE, "m", NOW, line=BUCKET) is None
    assert waiting(table, "messages 6") == [MESSAGE]


def test_who_stands_in_a_line_and_is_slowed_by_what_has_none_waits_on_the_queue_and_holds_up_nobody(table):
    queue = Kept()
    assert attempt(full(60.0), table, queue, MESSAGE, "m", NOW, line=BUCKET) is None
    assert queue.sent == [({**MESSAGE, "held": 1}, 60)]


def test_what_failed_in_its_line_again_and_again_joins_none_any_more(table):
    queue = Kept()
    with pytest.raises(Unavailable):
        attempt(full(9.2, BUCKET), table, queue, MESSAGE | {"failed": MOST_FAILURES}, "m", NOW)
    assert (queue.sent, waiting(table)) == ([], [])


@pytest.mark.parametrize(("wait", "delay"), [(1.6, 2), (0.2, 1), (5000.0, LONGEST_HOLD)])
def test_a_wait_for_what_has_no_line_is_on_the_queue_and_never_early(table, wait, delay):
    queue = Kept()
    assert attempt(full(wait), table, queue, MESSAGE, "m", NOW) is None
    attempt(lambda: wait, table, queue, MESSAGE, "m", NOW)
    assert queue.sent == [({**MESSAGE, "held": 1}, delay)] * 2


def test_what_was_held_for_days_goes_to_the_dead_letters(table):
    with pytest.raises(Unavailable):
        attempt(full(60), table, Kept(), MESSAGE | {"held": MOST_HOLDS}, "m", NOW)
