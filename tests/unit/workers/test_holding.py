"""What has to wait for Discord's limits: a moment in place, longer on the queue, and always with its number in the line."""

from __future__ import annotations

import pytest

from attendance.errors import RateLimited, Unavailable
from attendance.services.holding import LONGEST_HOLD, MOST_HOLDS, attempt
from attendance.services.queue_batches import Again, work_through
from tests.stories import NOW

MESSAGE = {"v": 1, "kind": "reminder", "guild_id": "1"}


class Kept:
    """A queue that remembers what comes back to it."""

    def __init__(self):
        self.sent = []

    def send(self, message, *, delay=0):
        self.sent.append((message, delay))

    def send_all(self, messages, _requests=()):
        for message in messages:
            self.send(message)


class Line:
    """Discord as far as `attempt` sees it: it knows the numbers that the work came with, and draws one for `name`."""

    def __init__(self):
        self.came_with = []

    def call(self, *_args, **_kwargs):
        raise AssertionError("the work calls nothing here")

    def in_line(self, turns):
        self.came_with.append(dict(turns))
        self.turns = turns
        return self


def turn_away(wait, number=7):
    def act(line):
        line.turns["abc 5"] = number
        raise RateLimited("wait", retry_after=wait)

    return act


def test_a_short_wait_is_waited_in_place_with_the_number_that_was_drawn():
    queue, line = Kept(), Line()
    again = attempt(turn_away(1.2), None, line, queue, MESSAGE, NOW, patience=1.5)
    assert again == Again(1.2, {**MESSAGE, "turns": {"abc 5": 7}})
    attempt(lambda _line: None, None, line, queue, again.message, NOW)
    assert line.came_with == [{}, {"abc 5": 7}]
    assert queue.sent == []


@pytest.mark.parametrize(("wait", "delay"), [(1.6, 1), (9.2, 8), (0.2, 0), (5000.0, LONGEST_HOLD)])
def test_a_long_wait_is_over_a_little_early_and_keeps_the_number(wait, delay):
    queue = Kept()
    assert attempt(turn_away(wait), None, Line(), queue, MESSAGE, NOW, patience=0.1) is None
    assert queue.sent == [({**MESSAGE, "turns": {"abc 5": 7}, "held": 1}, delay)]


def test_whatever_else_has_to_wait_is_never_early():
    queue = Kept()
    attempt(lambda _line: 1.2, None, Line(), queue, MESSAGE, NOW, patience=5)
    assert queue.sent == [({**MESSAGE, "held": 1}, 2)]


def test_what_was_held_for_days_goes_to_the_dead_letters():
    with pytest.raises(Unavailable):
        attempt(turn_away(60), None, Line(), Kept(), MESSAGE | {"held": MOST_HOLDS}, NOW)


def test_a_message_that_waits_in_place_is_worked_on_again_after_its_time():
    seen: list[tuple[object, str]] = []
    slept: list[float] = []

    def work(message, message_id):
        seen.append((message, message_id))
        return Again(0.5, {"n": 2}) if message["n"] == 1 else None

    records = [{"messageId": "m", "body": '{"n": 1}'}]
    assert work_through(records, work, sleep=slept.append) == {"batchItemFailures": []}
    assert seen == [({"n": 1}, "m"), ({"n": 2}, "m")]
    assert slept == [0.5]
