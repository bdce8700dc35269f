"""/report export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.reply import Deferred
from attendance.services.analytics import Question
from attendance.services.finding import find_event
from attendance.services.reports import days_typed, request_report
from interactions.actors import as_officer
from interactions.suggestions import events_named

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Choices, Reply


def run(interaction: Interaction) -> Reply:
    """Store the job, then promise the answer that a worker gives: a promise without a stored job could not be kept."""
    table, guild_id, now = wiring.table(), interaction.guild_id, wiring.now()
    officer, named = as_officer(interaction), interaction.text("event")
    event_id = find_event(table, guild_id, "report", named, now) if named else None
    first, last = days_typed(table, guild_id, now, interaction.text("from"), interaction.text("to"))
    request_report(
        table,
        guild_id,
        officer,
        now,
        file_format=interaction.text("format") or "csv",
        question=Question(
            first=first,
            last=last,
            events=_given(event_id),
            games=_given(interaction.text("game")),
            discord_roles=_given(interaction.snowflake("discord_role")),
            members=_given(interaction.snowflake("member")),
            statuses=_given(interaction.text("status")),
        ),
        language=interaction.text("language"),
        reply_token=interaction.token,
        locale=interaction.locale,
    )
    return Deferred()


def suggest(interaction: Interaction) -> Choices:
    """Complete the event."""
    return events_named(interaction, "report")


def _given(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)
