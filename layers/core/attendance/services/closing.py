"""Closing events: the sheet that their evidence makes, settled a minute later, completed with what Discord tells.

A sheet is derived anew whenever it is written, under the closing rule that it was first made under. What Discord said
of its members at closing, names, roles and who had joined before it, is taken over from the sheet before: so the same evidence makes the same sheet.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from attendance.domain.due import settle_after_close
from attendance.domain.rights import require
from attendance.domain.sheet import People, Sheet, make_sheet
from attendance.errors import Conflict
from attendance.services.events import get_event
from attendance.services.guild_members import list_members
from attendance.services.voice_evidence import record_voice, with_voice
from attendance.storage import absences, attendance, dues, event_edits, guilds, members, sheets
from attendance.storage.table import ConditionFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attendance.domain.actor import Actor
    from attendance.domain.event import Event
    from attendance.domain.verdict import Evidence
    from attendance.ports import Discord
    from attendance.services.guild_members import GuildMembers
    from attendance.storage.table import Table

_TRIES = 6
_LONG_AGO = datetime(2015, 1, 1, tzinfo=UTC)
"""Before Discord: the first day of who is known to have been a member when an event began, and no more."""
_OUTLIVES = ("settle", "finish_marks")
"""What is due for an event whether it is open or closed."""


def close_event(table: Table, guild_id: str, event_id: str, actor: Actor, now: datetime) -> Sheet:
    """Close an event and return its sheet; closing a closed event returns the sheet it has.

    The guild's closing rule decides about who was not seen. Closing and the sheet are one transaction, with a second look
    a minute later for check-ins that were under way. Raises `Forbidden`, `NotFound`, `Conflict` (cancelled, or before the
    check-in window opens).
    """
    require(actor, "attendance.manage")
    return _close(table, get_event(table, guild_id, event_id), actor, now)


def close_due_event(table: Table, guild_id: str, event_id: str, actor: Actor, now: datetime) -> Sheet | None:
    """Close an event whose time has come, unless somebody closed or cancelled it; raises `NotFound`."""
    event = get_event(table, guild_id, event_id)
    return _close(table, event, actor, now) if event.status == "open" else None


def _close(table: Table, event: Event, actor: Actor, now: datetime) -> Sheet:
    for _ in range(_TRIES):
        if event.status == "closed":
            return _sheet_of(table, event)
        _check_closable(event, now)
        sheet = derived_sheet(table, event, now)
        due = [one for one in dues.of_event(table, event.guild_id, event.event_id) if one.kind not in _OUTLIVES]
        try:
            table.write_together(
                event_edits.edit(event, replace(event, status="closed"), actor, now),
                sheets.put_sheet(sheet, actor, now),
                dues.put_due(settle_after_close(event, now)),
                *map(dues.delete_due, due),
            )
        except ConditionFailed:  # edited, or closed, at the same moment, maybe by this same request: look again
            event = get_event(table, event.guild_id, event.event_id)
        else:
            return sheet
    raise Conflict(f"“{event.title}” is being changed by many at once. Please try again in a moment.", code="busy")


def _check_closable(event: Event, now: datetime) -> None:
    if event.status == "cancelled":
        raise Conflict(
            f"“{event.title}” was cancelled: it has no attendance to close.", code="event_cancelled", event=event.title
        )
    if event.window(now) == "before":
        opens = int(event.check_in.opens_at(event.starts_at).timestamp())
        raise Conflict(
            f"“{event.title}” has not begun: there is no attendance before check-in opens <t:{opens}:R>. To call it "
            "off, cancel it.",
            code="too_early_to_close",
            event=event.title,
            opens_at=opens,
        )


def settle_sheet(table: Table, guild_id: str, event_id: str, actor: Actor, now: datetime) -> Sheet | None:
    """Rewrite a closed event's sheet when its evidence says otherwise by now; returns it when it changed.

    What the voice samples say becomes evidence here, outside the time that an officer waits for.
    """
    event = get_event(table, guild_id, event_id, roster=False)
    if event.status == "closed":
        record_voice(table, event, now)
    return _rewritten(table, guild_id, event_id, actor, now, None)


def complete_sheet(
    table: Table, discord: Discord, guild_id: str, event_id: str, actor: Actor, now: datetime
) -> Sheet | None:
    """Add what Discord tells of a closed event's members: their roles, and members of the tracked role who are not in it.

    Returns the sheet when it changed. Where Discord lists no members it stays as it is. Raises `Unavailable`.
    """
    known = list_members(table, discord, guild_id, now)
    return _rewritten(table, guild_id, event_id, actor, now, known) if known else None


def _rewritten(
    table: Table, guild_id: str, event_id: str, actor: Actor, now: datetime, known: GuildMembers | None
) -> Sheet | None:
    for _ in range(_TRIES):
        event = get_event(table, guild_id, event_id)
        before = find_sheet(table, event)
        if before is None:
            return None
        after = derived_sheet(table, event, now, before=before, known=known)
        if after.rows == before.rows:
            return None
        try:
            table.put(sheets.put_sheet(after, actor, now))
        except ConditionFailed:  # somebody was marked, or the event reopened, at the same moment: look again
            continue
        return after
    raise Conflict("This sheet is being changed by many at once. Please try again in a moment.", code="busy")


def get_sheet(table: Table, guild_id: str, event_id: str) -> Sheet | None:
    """Return the sheet of an event, None while it is not closed; raises `NotFound` for an unknown event."""
    return find_sheet(table, get_event(table, guild_id, event_id, roster=False))


def find_sheet(table: Table, event: Event) -> Sheet | None:
    """Return the sheet of an event as it was read, None while it is not closed."""
    return sheets.get(table, event) if event.status == "closed" else None


def attendance_so_far(table: Table, event: Event, now: datetime, known: GuildMembers | None = None) -> Sheet:
    """Return what the sheet would say if the event closed now, completed with what is `known` of the members."""
    return derived_sheet(table, event, now, known=known)


def derived_sheet(
    table: Table,
    event: Event,
    now: datetime,
    *,
    before: Sheet | None = None,
    changed: Mapping[str, Evidence | None] | None = None,
    known: GuildMembers | None = None,
) -> Sheet:
    """Return the sheet that an event's evidence makes, the next version of `before` where there is one.

    `changed` (member -> what decides, or nothing) is about to be stored; `known` is what Discord tells of the members.
    """
    observed = {**attendance.decisions(table, event.guild_id, event.event_id), **(changed or {})}
    decided = with_voice(table, event, {user: entry for user, entry in observed.items() if entry is not None}, now)
    rule = before.rule if before else guilds.get_settings(table, event.guild_id).closing
    people = _people(table, event, before, known)
    version = before.version + 1 if before else 1
    return make_sheet(event, decided, people, rule, made_at=now, version=version)


def _people(table: Table, event: Event, before: Sheet | None, known: GuildMembers | None) -> People:
    met = members.known(table, event.guild_id)
    rows = before.rows if before else ()
    names = {row.user_id: row.name for row in rows if row.name != row.user_id}
    roles = {row.user_id: row.discord_roles for row in rows if row.discord_roles is not None}
    joined = {row.user_id: _LONG_AGO for row in rows if row.discord_roles is not None and not row.early}
    if known is not None:
        names |= known.names
        roles = {user_id: tuple(sorted(held)) for user_id, held in known.roles.items()}
        joined = dict(known.joined)
    away = absences.of_event(table, event).keys()
    seen = met.first_seen
    first_day = seen | {user_id: min(day, seen.get(user_id, day)) for user_id, day in joined.items()}
    return People(names=names | met.names, first_seen=first_day, roles=roles, away=away)


def _sheet_of(table: Table, event: Event) -> Sheet:
    sheet = sheets.get(table, event)
    if sheet is None:
        raise Conflict(
            f"“{event.title}” is closed and has no sheet: reopen and close it again.",
            code="sheet_missing",
            event=event.title,
        )
    return sheet
