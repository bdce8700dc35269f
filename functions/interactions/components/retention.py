"""The button under /settings retention: the officer has seen what goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.discord.locales import say
from attendance.discord.reply import Message
from interactions.commands.settings_retention import confirm

if TYPE_CHECKING:
    from attendance.discord.custom_id import CustomId
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply


def run(interaction: Interaction, pressed: CustomId) -> Reply:
    """Change the setting."""
    if not pressed.id.isdecimal():
        return Message(say(interaction.locale, "out_of_date"))
    return confirm(interaction, int(pressed.id[:4]))
