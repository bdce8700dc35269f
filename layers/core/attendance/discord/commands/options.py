"""The options that commands are made of, within Discord's limits.

Options are checked again on our side: what Discord's client checks, a request need not have passed
(https://discord.com/developers/docs/interactions/application-commands).
"""

from __future__ import annotations

from typing import Any

from attendance.domain.event import MAX_DESCRIPTION, MAX_TITLE
from attendance.domain.reminding import MENTIONS, PLACES
from attendance.domain.seats import MAX_SEATS

SUB_COMMAND, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE = 1, 3, 4, 5, 6, 7, 8
TEXT_CHANNELS = [0, 5]  # text and announcement channels
VOICE_CHANNELS = [2, 13]  # voice and stage channels


def option(kind: int, name: str, description: str, **more: Any) -> dict[str, Any]:
    """Return one option of the given kind."""
    return {"type": kind, "name": name, "description": description, **more}


def text(name: str, description: str, limit: int, **more: Any) -> dict[str, Any]:
    """Return a text option of at most `limit` characters."""
    return option(STRING, name, description, max_length=limit, **more)


def size(name: str, description: str) -> dict[str, Any]:
    """Return an option for a number of members."""
    return option(INTEGER, name, description, min_value=1, max_value=MAX_SEATS)


def sub_command(name: str, description: str, *options: dict[str, Any]) -> dict[str, Any]:
    """Return a subcommand with its options, the required ones first."""
    return option(SUB_COMMAND, name, description, options=list(options))


def command(name: str, description: str, *options: dict[str, Any], permissions: int | None = None) -> dict[str, Any]:
    """Return a slash command for guilds; `permissions` (bits) are only what a server starts with."""
    return {
        "type": 1,
        "name": name,
        "description": description,
        "options": list(options),
        "default_member_permissions": None if permissions is None else str(permissions),
        "contexts": [0],  # in guilds
        "integration_types": [0],  # installed by a guild
    }


def member_command(name: str) -> dict[str, Any]:
    """Return a command of the context menu on a member."""
    told = command(name, "")
    return {key: told[key] for key in told if key not in ("description", "options")} | {"type": 2}


def message_command(name: str) -> dict[str, Any]:
    """Return a command of the context menu on a message."""
    return member_command(name) | {"type": 3}


_SHOWN = {
    "channel": "in the channel", "direct": "by direct message", "both": "in the channel and by direct message",
    "members": "the members it is about", "role": "the role that the event is for", "nobody": "nobody",
}  # fmt: skip


def _named(values: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"name": _SHOWN[value], "value": value} for value in values]


CHECK_IN = text("check_in", "Minutes before the start, after it, and until late, such as 15, 20, 5", 100)
REMINDERS = text("reminders", "How long before the start to remind, such as 24h, 1h, 15m", 400)
NUDGES = text("nudges", "How long before the start to ask who has not answered, such as 48h, or none", 400)
REMINDER_PLACE = option(
    STRING, "reminder_place", "Where reminders, new times and cancellations go", choices=_named(PLACES)
)
MENTIONED = option(STRING, "mentions", "Whom they mention in the channel", choices=_named(MENTIONS))
DEADLINE = text("deadline", "When sign-up closes: how long before the start, such as 2h, or a time", 200)
OPENS = text("opens", "When sign-up opens: how long before the start, such as 2d, or a time", 200)
SIGN_UP_ROLE = option(ROLE, "sign_up_role", "Only members of this role sign up")
INVITED = text("invited", "Members to ask by name, such as @Nia @Tomas: each is mentioned once", 700)
DURATION = text("duration", "How long it takes, such as 2h 30m", 32)
COUNTED = option(BOOLEAN, "counted", "Whether it counts for members' attendance rates; it does unless you say no")
DESCRIPTION = text("description", "What members should know", MAX_DESCRIPTION)
VOICE_CHECK = option(BOOLEAN, "voice_check", "Whether being in the voice channel counts as presence")
EVENT = text("event", "The event: pick one of the list", MAX_TITLE, autocomplete=True)
