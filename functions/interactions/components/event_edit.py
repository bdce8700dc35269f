"""What comes back from /event edit: its form, and the confirmation that seats may be taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.locales import say
from attendance.discord.reply import Message
from attendance.domain.event_changes import EventChanges
from attendance.errors import Invalid
from attendance.services.editing import check_version
from attendance.services.events import get_event
from interactions.commands.event_changes import edit
from interactions.commands.event_form import shown_duration, shown_time

if TYPE_CHECKING:
    from attendance.discord.custom_id import CustomId
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply
    from attendance.domain.event import Event


def run(interaction: Interaction, pressed: CustomId) -> Reply:
    """Make the edit that was filled in, or confirmed."""
    if pressed.action == "lower":
        token, _, change = pressed.arg.partition(".")
        field, _, value = change.partition(".")
        changes = EventChanges(roles=value) if field == "roles" else EventChanges(capacity=_number(value))
        return edit(interaction, pressed.id, changes, confirm=token)
    event = get_event(wiring.table(), interaction.guild_id, pressed.id, roster=False)
    version = _number(pressed.arg)
    check_version(event, version)
    changes = _filled_in(event, interaction)
    if not changes:
        return Message(say(interaction.locale, "planning.left"))
    return edit(interaction, pressed.id, changes, expected=version)


def _filled_in(event: Event, interaction: Interaction) -> EventChanges:
    """Return what the form says otherwise than the event."""
    fields = interaction.fields
    changes = EventChanges()
    if (title := fields.get("title", event.title)) != event.title:
        changes["title"] = title
    if (time := fields.get("time", "")) not in ("", shown_time(event)):
        changes["time"] = time
    if (duration := fields.get("duration", "")) not in ("", shown_duration(event)):
        changes["duration"] = duration
    if (description := fields.get("description", "")) != event.description:
        changes["description"] = description
    capacity = _number(fields["capacity"]) if fields.get("capacity", "").strip() else None
    if capacity != event.capacity:
        changes["capacity"] = capacity
    return changes


def _number(text: str) -> int:
    if not (text.strip().isascii() and text.strip().isdecimal() and len(text) <= 9):
        raise Invalid(
            f"The capacity is a whole number; understood: “{text[:20]}”.",
            field="capacity",
            code="not_a_number",
            typed=text[:20],
        )
    return int(text)
