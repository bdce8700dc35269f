"""/event: show and close; the list, and what changes an event or its seats, have modules of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.cards import event_card
from attendance.discord.locales import language_of, say
from attendance.discord.notes_view import notes_text
from attendance.discord.reply import Choices, Message
from attendance.discord.texts import escaped
from attendance.discord.told_view import told_embed
from attendance.domain.sheet import totals
from attendance.errors import Invalid, NotFound
from attendance.services.closing import close_event, find_sheet
from attendance.services.companions import problems_of
from attendance.services.events import get_event
from attendance.services.finding import find_event
from attendance.services.sign_ups import notes_of
from attendance.services.told import list_notices
from interactions.actors import as_officer
from interactions.suggestions import events_named, times_understood

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply
    from attendance.services.finding import Purpose

_TOLD = 5
"""The latest things told of an event that /event show tells; the API has all of them."""
_PURPOSES: dict[str, Purpose] = {
    "close": "close", "reopen": "reopen", **dict.fromkeys(("edit", "cancel", "seat", "move", "bench", "remove", "remind"), "edit")
}  # fmt: skip


def run(interaction: Interaction) -> Reply:
    """Do what the subcommand says."""
    match interaction.command[1:]:
        case ("list",):
            from interactions.commands import event_list  # each subcommand loads what it needs itself

            return event_list.run(interaction)
        case ("show",):
            return _show(interaction)
        case ("close",):
            return _close(interaction)
        case ("edit" | "cancel" | "reopen" | "copy",):
            from interactions.commands import event_changes

            return event_changes.run(interaction)
        case ("seat" | "move" | "bench" | "remove",):
            from interactions.commands import event_seats

            return event_seats.run(interaction)
        case ("remind",):
            from interactions.commands import event_remind

            return event_remind.run(interaction)
    raise Invalid("/event does not know that. Pick one of Discord's list.", field="event", code="unknown_subcommand")


def suggest(interaction: Interaction) -> Choices:
    """Complete the event, or show how its new time would be understood."""
    if interaction.focused == "time":
        return _times(interaction)
    if interaction.focused == "role":
        from interactions.commands import event_seats

        return event_seats.suggest_roles(interaction)
    return events_named(interaction, _PURPOSES.get(interaction.command[1], "show"))


def _times(interaction: Interaction) -> Choices:
    """Show how a new time would be understood for the event that is chosen already."""
    typed, chosen = str(interaction.options.get("time") or "").strip(), str(interaction.options.get("event") or "")
    try:
        event = get_event(wiring.table(), interaction.guild_id, chosen, roster=False)
    except NotFound:  # none is chosen yet, and 20:30 alone keeps the date of the one that will be
        return Choices()
    return times_understood(interaction, typed, event)


def _show(interaction: Interaction) -> Reply:
    table, guild_id, now = wiring.table(), interaction.guild_id, wiring.now()
    event = get_event(table, guild_id, find_event(table, guild_id, "show", interaction.required("event"), now))
    sheet = find_sheet(table, event)
    card = event_card(event, now, totals=totals(sheet) if sheet else None)
    embeds = [*card["embeds"], *notes_text(event, notes_of(table, event), card, interaction.locale)]
    officer = as_officer(interaction)
    if "events.manage" not in officer.capabilities:
        return Message(embeds=embeds, components=card["components"])
    told, _ = list_notices(table, guild_id, event.event_id, officer, limit=_TOLD)
    problems = "\n".join(problems_of(table, guild_id, event.event_id, language_of(interaction.locale).package))
    return Message(problems, embeds=[*embeds, *told_embed(told, interaction.locale)], components=card["components"])


def _close(interaction: Interaction) -> Reply:
    table, guild_id, now = wiring.table(), interaction.guild_id, wiring.now()
    officer = as_officer(interaction)
    event_id = find_event(table, guild_id, "close", interaction.required("event"), now)
    sheet = close_event(table, guild_id, event_id, officer, now)
    locale = interaction.locale
    counts = [f"{count} {say(locale, f'status.{status}')}" for status, count in totals(sheet).items()]
    counted = ", ".join(counts) or say(locale, "planning.nobody")
    return Message(say(locale, "planning.closed", title=escaped(sheet.title), counted=counted))
