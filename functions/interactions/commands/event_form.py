"""What /event edit changes: the options that it was given, or a form where it was given none."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from attendance import wiring
from attendance.discord.custom_id import CustomId
from attendance.discord.locales import say
from attendance.discord.reply import Modal, text_input
from attendance.domain.event import MAX_DESCRIPTION, MAX_TITLE
from attendance.domain.event_changes import CLEARABLE
from attendance.domain.invited import parse_invited
from attendance.domain.rights import require
from attendance.domain.timetext import MAX_TEXT
from attendance.errors import Invalid
from attendance.services.events import get_event
from interactions.actors import as_officer

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.domain.event import Event
    from attendance.domain.event_changes import EventChanges

_TEXTS = (
    "title", "time", "duration", "description", "roles", "check_in", "code", "deadline", "reminders", "opens",
    "nudges", "reminder_place", "mentions",
)  # fmt: skip


def form(interaction: Interaction, event_id: str) -> Modal:
    """Return the form with what the event says now; it carries the version, so that nothing is overwritten."""
    require(as_officer(interaction), "events.manage")
    event = get_event(wiring.table(), interaction.guild_id, event_id, roster=False)
    locale = interaction.locale
    parts = [
        text_input("title", say(locale, "planning.title"), limit=MAX_TITLE, value=event.title),
        text_input("time", say(locale, "planning.time", zone=event.zone)[:45], limit=MAX_TEXT, value=shown_time(event)),
        text_input("duration", say(locale, "planning.duration"), limit=32, value=shown_duration(event)),
        text_input(
            "capacity", say(locale, "planning.capacity"), limit=4, value=str(event.capacity or ""), required=False
        ),
        text_input(
            "description",
            say(locale, "planning.description"),
            limit=MAX_DESCRIPTION,
            value=event.description,
            required=False,
        ),
    ]
    return Modal(CustomId("edit_form", event_id, str(event.version)).encode(), say(locale, "planning.form"), parts)


def shown_time(event: Event) -> str:
    """Return the start as the form shows it, in the event's zone."""
    return f"{event.starts_at.astimezone(ZoneInfo(event.zone)):%Y-%m-%d %H:%M}"


def shown_duration(event: Event) -> str:
    """Return the duration as the form shows it, in minutes."""
    return f"{int((event.ends_at - event.starts_at).total_seconds() // 60)}m"


def named_changes(interaction: Interaction) -> EventChanges:
    """Return what the options name."""
    found: dict[str, object] = {name: text for name in _TEXTS if (text := interaction.text(name)) is not None}
    found |= {name: on for name in ("thread", "scheduled_event") if (on := interaction.flag(name)) is not None}
    for option in ("tracked_role", "voice_channel", "sign_up_role"):
        if (chosen := interaction.snowflake(option)) is not None:
            found[f"{option}_id"] = chosen
    if (voice_check := interaction.flag("voice_check")) is not None:
        found["voice_check"] = voice_check
    if (capacity := interaction.whole_number("capacity")) is not None:
        found["capacity"] = capacity
    if (invited := interaction.text("invited")) is not None:
        found["invited"] = parse_invited(invited)
    if (counted := interaction.flag("counted")) is not None:
        found["counted"] = counted
    if (cleared := interaction.text("clear")) is not None:
        if cleared not in CLEARABLE:
            raise Invalid(
                f"An event always has that. It can be without: {', '.join(CLEARABLE.values())}.",
                field="clear",
                code="not_clearable",
                typed=cleared[:40],
                known=list(CLEARABLE),
            )
        found[cleared] = None
    return cast("EventChanges", found)  # each was read by its type
