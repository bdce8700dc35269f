"""The buttons of the message to who missed an event: a few words, and officers are asked for a correction.

They work in direct messages, where a click tells no server: the stored prompt does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord_interactions import InteractionType

from attendance import wiring
from attendance.discord.locales import say
from attendance.discord.reply import Message, Modal, text_input
from attendance.discord.texts_corrections import asked_text
from attendance.domain.correction import MAX_WORDS
from attendance.services.corrections import request_correction
from attendance.services.prompts import answered_prompt
from interactions.actors import as_member

if TYPE_CHECKING:
    from attendance.discord.custom_id import CustomId
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply

_WISHES = {"there": "present", "excuse": "excused"}


def run(interaction: Interaction, pressed: CustomId) -> Reply:
    """Ask for a few words at a click, and pass the request on when they come back."""
    table, now, locale, wish = wiring.table(), wiring.now(), interaction.locale, _WISHES[pressed.action]
    prompt = answered_prompt(table, pressed.id, interaction.member.user_id, now)
    if interaction.kind != InteractionType.MODAL_SUBMIT:
        asked = text_input("words", say(locale, "request.words"), limit=MAX_WORDS)
        return Modal(pressed.encode(), say(locale, f"wish.{wish}"), [asked])
    done = request_correction(
        table,
        prompt.guild_id,
        prompt.event_id,
        as_member(interaction),
        now,
        wish=wish,
        words=interaction.fields.get("words", ""),
        locale=locale,
        roles_known=False,
    )
    return Message(asked_text(done, locale))
