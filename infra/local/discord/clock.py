"""Time and ids.

A snowflake is milliseconds since 2015 shifted by 22 bits, so ids sort by time. The clock can be
moved, which lets a test live through a reminder window or sign a request with a stale time.
"""

import time
from datetime import UTC, datetime
from typing import Final

DISCORD_EPOCH_MS: Final = 1_420_070_400_000
_SEQUENCE_BITS: Final = 22


class Clock:
    """The stand-in's time: the machine's, plus an offset in seconds that can be set."""

    def __init__(self, offset_seconds: float = 0.0) -> None:
        self.offset_seconds = offset_seconds
        self._last = 0

    def seconds(self) -> float:
        """Unix time in seconds."""
        return time.time() + self.offset_seconds

    def now(self) -> datetime:
        """The same as an aware datetime in UTC."""
        return datetime.fromtimestamp(self.seconds(), UTC)

    def timestamp(self) -> str:
        """ISO 8601 with microseconds and offset, as Discord writes it."""
        return self.now().isoformat(timespec="microseconds")

    def snowflake(self) -> str:
        """A new id, larger than every id given out before."""
        wanted = (int(self.seconds() * 1000) - DISCORD_EPOCH_MS) << _SEQUENCE_BITS
        self._last = max(wanted, self._last + 1)
        return str(self._last)


def milliseconds_of(snowflake: str) -> int:
    """Unix milliseconds at which an id was made."""
    return (int(snowflake) >> _SEQUENCE_BITS) + DISCORD_EPOCH_MS
