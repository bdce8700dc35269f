"""/attendance show: an event's attendance, or why a member's is what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.reply import Message
from attendance.discord.texts import escaped
from attendance.discord.texts_attendance import attendance_text, explained_text
from attendance.services.finding import find_event
from attendance.services.sheets import explain_attendance, show_attendance
from interactions.actors import as_officer

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply


def run(interaction: Interaction) -> Reply:
    """Show it to whom it may be shown; a member without rights sees their own."""
    table, guild_id, now, caller = wiring.table(), interaction.guild_id, wiring.now(), as_officer(interaction)
    event_id = find_event(table, guild_id, "mark", interaction.required("event"), now)
    user_id = interaction.snowflake("member")
    if user_id is None and "attendance.manage" not in caller.capabilities:
        user_id = caller.user_id
    if user_id is None:
        event, sheet = show_attendance(table, guild_id, event_id, caller, now)
        shown = attendance_text(sheet, interaction.locale)
    else:
        event, explained = explain_attendance(table, guild_id, event_id, user_id, caller, now)
        shown = explained_text(event, explained, interaction.locale)
    return Message(embeds=[{"title": escaped(event.title), "description": shown}])
