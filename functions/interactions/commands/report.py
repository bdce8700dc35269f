"""/report: export; the list has a module of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.reply import Deferred, Message
from attendance.errors import Invalid
from attendance.services.reports import request_report
from interactions import filters
from interactions.actors import as_officer

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Choices, Reply


def run(interaction: Interaction) -> Reply:
    """Do what the subcommand says."""
    match interaction.command[1:]:
        case ("export",):
            return _export(interaction)
        case ("list",):
            from interactions.commands import report_list

            return Message(**report_list.page(interaction))
    raise Invalid("/report does not know that. Pick one of Discord's list.", field="report", code="unknown_subcommand")


def suggest(interaction: Interaction) -> Choices:
    """Complete an event, a series or a game."""
    return filters.suggest(interaction)


def _export(interaction: Interaction) -> Reply:
    """Store the job, then promise the answer that a worker gives: a promise without a stored job could not be kept."""
    request_report(
        wiring.table(),
        interaction.guild_id,
        as_officer(interaction),
        wiring.now(),
        file_format=interaction.text("format") or "csv",
        question=filters.question_of(interaction),
        language=interaction.text("language"),
        reply_token=interaction.token,
        locale=interaction.locale,
    )
    return Deferred()
