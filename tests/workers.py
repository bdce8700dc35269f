"""The workers as they are deployed, on one clock: stream, queues and functions, with Discord in memory.

`Workers.run` moves what waits through the functions' own handlers until nothing is left, as Lambda and SQS do: a batch
that raises comes again whole, a message that fails or whose worker dies comes again after its visibility time-out. Nothing
sleeps: waiting moves the clock.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

import changes.app
import notifications.app
import reminders.app
import reports.app
import webhooks.app
from attendance import wiring
from attendance.discord.client import DiscordClient
from attendance.errors import Unavailable
from attendance.services.changes import Outlets
from attendance.services.report_building import build_report
from attendance.services.stats_answers import answer_stats
from attendance.storage.discord_limits import SharedLimits
from attendance.storage.keys import DOMAIN_ENTITIES
from attendance.storage.table import Table
from tests import recorded
from tests.discord_in_memory import APPLICATION, BASE, TOKEN, DiscordInMemory
from tests.stories import NOW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    import pytest


CONTEXT = SimpleNamespace(get_remaining_time_in_millis=lambda: 50_000, aws_request_id="test")
_HANDLERS = {
    "notifications": notifications.app.handler,
    "reports": reports.app.handler,
    "webhooks": webhooks.app.handler,
}
MOST_RECEIVES = 8
VISIBILITY = timedelta(seconds=360)
REPORTS_VISIBILITY = timedelta(seconds=1800)


class Crash(BaseException):
    """The process dies: nothing after this line runs, and no `except Exception` sees it."""


@dataclass
class Faults:
    """Counts calls to the world outside and kills the process before or after the `nth`."""

    nth: int = 0
    when: str = "before"
    armed: bool = False
    names: list[str] = field(default_factory=list)

    def before(self, name: str) -> None:
        """A call begins."""
        if self.armed:
            self.names.append(name)
            if self.when == "before" and len(self.names) == self.nth:
                self._die()

    def after(self, _name: str) -> None:
        """A call was done, and its answer is under way."""
        if self.armed and self.when == "after" and len(self.names) == self.nth:
            self._die()

    def _die(self) -> None:
        self.armed = False
        raise Crash

    def install(self, client: Any) -> None:
        """Watch a boto3 client's calls too."""
        events = client.meta.events
        events.register_first("before-send.dynamodb.*", lambda event_name, **_: self.before(event_name))
        events.register_last("after-call.dynamodb.*", lambda event_name, **_: self.after(event_name))


@dataclass
class QueueInMemory:
    """A queue whose delays follow the clock."""

    clock: Callable[[], datetime]
    faults: Faults
    waiting: list[tuple[datetime, str, str]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    dead: list[str] = field(default_factory=list)
    broken: bool = False
    name: str = ""
    _received: Counter[str] = field(default_factory=Counter)

    def send(self, message: Mapping[str, Any], *, delay: int = 0) -> None:
        if self.name:
            recorded.note_queue(self.name)
        self.faults.before("queue")
        if self.broken:
            raise Unavailable("the queue is down")
        assert 0 <= delay <= 900
        self.sent.append(json.loads(json.dumps(message)))
        self.put_back(f"m{len(self.sent)}", json.dumps(message), timedelta(seconds=delay))
        self.faults.after("queue")

    def send_all(self, messages: Iterable[Mapping[str, Any]], _requests: Sequence[str] = ()) -> None:
        for message in messages:
            self.send(message)

    def put_back(self, message_id: str, body: str, delay: timedelta) -> None:
        """Let a message show up after `delay`."""
        self.waiting.append((self.clock() + delay, message_id, body))

    def take(self) -> list[tuple[str, str]]:
        """Take up to ten messages that have shown up."""
        ready = [one for one in sorted(self.waiting) if one[0] <= self.clock()][:10]
        for one in ready:
            self.waiting.remove(one)
        self._received.update(message_id for _, message_id, _ in ready)
        self.dead += [body for _, message_id, body in ready if self._received[message_id] > MOST_RECEIVES]
        return [(message_id, body) for _, message_id, body in ready if self._received[message_id] <= MOST_RECEIVES]


@dataclass
class SocketsInMemory:
    """Remembers what was pushed."""

    faults: Faults = field(default_factory=Faults)
    pushed: list[tuple[tuple[str, ...], dict[str, Any]]] = field(default_factory=list)

    def push(self, connection_ids: Iterable[str], message: str) -> set[str]:
        with suppress(Unavailable):  # the adapter gives a push up: the reader sees the gap and fetches again
            recorded.note("execute-api:ManageConnections", recorded.SOCKETS)
            self.faults.before("sockets")
            self.pushed.append((tuple(connection_ids), json.loads(message)))
            self.faults.after("sockets")
        return set()

    def close(self, connection_id: str) -> None:
        """Nothing is open."""


@dataclass
class FilesInMemory:
    """Keeps files, each whole or not at all."""

    kept: dict[str, bytes] = field(default_factory=dict)
    failures: int = 0
    faults: Faults = field(default_factory=Faults)
    bucket: str = "ReportsBucket"

    def store(self, key: str, chunks: Iterable[bytes], *, content_type: str, file_name: str) -> int:
        assert content_type
        assert file_name
        content = b"".join(chunks)
        recorded.note_files("store", self.bucket)
        self.faults.before("files")
        if self.failures:
            self.failures -= 1
            raise Unavailable("the bucket is down")
        self.kept[key] = content
        self.faults.after("files")
        return len(content)

    def link(self, key: str, lifetime: timedelta) -> str:
        recorded.note_files("link", self.bucket)
        return f"https://files.test/{key}?for={lifetime.total_seconds():.0f}"

    def remove_all(self, prefix: str) -> int:
        recorded.note_files("remove_all", self.bucket)
        found = [key for key in self.kept if key.startswith(prefix)]
        for key in found:
            del self.kept[key]
        return len(found)


class SecretsInMemory:
    """One secret; `rotated` is what a fresh look finds."""

    def __init__(self, token: str = TOKEN, faults: Faults | None = None) -> None:
        self.token = token
        self.rotated = token
        self._faults = faults or Faults()

    def read(self, *, fresh: bool = False) -> Mapping[str, Any]:
        recorded.note("secretsmanager:GetSecretValue", recorded.SECRET)
        self._faults.before("secrets")
        if fresh:
            self.token = self.rotated
        return {"bot_token": self.token}


class Workers:
    """One deployment's workers on the table `name`, whose stream is read from its beginning."""

    consumed: tuple[str, ...] = ("reports", "notifications")
    """The queues that `run` empties."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, name: str, faults: Faults | None = None) -> None:
        self.now = NOW
        self.faults = faults or Faults()
        client = self.store(self.faults)
        self.table = Table(client, name, sleep=lambda _: None)
        self.discord = DiscordInMemory(self.clock, before=self.faults.before, after=self.faults.after)
        self.secrets = SecretsInMemory(faults=self.faults)
        self.client = self.new_client()
        self.queues = {
            short: QueueInMemory(self.clock, self.faults, name=short)
            for short in ("notifications", "reports", "webhooks", "changes_dead_letter")
        }
        self.sockets = SocketsInMemory(self.faults)
        self.files = FilesInMemory(faults=self.faults)
        self.erasures = FilesInMemory(faults=self.faults, bucket="ErasuresBucket")
        self.open_stream(client, name)
        monkeypatch.setattr(wiring, "now", self.clock)
        monkeypatch.setattr(wiring, "sleep", self.wait)
        monkeypatch.setattr(notifications.app, "AT_ONCE", 1)  # threads would make the order of calls a matter of luck
        monkeypatch.setattr(reminders.app, "AT_ONCE", 1)
        monkeypatch.setattr(wiring, "table", lambda: self.table)
        monkeypatch.setattr(wiring, "discord", lambda: self.client)
        answers = DiscordClient(BASE, APPLICATION, None, SharedLimits(self.table), self.clock, self.discord.session())
        monkeypatch.setattr(wiring, "interaction_answers", lambda: answers)
        monkeypatch.setattr(wiring, "queue", self.queues.__getitem__)
        monkeypatch.setattr(wiring, "sockets", lambda: self.sockets)
        monkeypatch.setattr(wiring, "files", lambda: self.files)
        monkeypatch.setattr(wiring, "erasure_records", lambda: self.erasures)
        monkeypatch.setattr(changes.app, "Outlets", partial(Outlets, sleep=self.wait, at_once=1))
        monkeypatch.setattr(reports.app, "build_report", partial(build_report, sleep=self.wait))
        monkeypatch.setattr(reports.app, "answer_stats", partial(answer_stats, sleep=self.wait))
        monkeypatch.setenv("DISCORD_APPLICATION_ID", APPLICATION)

    def store(self, faults: Faults) -> Any:
        """A client for the table, watched by `faults`."""
        client = boto3.client("dynamodb", region_name="us-east-1", config=Config(retries={"total_max_attempts": 1}))
        faults.install(client)
        return client

    def open_stream(self, client: Any, name: str) -> None:
        """Read the table's stream from its beginning."""
        streams = "https://streams.dynamodb.us-east-1.amazonaws.com"  # moto does not know the account's own endpoint
        self._streams = boto3.client("dynamodbstreams", region_name="us-east-1", endpoint_url=streams)
        arn = client.describe_table(TableName=name)["Table"]["LatestStreamArn"]
        shard = self._streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
        start = {"StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"}
        self._iterator = self._streams.get_shard_iterator(**start)["ShardIterator"]

    def clock(self) -> datetime:
        """The one clock."""
        return self.now

    def new_client(self) -> DiscordClient:
        """Discord's client as another process has it: what it learned itself is not there, what the table holds is."""
        limits = SharedLimits(self.table)
        return DiscordClient(BASE, APPLICATION, self.secrets, limits, self.clock, self.discord.session())

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)

    def records(self) -> list[dict[str, Any]]:
        """The stream's records since the last look that the event source's filter lets through, as Lambda shows them."""
        answer = self._streams.get_records(ShardIterator=self._iterator, Limit=1000)
        self._iterator = answer["NextShardIterator"]
        shown = [as_lambda_shows(record) for record in answer["Records"]]
        return [one for one in shown if entity_of(one) in DOMAIN_ENTITIES]

    def follow(self, records: list[dict[str, Any]]) -> None:
        """Hand records to `changes`; a batch whose function dies comes again whole."""
        try:
            assert changes.app.handler({"Records": records}, CONTEXT) == {"batchItemFailures": []}
        except Crash:
            assert changes.app.handler({"Records": records}, CONTEXT) == {"batchItemFailures": []}

    def deliver(self, queue: str, *, visibility: timedelta = VISIBILITY) -> bool:
        """Hand a queue's batch to its function; False when none waits."""
        batch = self.queues[queue].take()
        if not batch:
            return False
        try:
            answer = self.invoke(queue, batch)
        except Crash:
            failed = {message_id for message_id, _ in batch}
        else:
            failed = {entry["itemIdentifier"] for entry in answer["batchItemFailures"]}
        after = REPORTS_VISIBILITY if queue == "reports" else visibility
        for message_id, body in batch:
            if message_id in failed:
                self.queues[queue].put_back(message_id, body, after)
        return True

    def invoke(self, queue: str, batch: list[tuple[str, str]]) -> dict[str, Any]:
        """Call a queue's function with a batch of (id, body) and return its answer."""
        handler = _HANDLERS[queue]
        records = [
            {"messageId": message_id, "body": body, "attributes": {"ApproximateReceiveCount": "1"}}
            for message_id, body in batch
        ]
        return handler({"Records": records}, CONTEXT)

    def sweep(self) -> dict[str, int | bool]:
        """The minute comes round."""
        return reminders.app.handler({}, CONTEXT)

    def run(self, *, visibility: timedelta = VISIBILITY, longest: float = 4 * 3600) -> None:
        """Move everything that waits until nothing does; waiting moves the clock, at most `longest` seconds."""
        ends = self.now + timedelta(seconds=longest)
        while True:
            if records := self.records():
                self.follow(records)
                continue
            if any(self.deliver(queue, visibility=visibility) for queue in self.consumed):
                continue
            waiting = [at for queue in self.consumed for at, _, _ in self.queues[queue].waiting]
            if not waiting or min(waiting) > ends:
                return
            self.now = max(self.now, min(waiting))


def as_lambda_shows(record: Any) -> dict[str, Any]:
    """A record as Lambda's event has it: binary values are base64 text there."""
    text = json.dumps(
        record, default=lambda value: b64encode(value).decode() if isinstance(value, bytes) else str(value)
    )
    shown: dict[str, Any] = json.loads(text)
    return shown


def entity_of(record: Mapping[str, Any]) -> str | None:
    data = record["dynamodb"]
    image = data.get("NewImage") or (data.get("OldImage", {}) if record["eventName"] == "REMOVE" else {})
    entity: str | None = image.get("entity", {}).get("S")
    return entity
