"""/notifications: what a member wants to be told by direct message."""

from __future__ import annotations

from attendance.discord.commands.options import STRING, command, option, sub_command
from attendance.domain.notice import ALL, TOPICS

_SHOWN = {
    "reminders": "reminders and starts", "changes": "new times and cancellations", "nudges": "events not answered yet",
    "seats": "seats gained and lost", "missed": "missed events", "all": "everything",
}  # fmt: skip
_TOPIC = option(
    STRING,
    "topic",
    "What it is about",
    required=True,
    choices=[{"name": _SHOWN[topic], "value": topic} for topic in (*TOPICS, ALL)],
)
NOTIFICATIONS = command(
    "notifications",
    "What I may tell you by direct message in this server",
    sub_command("show", "Show what you have muted, and whether my messages reach you"),
    sub_command("mute", "Get no more direct messages about something", _TOPIC),
    sub_command("unmute", "Get direct messages about something again", _TOPIC),
)
