"""/calendar: addresses from which a calendar program reads events."""

from __future__ import annotations

from attendance.discord.commands.options import STRING, command, option, sub_command

_FEED = option(
    STRING,
    "feed",
    "Which events it shows",
    required=True,
    choices=[
        {"name": "all events of this server", "value": "guild"},
        {"name": "events that I answered", "value": "mine"},
    ],
)
CALENDAR = command(
    "calendar",
    "Events in your own calendar program",
    sub_command("link", "Get an address for your calendar program; keep it to yourself", _FEED),
    sub_command("renew", "Get a new address; the one that you had ends", _FEED),
    sub_command("revoke", "End an address", _FEED),
    sub_command("list", "Show which calendars you have here"),
)
