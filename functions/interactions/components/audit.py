"""Turning the page of /audit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.discord.locales import say
from attendance.discord.reply import Message, Redraw
from interactions.commands.audit import page, read_turn

if TYPE_CHECKING:
    from attendance.discord.custom_id import CustomId
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply


def run(interaction: Interaction, pressed: CustomId) -> Reply:
    """Show the page that the button names."""
    turn = read_turn(pressed)
    if turn is None:
        return Message(say(interaction.locale, "out_of_date"))
    wanted, cursor = turn
    return Redraw(page(interaction, wanted, cursor))
