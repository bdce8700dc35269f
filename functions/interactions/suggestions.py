"""Events as suggestions while an option is being typed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.reply import Choices
from attendance.services.finding import suggest_events

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.services.finding import Purpose


def events_named(interaction: Interaction, purpose: Purpose) -> Choices:
    """Return the events that fit `purpose` and what is being typed; one query."""
    typed = str(interaction.options.get("event") or "")
    found = suggest_events(wiring.table(), interaction.guild_id, purpose, typed, wiring.now())
    return Choices((f"{item['title'][:70]} ({_day(item['starts_at'])})", item["event_id"]) for item in found)


def _day(starts_at: str) -> str:
    return f"{datetime.fromisoformat(starts_at):%d %b %Y %H:%M} UTC"
