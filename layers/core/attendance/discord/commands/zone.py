"""/zone: in which time zone a member writes times."""

from __future__ import annotations

from attendance.discord.commands.options import command, sub_command, text

ZONE = command(
    "zone",
    "Your own time zone, for the times that you write",
    sub_command(
        "set",
        "Set your own time zone; it counts in every server",
        text("zone", "Your time zone, such as Europe/Berlin", 64, required=True, autocomplete=True),
    ),
    sub_command("show", "Show in which time zone your times are read"),
    sub_command("clear", "Forget your own time zone: the server's counts again"),
)
