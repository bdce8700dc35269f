"""`make doctor` names what is broken and what to do about it, one harm at a time. Needs the emulator; seconds."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from functools import partial
from types import SimpleNamespace

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
KEY = "ab" * 32


class _Answer:
    def __init__(self, status: int) -> None:
        self.status_code, self.ok, self.text = status, status < 400, "what it said"


class _Discord(Application):
    """Discord as an application meets it, where all is well."""

    def __init__(self, *_: object) -> None:
        self.known = {
            "interactions_endpoint_url": f"{API}/discord/interactions",
            "event_webhooks_url": f"{API}/discord/events",
            "flags": 1 << 15,
            "verify_key": KEY,
        }
        self.verified: list[str] = []
        self.in_guilds = [{"id": "1", "name": "Night Watch", "permissions": str(PERMISSIONS)}]
        self.commands = COMMANDS

    def read(self):
        return self.known

    def verify(self, endpoint):
        self.verified.append(endpoint)

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
    target = {
        "Arn": "arn:aws:lambda:us-east-1:000000000000:function:sweep",
        "RoleArn": "arn:aws:iam::000000000000:role/r",
    }
    resources["MinuteSchedule"] = {
        "Type": "AWS::Scheduler::Schedule",
        "Properties": {
            "Name": table,
            "ScheduleExpression": "rate(1 minute)",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": target,
        },
    }
    resources["RemindersLogGroup"] = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": table}}
    template = {"Parameters": {"DiscordPublicKey": {"Type": "String", "Default": KEY.upper()}}, "Resources": resources}
    cloudformation = client("cloudformation")
    cloudformation.create_stack(StackName=table, TemplateBody=json.dumps(template))
    cloudformation.get_waiter("stack_create_complete").wait(StackName=table, WaiterConfig={"Delay": 1})
    _run_the_sweep(client("logs"), table, wiring.now())
    client("secretsmanager").create_secret(Name=table, SecretString=json.dumps(SECRET))
    dynamodb = client("dynamodb")
    settle_new_table(dynamodb, table)
    dynamodb.update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    return Place("local", table, API, client, table, {"SecretId": table})


def _run_the_sweep(logs, group, at):
    """Let the reminders function's log group hold a line of that moment and no other."""
    logs.create_log_stream(logGroupName=group, logStreamName=str(at.timestamp()))
    event = {"timestamp": int(at.timestamp() * 1000), "message": "START"}
    logs.put_log_events(logGroupName=group, logStreamName=str(at.timestamp()), logEvents=[event])


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
    discord.known |= {"interactions_endpoint_url": "https://old.example/discord/interactions", "flags": 0}
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


def test_discord_is_asked_to_sign_a_ping_to_the_address_that_it_has(place, discord):
    assert _said(place, "broken") == []
    assert discord.verified == [f"{API}/discord/interactions"]


def test_a_signed_ping_that_is_not_answered_is_broken(place, discord, monkeypatch):
    def refuse(_endpoint):
        raise DiscordRefused("PATCH /applications/@me: Discord answered 400: could not be verified")

    monkeypatch.setattr(discord, "verify", refuse)
    (broken,) = _said(place, "broken")
    assert broken.startswith("a PING that Discord signs is not answered as it asks")
    assert "could not be verified" in broken


def test_another_public_key_than_discord_signs_with_is_broken(place, discord):
    discord.known["verify_key"] = "cd" * 32
    (broken,) = _said(place, "broken")
    assert broken.startswith("Discord signs with another key than the stack verifies with: put the Public Key")


def test_webhook_events_that_go_elsewhere_deserve_a_look(place, discord):
    discord.known["event_webhooks_url"] = None
    (look,) = _said(place, "look")
    assert look.startswith(f"Discord sends webhook events to None, not to {API}/discord/events")


def test_a_schedule_that_is_switched_off_is_broken(place):
    scheduler = place.client("scheduler")
    found = scheduler.get_schedule(Name=place.table_name)
    same = {name: found[name] for name in ("Name", "ScheduleExpression", "FlexibleTimeWindow", "Target")}
    scheduler.update_schedule(**same, State="DISABLED")
    (broken,) = _said(place, "broken")
    assert broken.startswith("MinuteSchedule is DISABLED: enable it")


def test_a_sweep_that_has_not_run_for_minutes_is_broken_and_in_a_new_stack_not_yet(place, monkeypatch):
    logs = place.client("logs")
    for stream in logs.describe_log_streams(logGroupName=place.table_name)["logStreams"]:
        logs.delete_log_stream(logGroupName=place.table_name, logStreamName=stream["logStreamName"])
    _run_the_sweep(logs, place.table_name, wiring.now() - timedelta(minutes=6))
    assert _said(place, "look")[0].startswith("the sweep has not run yet")
    assert _said(place, "broken") == []
    monkeypatch.setattr(doctor, "YOUNG", timedelta(0))
    (broken,) = _said(place, "broken")
    assert broken.startswith("the sweep has not run for 5 minutes")


class _Paged:
    """A client of AWS whose lists are these."""

    def __init__(self, **lists):
        self._lists = lists

    def get_paginator(self, name):
        return SimpleNamespace(paginate=lambda **_: self._lists[name])


def _on_aws(place, **services):
    """The same stage as if it were on AWS, with services that the emulator lacks."""
    return replace(place, stage="dev", client=lambda name: services.get(name) or place.client(name))


def _alarm(state):
    return {"AlarmName": "attendance-dev-dead-letters", "StateValue": state, "AlarmDescription": "Read it."}


def test_an_alarm_that_is_on_is_broken_with_what_its_description_says_and_in_a_new_stack_worth_a_look(
    place, monkeypatch
):
    watched = _Paged(describe_alarms=[{"MetricAlarms": [_alarm("OK")]}, {"MetricAlarms": [_alarm("ALARM")]}])
    new = list(doctor.alarms(_on_aws(place, cloudwatch=watched)))
    assert [one.state for one in new] == ["look", "look"]
    monkeypatch.setattr(doctor, "YOUNG", timedelta(0))
    found = list(doctor.alarms(_on_aws(place, cloudwatch=watched)))
    assert ("broken", "the alarm attendance-dev-dead-letters is on", "Read it") in found
    assert [one.said for one in found if one.state == "look"] == ["nobody is told of alarms"]


@pytest.mark.parametrize(
    ("hours", "status", "state"), [(29, "COMPLETED", "ok"), (31, "COMPLETED", "look"), (1, "EXPIRED", "look")]
)
def test_a_backup_of_the_last_day_is_looked_for_on_every_page(place, hours, status, state):
    point = {"CreationDate": wiring.now() - timedelta(hours=hours), "Status": status}
    backup = _Paged(list_recovery_points_by_resource=[{"RecoveryPoints": []}, {"RecoveryPoints": [point]}])
    assert [one.state for one in doctor.backups(_on_aws(place, backup=backup))] == ["ok", state]
