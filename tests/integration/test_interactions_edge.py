"""The endpoint itself: signatures, PINGs, webhook events, and what it loads for which request."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from attendance import wiring
from attendance.domain.event import Event
from attendance.errors import Unavailable
from attendance.storage import guilds
from attendance.storage.events import to_item
from attendance.storage.values import item_to_wire
from interactions import app, router
from tests.discord_driver import CONTEXT, GUILD, KEY, NOW, playing, send, signed

ROOT = Path(__file__).parents[2]
PING = b'{"type":1}'


@pytest.fixture
def discord(moto_table, monkeypatch):
    """Discord in front of an empty table."""
    with playing(moto_table, monkeypatch) as discord:
        yield discord


def items(moto_table) -> list:
    client, name = moto_table
    found: list = client.scan(TableName=name)["Items"]
    return found


@pytest.mark.usefixtures("discord")
@pytest.mark.parametrize("plain", [True, False], ids=["plain", "base64"])
@pytest.mark.parametrize("body", [PING, b'\xef\xbb\xbf{\r\n "type": 1 }', '{"type":1,"x":"Grüße 👋"}'.encode()])
def test_a_ping_is_answered_over_its_exact_bytes(plain, body):
    response = app.handler(signed(body, NOW, plain=plain), CONTEXT)
    assert response == {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": '{"type":1}'}


@pytest.mark.usefixtures("discord")
def test_a_thousand_pings_and_probes_are_answered_each_as_it_should_be():
    good = signed(PING, NOW)
    forged = good | {"headers": good["headers"] | {"x-signature-ed25519": "0" * 128}}
    answers = [app.handler(forged if number % 3 else good, CONTEXT)["statusCode"] for number in range(1000)]
    assert answers == [401 if number % 3 else 200 for number in range(1000)]


HEADERS = {
    "no headers": None,
    "empty headers": {},
    "no signature": {"x-signature-timestamp": str(int(NOW.timestamp()))},
    "no timestamp": {"x-signature-ed25519": "0" * 128},
    "odd digits": {"x-signature-ed25519": "0" * 127, "x-signature-timestamp": str(int(NOW.timestamp()))},
    "half a surrogate pair": {"x-signature-ed25519": "\ud800", "x-signature-timestamp": "\udfff"},
    "doubled": {"x-signature-ed25519": "0" * 128 + "," + "0" * 128, "x-signature-timestamp": "1,1"},
}


@pytest.mark.usefixtures("discord")
@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS.keys())
@pytest.mark.parametrize("path", ["/discord/interactions", "/discord/events"])
def test_malformed_headers_are_401_on_both_paths(headers, path):
    assert app.handler(signed(PING, NOW, path=path) | {"headers": headers}, CONTEXT)["statusCode"] == 401


@pytest.mark.usefixtures("discord")
@pytest.mark.parametrize(
    "change",
    [{"body": "\ud800"}, {"isBase64Encoded": True, "body": "no base64!"}, {"body": None}, {"body": '{"type":1} '}],
)
def test_a_body_that_was_not_signed_is_401(change):
    assert app.handler(signed(PING, NOW) | change, CONTEXT)["statusCode"] == 401


@pytest.mark.usefixtures("discord")
def test_header_names_are_read_in_any_case():
    event = signed(PING, NOW)
    headers = {name.title(): value for name, value in event["headers"].items()}
    assert app.handler(event | {"headers": headers}, CONTEXT)["statusCode"] == 200


@pytest.mark.parametrize("minutes", [-10, -6, 6, 10])
def test_a_recorded_request_is_401_later_and_changes_nothing(discord, moto_table, minutes):
    payload = discord.officer().payload(
        2,
        {"name": "settings", "options": [{"name": "setup", "type": 1, "options": [{"name": "zone", "value": "UTC"}]}]},
    )
    event = signed(json.dumps(payload).encode(), NOW)
    discord.now = NOW + timedelta(minutes=minutes)
    assert app.handler(event, CONTEXT)["statusCode"] == 401
    assert items(moto_table) == []
    discord.now = NOW + timedelta(minutes=4 if minutes > 0 else -4)
    assert app.handler(event, CONTEXT)["statusCode"] == 200
    assert [item["entity"]["S"] for item in items(moto_table)] == ["due", "settings"]


@pytest.mark.usefixtures("discord")
@pytest.mark.parametrize("kind", [True, 1.0, "1", None, [], 1e999])
def test_a_type_that_only_resembles_a_number_is_400(kind):
    body = json.dumps({"id": "1", "token": "t", "type": kind}).replace("Infinity", "1e999").encode()
    assert app.handler(signed(body, NOW), CONTEXT)["statusCode"] == 400


@pytest.mark.parametrize("kind", [0, 6, 99, -1])
def test_an_unknown_type_of_interaction_is_out_of_date(discord, kind):
    response = send(discord.member("Nia").payload(kind, {}), NOW)
    assert response["statusCode"] == 200
    assert "out of date" in response["body"]


AUTHORIZED = {
    "version": 1,
    "application_id": "1346912649216131073",
    "type": 1,
    "event": {
        "type": "APPLICATION_AUTHORIZED",
        "timestamp": "2026-11-20T18:42:53.064834",
        "data": {
            "integration_type": 0,
            "scopes": ["applications.commands", "bot"],
            "user": {"id": "818430345216131082", "username": "ada_l", "global_name": "Ada"},
            "guild": {"id": GUILD, "name": "Night Watch", "system_channel_id": "1221083529216131075"},
        },
    },
}


def noticed(payload: object) -> int:
    response = send(payload, NOW, path="/discord/events")
    assert response.get("body", "") == ""
    assert response["headers"]["content-type"] == "application/json"
    status: int = response["statusCode"]
    return status


def test_an_installation_is_noted_once(discord, moto_table):
    assert noticed(AUTHORIZED) == 204
    stored = items(moto_table)
    assert noticed(AUTHORIZED) == 204
    assert items(moto_table) == stored
    found = guilds.get_installation(wiring.table(), discord.guild_id)
    assert found is not None
    assert (found["name"], found["channel_id"]) == ("Night Watch", "1221083529216131075")
    assert datetime.fromisoformat(found["installed_at"]) == datetime(2026, 11, 20, 18, 42, 53, 64000, tzinfo=UTC)


def test_a_late_notice_does_not_undo_a_newer_one(discord):
    newer = json.loads(json.dumps(AUTHORIZED).replace("18:42:53", "19:42:53").replace("Night Watch", "Day Watch"))
    assert [noticed(newer), noticed(AUTHORIZED)] == [204, 204]
    found = guilds.get_installation(wiring.table(), discord.guild_id)
    assert found is not None
    assert found["name"] == "Day Watch"


@pytest.mark.usefixtures("discord")
@pytest.mark.parametrize(
    "payload",
    [
        {"version": 1, "application_id": "1", "type": 0},
        {
            "type": 1,
            "event": {
                "type": "APPLICATION_DEAUTHORIZED",
                "timestamp": "2026-11-20T18:42:53",
                "data": {"user": {"id": "1"}},
            },
        },
        {
            "type": 1,
            "event": {
                "type": "APPLICATION_AUTHORIZED",
                "timestamp": "2026-11-20T18:42:53",
                "data": {"scopes": ["identify"]},
            },
        },
        {"type": 1, "event": {"type": "APPLICATION_AUTHORIZED", "timestamp": "soon", "data": {"guild": {"id": GUILD}}}},
        {
            "type": 1,
            "event": {
                "type": "APPLICATION_AUTHORIZED",
                "timestamp": "2026-11-20T18:42:53",
                "data": {"guild": {"id": "../x"}},
            },
        },
        {"type": 1, "event": {"type": "SOMETHING_NEW", "timestamp": "2026-11-20T18:42:53"}},
        {"type": 1, "event": []},
        {"type": 7},
        {},
    ],
)
def test_any_other_notice_is_acknowledged_and_changes_nothing(payload, moto_table):
    assert noticed(payload) == 204
    assert items(moto_table) == []


@pytest.mark.usefixtures("discord")
def test_a_notice_that_could_not_be_noted_is_to_be_sent_again(monkeypatch):
    def busy() -> None:
        raise Unavailable("busy")

    monkeypatch.setattr(wiring, "table", busy)
    assert noticed(AUTHORIZED) == 503


LOADED = """
import json, sys
from interactions import app
class Context: aws_request_id = "r"
response = app.handler(json.load(sys.stdin), Context())
print(json.dumps([response, sorted(sys.modules)]))
"""
IMPORTED = """
import importlib, json, sys
for name in json.load(sys.stdin): importlib.import_module(name)
print(json.dumps([None, sorted(sys.modules)]))
"""
HEAVY = {
    "aws_lambda_powertools", "dateparser", "fastapi", "icalendar", "jinja2", "jwt", "moto", "pydantic", "reportlab",
    "requests", "xlsxwriter",
}  # fmt: skip


def loaded_by(event: dict | list[str], script: str = LOADED, **environment: str) -> tuple[dict, set[str]]:
    """What a fresh process answers to one request, and the modules that it has loaded then."""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ
        | {"PYTHONPATH": os.pathsep.join(map(str, (ROOT / "functions", ROOT / "layers" / "core")))}
        | {"DISCORD_PUBLIC_KEY": KEY.verify_key.encode().hex(), **environment},
        input=json.dumps(event),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    response, modules = json.loads(done.stdout)
    return response, set(modules)


def test_a_ping_loads_neither_boto3_nor_any_service():
    response, loaded = loaded_by(signed(PING, datetime.now(UTC)))
    assert response["body"] == '{"type":1}'
    unwanted = {"boto3", "botocore", "attendance.services", "attendance.storage", "interactions.router", "dataclasses"}
    assert loaded & (unwanted | HEAVY) == set()


def test_no_command_but_help_loads_what_describes_them_all_nor_anything_heavy():
    modules = sorted({*router.COMMANDS.values(), *router.ACTIONS.values()} - {router.COMMANDS["help"]})
    _, loaded = loaded_by(modules, script=IMPORTED)
    assert loaded & ({"attendance.discord.commands", "dateutil", "boto3"} | HEAVY) == set()


@contextlib.contextmanager
def answering(body: dict):
    """The address of a DynamoDB that gives the same answer to every request, and counts them."""
    counted: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["content-length"]))
            counted.append(self.headers["x-amz-target"])
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", counted
    server.shutdown()
    server.server_close()


def test_a_click_makes_one_request_and_loads_nothing_heavy(discord):
    event = Event(
        guild_id=GUILD, event_id="0123456789abcdef", title="Raid", game="", starts_at=NOW, ends_at=NOW, zone="UTC",
        channel_id="1", created_by="2",
    )  # fmt: skip
    payload = discord.member("Nia").payload(3, {"custom_id": "v1:yes:0123456789abcdef:going", "component_type": 2})
    click = signed(json.dumps(payload).encode(), datetime.now(UTC))
    with answering({"Attributes": item_to_wire(to_item(event))}) as (address, counted):
        response, loaded = loaded_by(click, TABLE_NAME="t", AWS_ENDPOINT_URL=address)
    assert json.loads(response["body"])["data"]["embeds"][0]["title"] == "Raid"
    assert counted == ["DynamoDB_20120810.UpdateItem"]
    unwanted = {"interactions.commands", "interactions.components.late", "attendance.services.events", "zoneinfo"}
    unwanted |= {"attendance.discord.locales", "attendance.domain.timetext"}
    assert loaded & (unwanted | HEAVY) == set()
