"""/event edit, cancel, reopen and copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.custom_id import CustomId
from attendance.discord.locales import language_of, say
from attendance.discord.reply import Message
from attendance.discord.texts import escaped, relative_time, time_mark
from attendance.discord.texts_errors import error_text
from attendance.errors import Conflict
from attendance.services.editing import cancel_event, copy_event, edit_event, reopen_event
from attendance.services.finding import find_event
from interactions.actors import as_officer
from interactions.away_then import away_then
from interactions.commands.event_form import form, named_changes

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply
    from attendance.domain.event import Event
    from attendance.domain.event_changes import EventChanges
    from attendance.services.editing import Edit
    from attendance.services.finding import Purpose

_PURPOSES: dict[str, Purpose] = {"edit": "edit", "cancel": "edit", "reopen": "reopen", "copy": "show"}


def run(interaction: Interaction) -> Reply:
    """Do what the subcommand says."""
    table, guild_id, now, officer = wiring.table(), interaction.guild_id, wiring.now(), as_officer(interaction)
    name = interaction.command[1]
    event_id = find_event(table, guild_id, _PURPOSES[name], interaction.required("event"), now)
    if name == "edit":
        changes = named_changes(interaction)
        return edit(interaction, event_id, changes) if changes else form(interaction, event_id)
    if name == "cancel":
        event = cancel_event(table, guild_id, event_id, officer, now)
        return Message(_said("planning.cancelled", event, interaction.locale))
    if name == "reopen":
        event = reopen_event(table, guild_id, event_id, officer, now)
        return Message(_said("planning.reopened", event, interaction.locale))
    time, title = interaction.required("time"), interaction.text("title")
    event = copy_event(table, guild_id, event_id, officer, now, time=time, title=title)
    return Message(_with_away(_said("planning.copied", event, interaction.locale), event, interaction.locale))


def edit(
    interaction: Interaction,
    event_id: str,
    changes: EventChanges,
    *,
    expected: int | None = None,
    confirm: str | None = None,
) -> Message:
    """Change the event and say what changed; ask first, with the names, when members would lose their seats."""
    table, now, officer = wiring.table(), wiring.now(), as_officer(interaction)
    try:
        done = edit_event(
            table, interaction.guild_id, event_id, officer, now, changes,
            expected=expected, confirm=confirm, silent=interaction.flag("notify") is False,
        )  # fmt: skip
    except Conflict as refusal:
        if refusal.code != "would_displace":
            raise
        return _question(refusal, event_id, changes, interaction.locale)
    return Message(_done(done, interaction.locale))


def _done(done: Edit, locale: str) -> str:
    if not done.changed:
        return _said("planning.same", done.event, locale)
    options = language_of(locale).option_names
    fields = ", ".join(options.get(name, name) for name in done.changed)
    said = _said("planning.changed", done.event, locale, fields=fields)
    return _with_away(said, done.event, locale) if {"time", "duration"} & set(done.changed) else said


def _with_away(said: str, event: Event, locale: str) -> str:
    return "\n".join(line for line in (said, away_then(event, locale)) if line)


def _said(key: str, event: Event, locale: str, **more: str) -> str:
    values = {"title": escaped(event.title), "channel": event.channel_id}
    values |= {"time": time_mark(event.starts_at, "F"), "relative": relative_time(event.starts_at)}
    return say(locale, key, **values, **more)


def _question(refusal: Conflict, event_id: str, changes: EventChanges, locale: str) -> Message:
    """Return the names with a button that carries the change, where it fits one; else the way to ask for it alone."""
    button = _button(str(refusal.details["confirm"]), event_id, changes)
    if button is None:
        return Message(f"{error_text(refusal, locale)}\n{say(locale, 'planning.alone')}")
    component = {"type": 2, "style": 4, "label": say(locale, "planning.take_seats"), "custom_id": button}
    return Message(error_text(refusal, locale), components=[{"type": 1, "components": [component]}])


def _button(confirm: str, event_id: str, changes: EventChanges) -> str | None:
    """Return the id of a button that confirms the change, None for more than one can carry."""
    if len(changes) > 1:
        return None
    field, value = next(iter(changes.items()))
    try:
        return CustomId("lower", event_id, f"{confirm}.{field}.{value}").encode()
    except ValueError:
        return None
