"""The confirmation that an officer's seating may take somebody's seat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interactions.commands.event_seats import seat

if TYPE_CHECKING:
    from attendance.discord.custom_id import CustomId
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply


def run(interaction: Interaction, pressed: CustomId) -> Reply:
    """Seat the member whom the officer was asked about."""
    confirm, _, rest = pressed.arg.partition(".")
    user_id, _, role = rest.partition(".")
    return seat(interaction, pressed.id, user_id, role or None, confirm=confirm)
