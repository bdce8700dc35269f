"""What /create-preset and /preset edit have in common: the options that make up a preset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attendance import wiring
from attendance.discord.reply import Choices
from attendance.services.finding import suggest_games
from attendance.services.presets import list_presets

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction

FIELDS = {
    "name": "name", "game": "game", "roles": "roles", "duration": "duration", "party_size": "party_size",
    "check_in": "check_in", "reminders": "reminders", "nudges": "nudges", "reminder_place": "reminder_place", "mentions": "mentions",
    "deadline": "deadline", "description": "description",
    "channel": "channel_id", "voice_channel": "voice_channel_id", "voice_check": "voice_check",
    "tracked_role": "tracked_role_id",
    "opens": "opens", "sign_up_role": "sign_up_role_id",
    "counted": "counted",
}  # fmt: skip
"""The field of a preset that each option sets."""


def given(interaction: Interaction) -> dict[str, Any]:
    """Return the fields of a preset that the options set."""
    return {FIELDS[name]: value for name, value in interaction.options.items() if name in FIELDS}


def suggest_presets_and_games(interaction: Interaction) -> Choices:
    """Complete the option `preset` or `game`."""
    typed = str(interaction.options.get(interaction.focused) or "").strip()
    if interaction.focused == "game":
        games = suggest_games(wiring.table(), interaction.guild_id, typed, wiring.now())
        return Choices((game, game) for game in games)
    presets = list_presets(wiring.table(), interaction.guild_id) if interaction.focused == "preset" else []
    return Choices((preset.name, preset.name) for preset in presets if typed.casefold() in preset.name.casefold())
