"""No token, code, ticket or secret in any log line, whatever goes well, is refused or breaks; DEBUG included.

Every secret that a flow hands out or is shown is a canary. Lines are looked at as they are written, with all facts
and tracebacks, by whichever library.
"""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from datetime import timedelta

import pytest

import webhooks.app
from attendance import wiring
from attendance.services.webhook_deliveries import reference
from attendance.storage import webhook_deliveries
from attendance.telemetry import log
from tests.dashboard_driver import MEMBER, OWNER, query_of
from tests.stories import GUILD
from tests.unit.dashboard.test_sign_in import COOKIE
from tests.unit.dashboard.test_webhooks import delivery
from tests.workers import CONTEXT, Faults, QueueInMemory

VERIFIER = "canary-verifier-" + "v" * 40
WEBHOOKS = f"/api/v1/guilds/{GUILD}/webhooks"
KEYS = f"/api/v1/guilds/{GUILD}/keys"
URL = "https://hooks.example.org/canary-path?key=canary-query"
OF_THE_TEST = ("httpx", "httpcore", "hypothesis")
"""Loggers of the test's own client, which is no part of the service."""


class Secrets:
    """All canaries so far, and the lines in which one was found."""

    def __init__(self, caplog):
        self.caplog = caplog
        self.known = {VERIFIER, "canary-path", "canary-query", f"code-of-{MEMBER}", f"code-of-{OWNER}"}

    def add(self, *secrets):
        self.known.update(secrets)
        self.known.update(secret.rpartition(".")[2] for secret in secrets if "." in secret)  # a token's signature
        return secrets[0]

    def lines(self):
        formatter = log().registered_formatter
        for record in self.caplog.records:
            if not record.name.startswith(OF_THE_TEST):
                yield formatter.format(record) + " " + str(record.__dict__)

    def leaks(self):
        return [(secret, line) for line in self.lines() for secret in self.known if secret in line]


@pytest.fixture
def canaries(caplog, monkeypatch):
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    log.cache_clear()
    caplog.set_level(logging.DEBUG)
    log().setLevel(logging.DEBUG)
    yield Secrets(caplog)
    log.cache_clear()


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def sign_in(dashboard, canaries):
    """Sign in, with every wrong turn on the way; returns the tokens."""
    browser, other = dashboard.browser(), dashboard.browser()
    begun = query_of(dashboard.begin(browser, VERIFIER))
    canaries.add(begun["state"], browser.cookies[COOKIE])
    query = {"state": begun["state"], "code": f"code-of-{MEMBER}"}
    code = canaries.add(query_of(browser.get("/auth/callback", params=query))["code"])
    browser.get("/auth/callback", params=query)
    foreign = query_of(dashboard.begin(dashboard.browser(), VERIFIER))["state"]
    other.get("/auth/callback", params={"state": canaries.add(foreign), "code": f"code-of-{MEMBER}"})
    answer = dashboard.client.post("/auth/token", json={"code": code, "code_verifier": VERIFIER})
    dashboard.client.post("/auth/token", json={"code": code, "code_verifier": VERIFIER})
    tokens = answer.json()
    canaries.add(tokens["access_token"], tokens["refresh_token"])
    return tokens


def keep_and_end(dashboard, canaries, tokens):
    """Refresh, show the old token, be signed out, show everything again."""
    show = {"refresh_token": tokens["refresh_token"]}
    renewed = dashboard.client.post("/auth/refresh", json=show).json()
    canaries.add(renewed["access_token"], renewed["refresh_token"])
    dashboard.get(None, "/api/v1/sessions", **bearer(renewed["access_token"]))
    dashboard.get(None, "/api/v1/me", **bearer(renewed["access_token"][:-2] + "xx"))
    dashboard.now += timedelta(minutes=11)
    dashboard.get(None, "/api/v1/me", **bearer(renewed["access_token"]))
    for path in ("/auth/refresh", "/auth/refresh", "/auth/logout"):
        dashboard.client.post(path, json=show)
    dashboard.client.post("/auth/refresh", json={"refresh_token": renewed["refresh_token"]})
    other = dashboard.sign_in(MEMBER)
    canaries.add(other.access, other.refresh)
    dashboard.call(None, "DELETE", "/api/v1/sessions", **bearer(other.access))
    dashboard.get(None, "/api/v1/me", **bearer(other.access))


def use_keys(dashboard, canaries):
    """Make a key, read and write with it, revoke it, use it again."""
    made = dashboard.post(OWNER, KEYS, {"name": "Sheet", "scopes": []}).json()
    canaries.add(made["key"], made["key"].removeprefix("atk_"))
    for method, path in (("GET", "/events"), ("POST", "/events"), ("GET", "/settings")):
        dashboard.call(None, method, f"/api/v1/guilds/{GUILD}{path}", **bearer(made["key"]))
    dashboard.call(OWNER, "DELETE", f"{KEYS}/{made['key_id']}")
    dashboard.get(None, f"/api/v1/guilds/{GUILD}/events", **bearer(made["key"]))


def listen(dashboard, canaries):
    """Open a socket, once and again, from the wrong page, and say nonsense."""
    ticket = canaries.add(dashboard.post(OWNER, f"/api/v1/guilds/{GUILD}/ticket").json()["ticket"])
    for origin in ("https://evil.example", None):
        dashboard.socket(ticket, origin)
    connection_id, _ = dashboard.socket(ticket)
    dashboard.socket(ticket)
    dashboard.said(connection_id, "subscribe", guild_id=GUILD, ticket=ticket)
    dashboard.said(connection_id, "ping")
    dashboard.said(connection_id, ticket)
    dashboard.say(connection_id, "$default", "{" + ticket)
    dashboard.say(connection_id, "$disconnect")


def send(dashboard, canaries, monkeypatch):
    """Subscribe, take a new secret, deliver to whoever answers, breaks off or is not there, replay."""
    hook = dashboard.post(OWNER, WEBHOOKS, {"url": URL, "topics": ["event"]}).json()
    canaries.add(hook["secret"])
    path = f"{WEBHOOKS}/{hook['webhook_id']}"
    canaries.add(dashboard.post(OWNER, f"{path}/secret", {}).json()["secret"])
    queue = QueueInMemory(lambda: dashboard.now, Faults())
    monkeypatch.setattr(wiring, "queue", {"webhooks": queue}.__getitem__)

    def post(_address, _host, _target, headers, _body):
        canaries.add(headers["Attendance-Signature"].partition(",")[0].removeprefix("v1="))
        outcome = outcomes.pop()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    outcomes = [204, 500, ConnectionError(URL), TimeoutError(URL), RuntimeError("broken")]
    monkeypatch.setattr(webhooks.app, "post", post)
    monkeypatch.setattr(webhooks.app, "resolve", lambda _host: ["93.184.215.14"])
    for number in range(len(outcomes)):
        one = delivery(dashboard, hook, number, status="failed")
        dashboard.post(OWNER, f"{path}/deliveries/{one}/replay")
        found = webhook_deliveries.get(dashboard.table, GUILD, hook["webhook_id"], one)
        message = reference(found, "r" * 16)
        webhooks.app.handler({"Records": [{"messageId": "1", "body": json.dumps(message)}]}, CONTEXT)
    dashboard.call(OWNER, "PATCH", path, {"url": f"{URL}#canary-query"})
    dashboard.call(OWNER, "DELETE", path)


def break_everything(dashboard, canaries, moto_table):
    """Show every secret once more while the table is gone."""

    def broken(**_request):
        raise RuntimeError("the network broke")

    moto_table[0].meta.events.register_first("before-send.dynamodb", broken)
    try:
        for secret in sorted(canaries.known):
            dashboard.get(None, "/api/v1/me", **bearer(secret))
            dashboard.client.post("/auth/refresh", json={"refresh_token": secret})
            dashboard.client.post("/auth/token", json={"code": secret, "code_verifier": secret})
            dashboard.client.get("/auth/callback", params={"state": secret, "code": secret})
            dashboard.get(None, f"/api/v1/guilds/{GUILD}/events", **bearer(secret))
            dashboard.socket(secret)
    finally:
        moto_table[0].meta.events.unregister("before-send.dynamodb", broken)


def test_no_log_line_holds_a_secret(dashboard, canaries, moto_table, monkeypatch):
    keep_and_end(dashboard, canaries, sign_in(dashboard, canaries))
    use_keys(dashboard, canaries)
    listen(dashboard, canaries)
    send(dashboard, canaries, monkeypatch)
    monkeypatch.setattr("dashboard.deps.SIGN_IN_REQUESTS_A_MINUTE", 10_000)
    break_everything(dashboard, canaries, moto_table)

    assert canaries.leaks() == []
    said = {record.message for record in canaries.caplog.records}
    assert {
        "refused",
        "unhandled",
        "refresh_token_reused",
        "signed_out_everywhere",
        "webhook_tried",
        "message_failed",
    } <= said


def test_a_canary_in_a_fact_a_text_or_a_traceback_would_be_found(canaries):
    for secret, write in (
        ("canary-fact", lambda: log().info("x", extra={"fact": {"deep": ["canary-fact"]}})),
        ("canary-text", lambda: logging.getLogger("botocore").warning("to %s", "canary-text")),
    ):
        write()
        assert canaries.leaks() == []
        canaries.add(secret)
        assert canaries.leaks()
        canaries.known.remove(secret)
    with suppress(ValueError):
        try:
            int("canary-traceback")
        except ValueError:
            log().exception("unhandled")
            raise
    canaries.add("canary-traceback")
    assert canaries.leaks()
