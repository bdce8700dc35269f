"""/series, and the series that /create-event begins when it is told how often."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from attendance import wiring
from attendance.discord.reply import Choices, Message
from attendance.discord.texts import escaped, relative_time, time_mark
from attendance.domain.series import upcoming
from attendance.errors import Invalid
from attendance.services import series as services
from attendance.services.series_editing import edit_series
from interactions.actors import as_officer
from interactions.rhythms import rhythms

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply
    from attendance.domain.series import Series
    from attendance.services.events import EventRequest
    from attendance.services.series_editing import Scope, SeriesChanges

_FIELDS = ("title", "game", "description", "duration", "time", "repeat")


def plan_series(interaction: Interaction, request: EventRequest, repeat: str) -> Reply:
    """Plan a series that begins as `request` says, and show its first dates."""
    made = services.create_series(
        wiring.table(), interaction.guild_id, as_officer(interaction), wiring.now(), request, repeat=repeat
    )
    words = f"**{escaped(made.template.title)}** repeats now; the first card goes to <#{made.template.channel_id}>, each of the others"
    return _shown(made, f"{words} when the event before it starts, at most a week ahead. `/series` changes it.")


def run(interaction: Interaction) -> Reply:
    """Do what the subcommand says."""
    action = interaction.command[-1]
    table, guild_id, now = wiring.table(), interaction.guild_id, wiring.now()
    if action == "list":
        return _list(services.list_series(table, guild_id))
    series = services.find_series(table, guild_id, interaction.required("series"))
    if action == "show":
        return _shown(series, "")
    where = (table, guild_id, series.series_id, as_officer(interaction), now)
    match action:
        case "skip":
            after = services.skip_date(*where, day=interaction.required("date"))
            return _shown(after, "That date is left out; who signed up for its event is told.")
        case "move":
            after = services.move_date(*where, day=interaction.required("date"), time=interaction.required("time"))
            return _shown(after, "The date is moved; its event keeps its sign-ups.")
        case "edit":
            changes = {name: text for name in _FIELDS if (text := interaction.text(name)) is not None}
            scope = cast("Scope", _one_of(interaction, "scope", ("this", "later", "all")))
            named = cast("SeriesChanges", changes)
            after = edit_series(*where, named, scope=scope, day=interaction.text("date"))
            return _shown(after, "Changed. Events that have begun stay as they were.")
        case "end":
            cancel = (
                bool(interaction.text("upcoming")) and _one_of(interaction, "upcoming", ("keep", "cancel")) == "cancel"
            )
            services.end_series(*where, cancel=cancel)
            left = "its events ahead are cancelled" if cancel else "events that were made stay"
            return Message(f"**{escaped(series.template.title)}** has ended; {left}.")
    raise Invalid("/series does not know that. Pick one of Discord's list.", field="series", code="unknown_subcommand")


def suggest(interaction: Interaction) -> Choices:
    """Complete the series, one of its dates, or how often; one read."""
    typed = str(interaction.options.get(interaction.focused) or "").casefold().strip()
    if interaction.focused == "repeat":
        return rhythms(typed)
    table, guild_id = wiring.table(), interaction.guild_id
    if interaction.focused == "date":
        series = services.find_series(table, guild_id, interaction.required("series"))
        return Choices(
            (f"{one.starts_at.astimezone(ZoneInfo(series.zone)):%a %d %b %Y %H:%M}", one.date.isoformat())
            for one in upcoming(series, wiring.now(), services.SHOWN)
            if typed in one.date.isoformat()
        )
    found = services.list_series(table, guild_id)
    return Choices((one.template.title, one.series_id) for one in found if typed in one.template.title.casefold())


def _one_of(interaction: Interaction, name: str, choices: tuple[str, ...]) -> str:
    chosen = interaction.required(name)
    if chosen not in choices:
        raise Invalid(
            f"The option {name} is one of {', '.join(choices)}.", field=name, code="not_one_of", known=list(choices)
        )
    return chosen


def _list(found: list[Series]) -> Reply:
    if not found:
        return Message("Nothing repeats here yet. An officer begins a series with `/create-event repeat:`.")
    lines = [
        f"**{escaped(one.template.title)}** `{one.rule}` at {one.clock:%H:%M} ({one.zone})"
        + (f", next {relative_time(ahead[0].starts_at)}" if (ahead := upcoming(one, wiring.now(), 1)) else ", over")
        for one in found[:15]
    ]
    more = ["and more"] if len(found) > len(lines) else []
    return Message(embeds=[{"title": "Series", "description": "\n".join(lines + more)}])


def _shown(series: Series, words: str) -> Message:
    lines = [
        f"{time_mark(one.starts_at, 'F')}" + (f" ({one.note})" if one.note else "")
        for one in upcoming(series, wiring.now(), services.SHOWN)
    ]
    title = f"{series.template.title[:100]}: {series.rule} at {series.clock:%H:%M} ({series.zone})"[:256]
    return Message(words, embeds=[{"title": title, "description": "\n".join(lines) or "No date is ahead."}])
