"""/create-preset: what events of one kind have in common."""

from __future__ import annotations

from attendance.discord.commands.options import DESCRIPTION, DURATION, REMINDERS, command, size, text
from attendance.domain.preset import MAX_NAME

CREATE_PRESET = command(
    "create-preset",
    "Save what events of one kind have in common",
    text("name", "The preset's name", MAX_NAME, required=True),
    text("game", "The game it is for", MAX_NAME, required=True),
    text("roles", "Party roles with their seats, such as: tank 2, healer 2-3, dps 6", 1000, required=True),
    DURATION,
    size("party_size", "How many may be seated in all"),
    REMINDERS,
    DESCRIPTION,
)
