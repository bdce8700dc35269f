"""A guild that has removed the bot: noticed, and forgotten after a month.

    there ──► gone once ──► gone for two days, seen again and again ──► 30 days after the first time: purged
       ▲_________│_______________________│______________________________│ Discord shows the guild, or the bot is installed anew

Discord tells an app without a Gateway connection nothing of it, so each guild is looked at once a day. Only an answer that says
so counts: Discord being down, slow or at its limits is no answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

LOOKED_AT_EVERY = timedelta(days=1)
CERTAIN_AFTER = timedelta(days=2)
"""What is seen again so much later is no slip of Discord's."""
KEPT_FOR = timedelta(days=30)
_MISSING, _FORBIDDEN = 404, 403
_UNKNOWN_GUILD, _MISSING_ACCESS = 10004, 50001


@dataclass(frozen=True, slots=True)
class Departure:
    """That the bot is not in a guild any more: since when that is known, and whether the purge has begun."""

    first_at: datetime
    last_at: datetime
    purging: bool = False

    @property
    def purged_at(self) -> datetime:
        """From when on the guild is purged."""
        return self.first_at + KEPT_FOR

    def is_due(self, seen_at: datetime) -> bool:
        """Whether the guild, found without the bot once more at `seen_at`, is to be purged."""
        return seen_at >= self.purged_at and seen_at - self.first_at >= CERTAIN_AFTER


def says_removed(status: int, reason: int) -> bool:
    """Whether Discord's refusal to show a guild says that the bot is not in it."""
    return (status, reason) in ((_MISSING, _UNKNOWN_GUILD), (_FORBIDDEN, _MISSING_ACCESS))
