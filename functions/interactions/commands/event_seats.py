"""/event seat, move, bench and remove: officers' seating, asked for first where it takes somebody else's seat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.custom_id import CustomId
from attendance.discord.locales import say
from attendance.discord.reply import Choices, Message
from attendance.discord.texts import escaped
from attendance.discord.texts_errors import error_text
from attendance.domain.ids import is_id
from attendance.errors import Conflict, Invalid
from attendance.services.events import get_event
from attendance.services.finding import find_event
from attendance.services.seating import bench_member, move_member, remove_member, seat_member
from interactions.actors import as_officer

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply
    from attendance.services.sign_ups import SignUp


def run(interaction: Interaction) -> Reply:
    """Do what the subcommand says."""
    table, guild_id, now, officer = wiring.table(), interaction.guild_id, wiring.now(), as_officer(interaction)
    event_id = find_event(table, guild_id, "edit", interaction.required("event"), now)
    user_id = interaction.snowflake("member")
    if user_id is None:
        raise Invalid("The option member is missing: pick who it is about.", field="member", code="option_missing")
    match interaction.command[1]:
        case "seat":
            return seat(interaction, event_id, user_id, interaction.text("role"))
        case "move":
            return seat(interaction, event_id, user_id, interaction.required("role"), move=True)
        case "bench":
            done = bench_member(table, guild_id, event_id, user_id, officer, now)
            return _told(interaction, done, user_id, "seat.benched" if done.changed else "seat.benched_before")
    done = remove_member(table, guild_id, event_id, user_id, officer, now)
    return _told(interaction, done, user_id, "seat.removed" if done.changed else "seat.not_answered")


def seat(
    interaction: Interaction,
    event_id: str,
    user_id: str,
    role: str | None,
    *,
    move: bool = False,
    confirm: str | None = None,
) -> Message:
    """Seat a member and say so; ask first, with the names, when it takes somebody's seat."""
    table, guild_id, now, officer = wiring.table(), interaction.guild_id, wiring.now(), as_officer(interaction)
    try:
        if move and role is not None:
            done = move_member(table, guild_id, event_id, user_id, officer, now, role=role, confirm=confirm)
        else:
            done = seat_member(table, guild_id, event_id, user_id, officer, now, role=role, confirm=confirm)
    except Conflict as refusal:
        if refusal.code != "would_displace":
            raise
        arg = f"{refusal.details['confirm']}.{user_id}.{role or ''}"
        component = {
            "type": 2, "style": 4, "label": say(interaction.locale, "seat.take"), "custom_id": CustomId("seat", event_id, arg).encode(),
        }  # fmt: skip
        return Message(error_text(refusal, interaction.locale), components=[{"type": 1, "components": [component]}])
    taken = done.event.roster().seat_of(user_id)
    name = escaped(done.event.role(taken.role).name) if taken else ""
    return _told(interaction, done, user_id, "seat.seated" if done.changed else "seat.seated_before", role=name)


def suggest_roles(interaction: Interaction) -> Choices:
    """Complete a role of the event that was picked; one read."""
    event_id = str(interaction.options.get("event") or "")
    if not is_id(event_id):
        return Choices()
    typed = str(interaction.options.get("role") or "").casefold()
    event = get_event(wiring.table(), interaction.guild_id, event_id, roster=False)
    return Choices((role.name, role.key) for role in event.roles if typed in role.name.casefold())


def _told(interaction: Interaction, done: SignUp, user_id: str, key: str, **more: str) -> Message:
    title = escaped(done.event.title)
    return Message(say(interaction.locale, key, member=f"<@{user_id}>", title=title, **more))
