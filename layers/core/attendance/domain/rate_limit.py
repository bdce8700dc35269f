"""How many calls a bucket of Discord's still takes, counted by all of our processes together.

Discord tells a bucket's size, what is left of it and when it is full again with every answer, but only to whoever called.
Several processes that know what their own answers said still run into it together, once a window. So the count of a
bucket that was seen to run low is shared: each call takes one place of the window before it is made.

Who finds no place draws a number and comes again when it is its turn. Its number stays its own until it has found a
place, so whoever comes early is told how long it is still, and is not sent to the end of the line. Places that nobody
took belonged to some who do not come any more: the line moves on by them.
https://discord.com/developers/docs/topics/rate-limits
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

GLOBAL_SIZE, GLOBAL_SPAN = 50, 1.0
"""Discord's global limit as documented, calls a second: where counting begins after a 429 that is global. No answer tells it."""
_IDLE_SPANS = 2
_SURE_AFTER = 20
_OVERBOOKED = 1.3
"""So many are told to come for each place: some come late and some never, and a place that nobody takes is lost."""
_SPREAD = 0.5
"""The part of a window over which those come whose turn it is: one has to be there when it opens, the others before it ends."""


class Turn(NamedTuple):
    """A number in the line of a full bucket (0: it has none), and the `wait` in seconds until its turn as far as is known."""

    number: int
    wait: float


@dataclass(frozen=True, slots=True)
class Window:
    """`size` calls fit every `span` seconds; `room` are left until `resets`.

    `line` numbers were drawn by calls that found no room, of which `served` have had their turn. `sure` is None where
    answers tell the size; where it is learned from refusals, so many windows were used up since without one.
    """

    size: int
    span: float
    room: int
    resets: datetime
    line: int = 0
    served: int = 0
    sure: int | None = None

    def has_room(self, now: datetime) -> bool:
        """Whether a call may be made now."""
        return self.room > 0 or now >= self.resets

    def taken(self, now: datetime, number: int | None = None) -> Window:
        """The window after a call that begins now, which opens a new one where the last is over; `number` is its own."""
        served = self.served + (number is not None)
        if now < self.resets:
            return replace(self, room=self.room - 1, served=served)
        idle = now - self.resets > timedelta(seconds=_IDLE_SPANS * self.span)
        served = self.line if idle else min(self.line, served + self.room)
        opened = self._grown() if self.room == 0 else self
        return replace(opened, room=opened.size - 1, resets=now + timedelta(seconds=self.span), served=served)

    def _grown(self) -> Window:
        """One place more after enough windows that were used up: a limit that nobody tells may have become wider."""
        if self.sure is None or self.size >= GLOBAL_SIZE:
            return self
        if self.sure + 1 < _SURE_AFTER:
            return replace(self, sure=self.sure + 1)
        return replace(self, size=self.size + 1, sure=0)

    @property
    def has_line(self) -> bool:
        """Whether who finds no room draws a number."""
        return self.sure is None

    @property
    def same_until(self) -> datetime:
        """A count that resets later than this is of a later window."""
        return self.resets + timedelta(seconds=self.span / 2)

    def wait(self, now: datetime, number: int) -> float:
        """Seconds after which it is the turn of `number`, or of the next window where that is over.

        The limit of all calls has no line: its windows are short, and what passes it may be turned away by its own bucket.
        """
        if not self.has_line:
            return max(0.0, (self.resets - now).total_seconds())
        ahead = int(max(0, number - self.served - 1) / _OVERBOOKED)
        windows, place = divmod(ahead, self.size)
        spread = _SPREAD * self.span * place / self.size
        return max(0.0, (self.resets - now).total_seconds()) + windows * self.span + spread
