"""More: one form for all of a sign-up, with alternative roles, minutes and a note; its answer is a sign-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord_interactions import InteractionType

from attendance import wiring
from attendance.discord.cards import event_card
from attendance.discord.locales import say
from attendance.discord.reply import Modal, Redraw, select, text_input
from attendance.domain.choice import MAX_NOTE, MAX_ROLES_NAMED, late, yes
from attendance.domain.event import check_may_sign_up
from attendance.domain.timetext import parse_minutes
from attendance.services.sign_ups import own_sign_up, sign_up
from interactions.actors import as_member

if TYPE_CHECKING:
    from attendance.discord.custom_id import CustomId
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply


def run(interaction: Interaction, pressed: CustomId) -> Reply:
    """Open the form at a click, filled in with what the member said before; record its answer when it comes back."""
    if interaction.kind == InteractionType.MODAL_SUBMIT:
        return _record(interaction, pressed)
    table, locale, user_id = wiring.table(), interaction.locale, interaction.member.user_id
    event, before, note = own_sign_up(table, interaction.guild_id, pressed.id, user_id)
    check_may_sign_up(event, interaction.member.role_ids, wiring.now())
    roles = [(role.name, role.key) for role in event.roles]
    parts = []
    if len(roles) > 1:
        first, others = before.roles[:1], before.roles[1:]
        parts = [
            select("role", say(locale, "more.role"), roles, chosen=first),
            select("also", say(locale, "more.also"), roles, chosen=others, up_to=MAX_ROLES_NAMED - 1),
        ]
    minutes, example = str(before.late_minutes or ""), say(locale, "late.example")
    parts += [
        text_input("minutes", say(locale, "more.late"), limit=16, placeholder=example, value=minutes, required=False),
        text_input("note", say(locale, "more.note"), limit=MAX_NOTE, value=note, required=False),
    ]
    only = event.roles[0].key if len(roles) == 1 else ""
    return Modal(pressed._replace(arg=only).encode(), say(locale, "more.form"), parts)


def _record(interaction: Interaction, pressed: CustomId) -> Reply:
    now, fields = wiring.now(), interaction.fields
    first = pressed.arg or fields.get("role", "")
    roles = (first, *(key for key in interaction.chosen.get("also", ()) if key != first))[:MAX_ROLES_NAMED]
    typed = fields.get("minutes", "").strip()
    choice = late(parse_minutes(typed, field="late_minutes"), *roles) if typed else yes(*roles)
    note = fields.get("note", "")
    done = sign_up(wiring.table(), interaction.guild_id, pressed.id, choice, as_member(interaction), now, note=note)
    return Redraw(event_card(done.event, now))
