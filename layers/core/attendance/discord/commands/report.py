"""/report: attendance as a file."""

from __future__ import annotations

from attendance.discord.commands.options import EVENT, ROLE, STRING, USER, command, option, sub_command, text
from attendance.domain.languages import LANGUAGES
from attendance.domain.preset import MAX_NAME
from attendance.domain.report import FORMATS
from attendance.domain.verdict import STATUSES

MAX_DAY = 40
REPORT = command(
    "report",
    "Attendance as a file",
    sub_command(
        "export",
        "Export the attendance of one closed event, or of all",
        EVENT | {"description": "The event; left out: every closed event of the days"},
        option(STRING, "format", "The kind of file", choices=[{"name": one.upper(), "value": one} for one in FORMATS]),
        text("from", "The first day, such as 2026-11-01; left out: a year before the last", MAX_DAY),
        text("to", "The last day; left out: today", MAX_DAY),
        text("game", "Only events of this game", MAX_NAME),
        option(ROLE, "discord_role", "Only members who held this role when the event closed"),
        option(USER, "member", "Only this member"),
        option(
            STRING,
            "status",
            "Only rows with this attendance",
            choices=[{"name": status.replace("_", " "), "value": status} for status in STATUSES],
        ),
        option(
            STRING,
            "language",
            "The language of the file; left out: your own",
            choices=[{"name": name, "value": code} for code, name in LANGUAGES.items()],
        ),
    ),
)
