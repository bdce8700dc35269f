"""/attendance me and /attendance member."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.reply import Message
from attendance.discord.texts_records import record_text
from attendance.errors import Invalid
from attendance.services.records import show_record
from interactions.actors import as_member, as_officer

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply


def run(interaction: Interaction) -> Reply:
    """Show the member's own record, or another's to an officer."""
    if interaction.command[1] == "me":
        actor, user_id = as_member(interaction), interaction.member.user_id
    else:
        chosen = interaction.snowflake("member")
        if chosen is None:
            raise Invalid("The option member is missing: pick a member.", field="member", code="option_missing")
        actor, user_id = as_officer(interaction), chosen
    shown = show_record(wiring.table(), interaction.guild_id, user_id, actor, wiring.now())
    if user_id == actor.user_id:
        shown = shown._replace(name=actor.name)
    return Message(record_text(shown, interaction.locale))
