"""The filters of figures and files as they are typed, and what is suggested meanwhile; the options: `discord.commands.filters`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.reply import Choices
from attendance.domain.past_days import parse_past_day
from attendance.services.analytics import Question
from attendance.services.finding import find_event, suggest_games_played
from attendance.services.series import find_series, list_series
from attendance.services.settings import show_settings
from interactions.suggestions import events_named

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction


def question_of(interaction: Interaction) -> Question:
    """Return what is asked about; raises `Invalid` naming the option, `NotFound`."""
    table, guild_id, now = wiring.table(), interaction.guild_id, wiring.now()
    first, last = (interaction.text(name) or "" for name in ("from", "to"))
    zone = show_settings(table, guild_id).zone or "UTC" if first or last else "UTC"
    event, series = interaction.text("event"), interaction.text("series")
    return Question(
        first=parse_past_day(first, zone=zone, now=now, field="from"),
        last=parse_past_day(last, zone=zone, now=now, field="to"),
        events=_given(find_event(table, guild_id, "report", event, now) if event else None),
        series=_given(find_series(table, guild_id, series).series_id if series else None),
        games=_given(interaction.text("game")),
        discord_roles=_given(interaction.snowflake("discord_role")),
        members=_given(interaction.snowflake("member")),
        statuses=_given(interaction.text("status")),
    )


def suggest(interaction: Interaction) -> Choices:
    """Complete an event, a series or a game: those that closed events have."""
    if interaction.focused == "event":
        return events_named(interaction, "report")
    typed = str(interaction.options.get(interaction.focused) or "").casefold().strip()
    table, guild_id = wiring.table(), interaction.guild_id
    if interaction.focused == "series":
        found = list_series(table, guild_id)
        return Choices((one.template.title, one.series_id) for one in found if typed in one.template.title.casefold())
    return Choices((game, game) for game in suggest_games_played(table, guild_id, typed, wiring.now()))


def _given(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)
