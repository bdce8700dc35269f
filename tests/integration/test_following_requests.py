"""One id follows a request from the click to the worker's log; metrics are lines that CloudWatch reads. Costs seconds."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from types import SimpleNamespace

import boto3
import pytest
import requests

import notifications.app
from attendance.aws.queue import SqsQueue
from attendance.domain.due import Due
from attendance.errors import Stopped, Unavailable
from attendance.services.queue_batches import work_through
from attendance.storage import dues
from attendance.telemetry import correlated, correlation_id, log, measure
from tests.discord_driver import Discord
from tests.stories import GUILD, NOW, raid
from tests.workers import CONTEXT, Workers

INTERACTION = "1575461169873813504"


@pytest.fixture
def workers(monkeypatch, moto_table):
    return Workers(monkeypatch, moto_table[1])


@pytest.fixture
def queue(workers):
    """A queue as AWS has it, in the place of the one in memory."""
    sqs = boto3.client("sqs", region_name="us-east-1")
    url = sqs.create_queue(QueueName="notifications")["QueueUrl"]
    workers.queues["notifications"] = SqsQueue(sqs, url)

    def received():
        asked = {"QueueUrl": url, "MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"]}
        return sqs.receive_message(**asked).get("Messages", [])

    return SimpleNamespace(queue=workers.queues["notifications"], received=received)


@pytest.fixture
def logged(caplog, monkeypatch):
    """What has been logged, as the lines' own facts."""
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    log.cache_clear()
    caplog.set_level(logging.DEBUG)
    log().setLevel(logging.DEBUG)
    formatter = log().registered_formatter

    def lines(message):
        found = [json.loads(formatter.format(one)) for one in caplog.records if one.name == "attendance-tracker"]
        return [line for line in found if line["message"] == message]

    yield lines
    log.cache_clear()


def measured(capsys):
    """The metrics that have been printed: (namespace, name, value)."""
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith('{"_aws"')]
    return [
        (metrics["Namespace"], one["Name"], *line[one["Name"]])
        for line in lines
        for metrics in line["_aws"]["CloudWatchMetrics"]
        for one in metrics["Metrics"]
    ]


def as_lambda_shows(message):
    attributes = {
        name: {"stringValue": one["StringValue"], "dataType": one["DataType"]}
        for name, one in message.get("MessageAttributes", {}).items()
    }
    return {"messageId": message["MessageId"], "body": message["Body"], "messageAttributes": attributes}


def test_the_id_of_a_click_is_in_the_workers_log(workers, queue, logged, monkeypatch):
    event = raid(workers.table)
    workers.records()
    monkeypatch.setattr("attendance.services.cards.REDRAW_AFTER", 0)
    monkeypatch.setattr("interactions.app._verifier", lambda: SimpleNamespace(accepts=lambda *_: True))
    Discord(now=NOW).member("Nia").click(f"v1:yes:{event.event_id}:tank", interaction_id=INTERACTION)
    workers.follow(workers.records())
    messages = queue.received()
    assert [one["MessageAttributes"]["correlation_id"]["StringValue"] for one in messages] == [INTERACTION]
    notifications.app.handler({"Records": [as_lambda_shows(one) for one in messages]}, CONTEXT)
    (done,) = logged("message_done")
    assert (done["correlation_id"], done["kind"]) == (INTERACTION, "card")


def test_the_id_of_a_click_is_in_the_log_of_its_failure(logged, monkeypatch):
    monkeypatch.setattr("interactions.app._verifier", lambda: SimpleNamespace(accepts=lambda *_: True))
    monkeypatch.setattr("interactions.router._reply", lambda _interaction: 1 / 0)
    Discord(now=NOW).member("Nia").click("v1:yes:0123456789abcdef:tank", interaction_id=INTERACTION)
    (failed,) = logged("interaction_failed")
    assert failed["correlation_id"] == INTERACTION
    assert not correlation_id()


def test_a_batch_to_the_queue_names_the_request_on_every_message(queue):
    with correlated("one"):
        queue.queue.send_all([{"n": 1}, {"n": 2}])
    assert [one["MessageAttributes"]["correlation_id"]["StringValue"] for one in queue.received()] == ["one", "one"]


def test_a_message_without_a_request_goes_as_before_and_is_followed_by_its_own_id(queue, logged):
    queue.queue.send({"n": 1})
    (message,) = queue.received()
    assert "MessageAttributes" not in message
    work_through([as_lambda_shows(message)], lambda _message, _id: None)
    assert logged("message_done")[0]["correlation_id"] == message["MessageId"]


def test_messages_that_are_worked_on_together_keep_their_requests_apart(logged):
    records = [
        {"messageId": f"m{number}", "body": json.dumps({"kind": str(number)}),
         "messageAttributes": {"correlation_id": {"stringValue": f"request {number}"}}}
        for number in range(8)
    ]  # fmt: skip
    work_through(records, lambda _message, _id: None, at_once=4)
    assert {line["kind"]: line["correlation_id"] for line in logged("message_done")} == {
        str(number): f"request {number}" for number in range(8)
    }


def test_what_the_sweep_hands_on_is_followed_by_what_was_due(workers, queue):
    event = raid(workers.table)
    workers.table.put(dues.put_due(Due(guild_id=GUILD, event_id=event.event_id, kind="confirm_begins", at=NOW)))
    workers.now = NOW + timedelta(minutes=2)
    workers.sweep()
    (message,) = queue.received()
    attribute = message["MessageAttributes"]["correlation_id"]["StringValue"]
    assert attribute == f"confirm_begins/{event.event_id}"


def test_a_record_that_is_put_aside_names_the_request_that_made_the_change(workers, queue, monkeypatch, capsys):
    monkeypatch.setenv("METRICS_NAMESPACE", "attendance-test")
    workers.queues["changes_dead_letter"] = queue.queue
    raid(workers.table, request_id="the request")
    monkeypatch.setattr("attendance.services.changes._do", lambda *_: 1 / 0)
    workers.follow(workers.records())
    messages = queue.received()
    assert "the request" in {one["MessageAttributes"]["correlation_id"]["StringValue"] for one in messages}
    assert ("attendance-test", "ChangesPutAside", len(messages)) in measured(capsys)


def test_a_metric_is_a_line_in_the_embedded_format_with_the_request_beside_it(monkeypatch, capsys):
    monkeypatch.setenv("METRICS_NAMESPACE", "attendance-prod")
    with correlated("one"):
        measure("DueSecondsLate", 61.5, "Seconds")
    line = json.loads(capsys.readouterr().out)
    assert line["_aws"]["CloudWatchMetrics"] == [
        {"Namespace": "attendance-prod", "Dimensions": [[]], "Metrics": [{"Name": "DueSecondsLate", "Unit": "Seconds"}]}
    ]
    assert (line["DueSecondsLate"], line["correlation_id"]) == ([61.5], "one")


def _answers(status):
    answer = requests.Response()
    answer.status_code = status
    answer._content = b'{"retry_after": 1, "global": false, "message": "no", "code": 0}'
    answer.headers["Retry-After"] = "1"
    return lambda *_args, **_options: answer


@pytest.mark.parametrize(("status", "name"), [(429, "DiscordLimited"), (401, "DiscordUnauthorised")])
def test_calls_that_discord_refuses_are_counted(workers, monkeypatch, capsys, status, name):
    monkeypatch.setattr(workers.client._session, "request", _answers(status))
    with pytest.raises((Stopped, Unavailable)):
        workers.client.call("GET", "/channels/1221083529216131075")
    assert [one[1:] for one in measured(capsys)] == [(name, 1.0)]


def test_a_sweep_tells_how_much_it_did_and_how_late_and_an_idle_one_nothing(workers, capsys):
    workers.sweep()
    assert measured(capsys) == []
    event = raid(workers.table)
    workers.table.put(dues.put_due(Due(guild_id=GUILD, event_id=event.event_id, kind="confirm_begins", at=NOW)))
    workers.now = NOW + timedelta(minutes=2)
    workers.sweep()
    told = {name: value for _, name, value in measured(capsys)}
    assert told["DueDone"] >= 1
    assert told["DueSecondsLate"] >= 120
    assert "DueFailed" not in told
