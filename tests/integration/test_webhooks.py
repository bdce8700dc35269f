"""From a change to the subscriber and back: what `changes` stores and queues, and a replay on its way through the stream."""

from __future__ import annotations

import json

import pytest

import webhooks.app
from attendance import wiring
from attendance.domain.choice import yes
from attendance.services import webhook_replays
from attendance.services.sign_ups import sign_up
from attendance.services.webhook_subscriptions import change_webhook, subscribe_webhook
from attendance.storage import webhook_deliveries
from tests.stories import GUILD, NOW, after, member, officer, raid
from tests.workers import CONTEXT, Workers

URL = "https://hooks.example.org/in"


@pytest.fixture
def workers(monkeypatch, moto_table):
    workers = Workers(monkeypatch, moto_table[1])
    monkeypatch.setattr(webhooks.app, "resolve", lambda _host: ["93.184.215.14"])
    return workers


def subscribed(workers, *topics):
    made, _ = subscribe_webhook(workers.table, GUILD, officer(), NOW, url=URL, topics=topics)
    return made


def stored(workers, hook):
    found, _ = webhook_deliveries.newest(workers.table, GUILD, hook.webhook_id, limit=50)
    return found


def deliver(workers, monkeypatch, status):
    """Let the webhooks function work on what is queued; returns what the subscriber got."""
    got = []
    monkeypatch.setattr(webhooks.app, "AT_ONCE", 1)

    def post(*sent):
        got.append(json.loads(sent[-1]))
        return status

    monkeypatch.setattr(webhooks.app, "post", post)
    while batch := workers.queues["webhooks"].take():
        records = [{"messageId": one, "body": body} for one, body in batch]
        assert wiring.queue("webhooks") is workers.queues["webhooks"]
        assert webhooks.app.handler({"Records": records}, CONTEXT) == {"batchItemFailures": []}
    return got


def test_each_change_of_a_topic_is_stored_and_delivered_once_whatever_comes_twice(workers, monkeypatch):
    hook = subscribed(workers, "event", "sheet")
    event = raid(workers.table)
    records = workers.records()
    for _ in range(2):
        workers.follow(records)
    sign_up(workers.table, GUILD, event.event_id, yes("dps"), member("Nia"), after(1))
    workers.run()
    assert [one.message["type"] for one in reversed(stored(workers, hook))] == ["event.made", "event.changed"]
    got = deliver(workers, monkeypatch, 204)
    assert [(one["type"], one["event_id"]) for one in got] == [
        ("event.made", event.event_id),
        ("event.changed", event.event_id),
    ]
    assert {one.status for one in stored(workers, hook)} == {"delivered"}


def test_a_replay_comes_by_the_stream_and_changes_of_webhooks_are_told_to_none(workers, monkeypatch):
    hook = subscribed(workers, "event")
    raid(workers.table)
    workers.run()
    deliver(workers, monkeypatch, 204)
    [one] = stored(workers, hook)
    webhook_replays.replay_delivery(
        workers.table, GUILD, hook.webhook_id, one.delivery_id, officer(request_id="again"), NOW
    )
    change_webhook(workers.table, GUILD, hook.webhook_id, officer(), NOW, {"topics": ["event", "preset"]})
    workers.run()
    assert [sent["id"] for sent in deliver(workers, monkeypatch, 204)] == [one.delivery_id]
    assert len(stored(workers, hook)) == 1


def test_a_replay_of_all_that_failed_comes_by_the_stream(workers, monkeypatch):
    hook = subscribed(workers, "event")
    raid(workers.table)
    workers.run()
    monkeypatch.setattr(webhooks.app, "resolve", lambda _host: ["127.0.0.1"])
    assert deliver(workers, monkeypatch, 204) == []
    [one] = stored(workers, hook)
    assert (one.status, one.trouble) == ("failed", "not_public")
    monkeypatch.setattr(webhooks.app, "resolve", lambda _host: ["93.184.215.14"])
    webhook_replays.replay_failed(workers.table, GUILD, hook.webhook_id, officer(request_id="all"), NOW)
    workers.run()
    assert [sent["id"] for sent in deliver(workers, monkeypatch, 204)] == [one.delivery_id]
    assert {each.status for each in stored(workers, hook)} == {"delivered"}


def test_nothing_is_kept_for_a_webhook_that_is_off(workers):
    hook = subscribed(workers, "event")
    change_webhook(workers.table, GUILD, hook.webhook_id, officer(), NOW, {"active": False})
    raid(workers.table)
    workers.run()
    assert stored(workers, hook) == []
    assert workers.queues["webhooks"].sent == []
