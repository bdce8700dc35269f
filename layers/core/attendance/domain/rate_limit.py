"""How many calls a bucket of Discord's still takes, counted by all of our processes together.

Discord tells a bucket's size, what is left of it and when it is full again with every answer, but only to whoever called.
Several processes that know what their own answers said still run into it together, once a window. So the count of a
bucket that was seen to run low is shared: each call takes one place of the window before it is made. Who finds none
waits in the bucket's line (`services.lines`).
https://discord.com/developers/docs/topics/rate-limits
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

GLOBAL_SIZE, GLOBAL_SPAN = 50, 1.0
"""Discord's global limit as documented, calls a second: where counting begins after a 429 that is global. No answer tells it."""
_SURE_AFTER = 20


@dataclass(frozen=True, slots=True)
class Window:
    """`size` calls fit every `span` seconds; `room` are left until `resets`.

    `sure` is None where answers tell the size; where it is learned from refusals, so many windows were used up since
    without one.
    """

    size: int
    span: float
    room: int
    resets: datetime
    sure: int | None = None

    def has_room(self, now: datetime) -> bool:
        """Whether a call may be made now."""
        return self.room > 0 or now >= self.resets

    def taken(self, now: datetime) -> Window:
        """The window after a call that begins now, which opens a new one where the last is over."""
        if now < self.resets:
            return replace(self, room=self.room - 1)
        opened = self._grown() if self.room == 0 else self
        return replace(opened, room=opened.size - 1, resets=now + timedelta(seconds=self.span))

    def _grown(self) -> Window:
        """One place more after enough windows that were used up: a limit that nobody tells may have become wider."""
        if self.sure is None or self.size >= GLOBAL_SIZE:
            return self
        if self.sure + 1 < _SURE_AFTER:
            return replace(self, sure=self.sure + 1)
        return replace(self, size=self.size + 1, sure=0)

    @property
    def same_until(self) -> datetime:
        """A count that resets later than this is of a later window."""
        return self.resets + timedelta(seconds=self.span / 2)

    @property
    def pace(self) -> float:
        """Calls a second in the long run."""
        return self.size / self.span

    def wait(self, now: datetime) -> float:
        """Seconds until the next window may be opened."""
        return max(0.0, (self.resets - now).total_seconds())
