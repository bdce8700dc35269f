"""/attendance mark and bulk: one member at once, or rounds of 25 in a select."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.custom_id import CustomId
from attendance.discord.locales import say
from attendance.discord.reply import Message, user_select
from attendance.discord.texts import escaped
from attendance.discord.texts_attendance import marked_text, status_word
from attendance.domain.marking import check_phase, checked_status
from attendance.domain.reschedule import parse_seen
from attendance.domain.rights import require
from attendance.errors import Invalid
from attendance.services.events import get_event
from attendance.services.finding import find_event
from attendance.services.marking import mark
from interactions.actors import as_officer

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply


def run(interaction: Interaction) -> Reply:
    """Mark the member, or offer to pick many."""
    table, guild_id, now, officer = wiring.table(), interaction.guild_id, wiring.now(), as_officer(interaction)
    require(officer, "attendance.manage")
    event_id = find_event(table, guild_id, "mark", interaction.required("event"), now)
    status = checked_status(interaction.required("status"))
    if interaction.command[1] == "bulk":
        event = get_event(table, guild_id, event_id, roster=False)
        check_phase(event, now)
        return bulk(event_id, event.title, status, interaction.locale)
    user_id = interaction.snowflake("member")
    if user_id is None:
        raise Invalid("The option member is missing: pick who it is about.", field="member", code="option_missing")
    seen_at = ""
    if typed := interaction.text("seen"):
        seen_at = parse_seen(typed, get_event(table, guild_id, event_id, roster=False)).isoformat()
    return mark_one(interaction, event_id, user_id, status, interaction.text("note") or "", seen_at)


def mark_one(
    interaction: Interaction, event_id: str, user_id: str, status: str, note: str, seen_at: str = ""
) -> Message:
    """Mark a member and say what changed."""
    done = mark(
        wiring.table(),
        interaction.guild_id,
        event_id,
        user_id,
        as_officer(interaction),
        wiring.now(),
        status=status,
        note=note,
        seen_at=seen_at,
        role_ids=interaction.roles_of.get(user_id),
    )
    return Message(marked_text(done, user_id, interaction.locale))


def bulk(event_id: str, title: str, status: str, locale: str) -> Message:
    """Return the message in which members are picked, with nothing done yet."""
    asked = say(locale, "bulk.ask", title=escaped(title), status=status_word(status, locale))
    return Message(asked, components=[picker(event_id, status, 0, locale)])


def picker(event_id: str, status: str, count: int, locale: str) -> dict[str, object]:
    """Return the select of a round; `count` members were marked in the rounds before."""
    arg = f"{status}.{count}"
    return user_select(CustomId("bulk", event_id, arg).encode(), say(locale, "bulk.pick"))
