"""Deleting events that came to nothing.

What is deleted is marked, and gone a day later: so the change names who did it, the card is taken down by the mark, and
whatever is on its way to the event (a click, a redraw, a reminder) finds it cancelled.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from attendance.domain.due import EVENT_KINDS, Due
from attendance.domain.ids import is_id
from attendance.domain.removal import check_removable
from attendance.domain.rights import require
from attendance.errors import Conflict, NotFound
from attendance.services.editing import check_version
from attendance.storage import attendance, dues, event_edits, events
from attendance.storage.table import ConditionFailed

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.storage.table import Table

CLEARED_AFTER = timedelta(hours=1)
"""Longer than anything under way takes: what hangs on the event has come by then."""
_TRIES = 6


def delete_event(
    table: Table, guild_id: str, event_id: str, actor: Actor, now: datetime, *, expected: int | None = None
) -> None:
    """Delete an event with what is due for it; within a day, again changes nothing.

    Raises `Forbidden`, `NotFound`, `Stale`, and the `Conflict` of `check_removable`.
    """
    require(actor, "events.manage")
    for _ in range(_TRIES):
        found = events.find(table, guild_id, event_id) if is_id(event_id) else None
        if found is None:
            raise NotFound("There is no such event here. It may have been deleted.", code="no_such_event")
        if found.removed:
            return
        event = found.event
        check_version(event, expected)
        check_removable(event, now, attended=attendance.is_on_record(table, guild_id, event_id))
        due = [one for one in dues.of_event(table, guild_id, event_id) if one.kind in EVENT_KINDS]
        try:
            clear = Due(guild_id=guild_id, event_id=event_id, kind="clear", at=now + CLEARED_AFTER)
            table.write_together(event_edits.remove(event, actor, now), *map(dues.delete_due, due), dues.put_due(clear))
        except ConditionFailed:
            continue  # edited or answered meanwhile: look again
        return
    raise Conflict(
        f"“{event.title}” is being changed by many at once. Please try again in a moment.",
        code="busy",
        event=event.title,
    )
