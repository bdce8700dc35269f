"""The notes of what functions ask AWS for see both a missing right and one that nobody uses."""

from __future__ import annotations

from datetime import timedelta

import pytest

import notifications.app
from tests import recorded
from tests.workers import Workers

SWEPT = ("reminders", "dynamodb:Query", "${Table.Arn}/index/gsi3")


@pytest.fixture
def workers(monkeypatch, moto_table):
    monkeypatch.setattr(recorded, "asked", set())
    return Workers(monkeypatch, moto_table[1])


def test_a_call_that_the_role_does_not_grant_is_refused_under_its_functions_name(workers, monkeypatch):
    monkeypatch.setattr(recorded, "granted", lambda _function: {})
    workers.sweep()
    refused = set(recorded.refused)
    recorded.refused.clear()
    assert refused == {SWEPT}
    assert not recorded.asked


def test_a_call_that_the_role_grants_is_noted_and_no_longer_named_as_unused(workers):
    workers.sweep()
    assert recorded.asked == {SWEPT}
    assert SWEPT in recorded.never_asked_for(set())
    assert SWEPT not in recorded.never_asked_for(recorded.asked)


def test_what_a_test_asks_itself_is_nobodys_also_while_a_function_runs(workers, monkeypatch):
    list(workers.table.query_all("x", index="gsi3"))
    meanwhile = []
    monkeypatch.setattr(
        notifications.app, "deliver", lambda table, *_, **__: meanwhile.append(list(table.query_all("x", index="gsi3")))
    )
    workers.queues["notifications"].put_back("m1", '{"v": 1}', timedelta(0))
    workers.deliver("notifications")
    assert meanwhile == [[]]
    assert recorded.asked == set()


def test_what_the_platform_does_itself_is_not_asked_of_the_code():
    every = recorded.never_asked_for(set())
    assert ("webhooks", "sqs:SendMessage", "WebhooksQueue.Arn") in every
    assert not [one for one in every if one[1] in recorded.OF_THE_PLATFORM]
    assert set(recorded.NOT_SEEN) <= every
