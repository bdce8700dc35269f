"""Every slash command, as Discord is told of it.

`default_member_permissions` is only what a server starts with, and its administrators may change it: who may do what is
decided from the signed payload and the guild's settings with every use. So only /settings is hidden at first; a role
that /settings made officers must be able to see the rest. Options are checked again on our side: what Discord's client
checks, a request need not have passed (https://discord.com/developers/docs/interactions/application-commands).
"""

from __future__ import annotations

from typing import Any

from attendance.domain.event import MAX_CODE, MAX_DESCRIPTION, MAX_TITLE
from attendance.domain.preset import MAX_NAME
from attendance.domain.rights import MANAGE_GUILD
from attendance.domain.seats import MAX_SEATS
from attendance.domain.timetext import MAX_TEXT

_SUB_COMMAND, _STRING, _INTEGER, _CHANNEL, _ROLE = 1, 3, 4, 7, 8
_TEXT_CHANNELS = [0, 5]  # text and announcement channels
_VOICE_CHANNELS = [2, 13]  # voice and stage channels


def _option(kind: int, name: str, description: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "name": name, "description": description, **more}


def _text(name: str, description: str, limit: int, **more: Any) -> dict[str, Any]:
    return _option(_STRING, name, description, max_length=limit, **more)


def _size(name: str, description: str) -> dict[str, Any]:
    return _option(_INTEGER, name, description, min_value=1, max_value=MAX_SEATS)


def _command(name: str, description: str, *options: dict[str, Any], permissions: int | None = None) -> dict[str, Any]:
    return {
        "type": 1,
        "name": name,
        "description": description,
        "options": list(options),
        "default_member_permissions": None if permissions is None else str(permissions),
        "contexts": [0],  # in guilds
        "integration_types": [0],  # installed by a guild
    }


_REMINDERS = _text("reminders", "How long before the start to remind, such as 24h, 1h, 15m", 400)
_DURATION = _text("duration", "How long it takes, such as 2h 30m", 32)
_DESCRIPTION = _text("description", "What members should know", MAX_DESCRIPTION)
_EVENT = _text("event", "The event: pick one of the list", MAX_TITLE, autocomplete=True)

_SETTINGS = _command(
    "settings",
    "Set this server up, or show how it is set up",
    _option(
        _SUB_COMMAND, "setup", "Set the time zone, the channel for events, the officer role and the reminders",
        options=[
            _text("zone", "The server's time zone, such as Europe/Berlin", 64, autocomplete=True),
            _option(_CHANNEL, "channel", "Where event cards are posted", channel_types=_TEXT_CHANNELS),
            _option(_ROLE, "officer_role", "Who may plan events, correct attendance and export reports"),
            _REMINDERS,
        ],
    ),
    _option(_SUB_COMMAND, "show", "Show this server's settings", options=[]),
    permissions=MANAGE_GUILD,
)  # fmt: skip
_CREATE_PRESET = _command(
    "create-preset",
    "Save what events of one kind have in common",
    _text("name", "The preset's name", MAX_NAME, required=True),
    _text("game", "The game it is for", MAX_NAME, required=True),
    _text("roles", "Party roles with their seats, such as: tank 2, healer 2-3, dps 6", 1000, required=True),
    _DURATION,
    _size("party_size", "How many may be seated in all"),
    _REMINDERS,
    _DESCRIPTION,
)
_CREATE_EVENT = _command(
    "create-event",
    "Plan an event and post its card",
    _text("title", "What it is called", MAX_TITLE, required=True),
    _text(
        "time", "When it starts, such as: fri 8pm, tomorrow 20:30, in 2h", MAX_TEXT, required=True, autocomplete=True
    ),
    _text("preset", "The preset to start from", MAX_NAME, autocomplete=True),
    _DURATION,
    _text("game", "The game", MAX_NAME),
    _option(_CHANNEL, "channel", "Where the card is posted", channel_types=_TEXT_CHANNELS),
    _option(_CHANNEL, "voice_channel", "Where you meet", channel_types=_VOICE_CHANNELS),
    _option(_ROLE, "tracked_role", "Only members of this role check in"),
    _size("capacity", "How many may be seated in all"),
    _text("code", "A code that members must type to check in", MAX_CODE),
    _REMINDERS,
    _DESCRIPTION,
)
_EVENT_COMMAND = _command(
    "event",
    "Look at events, or close one",
    _option(_SUB_COMMAND, "list", "List the events ahead", options=[]),
    _option(_SUB_COMMAND, "show", "Show an event and who comes", options=[_EVENT | {"required": True}]),
    _option(_SUB_COMMAND, "close", "Close an event and settle its attendance", options=[_EVENT | {"required": True}]),
)
_ATTEND = _command(
    "attend",
    "Check in to an event",
    _EVENT | {"description": "The event; left out: the one whose check-in is open"},
    _text("code", "The code, if the event has one", MAX_CODE),
)
_REPORT = _command(
    "report",
    "Attendance as a file",
    _option(
        _SUB_COMMAND, "export", "Export the attendance of one closed event, or of all",
        options=[
            _EVENT | {"description": "The event; left out: every closed event"},
            _option(_STRING, "format", "The kind of file", choices=[{"name": "CSV", "value": "csv"}]),
        ],
    ),
)  # fmt: skip
_HELP = _command("help", "What this bot does and how to begin")

COMMANDS: list[dict[str, Any]] = [
    _SETTINGS,
    _CREATE_PRESET,
    _CREATE_EVENT,
    _EVENT_COMMAND,
    _ATTEND,
    _REPORT,
    _HELP,
]
"""The whole list: registering replaces what Discord has by exactly this."""
