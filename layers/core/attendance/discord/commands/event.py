"""/create-event and /event: planning events, looking at them, closing them."""

from __future__ import annotations

from attendance.discord.commands.options import (
    CHANNEL,
    DESCRIPTION,
    DURATION,
    EVENT,
    REMINDERS,
    ROLE,
    TEXT_CHANNELS,
    VOICE_CHANNELS,
    command,
    option,
    size,
    sub_command,
    text,
)
from attendance.domain.event import MAX_CODE, MAX_TITLE
from attendance.domain.preset import MAX_NAME
from attendance.domain.timetext import MAX_TEXT

CREATE_EVENT = command(
    "create-event",
    "Plan an event and post its card",
    text("title", "What it is called", MAX_TITLE, required=True),
    text("time", "When it starts, such as: fri 8pm, tomorrow 20:30, in 2h", MAX_TEXT, required=True, autocomplete=True),
    text("preset", "The preset to start from", MAX_NAME, autocomplete=True),
    DURATION,
    text("game", "The game", MAX_NAME),
    option(CHANNEL, "channel", "Where the card is posted", channel_types=TEXT_CHANNELS),
    option(CHANNEL, "voice_channel", "Where you meet", channel_types=VOICE_CHANNELS),
    option(ROLE, "tracked_role", "Only members of this role check in"),
    size("capacity", "How many may be seated in all"),
    text("code", "A code that members must type to check in", MAX_CODE),
    REMINDERS,
    DESCRIPTION,
)
_CHOSEN = EVENT | {"required": True}
EVENT_COMMAND = command(
    "event",
    "Look at events, or close one",
    sub_command("list", "List the events ahead"),
    sub_command("show", "Show an event and who comes", _CHOSEN),
    sub_command("close", "Close an event and settle its attendance", _CHOSEN),
)
