"""Moving in from another bot: its events ahead, with who signed up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from attendance.domain.due import plan
from attendance.domain.exports import mended
from attendance.domain.raid_helper import events_of, read_event
from attendance.domain.rights import require
from attendance.errors import AttendanceError
from attendance.services.away import with_away
from attendance.storage import away, events, guilds, members

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.domain.event import Event
    from attendance.storage.table import Table

MAX_NAMES = 500
"""Display names remembered by one import; the others are learnt when their members act."""


class ImportedEvent(NamedTuple):
    """What became of one event of an export, counted from 1, with what could not be taken over."""

    row: int
    title: str
    outcome: Literal["created", "kept", "invalid"]
    event_id: str | None
    sign_ups: int
    notes: tuple[str, ...]


def import_raid_helper(
    table: Table,
    guild_id: str,
    actor: Actor,
    now: datetime,
    export: object,
    *,
    channels: Collection[str],
    dry_run: bool = False,
) -> list[ImportedEvent]:
    """Make the events of a Raid-Helper export here, row by row, and return what became of each.

    An event that was moved before is kept as it is, so repeating an import changes nothing; an invalid row does not stop
    the others. `channels` are those of the guild in which cards can stand. With `dry_run` nothing is stored. Unlike other
    bulk writes this one is not quiet: members need the cards to go on signing up, and there are at most 100. Who is away then
    and did not answer there has said no. Raises `Forbidden`, `Invalid` for what is no export, and `Conflict` before set-up.
    """
    require(actor, "events.manage")
    rows = events_of(mended(export))
    settings = guilds.get_settings(table, guild_id)
    settings.ready_zone()
    absences = away.get(table, guild_id)
    done: list[ImportedEvent] = []
    names: dict[str, str] = {}
    for number, row in enumerate(rows, 1):
        try:
            moved = read_event(row, settings, channels, actor.user_id, now)
        except AttendanceError as error:
            title = str(row.get("title") or "")[:100] if isinstance(row, dict) else ""
            done.append(ImportedEvent(number, title, "invalid", None, 0, (error.message,)))
            continue
        event = moved.event
        outcome, stored = _moved_in(table, with_away(event, absences), actor, now, dry_run=dry_run)
        # Of a kept event too: the import that made it may have been cut off before the names.
        names |= {user_id: name for user_id, name in moved.names.items() if user_id in stored.choices}
        done.append(ImportedEvent(number, event.title, outcome, event.event_id, len(event.choices), moved.notes))
    if not dry_run:
        _remember(table, guild_id, names, now)
    return done


def _moved_in(
    table: Table, event: Event, actor: Actor, now: datetime, *, dry_run: bool
) -> tuple[Literal["created", "kept"], Event]:
    kept = events.get(table, event.guild_id, event.event_id)
    if kept is not None:
        return "kept", kept
    if not dry_run:
        events.create(table, event, plan(event, now), actor, now)
    return "created", event


def _remember(table: Table, guild_id: str, names: Mapping[str, str], now: datetime) -> None:
    known = members.names(table, guild_id)
    unknown = [(user_id, name) for user_id, name in names.items() if name and user_id not in known]
    for user_id, name in unknown[:MAX_NAMES]:
        members.remember(table, guild_id, user_id, name, now)
