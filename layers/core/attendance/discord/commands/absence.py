"""/absence: days on which a member is away."""

from __future__ import annotations

from attendance.discord.commands.options import USER, command, option, sub_command, text
from attendance.domain.absence import MAX_REASON

ABSENCE = command(
    "absence",
    "Say when you are away: events then are answered no and do not count",
    sub_command(
        "add",
        "Announce days on which you are away",
        text("from", "The first day, such as: 24 dec, tomorrow, 2026-12-24", 100, required=True),
        text("until", "The last day; left out: the same day", 100),
        text("reason", "Why; officers can read it", MAX_REASON),
        option(USER, "member", "Who is away, if not you; for officers"),
    ),
    sub_command("list", "List the absences ahead: yours, or everybody's for officers"),
    sub_command(
        "remove",
        "Take an absence back",
        text("absence", "The absence: pick one of the list", 100, required=True, autocomplete=True),
    ),
)
