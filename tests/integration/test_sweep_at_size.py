"""The minute sweep where thousands are due at once, on a clock that nobody waits for: requests take their time, threads share it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import pytest

import reminders.app
from attendance import wiring
from attendance.domain.due import Due
from attendance.services import due_work
from attendance.storage import dues
from attendance.storage.events import to_item
from attendance.storage.table import Put
from tests.dynamodb_in_memory import DynamoDBInMemory
from tests.stories import GUILD, after, raid
from tests.virtual_time import VirtualPool, VirtualTime
from tests.workers_in_memory import WorkersInMemory

TIME_OUT = 50
"""Seconds of the function, as the template has it."""
ITEM_TAKES, BATCH_TAKES, QUEUE_TAKES = 0.01, 0.05, 0.02
"""Seconds of a request: about twice what AWS takes."""


class Minute:
    """Workers whose table has so many reminders due at `after(30)`, and whose requests take time."""

    def __init__(self, monkeypatch, due, *, slower=1):
        self.time, self.slower = VirtualTime(after(30)), slower
        self.calls: Counter[str] = Counter()
        self.workers = WorkersInMemory(monkeypatch, DynamoDBInMemory())
        event = raid(self.workers.table, reminders="30m")
        for number in range(due):
            one = replace(event, event_id=f"{number:016}")
            self.workers.table.put(Put(to_item(one)))
            reminder = Due(guild_id=GUILD, event_id=one.event_id, kind="reminder", at=after(30), offset=30)
            self.workers.table.put(dues.put_due(reminder))
        for planned in dues.of_event(self.workers.table, GUILD, event.event_id):
            dues.finish(self.workers.table, planned)
        monkeypatch.setattr(wiring, "now", self.time.now)
        monkeypatch.setattr(reminders.app, "AT_ONCE", 8)
        monkeypatch.setattr(due_work, "ThreadPoolExecutor", partial(VirtualPool, self.time))
        self.workers.dynamodb.around = self._request
        self.queue = self.workers.queues["notifications"]
        monkeypatch.setattr(self.queue, "send_all", self._send_all)

    def _request(self, name, do):
        self.calls[name] += 1
        self.time.sleep(self.slower * (ITEM_TAKES if name.endswith("Item") else BATCH_TAKES))
        return do()

    def _send_all(self, messages, requests):
        messages = list(messages)
        assert len(messages) == len(requests)
        for _ in range(0, len(messages), 10):
            self.calls["SendMessageBatch"] += 1
            self.time.sleep(self.slower * QUEUE_TAKES)
        self.queue.sent += messages

    def sweep(self):
        """One minute's sweep; returns its answer and how many seconds it took."""
        began, answers = self.time.seconds, []
        ends = began + TIME_OUT
        context = SimpleNamespace(get_remaining_time_in_millis=lambda: (ends - self.time.seconds) * 1000)
        self.time.run([lambda: answers.append(reminders.app.handler({}, context))])
        return answers[0], self.time.seconds - began

    def handed_on(self):
        """How often each event's reminder is on the queue."""
        return Counter(message["event_id"] for message in self.queue.sent)


@pytest.mark.full
def test_ten_thousand_reminders_of_one_minute_are_on_the_queue_within_one_sweep(monkeypatch):
    minute = Minute(monkeypatch, 10_000)
    answer, took = minute.sweep()
    print(f"\n10,000 in {took:.1f} s: {dict(minute.calls)}")
    assert answer == {"done": 10_000, "failed": 0, "cut_short": False}
    assert (len(minute.handed_on()), set(minute.handed_on().values())) == (10_000, {1})
    assert took < TIME_OUT - 10
    assert minute.sweep()[0]["done"] == 0


@pytest.mark.full
def test_fifty_thousand_on_a_slow_day_are_handed_on_until_the_time_is_up_and_the_next_minutes_do_the_rest(monkeypatch):
    minute = Minute(monkeypatch, 50_000, slower=3)
    sweeps: list[dict[str, int | bool]] = []
    while not sweeps or sweeps[-1]["cut_short"]:
        answer, took = minute.sweep()
        sweeps.append(answer)
        print(f"\n{answer} in {took:.1f} s: {dict(minute.calls)}")
        assert took < TIME_OUT
        minute.time.seconds += 60 - took
    assert len(sweeps) in (2, 3, 4)
    assert (sum(one["done"] for one in sweeps), sum(one["failed"] for one in sweeps)) == (50_000, 0)
    assert (len(minute.handed_on()), set(minute.handed_on().values())) == (50_000, {1})


def test_one_of_a_batch_that_cannot_be_read_does_not_stop_the_others(monkeypatch):
    minute = Minute(monkeypatch, 100)
    minute.workers.dynamodb.around = lambda _name, do: do()
    broken = to_item(raid(minute.workers.table)) | {"event_id": f"{7:016}", "sk": f"EVENT#{7:016}", "starts_at": "soon"}
    minute.workers.table.put(Put(broken, condition=None))
    answer, _ = minute.sweep()
    assert answer == {"done": 99, "failed": 1, "cut_short": False}
    assert set(minute.handed_on().values()) == {1}
