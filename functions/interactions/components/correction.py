"""The officers' queue of requests: deciding one, with a reason where it is declined, and turning the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord_interactions import InteractionType

from attendance import wiring
from attendance.discord.locales import say
from attendance.discord.reply import Modal, Redraw, text_input
from attendance.discord.texts_corrections import decided_text
from attendance.domain.marking import MAX_NOTE
from attendance.services.corrections import decide_correction
from interactions.actors import as_officer
from interactions.commands.attendance_requests import queue

if TYPE_CHECKING:
    from attendance.discord.custom_id import CustomId
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply


def run(interaction: Interaction, pressed: CustomId) -> Reply:
    """Do what the button says, and show what is left."""
    if pressed.action == "requests":
        return Redraw(queue(interaction, pressed.arg))
    accept = pressed.arg != "decline"
    if not accept and interaction.kind != InteractionType.MODAL_SUBMIT:
        why = text_input("answer", say(interaction.locale, "request.reason"), limit=MAX_NOTE, required=False)
        return Modal(pressed.encode(), say(interaction.locale, "request.form"), [why])
    done = decide_correction(
        wiring.table(),
        interaction.guild_id,
        pressed.id,
        as_officer(interaction),
        wiring.now(),
        accept=accept,
        status=pressed.arg if accept else None,
        answer=interaction.fields.get("answer", ""),
    )
    return Redraw(queue(interaction, before=decided_text(done, interaction.locale)))
