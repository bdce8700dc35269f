"""A guild's own program hears of what happens in Discord, over a bad night of its server too.

The stack takes the subscription, stores and queues each change and tries it: all but the last step to the subscriber. No name
of the public internet leads to this machine, and no setting lets a delivery come here instead. So the subscriber's name
leads nowhere (RFC 6761 keeps `.invalid` for that), the stack finds that out, and the tries that arrive are made here, by the
webhooks function's own handler on the stack's table and queue: given are the moment, what the name leads to, and the port
of a real TLS server.
"""

from __future__ import annotations

import json
import re
import uuid
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest

import webhooks.app
from attendance import wiring
from attendance.aws.queue import SqsQueue
from attendance.storage.decoding import decode_once
from attendance.storage.table import Table
from infra.local.player import PlayFailed, wait_for
from tests import subscriber
from tests.e2e.dashboard_user import DashboardUser
from tests.workers import CONTEXT
from webhooks import https_post

pytestmark = [pytest.mark.stack, pytest.mark.full, pytest.mark.timeout(600)]  # the stack may have to start first

HOST = "hooks.attendance.invalid"
PUBLIC = "93.184.215.14"
SOON = 30.0
A_WAIT = 150.0
"""Seconds within which a try is made that is due in a minute."""
GUIDE = Path(__file__).parents[2] / "API_DOCS.md"
NO_CONTENT, BROKEN = "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 500 Broken\r\n\r\n"


@pytest.fixture(scope="module")
def guild(discord):
    return discord.guild("Night Watch")


@pytest.fixture(scope="module")
def owner(stack, guild):
    return DashboardUser(stack, guild.member("Vera"))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return subscriber.make_certificate(tmp_path_factory.mktemp("tls"), HOST)


@pytest.fixture
def hook(owner):
    """A subscription of this test's own, its secret in it."""
    made = owner.post("/webhooks", {"url": f"https://{HOST}/in?key=1", "topics": ["event"]})
    assert made.status_code == 201, made.text
    yield made.json()
    owner.delete(f"/webhooks/{made.json()['webhook_id']}")


@pytest.fixture
def is_ours():
    """How API_DOCS.md tells subscribers to know a delivery, as it stands there."""
    [source] = re.findall(r"```python\n(import hashlib.+?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    names: dict = {}
    exec(source, names)  # noqa: S102 - the guide's own example is what is tested
    return names["is_ours"]


@pytest.fixture
def try_now(stack, guild, hook, certificate, monkeypatch):
    """Lets the function's own handler try a delivery, at its time, where its name leads to `addresses`."""
    given = {"endpoint_url": stack.emulator_url, "region_name": "us-east-1"}
    client, sqs = decode_once(boto3.client("dynamodb", **given)), boto3.client("sqs", **given)
    [url] = [one for one in sqs.list_queues()["QueueUrls"] if re.search("WebhooksQueue", one)]
    monkeypatch.setattr(wiring, "table", lambda: Table(client, stack.table))
    monkeypatch.setattr(wiring, "queue", lambda _name: SqsQueue(sqs, url))

    def run(delivery, port, addresses=(PUBLIC,)):
        reached = []

        def post(address, host, target, headers, body):
            reached.append(address)
            context = subscriber.trusting(certificate)
            return https_post.post("127.0.0.1", host, target, headers, body, port=port, context=context)

        monkeypatch.setattr(webhooks.app, "resolve", lambda _host: list(addresses))
        monkeypatch.setattr(webhooks.app, "post", post)
        due = delivery["next_try_at"]
        monkeypatch.setattr(wiring, "now", lambda: datetime.fromisoformat(due) if due else datetime.now(UTC))
        message = {"v": 2, "kind": "deliver", "guild_id": guild.id, "webhook_id": hook["webhook_id"]}
        message |= {"delivery_id": delivery["delivery_id"], "attempt": delivery["attempts"]}
        records = [{"messageId": "m", "body": json.dumps(message)}]
        assert webhooks.app.handler({"Records": records}, CONTEXT) == {"batchItemFailures": []}
        return reached

    return run


@pytest.fixture
def delivery(owner, guild, hook):
    """The delivery of an event planned in Discord, as REST shows it after the stack's first try."""
    with suppress(PlayFailed):  # so that no function starts cold while Discord waits
        guild.member("Marek").command("event list")
    title = f"For a program {uuid.uuid4().hex[:6]}"
    assert title in guild.member("Marek").command("create-event", title=title, time="in 5h").text
    return wait_for(lambda: tried(owner, hook, title, 1), SOON, "the first try")


@contextmanager
def server(certificate, *answers):
    """A subscriber's server that gives one answer after the other, the last from then on."""
    left = list(answers)

    def answer(connection, seen):
        subscriber.says(left.pop(0) if len(left) > 1 else left[0])(connection, seen)

    with subscriber.serving(certificate, answer) as seen:
        yield seen


def tried(owner, hook, title, times):
    """The delivery of that event's making once it was tried so often, or None."""
    found = owner.get(f"/webhooks/{hook['webhook_id']}/deliveries").json()["items"]
    of_it = [one for one in found if one["type"] == "event.made" and one["message"]["data"]["title"] == title]
    return next((one for one in of_it if one["attempts"] >= times), None)


def shown(owner, hook, delivery):
    return owner.get(f"/webhooks/{hook['webhook_id']}/deliveries/{delivery['delivery_id']}").json()


def failed(owner, hook):
    listed = owner.get(f"/webhooks/{hook['webhook_id']}/deliveries", status="failed").json()
    return [one["delivery_id"] for one in listed["items"]]


def test_a_change_in_discord_arrives_signed_at_the_try_after_the_one_that_failed(
    owner, hook, delivery, try_now, certificate, is_ours
):
    assert (delivery["status"], delivery["attempts"], delivery["trouble"]) == ("pending", 1, "unknown_host")
    title = delivery["message"]["data"]["title"]
    again = wait_for(lambda: tried(owner, hook, title, 2), A_WAIT, "the second try, a minute later")
    assert (again["status"], again["trouble"]) == ("pending", "unknown_host")
    with server(certificate, NO_CONTENT) as seen:
        assert try_now(again, seen.port) == [PUBLIC]
    [request] = seen.requests
    headers, body = subscriber.headers_and_body(request)
    assert request.startswith(b"POST /in?key=1 HTTP/1.1\r\n")
    assert headers["Attendance-Delivery"] == delivery["delivery_id"]
    told = json.loads(body)
    assert (told["id"], told["type"], told["data"]["title"]) == (delivery["delivery_id"], "event.made", title)
    assert is_ours(hook["secret"], headers, body)
    assert not is_ours(hook["secret"], headers, body + b" ")
    assert not is_ours("another secret", headers, body)
    arrived = shown(owner, hook, delivery)
    assert (arrived["status"], arrived["attempts"], arrived["answer"], arrived["trouble"]) == (
        "delivered",
        3,
        204,
        None,
    )


def test_a_subscriber_that_fails_all_night_is_listed_and_a_replay_reaches_it(
    owner, hook, delivery, try_now, certificate
):
    now = delivery
    with server(certificate, BROKEN) as seen:
        while now["status"] == "pending":
            try_now(now, seen.port)
            now = shown(owner, hook, delivery)
    assert (now["status"], now["attempts"], now["answer"]) == ("failed", 6, 500)
    assert seen.connections == 5
    wait_for(lambda: failed(owner, hook) == [delivery["delivery_id"]], SOON, "the list of what failed")
    assert owner.get(f"/webhooks/{hook['webhook_id']}").json()["failures"] == 1
    asked = owner.post(f"/webhooks/{hook['webhook_id']}/deliveries:replay")
    assert asked.status_code == 202, asked.text
    begun = wait_for(lambda: shown_if(owner, hook, delivery, "pending", 1), SOON, "the replay's first try")
    assert failed(owner, hook) == []
    with server(certificate, NO_CONTENT) as seen:
        try_now(begun, seen.port)
    assert json.loads(subscriber.headers_and_body(seen.requests[0])[1])["id"] == delivery["delivery_id"]
    arrived = shown(owner, hook, delivery)
    assert (arrived["status"], arrived["answer"]) == ("delivered", 204)
    assert owner.get(f"/webhooks/{hook['webhook_id']}").json()["failures"] == 0


def test_a_name_that_comes_to_lead_to_this_machine_is_not_posted_to(owner, hook, delivery, try_now, certificate):
    with server(certificate, NO_CONTENT) as seen:
        assert try_now(delivery, seen.port, [PUBLIC, "127.0.0.1"]) == []
    assert seen.connections == 0
    given_up = shown(owner, hook, delivery)
    assert (given_up["status"], given_up["trouble"]) == ("failed", "not_public")


def shown_if(owner, hook, delivery, status, attempts):
    found = shown(owner, hook, delivery)
    return found if (found["status"], found["attempts"]) == (status, attempts) else None
