"""A flow that is played again and again from the same world, and judged by everything that is there in the end."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from tests.faulty_world import World
from tests.one_fault import FORGOTTEN, LATE, SOON, can_be
from tests.seen import everything, shown

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator

    import pytest

    from tests.fault_scenes import Flow

type Fault = tuple[int, str, str, timedelta]
"""Which call in order, its name, how it goes wrong, and after how long what was under way comes again."""


class Stage:
    """A flow that is played again and again from the same world."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, flow: Flow) -> None:
        self.flow = flow
        self.world = World(monkeypatch)
        self.prepared = flow.prepare(self.world)
        self.world.keep()
        self.began = self.world.now
        self.calls: list[str] = []

    def play(self, nth: int = 0, kind: str = "", visibility: timedelta = SOON) -> Counter[str]:
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

    def faults(self, kind: str) -> Iterator[Fault]:
        """Every call of what was played last, with its name, that can go wrong in this way."""
        for nth, call in enumerate(self.calls, 1):
            if can_be(kind, call):
                yield nth, call, kind, SOON
                if kind in ("lost", "dies after") and " /" in call:  # or only when Discord has forgotten the nonce
                    yield nth, call, kind, LATE

    def check(self, expected: Counter[str], faults: Iterable[Fault]) -> None:
        """Play each of these faults and fail with all that ended in another way."""
        wrong = []
        for nth, call, kind, visibility in faults:
            found = self.play(nth, kind, visibility)
            if call == "sockets" and kind == "broken":  # a push is given up: the reader sees the gap and fetches again
                found |= {text: count for text, count in expected.items() if text.startswith("socket")}
            if found != expected:
                wrong.append(f"{nth} {call} {kind} {visibility} {shown(expected, found)}")
        assert not wrong, "\n".join(wrong[:12]) + f"\n{len(wrong)} in all"

    def play_shuffled(self, seed: int) -> Counter[str]:
        """Play with every delivery one to five times, in an order that `seed` makes."""
        self.world.restore()
        self.flow.act(self.world, self.prepared)
        self.world.shuffle(self.began + timedelta(minutes=self.flow.minutes), Random(seed))
        return everything(self.world, timely=self.flow.timely)
