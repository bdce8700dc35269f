"""/create-preset and /preset: what events of one kind have in common."""

from __future__ import annotations

from typing import Any

from attendance.discord.commands.options import (
    CHANNEL,
    CHECK_IN,
    COUNTED,
    DESCRIPTION,
    DURATION,
    MENTIONED,
    NUDGES,
    REMINDER_PLACE,
    REMINDERS,
    ROLE,
    SIGN_UP_ROLE,
    STRING,
    TEXT_CHANNELS,
    VOICE_CHANNELS,
    VOICE_CHECK,
    command,
    option,
    size,
    sub_command,
    text,
)
from attendance.domain.preset import MAX_NAME
from attendance.domain.preset_draft import CLEARABLE

_GAME = text("game", "The game it is for", MAX_NAME, autocomplete=True)
_ROLES = text("roles", "Party roles with their seats, such as: tank 2, healer 2-3, dps 6", 1000)
_MORE: list[dict[str, Any]] = [
    DURATION,
    size("party_size", "How many may be seated in all"),
    CHECK_IN,
    REMINDERS,
    NUDGES,
    REMINDER_PLACE,
    MENTIONED,
    text("deadline", "How long before the start sign-up closes, such as 2h", 32),
    text("opens", "How long before the start sign-up opens, such as 2d", 32),
    SIGN_UP_ROLE,
    DESCRIPTION,
    option(CHANNEL, "channel", "Where the cards are posted", channel_types=TEXT_CHANNELS),
    option(CHANNEL, "voice_channel", "Where you meet", channel_types=VOICE_CHANNELS),
    VOICE_CHECK,
    option(ROLE, "tracked_role", "Only members of this role check in"),
    COUNTED,
]
_PRESET = text("preset", "The preset: pick one of the list", MAX_NAME, autocomplete=True)
_CHOSEN = _PRESET | {"required": True}

CREATE_PRESET = command(
    "create-preset",
    "Save what events of one kind have in common",
    text("name", "The preset's name", MAX_NAME, required=True),
    _GAME | {"required": True},
    _ROLES | {"required": True},
    *_MORE,
)
PRESET = command(
    "preset",
    "Look at presets, change, delete, export or import them",
    sub_command("list", "List the presets"),
    sub_command("show", "Show all of a preset", _CHOSEN),
    sub_command(
        "edit",
        "Change a preset; events that were made from it stay as they are",
        _CHOSEN,
        text("name", "Its new name", MAX_NAME),
        _GAME,
        _ROLES,
        *_MORE,
        option(
            STRING,
            "clear",
            "Empty one field: it is then as the server's settings say",
            choices=[{"name": name.removesuffix("_id").replace("_", " "), "value": name} for name in CLEARABLE],
        ),
    ),
    sub_command("delete", "Delete a preset; events that were made from it stay", _CHOSEN),
    sub_command("export", "Get a preset as JSON, for another server", _CHOSEN),
    sub_command(
        "import",
        "Paste presets that were exported, here or on another server",
        option(
            STRING,
            "existing",
            "What to do with a preset whose name is taken",
            choices=[{"name": "keep it", "value": "keep"}, {"name": "overwrite it", "value": "overwrite"}],
        ),
    ),
)
