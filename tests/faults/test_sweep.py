"""One call of a flow goes wrong, any of them and in any way, and in the end nothing is lost and nothing doubled.

A recording run counts the calls of a flow; each is then played once for each way in which it can go wrong, and the whole
table and everything that people, dashboards and subscribers see has to be as it is without a fault.
"""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from moto import mock_aws

from tests.fault_flows import FLOWS
from tests.faulty_world import World
from tests.one_fault import FORGOTTEN, LATE, SOON, kinds_of
from tests.seen import everything, shown

SAMPLE = 3
"""Faults of each flow in `make test`."""


class Stage:
    """A flow that is played again and again from the same world."""

    def __init__(self, monkeypatch, flow):
        self.flow = flow
        self.world = World.new(monkeypatch)
        self.prepared = flow.prepare(self.world)
        self.world.keep()
        self.began = self.world.now
        self.calls = []

    def play(self, nth=0, kind="", visibility=SOON):
        """Play with one fault and return everything that is there in the end."""
        world = self.world
        world.restore()
        faults = world.faults
        faults.nth, faults.kind, faults.armed = nth, kind, True
        faults.wait = lambda: world.wait(FORGOTTEN if visibility == LATE else 0)
        self.flow.act(world, self.prepared)
        world.drain(self.began + timedelta(minutes=self.flow.minutes), visibility)
        if not nth:
            self.calls = list(faults.names)
        elif not faults.hit:
            raise AssertionError(f"there is no call {nth} any more")
        return everything(world, timely=self.flow.timely)

    def faults(self):
        """Every fault that there can be in what was played last, with the call that it is about."""
        for nth, call in enumerate(self.calls, 1):
            for kind in kinds_of(nth, call):
                yield nth, call, kind, SOON
                if kind in ("lost", "dies after") and " /" in call:
                    yield nth, call, kind, LATE

    def check(self, expected, faults):
        """Play each of these faults and fail with all that ended in another way."""
        wrong = []
        for nth, call, kind, visibility in faults:
            found = self.play(nth, kind, visibility)
            if call == "sockets" and kind == "broken":  # a push is given up: the reader sees the gap and fetches again
                found |= {text: count for text, count in expected.items() if text.startswith("socket")}
            if found != expected:
                wrong.append(f"{nth} {call} {kind} {visibility} {shown(expected, found)}")
        assert not wrong, "\n".join(wrong[:12]) + f"\n{len(wrong)} in all"


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_a_fault_at_some_calls_loses_and_doubles_nothing(monkeypatch, flow):
    with mock_aws():
        stage = Stage(monkeypatch, flow)
        expected = stage.play()
        faults = list(stage.faults())
        stage.check(expected, random.Random(flow.name).sample(faults, SAMPLE))


@pytest.mark.full
@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_a_fault_at_any_call_loses_and_doubles_nothing(monkeypatch, flow):
    with mock_aws():
        stage = Stage(monkeypatch, flow)
        expected = stage.play()
        faults = list(stage.faults())
        assert stage.play() == expected, "without a fault it ends the same each time"
        stage.check(expected, faults)
