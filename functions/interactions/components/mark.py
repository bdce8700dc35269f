"""What comes back from the form of the context menu's "Mark attendance"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interactions.commands.attendance_mark import mark_one

if TYPE_CHECKING:
    from attendance.discord.custom_id import CustomId
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply


def run(interaction: Interaction, pressed: CustomId) -> Reply:
    """Mark the member as the form says."""
    fields = interaction.fields
    return mark_one(interaction, fields.get("event", ""), pressed.id, fields.get("status", ""), fields.get("note", ""))
