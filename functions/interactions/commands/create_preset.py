"""/create-preset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.reply import Message
from attendance.discord.texts import escaped
from attendance.domain.seats import format_roles
from attendance.services.presets import create_preset
from interactions.actors import as_officer

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply


def run(interaction: Interaction) -> Reply:
    """Store the preset and show what was understood."""
    preset = create_preset(
        wiring.table(),
        interaction.guild_id,
        as_officer(interaction),
        wiring.now(),
        name=interaction.required("name"),
        game=interaction.required("game"),
        roles=interaction.required("roles"),
        duration=interaction.text("duration") or "2h",
        party_size=interaction.whole_number("party_size"),
        reminders=interaction.text("reminders"),
        description=interaction.text("description") or "",
    )
    size = f", {preset.capacity} seats in all" if preset.capacity else ""
    return Message(
        f"Preset **{escaped(preset.name)}** for {escaped(preset.game)} is saved: {escaped(format_roles(preset.roles))}{size}, "
        f"{preset.duration} min. Use it with `/create-event preset:`."
    )
