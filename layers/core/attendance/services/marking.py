"""Marking members' attendance: one, or up to 1,000 in one request.

A request goes in chunks, each one transaction: the evidence, the verdicts, what became of the rows, and with the last of
them the sheet of an event that is closed. The same request again goes on where it was cut off, and once done it changes
nothing. A sheet that a crash left behind its evidence is settled by the sweep, which also gives up a request that nobody
sends again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from attendance.domain.due import finish_marks, settle_after_close
from attendance.domain.ids import derive, is_id, is_snowflake
from attendance.domain.marking import (
    CHUNK,
    Batch,
    BatchRow,
    MarkRow,
    Step,
    check_phase,
    check_seen,
    checked_row,
    read_rows,
    refusal,
    step_for,
)
from attendance.domain.rights import require
from attendance.errors import Conflict, Invalid, NotFound
from attendance.services.closing import derived_sheet
from attendance.storage import attendance, batches, dues, events, keys, sheets
from attendance.storage.table import ConditionFailed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.domain.event import Event
    from attendance.domain.verdict import Evidence
    from attendance.storage.attendance import State
    from attendance.storage.table import Put, Table, Write

_TRIES = 12
type Roles = Mapping[str, frozenset[str]]
"""The Discord roles of members who are known to be in the guild, by user id."""


class Marked(NamedTuple):
    """The event, what decides about the member now (None: nothing observed), what did before, and whether it changed."""

    event: Event
    decision: Evidence | None
    before: Evidence | None
    changed: bool


class _Seen(NamedTuple):
    event: Event
    states: Mapping[str, State]
    met: frozenset[str]


def mark(
    table: Table,
    guild_id: str,
    event_id: str,
    user_id: str,
    actor: Actor,
    now: datetime,
    *,
    status: str,
    note: str = "",
    seen_at: str = "",
    role_ids: frozenset[str] | None = None,
    beside: Sequence[Write] = (),
) -> Marked:
    """Mark one member; the same again changes nothing, and `unmarked` takes back what officers said of them before.

    `seen_at` (ISO 8601 with an offset; empty: not said) is when the member was seen there.
    `role_ids` are the member's Discord roles from whoever can tell that they are in the guild; None: nobody can, and
    whoever the bot has met may be marked. `beside` is written in the same transaction, or alone where the mark changes
    nothing; its condition that fails is `ConditionFailed`. Of a closed event the sheet changes in the same transaction. Raises
    `Forbidden`, `NotFound` (event; `unknown_member`), `Invalid` (`status`, `note`, `seen_at`) and `Conflict`
    (`wrong_phase` with the window's times, `event_cancelled`, `member_not_tracked`).
    """
    require(actor, "attendance.manage")
    if not is_snowflake(user_id):
        raise _unknown_member(user_id)
    row = checked_row(MarkRow(user_id, status, note, seen_at))
    batch_id = derive("mark", guild_id, event_id, user_id, actor.user_id, actor.request_id)
    roles = {} if role_ids is None else {user_id: role_ids}
    for _ in range(_TRIES):
        seen = _look(table, guild_id, event_id, [user_id])
        _check_markable(seen, user_id, role_ids)
        check_phase(seen.event, now)
        check_seen(seen.event, row, now)
        before = seen.states[user_id].decision
        batch = _new_batch(seen.event, batch_id, actor, now, total=1)
        done, steps = _dealt_with(table, seen, batch, [row], actor, now, roles)
        if not steps:
            if beside:
                table.write_together(*beside)
            return Marked(seen.event, before, before, changed=False)
        writes = _writes(table, seen, done, steps, actor, now)
        try:
            table.write_together(*writes, *beside)
        except ConditionFailed as failed:
            if failed.index >= len(writes):
                raise
            if failed.index == 0:  # this very request was done before; whatever was said since stands
                return Marked(seen.event, before, before, changed=False)
            continue  # the member checked in, or another officer spoke, at the same moment: look again
        return Marked(seen.event, steps[0].decision, before, changed=True)
    raise _busy()


def mark_members(
    table: Table,
    guild_id: str,
    event_id: str,
    actor: Actor,
    now: datetime,
    rows: Sequence[MarkRow],
    *,
    roles: Roles | None = None,
) -> Batch:
    """Mark up to 1,000 members and return what became of each row; raises what `mark` does for the event as a whole.

    The same request again (by the actor's `request_id`) finishes what was cut off and returns the same. Raises `Conflict`
    (`batch_undone`) for one that was taken back meanwhile.
    """
    require(actor, "attendance.manage")
    read = read_rows(rows)
    batch_id = derive("batch", guild_id, event_id, actor.user_id, actor.request_id)
    tries = 0
    while tries < _TRIES:
        batch = batches.get(table, guild_id, event_id, batch_id) if is_id(event_id) else None
        if batch is not None and batch.state == "done":
            return batch
        if batch is not None and batch.undone_at is not None:
            raise Conflict("These marks were taken back meanwhile. Send them anew to mark again.", code="batch_undone")
        rest = read[len(batch.rows) if batch else 0 :][:CHUNK]
        seen = _look(table, guild_id, event_id, [row.user_id for row in rest if isinstance(row, MarkRow)])
        check_phase(seen.event, now)
        batch = batch or _new_batch(seen.event, batch_id, actor, now, total=len(rows))
        batch, steps = _dealt_with(table, seen, batch, rest, actor, now, roles or {})
        try:
            table.write_together(*_writes(table, seen, batch, steps, actor, now))
        except ConditionFailed:
            tries += 1  # somebody in the chunk was marked or checked in at the same moment: look again
        else:
            tries = 0
    raise _busy()


def sheet_writes(
    table: Table, event: Event, steps: Sequence[Step], actor: Actor, now: datetime, *, last: bool
) -> list[Put]:
    """Return the writes that keep the sheet of a closed event with its evidence: with the last steps of a request itself."""
    if event.status != "closed":
        return []
    if not last:
        return [dues.put_due(settle_after_close(event, now))]  # for the case that the last never comes
    before = sheets.get(table, event)  # before the verdicts: whoever changes one from here on changes the sheet too
    if before is None:
        return []
    changed = {step.entry.user_id: step.decision for step in steps}
    after = derived_sheet(table, event, now, before=before, changed=changed)
    return [sheets.put_sheet(after, actor, now)]


def _look(table: Table, guild_id: str, event_id: str, user_ids: Sequence[str]) -> _Seen:
    found = None
    if is_id(event_id):
        found, *items = table.get_many(
            [
                keys.event(guild_id, event_id),
                *(keys.attendance(guild_id, event_id, user_id) for user_id in user_ids),
                *(keys.member(guild_id, user_id) for user_id in user_ids),
            ]
        )
    if found is None:
        raise NotFound(
            "There is no such event here. It may have been deleted; pick one of the list.", code="no_such_event"
        )
    states = dict(zip(user_ids, map(attendance.state_from_item, items), strict=False))
    met = zip(user_ids, items[len(user_ids) :], strict=True)
    return _Seen(events.from_item(found), states, frozenset(user_id for user_id, item in met if item))


def _new_batch(event: Event, batch_id: str, actor: Actor, now: datetime, *, total: int) -> Batch:
    return Batch(
        guild_id=event.guild_id,
        event_id=event.event_id,
        batch_id=batch_id,
        title=event.title,
        by=actor.user_id,
        by_name=actor.name,
        made_at=now,
        total=total,
    )


def _dealt_with(
    table: Table,
    seen: _Seen,
    batch: Batch,
    rows: Sequence[MarkRow | BatchRow],
    actor: Actor,
    now: datetime,
    roles: Roles,
) -> tuple[Batch, list[Step]]:
    """Return the batch with what becomes of `rows`, and what they add to the ledger."""
    found: list[BatchRow] = []
    steps: list[Step] = []
    cleared = [row.user_id for row in rows if isinstance(row, MarkRow) and row.status == "unmarked"]
    ledgers = attendance.entries_of(table, seen.event.guild_id, seen.event.event_id, cleared)
    for row in rows:
        if isinstance(row, BatchRow):
            found.append(row)
            continue
        try:
            check_seen(seen.event, row, now)
        except Invalid as error:
            found.append(BatchRow(row.user_id, row.status, "invalid", error.message))
            continue
        why = _refusal(seen, row.user_id, roles.get(row.user_id))
        decided, ledger = seen.states[row.user_id].decision, ledgers.get(row.user_id, ())
        step = None if why else step_for(row, batch.batch_id, actor.user_id, now, decided, ledger)
        steps += [step] if step else []
        found.append(BatchRow(row.user_id, row.status, why or ("applied" if step else "unchanged")))
    return replace(batch, rows=(*batch.rows, *found), step=batch.step + 1, cut_off_at=None), steps


def _writes(table: Table, seen: _Seen, batch: Batch, steps: Sequence[Step], actor: Actor, now: datetime) -> list[Put]:
    last = batch.state == "done"
    changed_at = now if last else batch.made_at
    marks = [
        put
        for step in steps
        for put in attendance.put_step(seen.event, step, seen.states[step.entry.user_id].version, actor, now)
    ]
    on_sheet = sheet_writes(table, seen.event, steps, actor, now, last=last) if batch.applied else []
    watch = [] if last else [dues.put_due(finish_marks(seen.event, now))]
    return [batches.put_batch(batch, actor, changed_at), *marks, *on_sheet, *watch]


def _refusal(
    seen: _Seen, user_id: str, role_ids: frozenset[str] | None
) -> Literal["unknown_member", "not_tracked"] | None:
    return refusal(
        seen.event,
        user_id,
        known=user_id in seen.met,
        observed=seen.states[user_id].version > 0,
        role_ids=role_ids,
    )


def _check_markable(seen: _Seen, user_id: str, role_ids: frozenset[str] | None) -> None:
    match _refusal(seen, user_id, role_ids):
        case "unknown_member":
            raise _unknown_member(user_id)
        case "not_tracked":
            event = seen.event
            raise Conflict(
                f"“{event.title}” tracks members of <@&{event.tracked_role_id}> only, and <@{user_id}> does not have that "
                "role. Give it to them, or let the event track another with /event edit.",
                code="member_not_tracked",
                event=event.title,
                role_id=event.tracked_role_id,
                user_id=user_id,
            )


def _unknown_member(user_id: str) -> NotFound:
    return NotFound(
        f"Nobody here knows a member {user_id[:30]}: they are not on this server, or the bot has never met them.",
        code="unknown_member",
        user_id=user_id[:30],
    )


def _busy() -> Conflict:
    return Conflict(
        "Attendance of these members is being changed by many at once. Please try again in a moment.", code="busy"
    )
