"""`make doctor` names what is broken and what to do about it, one harm at a time. Needs the emulator; seconds."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial

import boto3
import pytest
import requests

from attendance import wiring
from attendance.discord.commands import COMMANDS
from attendance.discord.install import PERMISSIONS
from attendance.domain.due import Due
from attendance.storage import dues, shape
from infra import doctor
from infra.doctor import examine
from infra.new_table import settle_new_table
from infra.places import Place
from infra.register_commands import Application, DiscordRefused

pytestmark = pytest.mark.ministack
QUEUES = ("NotificationsQueue", "NotificationsDeadLetterQueue", "ReportsQueue", "ReportsDeadLetterQueue")
SECRET = {"bot_token": "t" * 70, "client_secret": "c" * 32, "token_keys": {"k1": "x" * 40}}
API = "https://api.example"


class _Answer:
    def __init__(self, status: int) -> None:
        self.status_code, self.ok, self.text = status, status < 400, "what it said"


class _Discord(Application):
    """Discord as an application meets it, where all is well."""

    def __init__(self, *_: object) -> None:
        self.known = {"interactions_endpoint_url": f"{API}/discord/interactions", "flags": 1 << 15}
        self.in_guilds = [{"id": "1", "name": "Night Watch", "permissions": str(PERMISSIONS)}]
        self.commands = COMMANDS

    def read(self):
        return self.known

    def has(self, commands):
        return commands == self.commands

    def guilds(self):
        return iter(self.in_guilds)


@pytest.fixture
def discord(monkeypatch):
    found = _Discord()
    monkeypatch.setattr(doctor, "Application", lambda *_: found)
    return found


@pytest.fixture(autouse=True)
def well(monkeypatch):
    """The API as it answers when all is well."""
    monkeypatch.setattr(requests, "get", lambda *_, **__: _Answer(200))
    monkeypatch.setattr(requests, "post", lambda *_, **__: _Answer(401))


@pytest.fixture
def place(ministack, ministack_table, discord):  # noqa: ARG001 - it stands in for Discord
    """A stage on which nothing is wrong."""
    client = partial(
        boto3.client,
        endpoint_url=ministack,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    _, table = ministack_table
    resources = {name: {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": f"{table}-{name}"}} for name in QUEUES}
    cloudformation = client("cloudformation")
    cloudformation.create_stack(StackName=table, TemplateBody=json.dumps({"Resources": resources}))
    cloudformation.get_waiter("stack_create_complete").wait(StackName=table, WaiterConfig={"Delay": 1})
    client("secretsmanager").create_secret(Name=table, SecretString=json.dumps(SECRET))
    dynamodb = client("dynamodb")
    settle_new_table(dynamodb, table)
    dynamodb.update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    return Place("local", table, API, client, table, {"SecretId": table})


def _said(place, state):
    return [f"{said}: {mend}" for found, said, mend in examine(place) if found == state]


def test_a_healthy_stage_has_nothing_to_mend(place):
    assert _said(place, "broken") == _said(place, "look") == []
    assert len(_said(place, "ok")) >= 10


def test_an_api_that_does_not_answer_is_broken_and_the_rest_is_looked_at_all_the_same(place, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise requests.ConnectionError("no route")

    monkeypatch.setattr(requests, "get", refuse)
    (broken,) = _said(place, "broken")
    assert "The API answers" in broken
    assert "no route" in broken
    assert any("shape" in one for one in _said(place, "ok"))


def test_an_endpoint_that_lets_unsigned_interactions_in_is_broken(place, monkeypatch):
    monkeypatch.setattr(requests, "post", lambda *_, **__: _Answer(200))
    assert [one.partition(":")[0] for one in _said(place, "broken")] == [
        "an unsigned interaction is answered with 200, not 401"
    ]


@pytest.mark.parametrize("missing", sorted(SECRET))
def test_an_incomplete_secret_is_named_by_its_part_and_not_shown(place, missing):
    secret = {name: value for name, value in SECRET.items() if name != missing}
    place.client("secretsmanager").put_secret_value(SecretId=place.table_name, SecretString=json.dumps(secret))
    (broken,) = _said(place, "broken")
    assert f"no {missing}" in broken
    assert "make secrets STAGE=local" in broken
    assert "t" * 70 not in str(list(examine(place)))


def test_a_token_that_discord_refuses_is_broken(place, discord, monkeypatch):
    def refuse():
        raise DiscordRefused("GET /applications/@me: Discord answered 401: Unauthorized")

    monkeypatch.setattr(discord, "read", refuse)
    (broken,) = _said(place, "broken")
    assert "401" in broken


def test_commands_of_another_version_are_broken(place, discord):
    discord.commands = COMMANDS[1:]
    assert [one.partition(":")[0] for one in _said(place, "broken")] == [
        "the commands at Discord are not those of this version"
    ]


def test_another_address_at_discord_and_a_missing_intent_deserve_a_look(place, discord):
    discord.known = {"interactions_endpoint_url": "https://old.example/discord/interactions", "flags": 0}
    address, intent = _said(place, "look")
    assert "old.example" in address
    assert "Server Members Intent" in intent


def test_a_guild_where_the_bot_lacks_permissions_is_named_with_them(place, discord):
    lacking = PERMISSIONS & ~(1 << 14 | 1 << 44)
    discord.in_guilds += [
        {"id": "2", "name": "Other", "permissions": str(lacking)},
        {"id": "3", "name": "Admins", "permissions": str(1 << 3)},
    ]
    (said,) = _said(place, "look")
    assert said.startswith("in Other (2) the bot lacks Embed Links, Create Events")
    assert any("2 of 3 guilds" in one for one in _said(place, "ok"))


def test_every_permission_that_the_bot_asks_for_has_a_name():
    assert sum(1 << bit for bit in doctor._PERMISSION_NAMES) == PERMISSIONS


def test_given_up_messages_are_broken_with_the_queue_named(place):
    url = place.client("sqs").get_queue_url(QueueName=f"{place.table_name}-ReportsDeadLetterQueue")["QueueUrl"]
    place.client("sqs").send_message(QueueUrl=url, MessageBody="{}")
    assert [one.partition(":")[0] for one in _said(place, "broken")] == [
        "1 messages were given up in ReportsDeadLetterQueue"
    ]


def test_what_is_long_overdue_says_that_the_schedule_does_not_run(place):
    at = wiring.now() - timedelta(minutes=6)
    place.table().put(dues.put_due(Due(guild_id="1", event_id="2", kind="close", at=at)))
    (broken,) = _said(place, "broken")
    assert broken.startswith("something has been due since")


def test_recovery_that_is_off_is_broken(place):
    place.dynamodb().update_continuous_backups(
        TableName=place.table_name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
    )
    assert [one.partition(":")[0] for one in _said(place, "broken")] == ["point-in-time recovery is off"]


def test_an_older_shape_deserves_a_look_and_a_newer_one_is_broken(place):
    shape.lower_to(place.table(), 1)
    assert "make migrate STAGE=local" in _said(place, "look")[0]
    shape.raise_to(place.table(), shape.CURRENT + 1)
    assert "newer than this software" in _said(place, "broken")[0]
