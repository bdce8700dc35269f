"""One call of a flow goes wrong, any of them and in any way, and in the end nothing is lost and nothing doubled.

A recording run counts the calls of a flow; each is then played once for each way in which it can go wrong, and the whole
table and everything that people, dashboards and subscribers see has to be as it is without a fault.
"""

from __future__ import annotations

import random

import pytest

from tests.fault_flows import FLOWS
from tests.one_fault import KINDS
from tests.stage import Stage

SAMPLE = 12
"""Faults of each flow in `make test`."""


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_a_fault_at_some_calls_loses_and_doubles_nothing(monkeypatch, flow):
    stage = Stage(monkeypatch, flow)
    expected = stage.play()
    faults = [fault for kind in KINDS for fault in stage.faults(kind)]
    stage.check(expected, random.Random(flow.name).sample(faults, min(SAMPLE, len(faults))))


@pytest.mark.full
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_a_fault_at_any_call_loses_and_doubles_nothing(monkeypatch, flow, kind):
    stage = Stage(monkeypatch, flow)
    expected = stage.play()
    faults = list(stage.faults(kind))
    assert stage.play() == expected, "without a fault it ends the same each time"
    stage.check(expected, faults)
