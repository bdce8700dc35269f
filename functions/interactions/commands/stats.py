"""/stats: checked here, answered by a worker with figures and a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.reply import Deferred
from attendance.services.stats import ask_stats
from interactions import filters
from interactions.actors import as_officer
from interactions.stats_options import checked_by, checked_view

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Choices, Reply

_BY = {"guild": "week", "member": "month"}


def run(interaction: Interaction) -> Reply:
    """Store what is asked, then promise the answer that a worker gives: a promise without it could not be kept."""
    view = checked_view(interaction.command[1] if len(interaction.command) > 1 else "")
    asker = as_officer(interaction)
    question = filters.question_of(interaction)
    if view == "member" and not question.members:
        question = question._replace(members=(asker.user_id,))
    ask_stats(
        wiring.table(), interaction.guild_id, asker, wiring.now(), question,
        view=view, by=checked_by(interaction.text("by") or _BY.get(view, "week")),
        reply_token=interaction.token, locale=interaction.locale,
    )  # fmt: skip
    return Deferred()


def suggest(interaction: Interaction) -> Choices:
    """Complete an event, a series or a game."""
    return filters.suggest(interaction)
