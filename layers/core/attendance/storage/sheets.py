"""Sheets in the table: one compact item an event, in order of start within the guild.

500 events of 1,000 members are half a million rows. As items they would take minutes to decode; as one compressed
binary an event they are a few megabytes in a few queries. Rows are JSON arrays without names of fields, deflated: about
25 bytes a member. `rows` carries a format number first, so that a later shape can be told apart.
"""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any

from attendance.domain.sheet import Sheet, SheetRow
from attendance.storage import keys
from attendance.storage.table import ABSENT, Delete, Put
from attendance.storage.touch import touched

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.domain.event import Event
    from attendance.storage.table import Table
    from attendance.storage.values import Item

_FORMAT = 1


def _pack(rows: tuple[SheetRow, ...]) -> bytes:
    lines = [
        [
            r.user_id,
            r.name,
            r.answer,
            r.role,
            r.late_minutes,
            r.status,
            r.source,
            keys.stamp(r.at) if r.at else None,
            r.credit,
        ]
        for r in rows
    ]
    return bytes([_FORMAT]) + zlib.compress(json.dumps(lines, separators=(",", ":")).encode())


def _unpack(packed: bytes) -> tuple[SheetRow, ...]:
    if packed[:1] != bytes([_FORMAT]):
        raise ValueError(f"a sheet of format {packed[0]} was written by a newer version of this software")
    lines: list[list[Any]] = json.loads(zlib.decompress(packed[1:]))
    return tuple(
        SheetRow(
            user_id=user, name=name, answer=answer, role=role, late_minutes=late, status=status, source=source,
            at=keys.moment(at) if at else None, credit=credit,
        )
        for user, name, answer, role, late, status, source, at, credit in lines
    )  # fmt: skip


def put_sheet(sheet: Sheet, actor: Actor, now: datetime) -> Put:
    """Return the write of a sheet whose `version` is one above the stored (1: there is none)."""
    item = {
        **keys.sheet(sheet.guild_id, sheet.starts_at, sheet.event_id)._asdict(),
        "entity": "sheet",
        "guild_id": sheet.guild_id,
        "event_id": sheet.event_id,
        "title": sheet.title,
        "game": sheet.game,
        "starts_at": keys.stamp(sheet.starts_at),
        "ends_at": keys.stamp(sheet.ends_at),
        "zone": sheet.zone,
        "made_at": keys.stamp(sheet.made_at),
        "version": sheet.version,
        "rows": _pack(sheet.rows),
        "touched": touched(actor, now),
    }
    first = sheet.version == 1
    return Put(item, ABSENT if first else "#version = :before", {} if first else {":before": sheet.version - 1})


def delete_sheet(event: Event) -> Delete:
    """Return the write that takes an event's sheet away; one that is gone already is fine."""
    return Delete(keys.sheet(event.guild_id, event.starts_at, event.event_id))


def from_item(item: Item) -> Sheet:
    """Return the sheet of an item; raises ValueError for one written by a newer format."""
    return Sheet(
        guild_id=item["guild_id"],
        event_id=item["event_id"],
        title=item["title"],
        game=item["game"],
        starts_at=keys.moment(item["starts_at"]),
        ends_at=keys.moment(item["ends_at"]),
        zone=item["zone"],
        made_at=keys.moment(item["made_at"]),
        version=item["version"],
        rows=_unpack(item["rows"]),
    )


def get(table: Table, event: Event) -> Sheet | None:
    """Return the sheet of an event, or None while it has none."""
    item = table.get(keys.sheet(event.guild_id, event.starts_at, event.event_id))
    return from_item(item) if item else None


def between(table: Table, guild_id: str, since: datetime, until: datetime) -> Iterator[Sheet]:
    """Yield the sheets of a guild whose events start within [since, until), in order of start, a page at a time."""
    low, high = keys.SHEETS + keys.stamp(since), keys.SHEETS + keys.stamp(until)
    for item in table.query_all(keys.guild(guild_id), between=(low, high)):
        yield from_item(item)
