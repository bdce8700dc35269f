"""Who is away at an event's time, for an officer who picks one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.discord.locales import say
from attendance.services.away import away_from

if TYPE_CHECKING:
    from attendance.domain.event import Event

_NAMED = 10


def away_then(event: Event, locale: str) -> str:
    """Return the line that names who is away, as far as it has room for; empty for nobody."""
    away = away_from(event)
    names = ", ".join(f"<@{user_id}>" for user_id in away[:_NAMED]) + (", ..." if len(away) > _NAMED else "")
    return say(locale, "absence.then", count=len(away), names=names) if away else ""
