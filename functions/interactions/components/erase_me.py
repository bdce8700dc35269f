"""The button under /privacy erase: the member means it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.locales import say
from attendance.discord.reply import Message, Redraw
from attendance.services.erasing import ask_to_erase
from interactions.actors import as_member

if TYPE_CHECKING:
    from attendance.discord.custom_id import CustomId
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply


def run(interaction: Interaction, pressed: CustomId) -> Reply:
    """Let the erasure begin, and put that in the place of the question."""
    if pressed.id != interaction.member.user_id:
        return Message(say(interaction.locale, "out_of_date"))
    ask_to_erase(wiring.table(), interaction.guild_id, as_member(interaction), wiring.now())
    return Redraw({"content": say(interaction.locale, "privacy.begun"), "components": []})
