"""Late: a form asks for the minutes (and the role, where there are several), its answer is a sign-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord_interactions import InteractionType

from attendance import wiring
from attendance.discord.cards import event_card
from attendance.discord.locales import say
from attendance.discord.reply import Modal, Redraw, select, text_input
from attendance.domain.choice import NO, decode, encode, late
from attendance.domain.event import check_may_sign_up
from attendance.domain.timetext import parse_minutes
from attendance.services.events import get_event
from attendance.services.sign_ups import sign_up
from interactions.actors import as_member

if TYPE_CHECKING:
    from attendance.discord.custom_id import CustomId
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply

_AS_BEFORE = "="
"""Stands in the form for the several roles that a member named: no role has this key."""


def run(interaction: Interaction, pressed: CustomId) -> Reply:
    """Open the form at a click, record its answer when it comes back."""
    if interaction.kind == InteractionType.MODAL_SUBMIT:
        return _record(interaction, pressed)
    event = get_event(wiring.table(), interaction.guild_id, pressed.id)
    check_may_sign_up(event, interaction.member.role_ids, wiring.now())
    before = decode(event.choices.get(interaction.member.user_id, encode(NO)))
    minutes = str(before.late_minutes or "")
    locale = interaction.locale
    example = say(locale, "late.example")
    parts = [text_input("minutes", say(locale, "late.minutes"), limit=16, placeholder=example, value=minutes)]
    if len(event.roles) > 1:
        # Their roles are selected already: announcing minutes must not cost the seat that they hold.
        roles = [(role.name, role.key) for role in event.roles]
        if len(before.roles) > 1:
            names = ", ".join(event.role(key).name for key in before.roles if key in dict(roles).values())
            roles = [(names, _AS_BEFORE), *roles]
        chosen = (_AS_BEFORE,) if len(before.roles) > 1 else before.roles
        parts.append(select("role", say(locale, "late.role"), roles, chosen=chosen))
    only = event.roles[0].key if len(event.roles) == 1 else ""
    return Modal(pressed._replace(arg=only).encode(), say(locale, "late.form"), parts)


def _record(interaction: Interaction, pressed: CustomId) -> Reply:
    now = wiring.now()
    minutes = parse_minutes(interaction.fields.get("minutes", ""), field="late_minutes")
    named = pressed.arg or interaction.fields.get("role", "")
    roles: tuple[str, ...] = (named,)
    if named == _AS_BEFORE:
        event = get_event(wiring.table(), interaction.guild_id, pressed.id)
        roles = event.roles_named(decode(event.choices.get(interaction.member.user_id, encode(NO))).roles)
    choice = late(minutes, *roles)
    done = sign_up(wiring.table(), interaction.guild_id, pressed.id, choice, as_member(interaction), now)
    return Redraw(event_card(done.event, now))
