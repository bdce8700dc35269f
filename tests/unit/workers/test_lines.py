"""Serving a line: windows are opened in time, nothing is left behind, and what fails does not hold up the others."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pytest

from attendance.errors import Unavailable
from attendance.services import lines as services_lines
from attendance.services.holding import LONGEST_AWAY, Stays
from attendance.services.lines import LineServer, Stuck
from attendance.storage import lines
from attendance.storage.table import Table
from tests.dynamodb_in_memory import DynamoDBInMemory
from tests.stories import NOW

BUCKET = "messages 5"
SET_OUT = {"v": 1, "kind": "line", "bucket": BUCKET, "server": "s"}


class Bucket:
    """A bucket of `size` calls a `span`, a clock that sleeping moves, and what was sent when."""

    def __init__(self, size, span, first_at=0.0):
        self.size, self.span = size, span
        self.room, self.resets = 0, first_at
        self.seconds, self.sent, self.tries, self.queued = 0.0, [], 0, []
        self.table = Table(cast("object", DynamoDBInMemory()), "attendance")

    def clock(self):
        return NOW + timedelta(seconds=self.seconds)

    def sleep(self, seconds):
        self.seconds += seconds

    def deliver(self, message, _holder, _now, line):
        assert line == BUCKET
        self.tries += 1
        if self.seconds >= self.resets:
            self.room, self.resets = self.size, self.seconds + self.span
        if not self.room:
            return Stays(self.resets - self.seconds)
        self.room -= 1
        self.sent.append((message["of"], self.seconds))
        return None

    def send(self, message, *, delay=0):
        self.queued.append((message, delay))

    def send_all(self, _messages, _requests=()):
        raise AssertionError("it sends one at a time")

    def joined(self, *names):
        for place, name in enumerate(names):
            message = {"v": 1, "kind": "reminder", "of": name}
            lines.join(self.table, BUCKET, message, name, "", NOW + timedelta(milliseconds=place))
        lines.serve(self.table, BUCKET, "s", self.clock(), self.clock())
        return self

    def visit(self, message=None, *, patience=2.0, deliver=None):
        server = LineServer(
            table=self.table,
            queue=self,
            deliver=deliver or self.deliver,
            clock=self.clock,
            sleep=self.sleep,
            patience=patience,
            at_once=1,
        )
        server.serve(message or SET_OUT)

    def waiting(self):
        return [one.message["of"] for one in lines.first(self.table, BUCKET, 100)]

    def is_served(self):
        return lines.is_served(self.table, BUCKET, self.clock())


def test_a_window_is_opened_the_moment_it_may_be_and_what_fits_is_sent_in_order():
    bucket = Bucket(2, 5.0, first_at=0.7).joined("a", "b", "c")
    bucket.visit()
    assert bucket.sent == [("a", 0.7), ("b", 0.7)]
    ((message, delay),) = bucket.queued
    assert (message["opens"], delay) == (NOW.timestamp() + 5.7, 4)
    bucket.seconds += 4.2
    bucket.visit(bucket.queued[0][0])
    assert bucket.sent[2:] == [("c", 5.7)]
    assert (bucket.waiting(), bucket.is_served()) == ([], False)


def test_a_line_that_became_empty_is_served_again_by_whoever_joins_next():
    bucket = Bucket(5, 5.0).joined("a")
    bucket.visit()
    assert not bucket.is_served()


def test_who_joins_while_the_last_is_sent_is_not_left_behind():
    bucket = Bucket(5, 5.0).joined("a")
    stop = lines.stop_serving

    def stop_late(table, name, server):
        """The last moment: the line was seen empty, and is still served."""
        if bucket.sent == [("a", 0.0)]:
            lines.join(bucket.table, BUCKET, {"v": 1, "kind": "reminder", "of": "b"}, "b", "", NOW)
        stop(table, name, server)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "stop_serving", stop_late)
        bucket.visit()
    assert bucket.sent == [("a", 0.0), ("b", 0.0)]


def test_who_comes_back_after_another_took_over_sends_nothing():
    bucket = Bucket(5, 5.0).joined("a")
    bucket.visit({**SET_OUT, "server": "of before"})
    assert (bucket.sent, bucket.queued) == ([], [])


def test_what_fails_goes_back_to_the_queue_and_the_others_are_sent():
    bucket = Bucket(5, 5.0).joined("bad", "b")

    def deliver(message, holder, now, line):
        if message["of"] == "bad":
            raise KeyError("channel")
        return bucket.deliver(message, holder, now, line)

    bucket.visit(deliver=deliver)
    assert bucket.sent == [("b", 0.0)]
    assert bucket.queued == [({"v": 1, "kind": "reminder", "of": "bad", "failed": 1}, 10)]
    assert bucket.waiting() == []


def test_of_two_copies_of_a_visit_one_is_followed_and_the_other_ends():
    bucket = Bucket(1, 5.0).joined("a", "b", "c")
    bucket.visit()
    bucket.visit()
    bucket.seconds = 5.0
    bucket.visit(bucket.queued[0][0])
    assert [one for one, _ in bucket.sent] == ["a", "b"]
    (_, (copy, delay), (after, _)) = bucket.queued
    assert (copy, after["server"]) == (SET_OUT, "s/2")
    bucket.seconds += delay
    bucket.visit(copy)
    assert len(bucket.queued) == 3, "the other has gone on meanwhile"


def test_a_visit_whose_successor_was_never_sent_out_goes_on_after_a_while(monkeypatch):
    bucket = Bucket(1, 5.0).joined("a", "b")

    def broken(*_message, **_delay):
        raise Unavailable("The queue did not take the work.")

    with monkeypatch.context() as patch:
        patch.setattr(bucket, "send", broken)
        with pytest.raises(Unavailable):
            bucket.visit()
    bucket.seconds = 20.0
    bucket.visit()
    ((again, delay),) = bucket.queued
    bucket.seconds += delay
    bucket.visit(again)
    assert [one for one, _ in bucket.sent] == ["a", "b"]


def test_a_visit_that_found_nobody_before_the_first_stood_there_is_followed_by_another():
    bucket = Bucket(5, 5.0)
    bucket.visit()
    lines.expect(bucket.table, BUCKET, "s", bucket.clock(), bucket.clock())
    assert not bucket.is_served(), "who sent it notes too late that it is on the way"
    lines.expect(bucket.table, BUCKET, "another", bucket.clock(), bucket.clock())
    assert bucket.is_served()


def test_nothing_is_tried_before_the_window_opens():
    bucket = Bucket(1, 5.0, first_at=0.9).joined("a")
    bucket.visit({**SET_OUT, "opens": NOW.timestamp() + 0.9})
    assert ([(name, round(at, 3)) for name, at in bucket.sent], bucket.tries) == ([("a", 0.9)], 1)


def test_trouble_of_the_table_lets_the_line_wait_and_loses_nothing(monkeypatch):
    bucket = Bucket(5, 5.0).joined("a")

    def broken(*_args):
        raise Unavailable("The store is busy.")

    monkeypatch.setattr(lines, "leave", broken)
    bucket.visit()
    assert bucket.queued == [({**SET_OUT, "held": 1}, 5)]
    monkeypatch.undo()
    bucket.visit(bucket.queued[0][0])
    assert bucket.waiting() == []


def test_where_all_of_discord_is_full_a_line_sends_a_second_of_its_pace_and_comes_again_in_a_second():
    bucket = Bucket(10, 5.0).joined(*"abcdefgh")
    refused = iter([Stays(0.4, 2.0)])

    def deliver(message, holder, now, line):
        return next(refused, None) or bucket.deliver(message, holder, now, line)

    bucket.visit(deliver=deliver)
    assert bucket.sent == [("a", 0.4), ("b", 0.4), ("c", 0.4)]
    ((message, delay),) = bucket.queued
    assert (message["pace"], delay) == (2.0, 1)


def test_a_bucket_that_never_fills_up_leaves_room_for_others_after_seconds():
    bucket = Bucket(10**6, 1.0).joined(*map(str, range(20)))

    def slowly(message, holder, now, line):
        bucket.seconds += 1
        return bucket.deliver(message, holder, now, line)

    bucket.visit(deliver=slowly)
    assert 4 < len(bucket.sent) < 8
    assert [delay for _, delay in bucket.queued] == [0]


def test_a_line_that_nothing_left_for_days_goes_to_the_dead_letters():
    bucket = Bucket(1, 10**7, first_at=10**7).joined("a")
    bucket.visit()
    ((message, delay),) = bucket.queued
    assert delay == LONGEST_AWAY
    bucket.seconds += 4 * 86_400 + 1
    with pytest.raises(Stuck):
        bucket.visit(message)
    assert bucket.waiting() == ["a"]


@pytest.mark.parametrize(("seconds", "told"), [(30, []), (700, [700.0])])
def test_how_long_the_first_waits_is_measured_once_a_visit_when_it_is_long(monkeypatch, seconds, told):
    measured = []
    monkeypatch.setattr(services_lines, "measure", lambda *what: measured.append(what))
    bucket = Bucket(1, 5.0, first_at=10**4).joined("a", "b")
    bucket.seconds = seconds
    bucket.visit()
    assert measured == [("SecondsInLine", one, "Seconds") for one in told]
