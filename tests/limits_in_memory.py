"""What all processes of a test share of Discord's limits: the port `Limits` without a table."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from attendance.domain.rate_limit import Window, smaller
from attendance.ports import KnownLimits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


@dataclass
class LimitsInMemory:
    """Behaves as `storage.discord_limits` does; one contract suite holds both to it."""

    closed: dict[str, datetime] = field(default_factory=dict)
    counted: dict[str, Window] = field(default_factory=dict)

    def known(self, names: Sequence[str]) -> KnownLimits:
        return KnownLimits(
            {name: self.closed[name] for name in names if name in self.closed},
            {name: self.counted[name] for name in names if name in self.counted},
        )

    def note(self, names: Sequence[str], until: datetime) -> None:
        for name in names:
            self.closed[name] = max(until, self.closed.get(name, until))

    def count(self, name: str, window: Window) -> None:
        self.counted.setdefault(name, window)

    def take(self, name: str, _window: Window, now: datetime) -> Window | float:
        window = self.counted[name]
        if window.has_room(now):
            self.counted[name] = window.taken(now)
            return self.counted[name]
        self.counted[name] = replace(window, behind=window.behind + 1)
        return window.wait(now)

    def correct(self, name: str, window: Window) -> None:
        stored = self.counted[name]
        if stored.resets <= window.same_until:
            room = 0 if window.room == 0 else stored.room
            self.counted[name] = Window(window.size, window.span, room, window.resets, stored.behind)

    def lower(self, name: str, window: Window, now: datetime) -> None:
        before = self.counted.get(name)
        if before is None:
            self.counted[name] = window
        elif self.closed.get(name, now) <= now:
            self.counted[name] = replace(window, size=smaller(before.size), behind=before.behind)
