"""`make run`'s parts: settings, ports, the emulator's memory, the door. Needs the emulator for two tests; seconds."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
import pytest
import requests
from botocore.exceptions import ClientError

from infra.local.door import Door
from infra.local.emulator import Emulator, EmulatorFailed, free_port
from infra.local.settings import ROOT, SHAPES, WrongSetting, parse_env, read
from tests.stacks import run_command, stack_environment
from tests.tables import create_table

REAL = {
    "DISCORD_APPLICATION_ID": "123456789012345678",
    "DISCORD_PUBLIC_KEY": "ab" * 32,
    "DISCORD_BOT_TOKEN": "t" * 70,
    "DISCORD_CLIENT_SECRET": "s" * 32,
}
NO_FILE = Path("/no/such/.env")


def test_without_settings_the_stand_in_plays_discord_on_the_usual_ports():
    settings = read({}, NO_FILE)
    assert settings.discord is None
    assert (settings.port, settings.discord_port, settings.public_port) == (4566, 4570, 8080)
    assert settings.state == ROOT / ".local"


def test_the_environment_wins_over_the_file(tmp_path):
    (tmp_path / ".env").write_text("ATTENDANCE_PORT=5000\nATTENDANCE_DISCORD_PORT=5001\n")
    settings = read({"ATTENDANCE_PORT": "6000"}, tmp_path / ".env")
    assert (settings.port, settings.discord_port) == (6000, 5001)


def test_a_real_application_is_read_with_its_address():
    settings = read({**REAL, "PUBLIC_URL": "https://guild.example/"}, NO_FILE)
    assert settings.discord is not None
    assert settings.discord.public_url == "https://guild.example"
    assert settings.discord.bot_token == "t" * 70


@pytest.mark.parametrize("missing", sorted(set(REAL) - {"DISCORD_BOT_TOKEN"}))
def test_a_token_without_the_other_discord_settings_names_what_is_missing(missing):
    with pytest.raises(WrongSetting, match=f"but {missing} not"):
        read({name: value for name, value in REAL.items() if name != missing}, NO_FILE)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DISCORD_APPLICATION_ID", "my app"),
        ("DISCORD_PUBLIC_KEY", "abc"),
        ("DISCORD_BOT_TOKEN", "short"),
        ("PUBLIC_URL", "http://guild.example"),
        ("PUBLIC_URL", "https://guild.example/path"),
        ("ATTENDANCE_PORT", "http"),
        ("DASHBOARD_ORIGINS", "http://localhost:3000/"),
    ],
)
def test_a_misshapen_setting_is_named_with_what_it_should_be(name, value):
    with pytest.raises(WrongSetting, match=f"{name} in .env is not right: it should be"):
        read({**REAL, name: value}, NO_FILE)


def test_a_misshapen_secret_is_not_shown():
    with pytest.raises(WrongSetting) as wrong:
        read({**REAL, "DISCORD_BOT_TOKEN": "not a token"}, NO_FILE)
    assert "not a token" not in str(wrong.value)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [("ATTENDANCE_PORT 5000", "line 2: write NAME=value"), ("PORT=5000", "line 2: PORT is not a setting")],
)
def test_a_line_that_is_no_setting_is_pointed_at(line, complaint):
    with pytest.raises(WrongSetting, match=complaint):
        parse_env(f"# mine\n{line}\n")


def test_quotes_spaces_remarks_and_export_are_understood():
    text = "\n# a remark\nexport PUBLIC_URL = 'https://guild.example'\nDISCORD_PUBLIC_KEY=\"ab\"\nATTENDANCE_PORT=\n"
    assert parse_env(text) == {
        "PUBLIC_URL": "https://guild.example",
        "DISCORD_PUBLIC_KEY": "ab",
        "ATTENDANCE_PORT": "",
    }


def test_the_example_shows_every_setting_and_starts_with_the_stand_in():
    example = parse_env((ROOT / ".env.example").read_text())
    assert set(example) == set(SHAPES)
    assert read(example, NO_FILE).discord is None


def test_a_taken_port_is_told_in_one_sentence_with_the_way_out(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = run_command(stack_environment(tmp_path, ATTENDANCE_PORT=str(port)))
    assert refused.returncode == 1
    assert f"Port {port} is taken by another program: end that one, or set ATTENDANCE_PORT" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_wrong_setting_is_told_in_one_sentence(tmp_path):
    refused = run_command(stack_environment(tmp_path, ATTENDANCE_PORT="many"))
    assert refused.returncode == 1
    assert refused.stderr == "ATTENDANCE_PORT in .env is not right: it should be a port number.\n"


def test_stopping_what_does_not_run_is_no_mistake(tmp_path):
    answer = run_command(stack_environment(tmp_path), "--stop")
    assert (answer.returncode, answer.stdout) == (0, "It is not running.\n")


@pytest.mark.ministack
def test_the_emulator_keeps_what_was_written_over_a_restart(tmp_path):
    for first in (True, False):
        with Emulator(free_port(), tmp_path) as emulator:
            dynamodb = boto3.client("dynamodb", endpoint_url=emulator.url)
            if first:
                create_table(dynamodb, "kept")
                dynamodb.put_item(TableName="kept", Item={"pk": {"S": "a"}, "sk": {"S": "b"}})
            else:
                assert dynamodb.get_item(TableName="kept", Key={"pk": {"S": "a"}, "sk": {"S": "b"}})["Item"]


@pytest.mark.ministack
def test_a_page_of_a_dashboard_may_ask_the_emulator_before_it_calls_and_no_other(tmp_path):
    origin = "http://localhost:3000"
    with Emulator(free_port(), tmp_path, keep=False, origins=(origin, "http://127.0.0.1:3000")) as emulator:
        api = boto3.client("apigatewayv2", endpoint_url=emulator.url).create_api(Name="web", ProtocolType="HTTP")
        url = f"{emulator.url}/_aws/execute-api/{api['ApiId']}/$default/api/v1/guilds"
        allowed = {
            asked: requests.options(url, headers={"Origin": asked}, timeout=10).headers.get(
                "Access-Control-Allow-Origin"
            )
            for asked in (origin, "http://127.0.0.1:3000", f"{origin}.evil.example", "https://evil.example", "null")
        }
    assert {asked for asked, answer in allowed.items() if answer == asked} == {origin, "http://127.0.0.1:3000"}
    assert {answer for answer in allowed.values() if answer} == {origin, "http://127.0.0.1:3000"}


@pytest.mark.ministack
def test_an_emulator_that_cannot_start_says_why(tmp_path, ministack):
    port = int(ministack.rsplit(":", 1)[1])
    with pytest.raises(EmulatorFailed, match=f"Port {port} is taken"):
        Emulator(port, tmp_path).start()


@pytest.mark.ministack
def test_the_emulator_holds_functions_to_their_roles(ministack):
    assert requests.get(f"{ministack}/_ministack/health", timeout=10).json()["auth"] == "enabled"


class Echo(BaseHTTPRequestHandler):
    """Answers with what it was asked."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.send_response(201)
        self.send_header("X-Path", self.path)
        self.send_header("X-Signature", self.headers.get("X-Signature-Ed25519", ""))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):  # noqa: A002 - the base class's name
        pass


@pytest.fixture(scope="module")
def door():
    api = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=api.serve_forever, daemon=True).start()
    door = Door(0, api.server_address[1], "/_aws/execute-api/a1/$default")
    door.open()
    yield door.server_address[1]
    door.shutdown()
    door.server_close()
    api.shutdown()
    api.server_close()


def ask(port: int, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None):
    """The answer's status, headers and body; the path goes out as it is written."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request(method, path, body, headers or {})
        with connection.getresponse() as answer:
            return answer.status, dict(answer.headers), answer.read()


def test_the_door_passes_the_apis_paths_with_body_and_signature_unchanged(door):
    sent = b'{"type": 1}'
    status, headers, body = ask(door, "POST", "/discord/interactions?a=b", sent, {"X-Signature-Ed25519": "5e"})
    assert (status, body) == (201, sent)
    assert headers["X-Path"] == "/_aws/execute-api/a1/$default/discord/interactions?a=b"
    assert headers["X-Signature"] == "5e"


@pytest.mark.parametrize(
    "path", ["/", "/_ministack/health", "/_aws/execute-api/a1/live", "/discord", "/api/../_ministack", "/healthy"]
)
def test_the_door_lets_nothing_else_through(door, path):
    assert ask(door, "POST", path)[0] == 404


def test_the_door_refuses_a_body_larger_than_the_gateway_takes(door):
    assert ask(door, "POST", "/api/v1/x", headers={"Content-Length": str(11 * 1024 * 1024)})[0] == 413


def test_the_door_says_so_when_the_system_behind_it_is_down():
    door = Door(0, free_port(), "/")
    door.open()
    assert ask(door.server_address[1], "POST", "/api/v1/guilds")[0] == 502
    door.shutdown()
    door.server_close()


@pytest.mark.ministack
def test_who_may_send_one_message_may_send_several_at_once_and_nobody_else_may(ministack):
    given = {"endpoint_url": ministack, "region_name": "us-east-1"}
    url = boto3.client("sqs", **given).create_queue(QueueName="for-batches")["QueueUrl"]
    sent: dict = {}
    for action in ("sqs:SendMessage", "sqs:ReceiveMessage"):
        iam = boto3.client("iam", **given)
        name = action.partition(":")[2]
        iam.create_user(UserName=name)
        statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        iam.put_user_policy(UserName=name, PolicyName="its", PolicyDocument=json.dumps(policy))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        own = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
        try:
            entries = [{"Id": str(one), "MessageBody": "{}"} for one in range(2)]
            done = boto3.client("sqs", **given, **own).send_message_batch(QueueUrl=url, Entries=entries)
            sent[action] = len(done["Successful"])
        except ClientError as error:
            sent[action] = error.response["Error"]["Code"]
    assert sent == {"sqs:SendMessage": 2, "sqs:ReceiveMessage": "AccessDenied"}
