"""Checking in: the button on the card, and the form for the code of an event that has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.locales import say
from attendance.discord.reply import Message, Modal, text_input
from attendance.discord.texts_check_in import checked_in
from attendance.domain.event import MAX_CODE
from attendance.errors import Invalid
from attendance.services.check_ins import check_in
from interactions.actors import as_member

if TYPE_CHECKING:
    from attendance.discord.custom_id import CustomId
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply


def run(interaction: Interaction, pressed: CustomId) -> Reply:
    """Check the member in and confirm it to them alone; ask for the code first where the event wants one."""
    code = interaction.fields.get("code") if pressed.action == "code" else None
    try:
        done = check_in(
            wiring.table(), interaction.guild_id, pressed.id, as_member(interaction), wiring.now(), code=code
        )
    except Invalid as error:
        if error.field != "code" or pressed.action == "code":
            raise
        asked = text_input("code", say(interaction.locale, "check_in.code"), limit=MAX_CODE)
        return Modal(pressed._replace(action="code").encode(), say(interaction.locale, "check_in.form"), [asked])
    return Message(checked_in(done.event, done.decision, changed=done.changed, locale=interaction.locale))
