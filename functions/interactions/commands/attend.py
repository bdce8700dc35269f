"""/attend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.reply import Message
from attendance.discord.texts_check_in import checked_in
from attendance.services.check_ins import check_in
from attendance.services.finding import event_to_attend, find_event
from interactions.actors import as_member
from interactions.suggestions import events_named

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Choices, Reply


def run(interaction: Interaction) -> Reply:
    """Check the member in to the event named, or to the one whose check-in is open."""
    table, guild_id, now = wiring.table(), interaction.guild_id, wiring.now()
    named, code = interaction.text("event"), interaction.text("code")
    event_id = (
        find_event(table, guild_id, "attend", named, now) if named else event_to_attend(table, guild_id, now).event_id
    )
    done = check_in(table, guild_id, event_id, as_member(interaction), now, code=code)
    return Message(checked_in(done.event, done.decision, changed=done.changed, locale=interaction.locale))


def suggest(interaction: Interaction) -> Choices:
    """Complete the event."""
    return events_named(interaction, "attend")
