"""What a member reads about their check-in, in their language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.discord.locales import say
from attendance.discord.texts import escaped, time_mark

if TYPE_CHECKING:
    from attendance.domain.event import Event
    from attendance.domain.verdict import Evidence


def checked_in(event: Event, decision: Evidence, *, changed: bool, locale: str) -> str:
    """Return what a member reads after checking in: as what it counts, or what had been decided before."""
    status, title = say(locale, f"status.{decision.status}"), escaped(event.title)
    if changed:
        return say(locale, "check_in.done", title=title, status=status)
    return say(locale, "check_in.again", title=title, status=status, since=time_mark(decision.at, "t"))
