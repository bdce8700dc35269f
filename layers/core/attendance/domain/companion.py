"""What stands beside an event at Discord: a thread under its card, and a scheduled event of Discord's own.

Each is optional, made with the event, kept up with it and put away with it. A *mark* names all that a companion should
show, so one that shows it already is left alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from attendance.domain.ids import derive

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from attendance.domain.event import Event

CompanionKind = Literal["thread", "scheduled_event"]
KINDS: tuple[CompanionKind, ...] = ("thread", "scheduled_event")
ThreadPhase = Literal["open", "locked"]
SchedulePhase = Literal["ahead", "running", "ended", "cancelled", "unwanted"]
MOST_ADDED = 25
"""Members whom the bot adds to a thread: each is a call and a line in the thread. Everyone else finds it under the card."""


def thread_phase(event: Event) -> ThreadPhase:
    """Whether the event's thread takes messages."""
    return "open" if event.thread and event.status == "open" else "locked"


def schedule_phase(event: Event, now: datetime) -> SchedulePhase:
    """Where in its life the scheduled event should be."""
    if not event.scheduled_event:
        return "unwanted"
    if event.status == "cancelled":
        return "cancelled"
    if event.status == "closed" or now >= event.ends_at:
        return "ended"
    return "running" if now >= event.starts_at else "ahead"


def is_wanted(kind: CompanionKind, event: Event, now: datetime) -> bool:
    """Whether a companion that is not there has to be made."""
    if kind == "thread":
        return thread_phase(event) == "open"
    return schedule_phase(event, now) == "ahead"


def mark_of(kind: CompanionKind, event: Event, now: datetime, link: str) -> str:
    """Return what names all that the companion should show; `link` leads to the card."""
    if kind == "thread":
        return derive(kind, event.title, thread_phase(event))
    times = (event.starts_at.isoformat(), event.ends_at.isoformat())
    texts = (event.title, event.description, event.voice_channel_id or "", link)
    return derive(kind, *times, *texts, schedule_phase(event, now))


def to_add(event: Event, added: Collection[str]) -> list[str]:
    """Return whom to add to the event's thread: who has a seat and was not added before, within `MOST_ADDED` in all."""
    if thread_phase(event) == "locked":
        return []
    missing = [seat.user_id for seat in event.roster().seated if seat.user_id not in added]
    return missing[: max(0, MOST_ADDED - len(added))]
