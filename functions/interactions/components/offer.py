"""Take the seat, or pass it on: the answer to an offer, in a direct message or in the event's channel."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.locales import say
from attendance.discord.reply import Redraw
from attendance.discord.texts import escaped
from attendance.errors import NotFound
from attendance.services.offers import pass_on_seat, take_seat
from attendance.services.prompts import answered_prompt
from interactions.actors import as_member

if TYPE_CHECKING:
    from attendance.discord.custom_id import CustomId
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply


def run(interaction: Interaction, pressed: CustomId) -> Reply:
    """Do what the button says, and put what came of it in the place of the question."""
    table, now = wiring.table(), wiring.now()
    prompt = answered_prompt(table, pressed.id, interaction.member.user_id, now)
    if prompt.kind != "offer" or interaction.guild_id not in ("", prompt.guild_id):
        raise NotFound("This question is over. Look at the event's card for how things stand.", code="question_over")
    actor = replace(as_member(interaction), capabilities=frozenset({"attendance.self"}))
    answer = take_seat if pressed.action == "take" else pass_on_seat
    event = answer(table, prompt.guild_id, prompt.event_id, prompt.user_id, actor, now).event
    seat = event.roster().seat_of(prompt.user_id)
    role = escaped(event.role(seat.role).name) if seat else ""
    words = say(interaction.locale, "offer.taken" if seat else "offer.passed", title=escaped(event.title), role=role)
    return Redraw({"content": "", "embeds": [{"description": words}], "components": []})
