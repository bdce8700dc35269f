"""Notes in the table: what members wrote to their sign-ups, one small item each, so that an event's item stays small.

The event marks in a member's choice that there is one. What carries no such mark any more is not shown, and `changes` removes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.storage import keys
from attendance.storage.table import ABSENT, ConditionFailed, Delete, Put

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.storage.table import Table


def put_note(guild_id: str, event_id: str, text: str, actor: Actor, now: datetime) -> Put:
    """Return the write of a member's note, empty to take it out; it fails for a request that wrote it already."""
    item = {
        **keys.note(guild_id, event_id, actor.user_id)._asdict(),
        "entity": "note",
        "guild_id": guild_id,
        "event_id": event_id,
        "user_id": actor.user_id,
        "text": text,
        "at": keys.stamp(now),
        "request": actor.request_id,
    }
    return Put(item, f"{ABSENT} OR #request <> :request", {":request": actor.request_id})


def get(table: Table, guild_id: str, event_id: str, user_id: str) -> str:
    """Return a member's note, or nothing."""
    item = table.get(keys.note(guild_id, event_id, user_id))
    return item["text"] if item else ""


def of_event(table: Table, guild_id: str, event_id: str) -> dict[str, str]:
    """Return the notes at an event by user id, those of sign-ups that are gone included."""
    items = table.query_all(keys.event_items(guild_id, event_id), prefix=keys.NOTES, attributes=("user_id", "text"))
    return {item["user_id"]: item["text"] for item in items if item["text"]}


def remove(table: Table, guild_id: str, event_id: str, user_id: str, until: str) -> None:
    """Remove the note of a sign-up that was gone at `until`; one that was written later stays."""
    try:
        table.delete(
            Delete(
                keys.note(guild_id, event_id, user_id), "attribute_not_exists(#pk) OR #at <= :until", {":until": until}
            )
        )
    except ConditionFailed:
        return
