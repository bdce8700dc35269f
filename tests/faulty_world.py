"""A deployment in which one call to the world outside goes wrong, and everything that it serves comes round again.

A *call* is a request to DynamoDB, Discord, a queue, the bucket, the secret, a socket or a subscriber; `one_fault.KINDS` says
how it may go wrong. What was under way then is brought again as its source does it: Lambda repeats a stream's batch, SQS a
message, the scheduler comes the next minute, a person presses once more.
"""

from __future__ import annotations

import copy
import json
import re
from collections import Counter
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import webhooks.app
from attendance.errors import Conflict, Unavailable
from attendance.storage import keys
from attendance.storage.values import item_from_wire
from interactions import app as interactions_app
from tests.discord_driver import KEY, Discord, Player
from tests.dynamodb_in_memory import DynamoDBInMemory
from tests.one_fault import SOON, OneFault
from tests.workers import REPORTS_VISIBILITY, Crash
from tests.workers_in_memory import WorkersInMemory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from random import Random

    import pytest

TIMES = (1, 1, 1, 2, 3, 5)
"""How often a delivery comes where it may come again: one to five times."""


class World(WorkersInMemory):
    """Workers, people and subscribers on one table, which can be put back as they were."""

    consumed = ("reports", "notifications", "webhooks")
    faults: OneFault

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        faults = OneFault()
        self.monkeypatch = monkeypatch
        super().__init__(monkeypatch, DynamoDBInMemory(faults.call), faults)
        faults.script = self.discord.scripted
        self.posted: list[dict[str, Any]] = []
        self.subscriber_answers = 200
        self.people = Discord(now=self.now)
        monkeypatch.setenv("DISCORD_PUBLIC_KEY", KEY.verify_key.encode().hex())
        monkeypatch.setattr(keys.dues, "DUE_SHARDS", 1)
        monkeypatch.setattr(webhooks.app, "resolve", lambda _host: ["93.184.216.34"])
        monkeypatch.setattr(webhooks.app, "post", self._post)
        monkeypatch.setattr(webhooks.app, "AT_ONCE", 1)  # the order of calls is the same each time
        interactions_app._verifier.cache_clear()
        self._kept: list[tuple[Any, dict[str, Any]]] = []
        self._restore_table: Callable[[], None] = lambda: None

    def _post(self, _address: str, _host: str, _target: str, _headers: Mapping[str, str], body: bytes) -> int:
        self.faults.before("subscriber")
        self.posted.append(json.loads(body))
        self.faults.after("subscriber")
        return self.subscriber_answers

    # The world as it was

    def keep(self) -> None:
        """Remember the world as it is now."""
        self.discord.received.clear()
        self._restore_table = self.dynamodb.keep()
        parts = [self, self.discord, self.sockets, self.files, self.erasures, self.people, *self.queues.values()]
        self._kept = [(one, copy.deepcopy(_plain(one))) for one in parts]

    def restore(self) -> None:
        """Let the world be as it was; the processes are new ones."""
        self._restore_table()
        for one, values in self._kept:
            for name, value in copy.deepcopy(values).items():
                setattr(one, name, value)
        self.faults.script = self.discord.scripted
        self.faults.names, self.faults.armed, self.faults.hit = [], False, ""
        self.client = self.new_client()

    # What happens

    def person(self, name: str, user_id: str = "") -> Player:
        """A member at their Discord, now; Olga is an officer."""
        self.people.now = self.now
        return self.people.officer(name) if name == "Olga" else self.people.member(name, user_id=user_id)

    def insist(self, act: Callable[[], Any]) -> None:
        """Let a person or program do something until it is answered: what fails is done once more seconds later."""
        for _ in range(5):
            try:
                answer = act()
            except (Crash, Unavailable):
                self.wait(5)
                continue
            except Conflict as refusal:
                assert refusal.code == "busy", refusal
                self.wait(5)
                continue
            if not _is_trouble(answer):
                return
            self.wait(5)
        raise AssertionError("nobody tries more often than that")

    def drain(self, ends: datetime, visibility: timedelta = SOON) -> None:
        """Let each message show up and each minute come round in which something is due, in the order of time, until `ends`."""
        swept_at = None
        while True:
            self.run(visibility=visibility, longest=0)
            minute = self._next_minute(swept_at)
            following = min([*self._waiting(), *([minute] if minute else [])], default=None)
            if following is None or following > ends:
                self.now = max(self.now, ends)
                return
            self.now = max(self.now, following)
            if minute is None or minute > self.now:
                continue
            swept_at = self.now
            try:
                self.sweep()
            except (Crash, Unavailable):
                self.wait(60)

    def shuffle(self, ends: datetime, chance: Random) -> None:
        """The same, but every record, message and minute comes one to five times, at once or later, in any order."""
        copies: Counter[str] = Counter()
        swept_at = None
        while True:
            arrived: list[Callable[[], object]] = [
                again for record in self.records() for again in [partial(self.follow, [record])] * chance.choice(TIMES)
            ]
            arrived += [one for name in self.consumed for one in self._taken(name, copies, chance)]
            chance.shuffle(arrived)
            for happen in arrived:
                happen()
            if arrived:
                continue
            minute = self._next_minute(swept_at)
            following = min([*self._waiting(), *([minute] if minute else [])], default=None)
            if following is None or following > ends:
                self.now = max(self.now, ends)
                return
            self.now = max(self.now, following)
            if minute is not None and minute <= self.now:
                swept_at = self.now
                for _ in range(chance.choice(TIMES)):
                    self.sweep()

    def _taken(self, name: str, copies: Counter[str], chance: Random) -> list[Callable[[], object]]:
        """Take what a queue shows, leaving copies for later; what a copy asks for anew is copied no more."""
        queue = self.queues[name]
        arrived: list[Callable[[], object]] = []
        for message_id, body in queue.take():
            arrived.append(partial(self._hand_over, name, message_id, body))
            known = f"{name} {message_id}"
            if copies[known] or '"held"' in body:
                copies[known] -= 1
                continue
            copies[known] = chance.choice(TIMES) - 1
            for _ in range(copies[known]):
                queue.put_back(message_id, body, timedelta(seconds=chance.choice((0, 1, 15, 90))))
        return arrived

    def _hand_over(self, queue: str, message_id: str, body: str) -> None:
        if self.invoke(queue, [(message_id, body)])["batchItemFailures"]:
            self.queues[queue].put_back(message_id, body, REPORTS_VISIBILITY)

    def _waiting(self) -> list[datetime]:
        """When each message of a queue shows up."""
        return [at for name in self.consumed for at, _, _ in self.queues[name].waiting]

    def _next_minute(self, swept_at: datetime | None) -> datetime | None:
        """The minute in which the sweep has something to do next: at its moment, or once a dead sweep's lease is over.

        What is left of this minute's sweep waits for the next.
        """
        found = []
        for wire in self.dynamodb.items():
            if wire["entity"]["S"] == "due":
                due = item_from_wire(wire)
                found.append(max(keys.moment(due["due_at"]), keys.moment(due.get("lease", due["due_at"]))))
        if not found:
            return None
        begun = max(min(found), self.now)
        if begun == swept_at:
            return begun + timedelta(minutes=1)
        return begun.replace(second=0, microsecond=0) + timedelta(minutes=1) if begun > self.now else begun


def _plain(one: object) -> dict[str, Any]:
    """What of an object is state and not a part that others share."""
    state = (bool, int, str, list, dict, set, Counter, type(None))
    return {
        name: value
        for name, value in vars(one).items()
        if (isinstance(value, state) or name == "now") and name not in ("queues", "_kept", "received", "config")
    }


def _is_trouble(answer: Any) -> bool:
    text = json.dumps(answer) if isinstance(answer, dict) else ""
    return bool(re.search("busy right now|went wrong|is being changed by many", text))
