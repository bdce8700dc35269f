"""Who was asked about which event: a NUDGED item for each, so that nobody is asked twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.storage import keys
from attendance.storage.table import ABSENT, ConditionFailed, Put

if TYPE_CHECKING:
    from attendance.domain.event import Event
    from attendance.storage.table import Table


def claim(table: Table, event: Event, user_id: str, mark: str) -> bool:
    """Note that the message `mark` asks a member about an event; False when another one did. The same mark passes again."""
    item = {
        **keys.nudged(event.guild_id, event.event_id, user_id)._asdict(),
        "entity": "nudged",
        "mark": mark,
        "expires_at": int(event.ends_at.timestamp()) + 86_400,
    }
    try:
        table.put(Put(item, f"{ABSENT} OR #mark = :mark", {":mark": mark}))
    except ConditionFailed:
        return False
    return True
