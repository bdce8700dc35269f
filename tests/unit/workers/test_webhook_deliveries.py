"""Deliveries to strangers' addresses: only public ones, the very address that was checked, signed, and no redirects."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.domain.actor import system
from attendance.domain.webhook import WebhookSubscription
from attendance.domain.webhook_signature import is_public
from attendance.errors import Unavailable
from attendance.services.webhook_deliveries import deliver_webhook
from attendance.storage import webhooks
from attendance.storage.table import Table
from webhooks.https_post import post

NOW = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)
PUBLIC = "93.184.215.14"
CHANGE = {"type": "event.changed", "guild_id": "1", "event_id": "e", "version": 2, "data": {}}
MESSAGE = {
    "v": 1, "kind": "deliver", "guild_id": "1", "webhook_id": "w" * 16, "delivery_id": "d" * 16,
    "message": CHANGE,
}  # fmt: skip


@pytest.fixture
def table(moto_table):
    table = Table(*moto_table)
    subscription = WebhookSubscription(
        guild_id="1", webhook_id="w" * 16, url="https://hooks.example.org/in?key=1", topics=("event",), secret="s3cret",
        created_by="9", created_at=NOW,
    )  # fmt: skip
    webhooks.create(table, subscription, system("test"), NOW)
    return table


class Subscriber:
    """Remembers what was posted to it, and answers `status`."""

    def __init__(self, status=204):
        self.status = status
        self.posts = []

    def __call__(self, address, host, target, headers, body):
        self.posts.append((address, host, target, headers, body))
        return self.status


def test_a_delivery_is_signed_over_its_time_and_body_and_goes_to_the_address_that_was_checked(table):
    subscriber = Subscriber()
    assert deliver_webhook(table, lambda _: [PUBLIC, "93.184.215.15"], subscriber, MESSAGE, NOW)
    ((address, host, target, headers, body),) = subscriber.posts
    assert (address, host, target) == (PUBLIC, "hooks.example.org", "/in?key=1")
    signed = headers["Attendance-Timestamp"].encode() + b"." + body
    assert headers["Attendance-Signature"] == "v1=" + hmac.new(b"s3cret", signed, hashlib.sha256).hexdigest()
    assert headers["Attendance-Timestamp"] == str(int(NOW.timestamp()))
    assert json.loads(body) == {"id": "d" * 16, **CHANGE}


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"], ["169.254.169.254"], ["10.0.0.1"], ["100.64.0.1"], ["192.168.1.1"], ["0.0.0.1"], ["224.0.0.1"],
        ["::1"], ["::ffff:93.184.215.14"], ["::ffff:10.0.0.1"], ["64:ff9b::a00:1"], ["2002:a00:1::"], ["fd00::1"],
        ["fe80::1%eth0"], ["ff02::1"], ["192.0.2.1"], ["255.255.255.255"], [PUBLIC, "10.0.0.1"], [], ["no address"],
    ],
)  # fmt: skip
def test_nothing_is_posted_to_an_address_that_is_not_public(table, addresses):
    subscriber = Subscriber()
    assert not deliver_webhook(table, lambda _: addresses, subscriber, MESSAGE, NOW)
    assert subscriber.posts == []


@given(st.ip_addresses(v=4, network="10.0.0.0/8") | st.ip_addresses(v=6, network="fc00::/7"))
def test_no_private_address_is_public(address):
    assert not is_public(str(address))


def test_public_addresses_of_both_kinds_are_public():
    assert is_public(PUBLIC)
    assert is_public("2606:4700:4700::1111")


@pytest.mark.parametrize("status", [301, 302, 307, 400, 410, 429, 500])
def test_any_answer_but_2xx_brings_the_delivery_again_and_no_redirect_is_followed(table, status):
    subscriber = Subscriber(status)
    with pytest.raises(Unavailable):
        deliver_webhook(table, lambda _: [PUBLIC], subscriber, MESSAGE, NOW)
    assert len(subscriber.posts) == 1


def test_a_subscriber_that_cannot_be_found_or_reached_is_tried_again(table):
    def nowhere(_host):
        raise OSError

    def unreachable(*_args):
        raise TimeoutError

    for resolve, poster in ((nowhere, Subscriber()), (lambda _: [PUBLIC], unreachable)):
        with pytest.raises(Unavailable):
            deliver_webhook(table, resolve, poster, MESSAGE, NOW)


def test_each_secret_that_still_signs_has_its_signature_in_the_header(table):
    before = webhooks.get(table, "1", "w" * 16)
    webhooks.replace(table, before.rotated("n3w", "r", NOW, timedelta(hours=1)), system("test"), NOW)
    for minutes, secrets in ((59, (b"n3w", b"s3cret")), (60, (b"n3w",))):
        subscriber, now = Subscriber(), NOW + timedelta(minutes=minutes)
        assert deliver_webhook(table, lambda _: [PUBLIC], subscriber, MESSAGE, now)
        ((_, _, _, headers, body),) = subscriber.posts
        signed = headers["Attendance-Timestamp"].encode() + b"." + body
        digests = [hmac.new(secret, signed, hashlib.sha256).hexdigest() for secret in secrets]
        assert headers["Attendance-Signature"] == ",".join(f"v1={one}" for one in digests)


def test_a_subscription_that_is_gone_is_dropped_and_an_unknown_message_is_not(table):
    webhooks.remove(table, webhooks.get(table, "1", "w" * 16), system("test"), NOW)
    assert not deliver_webhook(table, lambda _: [PUBLIC], Subscriber(), MESSAGE, NOW)
    with pytest.raises(ValueError, match="version 2"):
        deliver_webhook(table, lambda _: [PUBLIC], Subscriber(), MESSAGE | {"v": 2}, NOW)


class _Plain:
    """TLS left out: what is tested is where the connection goes and under which name."""

    def __init__(self):
        self.names = []

    def wrap_socket(self, plain, server_hostname):
        self.names.append(server_hostname)
        return plain


def serve(answer):
    """A server on a port of its own that answers with `answer(handler)`."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append((self.path, self.headers["Host"], body))
            answer(self)

        def log_message(self, *_args):
            """Silent."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()

    def stop():
        server.shutdown()
        server.server_close()
        thread.join()

    return SimpleNamespace(port=server.server_port, seen=seen, stop=stop)


def test_the_connection_goes_to_the_address_and_speaks_under_the_name():
    server, tls = serve(lambda handler: (handler.send_response(204), handler.end_headers())), _Plain()
    try:
        status = post("127.0.0.1", "hooks.example.org", "/in?key=1", {"X": "1"}, b"{}", port=server.port, context=tls)
    finally:
        server.stop()
    assert status == 204
    assert server.seen == [("/in?key=1", f"hooks.example.org:{server.port}", b"{}")]
    assert tls.names == ["hooks.example.org"]


def test_a_subscriber_that_drips_is_cut_off(monkeypatch):
    monkeypatch.setattr("webhooks.https_post.SECONDS", 0.3)
    over = threading.Event()

    def drip(handler):
        handler.connection.sendall(b"HTTP/1.1 200 ")
        for _ in range(100):
            if over.wait(0.1):
                return
            try:
                handler.connection.sendall(b"O")
            except OSError:
                return

    server = serve(drip)
    try:
        with pytest.raises(TimeoutError):
            post("127.0.0.1", "hooks.example.org", "/", {}, b"{}", port=server.port, context=_Plain())
    finally:
        over.set()
        server.stop()
