"""How many calls a bucket of Discord's still takes, counted by all of our processes together.

Discord tells a bucket's size, what is left of it and when it is full again with every answer, but only to whoever called.
Several processes that know what their own answers said still run into it together, once a window. So the count of a
bucket that was seen to run low is shared: each call takes one place of the window before it is made.

Who finds no place comes back when there may be one: as many as are turned away fill the windows to come, so they are
spread over them, twice as many a window as it takes, for some will not come. https://discord.com/developers/docs/topics/rate-limits
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import floor

GLOBAL_SIZE, GLOBAL_SPAN = 50, 1.0
"""Discord's global limit as documented, calls a second: where counting begins after a 429 that is global. No answer tells it."""
_OVERBOOKED = 2
_IDLE_SPANS = 2


@dataclass(frozen=True, slots=True)
class Window:
    """`size` calls fit every `span` seconds; `room` are left until `resets`. `behind` were turned away and will come."""

    size: int
    span: float
    room: int
    resets: datetime
    behind: int = 0

    def has_room(self, now: datetime) -> bool:
        """Whether a call may be made now."""
        return self.room > 0 or now >= self.resets

    def taken(self, now: datetime) -> Window:
        """The window after a call that begins now, which opens a new one where the last is over."""
        if now < self.resets:
            return replace(self, room=self.room - 1)
        idle = now - self.resets > timedelta(seconds=_IDLE_SPANS * self.span)
        behind = 0 if idle else max(0, self.behind - _OVERBOOKED * self.size)
        return replace(self, room=self.size - 1, resets=now + timedelta(seconds=self.span), behind=behind)

    @property
    def same_until(self) -> datetime:
        """A count that resets later than this is of a later window."""
        return self.resets + timedelta(seconds=self.span / 2)

    def wait(self, now: datetime) -> float:
        """Seconds after which whoever is turned away now should come again."""
        ahead = floor(self.behind / (_OVERBOOKED * self.size))
        return max(0.0, (self.resets - now).total_seconds()) + ahead * self.span


def smaller(size: int) -> int:
    """The size to count with after a limit was met that nobody tells: a tenth less."""
    return max(1, size - max(1, size // 10))
