"""An event's thread: opened under its card, named and locked as the event is, with those who have a seat in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.discord import companions as bodies
from attendance.domain.companion import thread_phase, to_add
from attendance.errors import Gone, Refused, Unavailable
from attendance.services.places import AGAIN_AFTER
from attendance.storage import companions
from attendance.telemetry import log

if TYPE_CHECKING:
    from attendance.services.places import Place

ADDED_AT_ONCE = 5
_IS_THERE = 160004
_FORBIDDEN = 403


def keep_thread(place: Place) -> float | None:
    """Open the thread or bring it up, and add members; returns when to add more. Raises what `Discord.call` raises."""
    discord_id = place.known.discord_id
    if discord_id is None:
        discord_id = _opened_thread(place)
    elif place.known.mark != place.mark or place.known.problem:
        path = f"/channels/{discord_id}"
        if thread_phase(place.event) == "open":
            place.discord.call("PATCH", path, bodies.open_thread(place.event))
        else:
            _lock(place, path)
        place.shows(discord_id)
    return _add_members(place, discord_id)


def _opened_thread(place: Place) -> str:
    """Open the thread, or find it open; its id is the message's."""
    path = f"/channels/{place.card.channel_id}/messages/{place.card.message_id}/threads"
    discord_id = str(place.card.message_id)
    try:
        place.discord.call("POST", path, bodies.new_thread(place.event))
    except Refused as refusal:
        if refusal.reason != _IS_THERE:
            raise
        place.discord.call("PATCH", f"/channels/{discord_id}", bodies.open_thread(place.event))
    place.shows(discord_id)
    return discord_id


def _lock(place: Place, path: str) -> None:
    """Lock the thread under the event's name, or do as much of it as Discord takes."""
    try:
        place.discord.call("PATCH", path, bodies.locked_thread(place.event))
    except Gone:
        raise
    except Refused as refusal:
        place.discord.call("PATCH", path, bodies.ARCHIVED if refusal.status == _FORBIDDEN else bodies.LOCKED)


def _add_members(place: Place, thread_id: str) -> float | None:
    """Add some of those who have a seat; returns when to add more. Whoever left the thread is not added again."""
    event, added = place.event, list(place.known.added)
    missing = to_add(event, added)
    for user_id in missing[:ADDED_AT_ONCE]:
        try:
            place.discord.call("PUT", f"/channels/{thread_id}/thread-members/{user_id}")
        except Refused as refusal:  # gone from the server, or may not see the channel
            log().info("not_added", extra={"event_id": event.event_id, "reason": refusal.reason})
        except Unavailable:
            companions.note_added(place.table, event.guild_id, event.event_id, tuple(added))
            raise
        added.append(user_id)
    if missing:
        companions.note_added(place.table, event.guild_id, event.event_id, tuple(added))
    return AGAIN_AFTER if len(missing) > ADDED_AT_ONCE else None
