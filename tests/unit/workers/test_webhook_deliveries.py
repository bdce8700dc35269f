"""Deliveries to strangers' addresses: only public ones, the very address that was checked, signed, tried for hours, kept."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import webhooks.app
from attendance import wiring
from attendance.domain.actor import Actor, system
from attendance.domain.rights import CAPABILITIES
from attendance.domain.webhook import MAX_FAILURES, WebhookSubscription
from attendance.domain.webhook_delivery import RETRY_AFTER, WebhookDelivery, delivery_id, is_delivery_id
from attendance.domain.webhook_signature import is_public
from attendance.services import webhook_replays, webhook_subscriptions
from attendance.services.webhook_deliveries import reference
from attendance.storage import keys
from attendance.storage import webhook_deliveries as store
from attendance.storage import webhooks as subscriptions
from attendance.storage.table import Table
from tests.workers import CONTEXT, Faults, QueueInMemory

NOW = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)
PUBLIC = "93.184.215.14"
CHANGE = {"type": "event.changed", "guild_id": "1", "event_id": "e", "version": 2, "data": {}}
HOOK = "w" * 16


def officer(request_id="r"):
    return Actor(user_id="9", name="Olga", surface="web", request_id=request_id, capabilities=CAPABILITIES)


class World:
    """A subscriber, the queue of deliveries and the function behind it, on one clock."""

    def __init__(self, table, monkeypatch):
        self.table = table
        self.now = NOW
        self.queue = QueueInMemory(lambda: self.now, Faults())
        self.answers: object = 204
        self.addresses: object = [PUBLIC, "93.184.215.15"]
        self.posts: list[tuple] = []
        monkeypatch.setattr(wiring, "table", lambda: table)
        monkeypatch.setattr(wiring, "queue", {"webhooks": self.queue}.__getitem__)
        monkeypatch.setattr(wiring, "now", lambda: self.now)
        monkeypatch.setattr(webhooks.app, "resolve", lambda _host: said(self.addresses))
        monkeypatch.setattr(webhooks.app, "post", self.post)
        monkeypatch.setattr(webhooks.app, "AT_ONCE", 1)  # moto is no judge of threads
        subscription = WebhookSubscription(
            guild_id="1", webhook_id=HOOK, url="https://hooks.example.org/in?key=1", topics=("event",), secret="s3cret",
            created_by="9", created_at=NOW,
        )  # fmt: skip
        subscriptions.create(table, subscription, system("test"), NOW)

    def post(self, address, host, target, headers, body):
        self.posts.append((self.now, address, host, target, headers, body))
        return said(self.answers)

    def change(self, number=1, **more):
        """A change is stored and queued, as `changes` does it."""
        at = NOW + timedelta(milliseconds=number)
        made = WebhookDelivery(
            guild_id="1", webhook_id=HOOK, delivery_id=delivery_id(at, HOOK, str(number)), message=CHANGE, at=at, **more
        )
        store.create(self.table, made)
        self.queue.send(reference(made))
        return made

    def work(self, seconds=0):
        """Move what shows up within `seconds` through the function."""
        ends = self.now + timedelta(seconds=seconds)
        while waiting := [at for at, _, _ in self.queue.waiting if at <= ends]:
            self.now = max(self.now, min(waiting))
            records = [{"messageId": one, "body": body} for one, body in self.queue.take()]
            assert webhooks.app.handler({"Records": records}, CONTEXT) == {"batchItemFailures": []}
        self.now = ends

    def shown(self, delivery):
        return store.get(self.table, "1", HOOK, delivery.delivery_id)

    @property
    def hook(self):
        return subscriptions.get(self.table, "1", HOOK)


def said(answer):
    if isinstance(answer, Exception):
        raise answer
    return answer


@pytest.fixture
def world(moto_table, monkeypatch):
    return World(Table(*moto_table), monkeypatch)


NIGHT = 9 * 3600


def test_a_delivery_is_signed_over_its_time_and_body_and_goes_to_the_address_that_was_checked(world):
    made = world.change()
    world.work()
    ((_, address, host, target, headers, body),) = world.posts
    assert (address, host, target) == (PUBLIC, "hooks.example.org", "/in?key=1")
    signed = headers["Attendance-Timestamp"].encode() + b"." + body
    assert headers["Attendance-Signature"] == "v1=" + hmac.new(b"s3cret", signed, hashlib.sha256).hexdigest()
    assert headers["Attendance-Timestamp"] == str(int(NOW.timestamp()))
    assert json.loads(body) == {"id": made.delivery_id, "at": "2026-12-01T18:00:00.001+00:00", **CHANGE}
    shown = world.shown(made)
    assert (shown.status, shown.answer, shown.attempts, shown.tried_at) == ("delivered", 204, 1, NOW)


def test_each_secret_that_still_signs_has_its_signature_in_the_header(world):
    after = world.hook.rotated("n3w", "r", NOW, timedelta(hours=1))
    subscriptions.replace(world.table, after, system("test"), NOW)
    for minutes, secrets in ((59, (b"n3w", b"s3cret")), (60, (b"n3w",))):
        world.now = NOW + timedelta(minutes=minutes)
        world.change(minutes)
        world.work()
        *_, headers, body = world.posts[-1]
        signed = headers["Attendance-Timestamp"].encode() + b"." + body
        digests = [hmac.new(secret, signed, hashlib.sha256).hexdigest() for secret in secrets]
        assert headers["Attendance-Signature"] == ",".join(f"v1={one}" for one in digests)


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"], ["169.254.169.254"], ["10.0.0.1"], ["100.64.0.1"], ["192.168.1.1"], ["0.0.0.1"], ["224.0.0.1"],
        ["172.16.0.1"], ["198.18.0.1"], ["192.0.0.1"], ["240.0.0.1"], ["169.254.170.2"], ["fd00:ec2::254"], ["::"],
        ["::1"], ["::ffff:93.184.215.14"], ["::ffff:10.0.0.1"], ["64:ff9b::a00:1"], ["2002:a00:1::"], ["fd00::1"],
        ["fe80::1%eth0"], ["ff02::1"], ["192.0.2.1"], ["255.255.255.255"], ["::127.0.0.1"], ["2001:db8::1"],
        ["64:ff9b:1::a00:1"], ["2001:0:a00:1::"], [PUBLIC, "10.0.0.1"], [], ["no address"], ["0x7f.1"], ["2130706433"],
    ],
)  # fmt: skip
def test_nothing_is_posted_to_an_address_that_is_not_public_now_or_later(world, addresses):
    world.addresses = addresses
    made = world.change()
    world.work(NIGHT)
    assert world.posts == []
    shown = world.shown(made)
    assert (shown.status, shown.trouble, shown.attempts) == ("failed", "not_public", 1)


def test_a_name_that_changes_its_mind_is_looked_up_for_each_try_and_never_twice_for_one(world, monkeypatch):
    looked = []

    def rebinding(host):
        looked.append(host)
        return [PUBLIC] if len(looked) == 1 else ["169.254.169.254"]

    monkeypatch.setattr(webhooks.app, "resolve", rebinding)
    world.answers = 500
    made = world.change()
    world.work(NIGHT)
    assert looked == ["hooks.example.org"] * 2
    assert [address for _, address, *_ in world.posts] == [PUBLIC]
    assert world.shown(made).trouble == "not_public"


@given(st.ip_addresses(v=4, network="10.0.0.0/8") | st.ip_addresses(v=6, network="fc00::/7"))
def test_no_private_address_is_public(address):
    assert not is_public(str(address))


def test_public_addresses_of_both_kinds_are_public():
    assert is_public(PUBLIC)
    assert is_public("2606:4700:4700::1111")


@pytest.mark.parametrize("answer", [100, 301, 302, 307, 400, 410, 429, 500])
def test_any_answer_but_2xx_is_tried_again_for_hours_and_then_given_up(world, answer):
    world.answers = answer
    made = world.change()
    world.work(NIGHT)
    waits = [later[0] - earlier[0] for earlier, later in zip(world.posts, world.posts[1:], strict=False)]
    assert tuple(waits) == RETRY_AFTER
    assert len({body for *_, body in world.posts}) == 1
    shown = world.shown(made)
    assert (shown.status, shown.answer, shown.attempts, shown.next_try_at) == ("failed", answer, 6, None)
    assert world.queue.waiting == []


@pytest.mark.parametrize(
    ("answers", "addresses", "trouble"),
    [
        (TimeoutError(), [PUBLIC], "timeout"),
        (ConnectionError(), [PUBLIC], "unreachable"),
        (204, OSError(), "unknown_host"),
    ],
)
def test_a_subscriber_that_cannot_be_found_or_reached_is_tried_again(world, answers, addresses, trouble):
    world.answers, world.addresses = answers, addresses
    made = world.change()
    world.work()
    shown = world.shown(made)
    assert (shown.status, shown.trouble, shown.next_try_at) == ("pending", trouble, NOW + timedelta(minutes=1))
    world.answers, world.addresses = 200, [PUBLIC]
    world.work(60)
    shown = world.shown(made)
    assert (shown.status, shown.trouble, shown.answer, shown.attempts) == ("delivered", None, 200, 2)


def test_a_message_that_comes_again_or_is_older_than_the_table_delivers_nothing_anew(world):
    made = world.change()
    world.work()
    world.queue.send(reference(made))
    world.work()
    assert len(world.posts) == 1
    world.answers = 500
    other = world.change(2)
    world.work()
    world.queue.send(reference(other))
    world.work(59)
    assert len(world.posts) == 2


def test_a_worker_that_dies_before_it_notes_a_try_loses_none(world, monkeypatch):
    world.answers = 500
    made = world.change()
    settle = store.settle

    def die(*_args):
        monkeypatch.setattr(store, "settle", settle)
        raise RuntimeError("the process died")

    monkeypatch.setattr(store, "settle", die)
    records = [{"messageId": one, "body": body} for one, body in world.queue.take()]
    assert len(webhooks.app.handler({"Records": records}, CONTEXT)["batchItemFailures"]) == 1
    world.queue.send(reference(made))  # SQS brings it again
    world.answers = 204
    world.work(NIGHT)
    assert world.shown(made).status == "delivered"


def test_a_subscription_that_is_gone_or_off_gets_nothing_and_an_unknown_message_comes_again(world):
    off = world.change()
    webhook_subscriptions.change_webhook(world.table, "1", HOOK, officer(), NOW, {"active": False})
    world.work()
    assert world.shown(off).trouble == "switched_off"
    world.change(2)
    webhook_subscriptions.unsubscribe_webhook(world.table, "1", HOOK, officer(), NOW)
    world.work()
    assert world.posts == []
    for body in ('{"v": 1, "kind": "deliver"}', '{"v": 2, "kind": "?"}'):
        answer = webhooks.app.handler({"Records": [{"messageId": "1", "body": body}]}, CONTEXT)
        assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}


def test_a_subscription_is_switched_off_by_twenty_failures_in_a_row_and_on_again_by_an_officer(world):
    world.addresses = ["10.0.0.1"]
    for number in range(MAX_FAILURES - 1):
        world.change(number)
    world.work()
    assert (world.hook.active, world.hook.failures) == (True, MAX_FAILURES - 1)
    world.addresses = [PUBLIC]
    world.change(50)
    world.work()
    assert world.hook.failures == 0

    world.addresses = ["10.0.0.1"]
    for number in range(100, 101 + MAX_FAILURES):
        world.change(number)
    world.work()
    assert (world.hook.active, world.hook.version) == (False, 2)
    item = world.table.get(keys.webhook("1", HOOK))
    assert item["touched"]["via"] == "system"

    changed = webhook_subscriptions.change_webhook(world.table, "1", HOOK, officer(), NOW, {"active": True})
    assert (changed.active, changed.failures) == (True, 0)


def replayed(world, asked):
    """What `changes` queues for a replay."""
    names = ("guild_id", "webhook_id", "delivery_id", "replay_id")
    world.queue.send({"v": 2, "kind": "replay", **{name: getattr(asked, name) for name in names}})


def test_a_replay_sends_one_delivery_again_with_its_id_and_body_however_often_its_message_comes(world):
    made = world.change()
    world.work()
    asked = webhook_replays.replay_delivery(world.table, "1", HOOK, made.delivery_id, officer(), world.now)
    for _ in range(2):
        replayed(world, asked)
    world.work()
    assert [body for *_, body in world.posts] == [world.posts[0][-1]] * 2
    assert world.posts[1][4]["Attendance-Delivery"] == made.delivery_id
    shown = world.shown(made)
    assert (shown.status, shown.attempts, shown.replay) == ("delivered", 1, asked.replay_id)


def test_a_replay_of_all_brings_what_failed_and_nothing_else_page_after_page(world, monkeypatch):
    monkeypatch.setattr("attendance.services.webhook_deliveries.REPLAYED_AT_ONCE", 2)
    arrived = world.change(0)
    world.work()
    world.addresses = ["10.0.0.1"]
    lost = [world.change(number) for number in range(1, 6)]
    world.work()
    assert store.failed_ids(world.table, "1", HOOK, limit=9)[0] == [one.delivery_id for one in lost]

    world.addresses, world.posts = [PUBLIC], []
    replayed(world, webhook_replays.replay_failed(world.table, "1", HOOK, officer(), world.now))
    world.work()
    sent = [headers["Attendance-Delivery"] for *_, headers, _ in world.posts]
    assert sent == [one.delivery_id for one in lost]
    assert {world.shown(one).status for one in [arrived, *lost]} == {"delivered"}
    assert store.failed_ids(world.table, "1", HOOK, limit=9)[0] == []


def test_a_replay_begins_even_where_the_answer_to_its_beginning_is_lost(world):
    made = world.change()
    world.work()
    asked = webhook_replays.replay_delivery(world.table, "1", HOOK, made.delivery_id, officer(), world.now)
    store.reopen(world.table, world.shown(made), asked.replay_id)
    assert store.reopen(world.table, made, asked.replay_id).replay == asked.replay_id
    assert store.reopen(world.table, made, "another") is None


def test_a_replay_that_fails_at_once_ends(world):
    world.addresses = ["10.0.0.1"]
    made = world.change()
    world.work()
    replayed(world, webhook_replays.replay_failed(world.table, "1", HOOK, officer(), world.now))
    world.work(NIGHT)
    assert (world.shown(made).status, world.shown(made).attempts) == ("failed", 1)
    assert world.queue.waiting == []


SECONDS = st.integers(0, 85 * 366 * 86_400)


@given(SECONDS, SECONDS)
def test_ids_of_deliveries_are_in_the_order_of_the_changes(one, other):
    first, second = (datetime(2015, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds) for seconds in (one, other))
    ids = [delivery_id(at, "x") for at in (first, second)]
    assert all(map(is_delivery_id, ids))
    assert (ids[0] < ids[1]) == (first < second)


@pytest.mark.parametrize("text", ["", "0" * 24, "0" * 26, "i" * 25, "../" * 8 + "x"])
def test_what_is_no_id_of_a_delivery_is_known(text):
    assert not is_delivery_id(text)


def test_a_delivery_is_shown_for_two_weeks_whatever_the_table_still_holds():
    made = WebhookDelivery(guild_id="1", webhook_id=HOOK, delivery_id="d", message=CHANGE, at=NOW)
    assert made.is_kept(NOW + timedelta(days=14) - timedelta(seconds=1))
    assert not made.is_kept(NOW + timedelta(days=14))
    assert replace(made, attempts=5).tried(503, NOW).status == "failed"
