"""API Gateway's connections: gone ones are named, and no trouble with one keeps the message from the others."""

from __future__ import annotations

import pytest
from botocore.exceptions import ConnectTimeoutError

from attendance.aws.sockets import AT_ONCE, GatewaySockets
from tests.gateway import Gateway, refusal


@pytest.fixture
def gateway():
    return Gateway()


def test_of_a_thousand_connections_the_gone_are_named_and_the_others_hear(gateway):
    ids = [f"c{number}" for number in range(1000)]
    gateway.trouble = dict.fromkeys(ids[::10] + ids[1::10] + ids[2::10], refusal("GoneException"))
    gone = GatewaySockets(gateway).push(ids, "hé")

    assert len(gone) == 300
    assert gone == set(gateway.trouble)
    assert len(gateway.delivered) == 700
    assert set(gateway.delivered.values()) == {"hé".encode()}
    assert gateway.most_at_once <= AT_ONCE


@pytest.mark.parametrize(
    "trouble", [refusal("LimitExceededException"), refusal("500"), ConnectTimeoutError(endpoint_url="x")]
)
def test_a_connection_in_trouble_is_not_gone(gateway, trouble):
    gateway.trouble = {"b": trouble}

    assert GatewaySockets(gateway).push(["a", "b", "c"], "x") == set()
    assert set(gateway.delivered) == {"a", "c"}


def test_nobody_listening_costs_nothing(gateway):
    assert GatewaySockets(gateway).push([], "x") == set()


@pytest.mark.parametrize("trouble", [None, refusal("GoneException"), refusal("500")])
def test_closing_never_fails(gateway, trouble):
    gateway.trouble = {"a": trouble} if trouble else {}
    GatewaySockets(gateway).close("a")

    assert gateway.closed == ["a"]
