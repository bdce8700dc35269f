"""Turning the page of /report list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.discord.reply import Redraw
from interactions.commands.report_list import page

if TYPE_CHECKING:
    from attendance.discord.custom_id import CustomId
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply


def run(interaction: Interaction, pressed: CustomId) -> Reply:
    """Show the page that the button names, as it is now."""
    return Redraw(page(interaction, pressed.arg or None))
