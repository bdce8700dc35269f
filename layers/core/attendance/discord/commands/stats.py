"""/stats: figures over closed events, with a picture."""

from __future__ import annotations

from attendance.discord.commands.filters import DISCORD_ROLE, EVENTS, ROWS, STATUS
from attendance.discord.commands.options import STRING, USER, command, option, sub_command

_BY_NAME = {
    "week": "Week", "month": "Month", "event": "Event", "game": "Game", "series": "Series", "weekday": "Weekday",
    "hour": "Hour", "weekday_hour": "Weekday and hour", "party_role": "Party role", "discord_role": "Discord role",
}  # fmt: skip
_BY = option(
    STRING, "by", "What the picture shows attendance by", choices=[{"name": n, "value": v} for v, n in _BY_NAME.items()]
)

STATS = command(
    "stats",
    "Attendance in figures, with a picture",
    sub_command(
        "guild",
        "Show the server's attendance; your own, unless you may see everybody's",
        _BY,
        *EVENTS,
        DISCORD_ROLE,
        STATUS,
    ),
    sub_command(
        "member",
        "Show a member's attendance; left out: your own",
        option(USER, "member", "Whose"),
        _BY,
        *EVENTS,
        DISCORD_ROLE,
        STATUS,
    ),
    sub_command("coverage", "Show which party role was short, when", *ROWS),
    sub_command(
        "ranking",
        "Show members ranked by their attendance, where the server wants that",
        *EVENTS,
        DISCORD_ROLE,
    ),
)
