"""Every record, message and minute comes one to five times, in any order, and in the end all is as if each came once.

A schedule is a flow and a seed. What people do is not an asynchronous delivery: it happens once.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies

from tests.fault_flows import FLOWS
from tests.seen import shown
from tests.stage import Stage

EVERYDAY, ALL = 100, 2000


def check(monkeypatch, flow, schedules):
    stage = Stage(monkeypatch, flow)
    expected = stage.play()

    @settings(max_examples=schedules, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(strategies.integers(0, 2**64 - 1))
    def ends_the_same(seed):
        found = stage.play_shuffled(seed)
        assert found == expected, f"schedule {seed}: {shown(expected, found)}"

    ends_the_same()


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_deliveries_again_and_in_any_order_change_nothing(monkeypatch, flow):
    check(monkeypatch, flow, -(-EVERYDAY // len(FLOWS)))


@pytest.mark.full
@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_many_more_schedules_change_nothing(monkeypatch, flow):
    check(monkeypatch, flow, -(-ALL // len(FLOWS)))
