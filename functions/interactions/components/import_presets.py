"""What was pasted into the form of /preset import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.locales import say
from attendance.discord.preset_view import import_text
from attendance.discord.reply import Message
from attendance.domain.exports import read_json
from attendance.domain.preset_draft import rows_of
from attendance.services.presets import import_presets
from interactions.actors import as_officer

if TYPE_CHECKING:
    from attendance.discord.custom_id import CustomId
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply


def run(interaction: Interaction, pressed: CustomId) -> Reply:
    """Store the presets and say what became of each."""
    rows = rows_of(read_json(interaction.fields.get("presets", ""), field="presets"))
    done = import_presets(
        wiring.table(),
        interaction.guild_id,
        as_officer(interaction),
        wiring.now(),
        rows,
        overwrite=pressed.id == "overwrite",
    )
    return Message(
        embeds=[
            {"title": say(interaction.locale, "preset.imported"), "description": import_text(done, interaction.locale)}
        ]
    )
