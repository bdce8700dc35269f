"""Yes with a role, maybe and no: one write, answered with the card that it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.cards import event_card
from attendance.discord.reply import Redraw
from attendance.domain.choice import MAYBE, NO, yes
from attendance.services.sign_ups import sign_up
from interactions.actors import as_member

if TYPE_CHECKING:
    from attendance.discord.custom_id import CustomId
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply


def run(interaction: Interaction, pressed: CustomId) -> Reply:
    """Record the answer that the pressed button, or the chosen role, stands for, and draw the card anew."""
    now = wiring.now()
    role = pressed.arg or next(iter(interaction.chosen.get(interaction.custom_id, ())), "")
    choice = yes(role) if pressed.action == "yes" else MAYBE if pressed.action == "maybe" else NO
    done = sign_up(wiring.table(), interaction.guild_id, pressed.id, choice, as_member(interaction), now)
    return Redraw(event_card(done.event, now))
