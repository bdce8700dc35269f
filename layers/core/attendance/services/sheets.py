"""Showing an event's attendance to whom it may be shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from attendance.services.events import attendance_so_far, get_event
from attendance.storage import sheets

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.domain.event import Event
    from attendance.domain.sheet import Sheet
    from attendance.storage.table import Table


def show_attendance(table: Table, guild_id: str, event_id: str, actor: Actor, now: datetime) -> tuple[Event, Sheet]:
    """Return an event and its sheet when it is closed, else what the sheet would say if it closed now.

    Who lacks `attendance.manage` sees no row but their own. Raises `NotFound`.
    """
    event = get_event(table, guild_id, event_id)
    sheet = sheets.get(table, event) if event.status == "closed" else None
    shown = sheet or attendance_so_far(table, event, now)
    if "attendance.manage" not in actor.capabilities:
        shown = replace(shown, rows=tuple(row for row in shown.rows if row.user_id == actor.user_id))
    return event, shown
