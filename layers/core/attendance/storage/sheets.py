"""Sheets in the table: one compact item an event, in order of start within the guild.

What stands in it, and since when: `sheet_format.py`.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from attendance.domain.analytics import Facts
from attendance.domain.closing import ClosingRule
from attendance.domain.seats import Role
from attendance.domain.sheet import Marks, Sheet, totals
from attendance.storage import keys, sheet_format
from attendance.storage.table import ABSENT, Delete, Put
from attendance.storage.touch import touched

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.domain.event import Event
    from attendance.storage.table import Table
    from attendance.storage.values import Item

_HEADER = ("event_id", "title", "game", "starts_at", "counted", "marks")


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
    return {
        "totals": totals(sheet),
        "marks": sheet_format.packed_marks(sheet.rows),
        "rows": sheet_format.packed_rows(sheet),
    }


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
        rows=sheet_format.rows_of(item, starts_at),
        counted=item.get("counted", True),
        tracked_role_id=item.get("tracked_role_id"),
        rule=ClosingRule(**item.get("closing", {})),
        series_id=item.get("series_id"),
        party_roles=tuple(Role(**role) for role in item.get("party_roles", ())),
    )


def in_newest_format(item: Item) -> Item | None:
    """Return a sheet's item rewritten in the newest format, or None for one that is, and for what is no sheet."""
    if item.get("entity") != "sheet" or sheet_format.is_newest(item):
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
        user_ids, marks = (
            sheet_format.marks_of(item) if "marks" in item else _marks_of_format_1(table, guild_id, starts_at, item)
        )
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
        **sheet_format.columns_of(item, starts_at),
    )


def _marks_of_format_1(table: Table, guild_id: str, starts_at: datetime, item: Item) -> tuple[list[str], str]:
    whole = table.get(keys.sheet(guild_id, starts_at, item["event_id"]))
    rows = from_item(whole).rows if whole else ()
    return [row.user_id for row in rows], "".join(row.mark.encode() for row in rows)
