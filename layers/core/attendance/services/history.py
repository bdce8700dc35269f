"""Moving past attendance in from a spreadsheet.

The evidence of an event goes in chunks; the event itself and its sheet are the last write, one transaction. So an event is
there whole or not at all, and the same file again finds those that are there and finishes the rest.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import TYPE_CHECKING, Literal, NamedTuple

from attendance.domain.erasure import digest_of
from attendance.domain.history import PastEvent, PastRow, evidence_of, read_history
from attendance.domain.marking import CHUNK
from attendance.domain.rights import require
from attendance.domain.sheet import People, make_sheet
from attendance.errors import Invalid
from attendance.storage import attendance, erasures, events, guilds, members, sheets
from attendance.storage.table import ConditionFailed, Put

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from attendance.domain.actor import Actor
    from attendance.domain.history import History
    from attendance.domain.settings import Settings
    from attendance.storage.table import Table


MAX_UNMET = 200
"""New members that one import compares with those who were erased: some 50 ms each."""
_EVER = datetime(2015, 1, 1, tzinfo=UTC)
_BEFORE = timedelta(milliseconds=1)
"""Who is a member since the very start of an event is not yet one that it counts for."""


class ImportedRow(NamedTuple):
    """What became of a row, counted from 1: `kept` when its event was imported before, which it stands as it was."""

    row: int
    outcome: Literal["created", "kept", "duplicate", "invalid"]
    event_id: str | None
    user_id: str | None
    message: str


class Imported(NamedTuple):
    """How many events were made, how many were there before, and every row in the file's order."""

    created: int
    kept: int
    rows: list[ImportedRow]


def import_history(
    table: Table, guild_id: str, actor: Actor, now: datetime, text: str, *, dry_run: bool = False
) -> Imported:
    """Make closed events of a CSV file, with evidence of the source `import` and a sheet each, and tell of every row.

    It is quiet: no card, no message; the audit log has it. An event that was imported before stays as it is, corrections
    since included. Who was at an event has been a member from then on, so that it counts. With `dry_run` nothing is
    stored. Raises `Forbidden`, `Invalid` (field `csv`) for what is no such table, and `Conflict` before set-up.
    """
    require(actor, "attendance.manage")
    settings = guilds.get_settings(table, guild_id)
    met = members.known(table, guild_id)
    found = read_history(text, settings, met.names, actor.user_id, now)
    forgotten = _forgotten(table, guild_id, found, met.names)
    there = {one.event_id for one in events.get_many(table, guild_id, [past.event.event_id for past in found.events])}
    rows = [ImportedRow(one.row, one.outcome, None, None, one.message) for one in found.unread]
    made: set[str] = set()
    for past in found.events:
        rows += [_left_out(past.rows.pop(user_id)) for user_id in forgotten & past.rows.keys()]
        event_id = past.event.event_id
        if past.rows and event_id not in there and (dry_run or _put(table, past, settings, actor, now)):
            made.add(event_id)
        rows += [_taken(row, event_id, made=event_id in made) for row in past.rows.values()]
    if not dry_run:
        _remember(table, guild_id, found.events, met.first_seen)
    return Imported(len(made), len(found.events) - len(made), sorted(rows, key=lambda row: row.row))


def _forgotten(table: Table, guild_id: str, found: History, met: Collection[str]) -> set[str]:
    """Return who asked to be erased here and has not been met since.

    Raises `Invalid` where the comparison, which is slow by design (`domain/erasure.digest_of`), would take too long.
    """
    digests = {digest for digest, _ in erasures.erased_since(table, guild_id, _EVER)}
    unmet = {user_id for past in found.events for user_id in past.rows} - set(met) if digests else set()
    if len(unmet) > MAX_UNMET:
        raise Invalid(
            f"Members of this server asked to be forgotten, so each new member is compared with them. Send at most {MAX_UNMET} new "
            f"members at once; these are {len(unmet)}.",
            field="csv",
        )
    return {user_id for user_id in unmet if digest_of(guild_id, user_id) in digests}


def _left_out(row: PastRow) -> ImportedRow:
    return ImportedRow(
        row.row, "invalid", None, row.user_id, "This member asked this server to forget them: the row is left out."
    )


def _taken(row: PastRow, event_id: str, *, made: bool) -> ImportedRow:
    if made:
        return ImportedRow(row.row, "created", event_id, row.user_id, "")
    return ImportedRow(row.row, "kept", event_id, row.user_id, "Its event is there already and stays as it is.")


def _remember(table: Table, guild_id: str, found: Sequence[PastEvent], first_seen: Mapping[str, datetime]) -> None:
    """Let everybody have been a member since the first event that they are on record for."""
    since: dict[str, tuple[datetime, str]] = {}
    for past in sorted(found, key=lambda past: past.event.starts_at, reverse=True):
        since |= {row.user_id: (past.event.starts_at - _BEFORE, row.name or row.user_id) for row in past.rows.values()}
    for user_id, (moment, name) in since.items():
        if user_id not in first_seen or moment < first_seen[user_id]:
            members.remember_since(table, guild_id, user_id, name, moment)


def _put(table: Table, past: PastEvent, settings: Settings, actor: Actor, now: datetime) -> bool:
    """Store an event with all that its rows say; returns whether it was not there before."""
    event, entries = past.event, evidence_of(past, actor.user_id, now)
    *chunks, last = batched(entries, CHUNK, strict=False)
    for chunk in chunks:
        table.write_together(*attendance.past_marks(event, chunk, actor, now))
    decisions = {one.user_id: one for one in entries}
    names = {row.user_id: row.name for row in past.rows.values() if row.name}
    people = People(names=names, first_seen=dict.fromkeys(past.rows, event.starts_at - _BEFORE))
    sheet = make_sheet(event, decisions, people, settings.closing, made_at=now)
    put_event, put_sheet = events.past_event(event, actor, now), sheets.put_sheet(sheet, actor, now)
    try:
        table.write_together(
            put_event,
            Put(put_sheet.item | {"quiet": True}, condition=None),
            *attendance.past_marks(event, last, actor, now),
        )
    except ConditionFailed:
        return False
    return True
