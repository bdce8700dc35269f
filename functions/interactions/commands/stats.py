"""/stats: checked here, answered by a worker with figures and a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.reply import Deferred
from attendance.services.analytics import Question
from attendance.services.settings import show_settings
from attendance.services.stats import ask_stats
from interactions.actors import as_officer
from interactions.stats_options import checked_by, checked_view, parse_stats_day

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply

_BY = {"guild": "week", "member": "month"}


def run(interaction: Interaction) -> Reply:
    """Store what is asked, then promise the answer that a worker gives: a promise without it could not be kept."""
    table, guild_id, now = wiring.table(), interaction.guild_id, wiring.now()
    view = checked_view(interaction.command[1] if len(interaction.command) > 1 else "")
    officer = as_officer(interaction)
    zone = show_settings(table, guild_id).zone or "UTC"
    first, last = (
        parse_stats_day(interaction.text(name) or "", zone=zone, now=now, field=name) for name in ("from", "to")
    )
    game, role = interaction.text("game"), interaction.snowflake("role")
    question = Question(first=first, last=last, games=(game,) if game else (), discord_roles=(role,) if role else ())
    if view == "member":
        question = question._replace(members=(interaction.snowflake("member") or officer.user_id,))
    ask_stats(
        table, guild_id, officer, now, question,
        view=view, by=checked_by(interaction.text("by") or _BY.get(view, "week")),
        reply_token=interaction.token, locale=interaction.locale,
    )  # fmt: skip
    return Deferred()
