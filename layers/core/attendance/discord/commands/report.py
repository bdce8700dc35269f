"""/report: attendance as a file."""

from __future__ import annotations

from attendance.discord.commands.filters import ROWS
from attendance.discord.commands.options import STRING, command, option, sub_command
from attendance.domain.languages import LANGUAGES
from attendance.domain.report import FORMATS

REPORT = command(
    "report",
    "Attendance as a file",
    sub_command(
        "export",
        "Export the attendance of closed events",
        option(STRING, "format", "The kind of file", choices=[{"name": one.upper(), "value": one} for one in FORMATS]),
        *ROWS,
        option(
            STRING,
            "language",
            "The language of the file; left out: your own",
            choices=[{"name": name, "value": code} for code, name in LANGUAGES.items()],
        ),
    ),
    sub_command("list", "Show the server's reports, and get their files"),
)
