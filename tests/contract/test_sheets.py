"""Sheets as they are stored: everything comes back, marks come alone, an older shape is still read."""

from __future__ import annotations

import json
import random
import zlib
from dataclasses import replace
from datetime import timedelta

import pytest

from attendance.domain.rate import Mark
from attendance.domain.seats import Role
from attendance.domain.sheet import Sheet, SheetRow
from attendance.domain.verdict import STATUSES
from attendance.storage import sheets
from attendance.storage.table import Put
from attendance.storage.values import item_to_wire
from tests.benchmarks import year
from tests.benchmarks.units import item_bytes
from tests.stories import GUILD, NOW, OTHER_GUILD, officer

ROWS = tuple(
    SheetRow(
        user_id=str(9_000_000_000_000_000_000 + number), name=f"Ann \u00e9 {number}", answer="late" if number % 2 else "",
        role="tank", late_minutes=number, status=STATUSES[number % len(STATUSES)], source="button",
        at=NOW + timedelta(milliseconds=123 * number) if number % 3 else None, on_leave=number % 5 == 0, early=number % 4 == 0,
    )
    for number in range(30)
)  # fmt: skip


def a_sheet(**changes) -> Sheet:
    values = {
        "guild_id": GUILD, "event_id": "e" * 16, "title": "Raid", "game": "WoW", "starts_at": NOW,
        "ends_at": NOW + timedelta(hours=2), "zone": "UTC", "made_at": NOW, "version": 1, "rows": ROWS, "counted": False,
        "series_id": "s" * 16, "party_roles": (Role("tank", "Tank", 2, 3),),
    }  # fmt: skip
    return Sheet(**values | changes)


def read(table, guild_id=GUILD):
    return list(sheets.between(table, guild_id, NOW, NOW + timedelta(days=1)))


def test_a_sheet_comes_back_as_it_was_stored(table):
    stored = a_sheet()
    table.put(sheets.put_sheet(stored, officer(), NOW))
    assert read(table) == [stored]
    assert read(table, OTHER_GUILD) == []


def test_the_marks_come_alone_and_say_what_the_rows_say(table):
    stored = a_sheet()
    table.put(sheets.put_sheet(stored, officer(), NOW))
    table.put(sheets.put_sheet(replace(stored, event_id="f" * 16, rows=()), officer(), NOW))
    first, empty = sheets.marks_between(table, GUILD, NOW, NOW + timedelta(days=1))
    assert first.user_ids == [row.user_id for row in ROWS]
    assert first.marks == "".join(row.mark.encode() for row in ROWS)
    assert (first.event_id, first.title, first.starts_at, first.counted) == ("e" * 16, "Raid", NOW, False)
    assert (empty.user_ids, empty.marks) == ([], "")


def test_a_sheet_of_the_first_format_is_still_read(table):
    line = ["42", "Ann", "yes", "tank", 0, "present", "button", "2026-12-01T18:00:00.000Z", 1]
    old = sheets.put_sheet(a_sheet(), officer(), NOW).item
    old = {name: value for name, value in old.items() if name not in ("marks", "counted", "party_roles")}
    table.put(Put(old | {"rows": b"\x01" + zlib.compress(json.dumps([line]).encode())}))
    [sheet] = read(table)
    [marks] = sheets.marks_between(table, GUILD, NOW, NOW + timedelta(days=1))
    [row] = sheet.rows
    assert (row.user_id, row.name, row.status, row.at, sheet.counted) == ("42", "Ann", "present", NOW, True)
    assert (marks.user_ids, marks.marks) == (["42"], Mark("present").encode())


def test_a_sheet_of_the_second_format_is_still_read(table):
    rows = tuple(replace(row, discord_roles=None if number % 4 else ("7", "9")) for number, row in enumerate(ROWS))
    stored = a_sheet(rows=rows)
    columns = {
        name: [getattr(row, name) for row in rows] for name in ("name", "answer", "role", "late_minutes", "source")
    } | {
        "at": [None if row.at is None else (row.at - NOW).total_seconds() for row in rows],
        "roles": ["7", "9"],
        "held": [None if row.discord_roles is None else [0, 1] for row in rows],
    }
    marks = " ".join(row.user_id for row in rows) + "\n" + "".join(row.mark.encode() for row in rows)
    packed = {"marks": marks, "rows": json.dumps(columns)}
    old = {name: b"\x02" + zlib.compress(text.encode()) for name, text in packed.items()}
    table.put(Put(sheets.put_sheet(stored, officer(), NOW).item | old))
    assert read(table) == [stored]
    [found] = sheets.marks_between(table, GUILD, NOW, NOW + timedelta(days=1))
    assert found.user_ids == [row.user_id for row in rows]


@pytest.mark.parametrize("held", [None, (), ("7",), tuple(map(str, range(250)))])
def test_the_discord_roles_of_a_lone_member_come_back(table, held):
    stored = a_sheet(rows=(replace(ROWS[0], discord_roles=held),))
    table.put(sheets.put_sheet(stored, officer(), NOW))
    assert read(table) == [stored]


@pytest.mark.parametrize("user_id", ["0042", "-7", "9" * 30, "somebody"])
def test_members_whose_ids_are_no_numbers_come_back(table, user_id):
    stored = a_sheet(rows=(ROWS[0], replace(ROWS[1], user_id=user_id)))
    table.put(sheets.put_sheet(stored, officer(), NOW))
    assert read(table) == [stored]


def test_a_year_of_500_sheets_of_1000_members_takes_at_most_12_megabytes():
    dice = random.Random(500)
    sheet = year.a_sheet(dice, year.some_people(dice), 0)
    size = item_bytes(item_to_wire(sheets.put_sheet(sheet, officer(), NOW).item))
    assert size * year.EVENTS <= year.MOST_BYTES


def test_a_sheet_of_a_newer_format_is_refused_instead_of_misread(table):
    newer = sheets.put_sheet(a_sheet(), officer(), NOW).item
    table.put(Put(newer | {"rows": b"\x04", "marks": b"\x04"}))
    with pytest.raises(ValueError, match="newer version"):
        read(table)
    with pytest.raises(ValueError, match="newer version"):
        list(sheets.marks_between(table, GUILD, NOW, NOW + timedelta(days=1)))
