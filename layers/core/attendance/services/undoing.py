"""Taking marks back: a batch as a whole, within 30 days.

Nothing is deleted: each row gets an entry that takes its mark back, and the verdict falls to what else was observed. A
mark made later stands, and is reported. It goes in chunks like the marking itself, and when cut off it goes on, when it is
asked for again or else by the sweep.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from attendance.domain.cursor import decode_cursor, encode_cursor
from attendance.domain.due import finish_marks
from attendance.domain.ids import is_id
from attendance.domain.marking import CHUNK, UNDO_FOR, Batch, BatchRow, Step, taken_back
from attendance.domain.rights import require
from attendance.errors import Conflict, NotFound
from attendance.services.events import get_event
from attendance.services.marking import sheet_writes
from attendance.storage import attendance, batches, dues, keys
from attendance.storage.table import ConditionFailed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.domain.event import Event
    from attendance.domain.verdict import Evidence
    from attendance.storage.attendance import State
    from attendance.storage.table import Put, Table
    from attendance.storage.values import Item

_TRIES = 12
_SKEW = timedelta(minutes=5)


def list_batches(
    table: Table, guild_id: str, event_id: str, actor: Actor, *, limit: int, cursor: str | None = None
) -> tuple[list[Batch], str | None]:
    """Return an event's batches, the newest first, and a cursor or None; raises `Forbidden`, `NotFound`, `Invalid`."""
    require(actor, "attendance.manage")
    get_event(table, guild_id, event_id, roster=False)
    after = decode_cursor(cursor, low="0", high="9")
    places = {
        keys.by_start(batch.made_at, batch.batch_id): batch for batch in batches.of_event(table, guild_id, event_id)
    }
    rest = [place for place in places if after is None or place < after]
    page = rest[:limit]
    return [places[place] for place in page], encode_cursor(page[-1] if len(rest) > limit else None)


def get_batch(table: Table, guild_id: str, event_id: str, batch_id: str, actor: Actor) -> Batch:
    """Return one batch with what became of its rows; raises `Forbidden`, `NotFound`."""
    require(actor, "attendance.manage")
    found = batches.get(table, guild_id, event_id, batch_id) if is_id(event_id) and is_id(batch_id) else None
    if found is None:
        raise NotFound(
            "There are no such marks here. /attendance undo lists those of the last 30 days.", code="no_such_marks"
        )
    return found


def recent_batches(table: Table, guild_id: str, actor: Actor, now: datetime, *, limit: int) -> list[Item]:
    """Return summaries of a guild's batches that can still be undone, the newest first; raises `Forbidden`."""
    require(actor, "attendance.manage")
    found = batches.newest(table, guild_id, since=now - UNDO_FOR, until=now + _SKEW, limit=limit)
    return [item for item in found if item["status"] != "undone"]


def undo_batch(table: Table, guild_id: str, event_id: str, batch_id: str, actor: Actor, now: datetime) -> Batch:
    """Take the marks of a batch back and return it with what became of each; undone already, it stays as it is.

    Raises `Forbidden`, `NotFound`, and `Conflict` (`undo_too_late`) 30 days after it.
    """
    batch = get_batch(table, guild_id, event_id, batch_id, actor)
    if batch.undone_at is None and now - batch.made_at > UNDO_FOR:
        raise Conflict(
            f"These marks of “{batch.title}” are older than {UNDO_FOR.days} days, so they stay. Mark the members anew.",
            code="undo_too_late",
            event=batch.title,
            days=UNDO_FOR.days,
        )
    return undo_rest(table, batch, actor, now)


def undo_rest(table: Table, batch: Batch, actor: Actor, now: datetime) -> Batch:
    """Take back what of a batch is not taken back yet, whoever asked for it, and return it; raises `NotFound`, `Conflict`."""
    tries = 0
    while tries < _TRIES:
        if batch.state == "undone":
            return batch
        event = get_event(table, batch.guild_id, batch.event_id)
        after, writes = _next_chunk(table, event, batch, actor, now)
        try:
            table.write_together(*writes)
        except ConditionFailed:  # a member was marked, or the same undo runs twice: look again
            tries += 1
            batch = batches.get(table, batch.guild_id, batch.event_id, batch.batch_id) or batch
        else:
            batch, tries = after, 0
    raise Conflict(
        "Attendance of these members is being changed by many at once. Please try again in a moment.", code="busy"
    )


def _next_chunk(table: Table, event: Event, batch: Batch, actor: Actor, now: datetime) -> tuple[Batch, list[Put]]:
    """Return the batch after some more rows were taken back, and the writes that do it."""
    rows = list(batch.rows)
    end = min(batch.undone + CHUNK, len(rows))
    applied = [index for index in range(batch.undone, end) if rows[index].result == "applied"]
    states = _states(table, event, [rows[index].user_id for index in applied])
    ledgers = attendance.entries_of(table, event.guild_id, event.event_id, list(states))
    steps: list[Step] = []
    for index in applied:
        user_id = rows[index].user_id
        step = taken_back(user_id, f"{batch.batch_id}.undo", actor.user_id, now, ledgers[user_id], (batch.batch_id,))
        rows[index] = _undone(rows[index], states[user_id].decision, step)
        steps.append(step)
    after = replace(
        batch,
        rows=tuple(rows),
        step=batch.step + 1,
        undone=end,
        undone_at=batch.undone_at or now,
        undone_by=batch.undone_by or actor.user_id,
    )
    last = after.state == "undone"
    writes = [batches.put_batch(after, actor, now if last else after.undone_at or now)]
    for step in steps:
        writes += attendance.put_step(event, step, states[step.entry.user_id].version, actor, now)
    writes += [] if last else [dues.put_due(finish_marks(event, now))]
    return after, [*writes, *(sheet_writes(table, event, steps, actor, now, last=last) if after.applied else [])]


def _states(table: Table, event: Event, user_ids: list[str]) -> Mapping[str, State]:
    items = table.get_many([keys.attendance(event.guild_id, event.event_id, user_id) for user_id in user_ids])
    return dict(zip(user_ids, map(attendance.state_from_item, items), strict=True))


def _undone(row: BatchRow, before: Evidence | None, step: Step) -> BatchRow:
    """Return the row with whether its mark was still what counted."""
    return row._replace(undo="undone" if before != step.decision else "later_mark_stands")
