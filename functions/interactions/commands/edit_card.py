"""Edit event, in the context menu on a card: the form of /event edit, without naming the event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.discord import custom_id
from attendance.domain.ids import is_id
from attendance.errors import Invalid
from interactions.commands.event_form import form

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply

_ON_A_CARD = ("yes", "late", "maybe", "no", "more", "check_in")


def run(interaction: Interaction) -> Reply:
    """Open the form of the event whose card the message is, known by what its buttons carry."""
    for pressed in map(custom_id.parse, interaction.buttons):
        if pressed is not None and pressed.action in _ON_A_CARD and is_id(pressed.id):
            return form(interaction, pressed.id)
    raise Invalid(
        "This message is no card of an event that can be edited: use it on a card with buttons, or run /event edit.",
        field="message",
        code="no_card",
    )
