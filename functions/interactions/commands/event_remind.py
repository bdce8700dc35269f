"""/event remind: an officer's message to some of an event's members, previewed first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.reply import Deferred
from attendance.services.calling import CallRequest, ask_call
from attendance.services.finding import find_event
from interactions.actors import as_officer

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply


def run(interaction: Interaction) -> Reply:
    """Store what is asked, then promise the preview that a worker gives: Discord lists members to the bot's token only."""
    table, guild_id, now = wiring.table(), interaction.guild_id, wiring.now()
    officer = as_officer(interaction)
    event_id = find_event(table, guild_id, "edit", interaction.required("event"), now)
    request = CallRequest(
        audience=interaction.required("audience"),
        text=interaction.text("text") or "",
        place=interaction.text("place"),
        ping=bool(interaction.flag("mention")),
    )
    ask_call(table, guild_id, event_id, officer, now, request, reply_token=interaction.token, locale=interaction.locale)
    return Deferred()
