"""/settings: setting a server up, and showing how it is set up."""

from __future__ import annotations

from attendance.discord.commands.options import (
    CHANNEL,
    REMINDERS,
    ROLE,
    TEXT_CHANNELS,
    command,
    option,
    sub_command,
    text,
)
from attendance.domain.rights import MANAGE_GUILD

SETTINGS = command(
    "settings",
    "Set this server up, or show how it is set up",
    sub_command(
        "setup",
        "Set the time zone, the channel for events, the officer role and the reminders",
        text("zone", "The server's time zone, such as Europe/Berlin", 64, autocomplete=True),
        option(CHANNEL, "channel", "Where event cards are posted", channel_types=TEXT_CHANNELS),
        option(ROLE, "officer_role", "Who may plan events, correct attendance and export reports"),
        REMINDERS,
    ),
    sub_command("show", "Show this server's settings"),
    permissions=MANAGE_GUILD,
)
