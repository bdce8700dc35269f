"""/create-preset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.locales import say
from attendance.discord.preset_view import preset_text
from attendance.discord.reply import Message
from attendance.discord.texts import escaped
from attendance.services.presets import create_preset
from interactions.actors import as_officer
from interactions.preset_options import given, suggest_presets_and_games

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Choices, Reply


def run(interaction: Interaction) -> Reply:
    """Store the preset and show what was understood."""
    officer = as_officer(interaction)
    preset = create_preset(wiring.table(), interaction.guild_id, officer, wiring.now(), **given(interaction))
    return Message(
        say(interaction.locale, "preset.created", name=escaped(preset.name)),
        embeds=[{"title": preset.name, "description": preset_text(preset, interaction.locale)}],
    )


def suggest(interaction: Interaction) -> Choices:
    """Complete the game."""
    return suggest_presets_and_games(interaction)
