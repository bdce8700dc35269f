"""How a sheet's members are packed into two binaries, in every format that ever was.

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
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from attendance.domain.rate import MARKS
from attendance.domain.sheet import SheetRow
from attendance.storage import keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from attendance.domain.sheet import Sheet
    from attendance.storage.values import Item

_FORMAT = 3
_UNKNOWN = "-"
_FIRST_ROLE = ord("0")
"""Discord roles are characters from here on, in the order of `roles`; neither `_UNKNOWN` nor the comma is among them."""


def is_newest(item: Item) -> bool:
    """Whether an item's rows are in the format that is written now."""
    return bool(item["rows"][0] == _FORMAT)


def _pack(parts: Iterable[bytes], number: int = _FORMAT) -> bytes:
    """Deflate `parts` one after the other, each with a code of its own: times cost less bits apart from names."""
    deflate = zlib.compressobj()
    packed = b"".join(deflate.compress(part) + deflate.flush(zlib.Z_SYNC_FLUSH) for part in parts)
    return bytes([number]) + packed + deflate.flush()


def packed_rows(sheet: Sheet) -> bytes:
    """Return a sheet's columns but its marks and ids."""
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


def packed_marks(rows: tuple[SheetRow, ...]) -> bytes:
    """Return the marks and ids of rows."""
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


def marks_of(item: Item) -> tuple[list[str], str]:
    """Return the user ids of an item and a mark for each, of formats 2 and 3. Raises ValueError for a newer one."""
    found = _unpacked(item["marks"])
    if item["marks"][0] == 2:
        user_ids, _, marks = found.decode().partition("\n")
        return user_ids.split(), marks
    members = len(found) // 9
    return _ids(found[members:]), found[:members].decode()


def rows_of(item: Item, starts_at: datetime) -> tuple[SheetRow, ...]:
    """Return the rows of an item of any format. Raises ValueError for a newer one."""
    if item["rows"][0] == 1:
        return _rows_of_format_1(item["rows"])
    user_ids, marks = marks_of(item)
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


def columns_of(item: Item, starts_at: datetime) -> dict[str, Any]:
    """Return the columns of `Facts`, of any format, without making rows of them. Raises ValueError for a newer one."""
    if item["rows"][0] == 1:
        rows = rows_of(item, starts_at)
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
    user_ids, marks = marks_of(item)
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
