"""Sheets in the table: one compact item an event, in order of start within the guild.

500 events of 1,000 members are half a million rows. As items they would take minutes to decode; as two compressed
binaries an event they are a few megabytes in a few queries. Both are columns, which deflate and decode better than rows:

    marks   a character a member (domain/rate.py), then the user ids, eight bytes each: all that a rate needs
    rows    JSON of the other columns by their names, each as long as the ids: a later column does not disturb a reader

Each begins with a format number, so that a later shape can be told apart. Format 1 had one binary of JSON rows, format 2 ids
between blanks before their marks, and lists of the places of Discord roles. Marks are still written as format 2 when an id is
no number.
"""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from attendance.domain.analytics import Facts
from attendance.domain.closing import ClosingRule
from attendance.domain.rate import MARKS
from attendance.domain.seats import Role
from attendance.domain.sheet import Marks, Sheet, SheetRow, totals
from attendance.storage import keys
from attendance.storage.table import ABSENT, Delete, Put
from attendance.storage.touch import touched

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.domain.event import Event
    from attendance.storage.table import Table
    from attendance.storage.values import Item

_FORMAT = 3
_HEADER = ("event_id", "title", "game", "starts_at", "counted", "marks")
_UNKNOWN = "-"
_FIRST_ROLE = ord("0")
"""Discord roles are characters from here on, in the order of `roles`; neither `_UNKNOWN` nor the comma is among them."""


def _pack(parts: Iterable[bytes], number: int = _FORMAT) -> bytes:
    """Deflate `parts` one after the other, each with a code of its own: times cost less bits apart from names."""
    deflate = zlib.compressobj()
    packed = b"".join(deflate.compress(part) + deflate.flush(zlib.Z_SYNC_FLUSH) for part in parts)
    return bytes([number]) + packed + deflate.flush()


def _packed_rows(sheet: Sheet) -> bytes:
    columns: dict[str, Any] = {name: [getattr(row, name) for row in sheet.rows] for name in _PLAIN}
    columns["at"] = [round((row.at - sheet.starts_at).total_seconds() * 1000) if row.at else None for row in sheet.rows]
    columns["roles"] = sorted({role for row in sheet.rows for role in row.discord_roles or ()})
    letters = {role: chr(_FIRST_ROLE + place) for place, role in enumerate(columns["roles"])}
    columns["held"] = ",".join(
        _UNKNOWN if row.discord_roles is None else "".join(letters[role] for role in row.discord_roles)
        for row in sheet.rows
    )
    return _pack(_object(columns))


def _object(columns: Mapping[str, Any]) -> Iterator[bytes]:
    """Yield a JSON object, a column a part."""
    opening = "{"
    for name, column in columns.items():
        text = json.dumps(column, separators=(",", ":"), ensure_ascii=False)
        yield f'{opening}"{name}":{text}'.encode()
        opening = ","
    yield b"}"


def _packed_marks(rows: tuple[SheetRow, ...]) -> bytes:
    user_ids, marks = [row.user_id for row in rows], "".join(row.mark.encode() for row in rows)
    try:
        numbers = struct.pack(f">{len(rows)}Q", *map(int, user_ids))
    except (ValueError, struct.error):
        numbers = b""
    if user_ids != _ids(numbers):
        return _pack([f"{' '.join(user_ids)}\n{marks}".encode()], 2)
    return _pack([marks.encode(), numbers])


def _ids(numbers: bytes) -> list[str]:
    return list(map(str, struct.unpack(f">{len(numbers) // 8}Q", numbers)))


_PLAIN = ("name", "answer", "role", "late_minutes", "source")
"""The columns of `rows` that are kept as they are; `at` is in milliseconds after the start."""


def _unpacked(packed: bytes) -> bytes:
    if packed[0] > _FORMAT:
        raise ValueError(f"a sheet of format {packed[0]} was written by a newer version of this software")
    return zlib.decompress(packed[1:])


def _marks(item: Item) -> tuple[list[str], str]:
    found = _unpacked(item["marks"])
    if item["marks"][0] == 2:
        user_ids, _, marks = found.decode().partition("\n")
        return user_ids.split(), marks
    members = len(found) // 9
    return _ids(found[members:]), found[:members].decode()


def _rows(item: Item, starts_at: datetime) -> tuple[SheetRow, ...]:
    if item["rows"][0] == 1:
        return _rows_of_format_1(item["rows"])
    user_ids, marks = _marks(item)
    columns: dict[str, Any] = json.loads(_unpacked(item["rows"]))
    a_second = 1 if item["rows"][0] == 2 else 1000
    return tuple(
        SheetRow(
            user_id=user, name=name, answer=answer, role=role, late_minutes=late, source=source,
            status=mark.status, on_leave=mark.on_leave, early=mark.early,
            at=None if passed is None else starts_at + timedelta(seconds=passed / a_second), discord_roles=held,
        )
        for user, mark, passed, held, name, answer, role, late, source in zip(
            user_ids, map(MARKS.__getitem__, marks), columns["at"], _held(columns, len(user_ids)),
            *(columns[one] for one in _PLAIN), strict=True,
        )
    )  # fmt: skip


def _held(columns: Mapping[str, Any], members: int) -> Iterable[tuple[str, ...] | None]:
    """Return the Discord roles of each member, of formats 2 and 3; many members hold the same."""
    every, held = columns.get("roles", []), columns.get("held", [None] * members)
    if isinstance(held, str):
        places = {chr(_FIRST_ROLE + place): role for place, role in enumerate(every)}
        letters = held.split(",")[:members]
        sets = {one: None if one == _UNKNOWN else tuple(places[letter] for letter in one) for one in set(letters)}
        return [sets[one] for one in letters]
    return (None if one is None else tuple(every[place] for place in one) for one in held)


def _rows_of_format_1(packed: bytes) -> tuple[SheetRow, ...]:
    lines: list[list[Any]] = json.loads(_unpacked(packed))
    return tuple(
        SheetRow(
            user_id=user, name=name, answer=answer, role=role, late_minutes=late, status=status, source=source,
            at=keys.moment(at) if at else None,
        )
        for user, name, answer, role, late, status, source, at, _credit in lines
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
        "counted": sheet.counted,
        "tracked_role_id": sheet.tracked_role_id,
        "closing": asdict(sheet.rule),
        "series_id": sheet.series_id,
        "party_roles": [asdict(role) for role in sheet.party_roles],
        **packed(sheet),
        "touched": touched(actor, now),
    }
    first = sheet.version == 1
    return Put(item, ABSENT if first else "#version = :before", {} if first else {":before": sheet.version - 1})


def packed(sheet: Sheet) -> Item:
    """Return the attributes in which a sheet's members stand."""
    return {"totals": totals(sheet), "marks": _packed_marks(sheet.rows), "rows": _packed_rows(sheet)}


def delete_sheet(event: Event) -> Delete:
    """Return the write that takes an event's sheet away; one that is gone already is fine."""
    return Delete(keys.sheet(event.guild_id, event.starts_at, event.event_id))


def from_item(item: Item) -> Sheet:
    """Return the sheet of an item; raises ValueError for one written by a newer format."""
    starts_at = keys.moment(item["starts_at"])
    return Sheet(
        guild_id=item["guild_id"],
        event_id=item["event_id"],
        title=item["title"],
        game=item["game"],
        starts_at=starts_at,
        ends_at=keys.moment(item["ends_at"]),
        zone=item["zone"],
        made_at=keys.moment(item["made_at"]),
        version=item["version"],
        rows=_rows(item, starts_at),
        counted=item.get("counted", True),
        tracked_role_id=item.get("tracked_role_id"),
        rule=ClosingRule(**item.get("closing", {})),
        series_id=item.get("series_id"),
        party_roles=tuple(Role(**role) for role in item.get("party_roles", ())),
    )


def in_newest_format(item: Item) -> Item | None:
    """Return a sheet's item rewritten in the newest format, or None for one that is, and for what is no sheet."""
    if item.get("entity") != "sheet" or item["rows"][0] == _FORMAT:
        return None
    return {**item, **packed(from_item(item))}


def get(table: Table, event: Event) -> Sheet | None:
    """Return the sheet of an event, or None while it has none."""
    item = table.get(keys.sheet(event.guild_id, event.starts_at, event.event_id))
    return from_item(item) if item else None


def between(table: Table, guild_id: str, since: datetime, until: datetime) -> Iterator[Sheet]:
    """Yield the sheets of a guild whose events start within [since, until), in order of start, a page at a time."""
    low, high = keys.SHEETS + keys.stamp(since), keys.SHEETS + keys.stamp(until)
    for item in table.query_all(keys.guild(guild_id), between=(low, high)):
        yield from_item(item)


def marks_between(table: Table, guild_id: str, since: datetime, until: datetime) -> Iterator[Marks]:
    """Yield what the rate reads of the sheets that `between` yields; names and evidence are neither sent nor decoded."""
    low, high = keys.SHEETS + keys.stamp(since), keys.SHEETS + keys.stamp(until)
    for item in table.query_all(keys.guild(guild_id), between=(low, high), attributes=_HEADER):
        starts_at = keys.moment(item["starts_at"])
        user_ids, marks = _marks(item) if "marks" in item else _marks_of_format_1(table, guild_id, starts_at, item)
        yield Marks(
            event_id=item["event_id"],
            title=item["title"],
            game=item["game"],
            starts_at=starts_at,
            counted=item.get("counted", True),
            user_ids=user_ids,
            marks=marks,
        )


def facts_between(table: Table, guild_id: str, since: datetime, until: datetime) -> Iterator[Facts]:
    """Yield what figures read of the sheets that `between` yields: columns, without making a row of them."""
    low, high = keys.SHEETS + keys.stamp(since), keys.SHEETS + keys.stamp(until)
    for item in table.query_all(keys.guild(guild_id), between=(low, high)):
        yield facts_from_item(item)


def facts_from_item(item: Item) -> Facts:
    """Return what figures read of an item; raises ValueError for one written by a newer format."""
    starts_at = keys.moment(item["starts_at"])
    return Facts(
        event_id=item["event_id"],
        title=item["title"],
        game=item["game"],
        starts_at=starts_at,
        series_id=item.get("series_id"),
        counted=item.get("counted", True),
        party_roles=tuple(Role(**role) for role in item.get("party_roles", ())),
        zone=item["zone"],
        **_fact_columns(item, starts_at),
    )


def _fact_columns(item: Item, starts_at: datetime) -> dict[str, Any]:
    if item["rows"][0] == 1:
        rows = _rows(item, starts_at)
        return {
            "user_ids": [row.user_id for row in rows],
            "names": [row.name for row in rows],
            "marks": "".join(row.mark.encode() for row in rows),
            "answers": [row.answer for row in rows],
            "roles": [row.role for row in rows],
            "held": [row.discord_roles for row in rows],
            "late_minutes": [row.late_minutes for row in rows],
            "sources": [row.source for row in rows],
            "seen": [round((row.at - starts_at).total_seconds() * 1000) if row.at else None for row in rows],
        }
    user_ids, marks = _marks(item)
    columns: dict[str, Any] = json.loads(_unpacked(item["rows"]))
    return {
        "user_ids": user_ids,
        "names": columns["name"],
        "marks": marks,
        "answers": columns["answer"],
        "roles": columns["role"],
        "held": list(_held(columns, len(user_ids))),
        "late_minutes": columns["late_minutes"],
        "sources": columns["source"],
        "seen": columns["at"] if item["rows"][0] > 2 else [None if at is None else at * 1000 for at in columns["at"]],
    }


def _marks_of_format_1(table: Table, guild_id: str, starts_at: datetime, item: Item) -> tuple[list[str], str]:
    whole = table.get(keys.sheet(guild_id, starts_at, item["event_id"]))
    rows = from_item(whole).rows if whole else ()
    return [row.user_id for row in rows], "".join(row.mark.encode() for row in rows)
