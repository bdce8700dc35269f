"""The filters of figures and files, as options: which events, and which rows of them."""

from __future__ import annotations

from attendance.discord.commands.options import EVENT, ROLE, STRING, USER, option, text
from attendance.domain.past_days import MAX_TYPED
from attendance.domain.preset import MAX_NAME
from attendance.domain.verdict import STATUSES

EVENTS = (
    text("from", "The first day, such as 2026-11-01, or 30d for 30 days ago; left out: a year", MAX_TYPED),
    text("to", "The last day, such as 2026-11-30; left out: today", MAX_TYPED),
    EVENT | {"description": "Only this event"},
    text("series", "Only events of this series", 100, autocomplete=True),
    text("game", "Only events of this game", MAX_NAME, autocomplete=True),
)
DISCORD_ROLE = option(ROLE, "discord_role", "Only members who held this role when the event closed")
MEMBER = option(USER, "member", "Only this member")
STATUS = option(
    STRING,
    "status",
    "Only rows with this attendance",
    choices=[{"name": status.replace("_", " "), "value": status} for status in STATUSES],
)
ROWS = (*EVENTS, DISCORD_ROLE, MEMBER, STATUS)
