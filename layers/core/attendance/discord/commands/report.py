"""/report: attendance as a file."""

from __future__ import annotations

from attendance.discord.commands.options import EVENT, STRING, command, option, sub_command

REPORT = command(
    "report",
    "Attendance as a file",
    sub_command(
        "export",
        "Export the attendance of one closed event, or of all",
        EVENT | {"description": "The event; left out: every closed event"},
        option(STRING, "format", "The kind of file", choices=[{"name": "CSV", "value": "csv"}]),
    ),
)
