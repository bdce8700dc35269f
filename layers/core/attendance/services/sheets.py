"""Showing an event's attendance to whom it may be shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from attendance.domain.explaining import explain, unseen
from attendance.domain.rights import require
from attendance.errors import NotFound, Unavailable
from attendance.services.closing import attendance_so_far
from attendance.services.events import get_event
from attendance.services.guild_members import list_members
from attendance.services.voice_evidence import presence_in_voice
from attendance.storage import attendance, sheets

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.domain.event import Event
    from attendance.domain.explaining import Explained
    from attendance.domain.sheet import Sheet
    from attendance.ports import Discord
    from attendance.services.guild_members import GuildMembers
    from attendance.storage.table import Table


def show_attendance(
    table: Table, guild_id: str, event_id: str, actor: Actor, now: datetime, *, discord: Discord | None = None
) -> tuple[Event, Sheet]:
    """Return an event and its sheet when it is closed, else what the sheet would say if it closed now.

    With `discord`, an open event's has what a closed one's is completed with, where Discord lists members. Who lacks `attendance.manage` sees no row but their own. Raises `NotFound`.
    """
    event = get_event(table, guild_id, event_id)
    sheet = sheets.get(table, event) if event.status == "closed" else None
    sees_all = "attendance.manage" in actor.capabilities
    known = _listed(table, discord, guild_id, now) if discord and sees_all and event.tracked_role_id else None
    shown = sheet or attendance_so_far(table, event, now, known)
    if not sees_all:
        shown = replace(shown, rows=tuple(row for row in shown.rows if row.user_id == actor.user_id))
    return event, shown


def _listed(table: Table, discord: Discord, guild_id: str, now: datetime) -> GuildMembers | None:
    try:
        return list_members(table, discord, guild_id, now)
    except Unavailable:
        return None


def explain_attendance(
    table: Table, guild_id: str, event_id: str, user_id: str, actor: Actor, now: datetime
) -> tuple[Event, Explained]:
    """Return an event and why a member's attendance is what it is; an open event's verdict is as of now.

    Raises `NotFound` for an event, or a member who is not in its attendance, and `Forbidden` for who asks about somebody
    else without `attendance.manage`.
    """
    if user_id != actor.user_id:
        require(actor, "attendance.manage")
    event, sheet = show_attendance(table, guild_id, event_id, actor, now)
    row = next((row for row in sheet.rows if row.user_id == user_id), None)
    entries = attendance.entries(table, guild_id, event_id, user_id)
    if row is None and entries:  # whatever was said of them was taken back
        row = unseen(user_id)
    if row is None:
        raise NotFound(
            f"This member is not in the attendance of “{event.title}”: they neither answered nor were seen.",
            code="not_in_attendance",
            event=event.title,
        )
    presence = presence_in_voice(table, event).get(user_id) if event.voice_check else None
    return event, explain(row, entries, presence, closed=event.status == "closed")
