"""/attendance request and /attendance requests: members ask for a correction, officers see the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attendance import wiring
from attendance.discord.reply import Message
from attendance.discord.texts_corrections import PAGE, asked_text, queue_message
from attendance.services.corrections import list_corrections, request_correction
from attendance.services.finding import find_event
from interactions.actors import as_member, as_officer

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply


def run(interaction: Interaction) -> Reply:
    """Ask, or show the queue."""
    if interaction.command[1] == "requests":
        return Message(**queue(interaction))
    table, guild_id, now = wiring.table(), interaction.guild_id, wiring.now()
    event_id = find_event(table, guild_id, "mark", interaction.required("event"), now)
    wish, words = interaction.required("wish"), interaction.required("words")
    done = request_correction(
        table, guild_id, event_id, as_member(interaction), now, wish=wish, words=words, locale=interaction.locale
    )
    return Message(asked_text(done, interaction.locale))


def queue(interaction: Interaction, cursor: str | None = None, before: str = "") -> dict[str, Any]:
    """Return the parts of the message with a page of what is open."""
    officer = as_officer(interaction)
    found, after = list_corrections(wiring.table(), interaction.guild_id, officer, limit=PAGE, cursor=cursor)
    return queue_message(found, after, interaction.locale, before=before)
