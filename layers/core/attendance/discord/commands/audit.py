"""/audit: who changed what."""

from __future__ import annotations

from attendance.discord.commands.options import INTEGER, STRING, USER, command, option
from attendance.domain.audit import MAX_DAYS_BACK

KINDS = {
    "absence": "Absences",
    "attendance": "Attendance of a member",
    "batch": "Marks of many at once",
    "call": "Messages to an event's members",
    "character": "Characters",
    "correction": "Corrections asked for",
    "event": "Events and sign-ups",
    "guild": "This server",
    "key": "API keys",
    "preset": "Presets",
    "replay": "Deliveries sent again",
    "report": "Reports",
    "series": "Series",
    "settings": "Settings",
    "sheet": "Sheets",
    "webhook": "Webhooks",
}
"""What a choice is called, by the kind of thing that changed."""

AUDIT = command(
    "audit",
    "Show who changed what, the newest first",
    option(USER, "member", "Only what this member changed"),
    option(
        STRING,
        "kind",
        "Only changes of one kind",
        choices=[{"name": shown, "value": kind} for kind, shown in KINDS.items()],
    ),
    option(INTEGER, "days", "How many days back, such as 7", min_value=1, max_value=MAX_DAYS_BACK),
)
