"""What Discord is sent to make and change an event's thread and scheduled event.

https://discord.com/developers/docs/resources/guild-scheduled-event, https://discord.com/developers/docs/topics/threads
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from attendance.domain.companion import SchedulePhase
    from attendance.domain.event import Event

MAX_NAME = 100
MAX_DESCRIPTION = 1000
MAX_PLACE = 100
_WEEK_IN_MINUTES = 10_080
_VOICE, _EXTERNAL = 2, 3
_SCHEDULED, ACTIVE, COMPLETED, CANCELED = 1, 2, 3, 4
_GUILD_ONLY = 2

type Body = dict[str, Any]


def new_thread(event: Event) -> Body:
    """Return the body that opens a thread under the event's card; it folds away after a week without messages."""
    return {"name": event.title[:MAX_NAME], "auto_archive_duration": _WEEK_IN_MINUTES}


def open_thread(event: Event) -> Body:
    """Return the change that gives a thread the event's name and lets members write."""
    return {"name": event.title[:MAX_NAME], "archived": False, "locked": False}


def locked_thread(event: Event) -> Body:
    """Return the change that gives a thread the event's name for the last time, and closes it."""
    return open_thread(event) | {"archived": True, "locked": True}


LOCKED: Body = {"archived": True, "locked": True}
"""For a thread that folded away by itself: Discord lets nobody rename it."""
ARCHIVED: Body = {"archived": True}
"""For a bot that may not lock: whoever writes in it opens it again."""


def scheduled_event(event: Event, link: str, *, in_voice: bool) -> Body:
    """Return the scheduled event of an event that lies ahead; its description ends in the event's id, by which it is found."""
    body: Body = {
        "name": event.title[:MAX_NAME],
        "description": _description(event, link),
        "privacy_level": _GUILD_ONLY,
        "scheduled_start_time": event.starts_at.isoformat(),
        "scheduled_end_time": event.ends_at.isoformat(),
    }
    if in_voice:
        return body | {"entity_type": _VOICE, "channel_id": event.voice_channel_id, "entity_metadata": None}
    return body | {"entity_type": _EXTERNAL, "channel_id": None, "entity_metadata": {"location": link[:MAX_PLACE]}}


def running_event(event: Event, link: str) -> Body:
    """Return what of a scheduled event may still change once it has begun."""
    return {"name": event.title[:MAX_NAME], "description": _description(event, link)}


def last_statuses(phase: SchedulePhase) -> tuple[int, ...]:
    """Return the statuses that end a scheduled event, the fitting one first; Discord takes only what follows its present one."""
    return {"cancelled": (CANCELED, COMPLETED), "ended": (COMPLETED,)}.get(phase, ())


def find_scheduled(listed: Iterable[Mapping[str, Any]], event: Event) -> str | None:
    """Return the id of the event's scheduled event among those that a guild has, if one is to come or on."""
    for one in listed:
        if one.get("status") in (_SCHEDULED, ACTIVE) and str(one.get("description") or "").endswith(_marker(event)):
            return str(one["id"])
    return None


def _marker(event: Event) -> str:
    return f"#{event.event_id}"


def _description(event: Event, link: str) -> str:
    last_line = f"{link}{_marker(event)}"
    room = MAX_DESCRIPTION - len(last_line) - 2
    text = event.description if len(event.description) <= room else f"{event.description[: room - 1]}…"
    return f"{text}\n\n{last_line}" if text else last_line
