"""/stats: figures over closed events, with a picture."""

from __future__ import annotations

from attendance.discord.commands.options import ROLE, STRING, USER, command, option, sub_command, text
from attendance.domain.preset import MAX_NAME

_FROM = text("from", "The first day, such as 2026-11-01, or 30d for 30 days ago; left out: a year", 40)
_TO = text("to", "The last day, such as 2026-11-30; left out: today", 40)
_GAME = text("game", "Events of this game only", MAX_NAME)
_ROLE = option(ROLE, "role", "Only who held this Discord role")
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
        "guild", "Show the server's attendance; your own, unless you may see everybody's", _BY, _FROM, _TO, _GAME, _ROLE
    ),
    sub_command(
        "member",
        "Show a member's attendance; left out: your own",
        option(USER, "member", "Whose"),
        _BY,
        _FROM,
        _TO,
        _GAME,
    ),
    sub_command("coverage", "Show which party role was short, when", _FROM, _TO, _GAME),
    sub_command("ranking", "Show members ranked by their attendance, where the server wants that", _FROM, _TO, _GAME),
)
