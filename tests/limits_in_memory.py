"""What all processes of a test share of Discord's limits: the port `Limits` without a table."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from attendance.ports import KnownLimits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from attendance.domain.rate_limit import Window


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
        if not window.has_room(now):
            return window.wait(now)
        self.counted[name] = window.taken(now)
        return self.counted[name]

    def correct(self, name: str, window: Window) -> None:
        stored = self.counted[name]
        if stored.resets <= window.same_until:
            size = window.size if window.sure is None else stored.size
            room = 0 if window.room == 0 else stored.room
            self.counted[name] = replace(stored, size=size, span=window.span, room=room, resets=window.resets)

    def refuse(self, name: str, window: Window) -> None:
        before = self.counted[name]
        if before.resets <= window.same_until:
            if before.size > before.room:
                before = self.counted[name] = replace(before, size=before.size - before.room, room=0)
            if before.size > 1:
                self.counted[name] = replace(before, size=before.size - 1, room=0, resets=window.resets, sure=0)
