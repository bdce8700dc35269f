"""/attend: checking in."""

from __future__ import annotations

from attendance.discord.commands.options import EVENT, command, text
from attendance.domain.event import MAX_CODE

ATTEND = command(
    "attend",
    "Check in to an event",
    EVENT | {"description": "The event; left out: the one whose check-in is open"},
    text("code", "The code, if the event has one", MAX_CODE),
)
