"""/series, and the series that /create-event begins when it is told how often."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from attendance import wiring
from attendance.discord.locales import say
from attendance.discord.reply import Choices, Message
from attendance.discord.texts import escaped
from attendance.discord.texts_series import series_list, series_shown
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
    template, locale = made.template, interaction.locale
    return _shown(made, say(locale, "series.made", title=escaped(template.title), channel=template.channel_id), locale)


def run(interaction: Interaction) -> Reply:
    """Do what the subcommand says."""
    action, locale = interaction.command[-1], interaction.locale
    table, guild_id, now = wiring.table(), interaction.guild_id, wiring.now()
    if action == "list":
        return series_list(services.list_series(table, guild_id), now, locale)
    series = services.find_series(table, guild_id, interaction.required("series"))
    if action == "show":
        return _shown(series, "", locale)
    where = (table, guild_id, series.series_id, as_officer(interaction), now)
    match action:
        case "skip":
            after = services.skip_date(*where, day=interaction.required("date"))
            return _shown(after, say(locale, "series.skipped"), locale)
        case "move":
            after = services.move_date(*where, day=interaction.required("date"), time=interaction.required("time"))
            return _shown(after, say(locale, "series.moved"), locale)
        case "edit":
            changes = {name: text for name in _FIELDS if (text := interaction.text(name)) is not None}
            scope = cast("Scope", _one_of(interaction, "scope", ("this", "later", "all")))
            named = cast("SeriesChanges", changes)
            after = edit_series(*where, named, scope=scope, day=interaction.text("date"))
            return _shown(after, say(locale, "series.changed"), locale)
        case "end":
            cancel = (
                bool(interaction.text("upcoming")) and _one_of(interaction, "upcoming", ("keep", "cancel")) == "cancel"
            )
            services.end_series(*where, cancel=cancel)
            key = "series.ended_cancelled" if cancel else "series.ended"
            return Message(say(locale, key, title=escaped(series.template.title)))
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


def _shown(series: Series, words: str, locale: str) -> Message:
    return series_shown(series, words, wiring.now(), services.SHOWN, locale)
