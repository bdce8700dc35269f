"""Past attendance from a spreadsheet: CSV that a stranger wrote, read into events that are over.

The first line names the columns, in any order and case; the separator is whichever of comma, semicolon and tab it uses:

    start    when the event began: ISO 8601, in the guild's zone where it has no offset
    event    its title; rows with the same start and title are one event
    member   a Discord id, or the name of exactly one member that the bot has met
    status   present, late, left_early, benched, excused, absent
    name, game, minutes (how long the event lasted), note   may be left out, or empty

A row is read on its own: what is wrong with one is said of it and stops no other. The same file gives the same ids.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from attendance.domain.event import MAX_TITLE, Event
from attendance.domain.ids import derive, is_snowflake
from attendance.domain.marking import MAX_NOTE, checked_status
from attendance.domain.preset import MAX_NAME, clean_text, name_key
from attendance.domain.verdict import Evidence
from attendance.domain.wall_time import instants
from attendance.errors import AttendanceError, Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attendance.domain.settings import Settings

NEEDED: Final = ("start", "event", "member", "status")
COLUMNS: Final = (*NEEDED, "name", "game", "minutes", "note")
MAX_ROWS: Final = 2000
MAX_PEOPLE: Final = 1000
"""Members of one event, as many as may sign up to one."""
MAX_SHOWN_NAME, MAX_MINUTES = 100, 7 * 24 * 60
_DISCORD_BEGAN = datetime(2015, 5, 13, tzinfo=UTC)
_SEPARATORS = ",;\t"


class PastRow(NamedTuple):
    """A row that can be taken over; `row` counts from 1 below the line of the columns."""

    row: int
    user_id: str
    name: str
    status: str
    note: str


class Unread(NamedTuple):
    """A row that cannot, and why: `duplicate` where an earlier row was about the same member at the same event."""

    row: int
    outcome: Literal["duplicate", "invalid"]
    message: str


@dataclass(slots=True)
class PastEvent:
    """An event that is over, as it will stand here, and who was or was not there, by user id, in the file's order."""

    event: Event
    rows: dict[str, PastRow] = field(default_factory=dict)


class History(NamedTuple):
    """What a file holds: its events in order of first appearance, and the rows that cannot be taken over."""

    events: list[PastEvent]
    unread: list[Unread]


def read_history(text: str, settings: Settings, names: Mapping[str, str], created_by: str, now: datetime) -> History:
    """Return what `text` holds; `names` (user id -> name) are the members that the bot has met.

    Raises `Invalid` (field `csv`) for what is no such table at all: columns missing, no row, more than 2,000.
    """
    zone = ZoneInfo(settings.ready_zone())
    by_name = _unique(names)
    found: dict[str, PastEvent] = {}
    unread: list[Unread] = []
    for number, cells in _table(text):
        try:
            row = _row(number, cells, by_name, names)
            event = _event(cells, settings, zone, created_by, now)
        except AttendanceError as error:
            unread.append(Unread(number, "invalid", error.message))
            continue
        past = found.setdefault(event.event_id, PastEvent(event))
        unread += _added(past, row)
    return History(list(found.values()), unread)


def evidence_of(past: PastEvent, by: str, now: datetime) -> list[Evidence]:
    """Return the entries that an event's rows make, under ids that follow from the event and the member."""
    event_id = past.event.event_id
    return [
        Evidence(
            entry_id=derive("history", event_id, row.user_id),
            user_id=row.user_id,
            status=checked_status(row.status),
            source="import",
            by=by,
            at=now,
            note=row.note,
        )
        for row in past.rows.values()
    ]


def _table(text: str) -> list[tuple[int, dict[str, str]]]:
    """Return the rows as cells by column, empty lines left out."""
    lines = text.removeprefix("\ufeff").strip("\r\n")
    head, _, _ = lines.partition("\n")
    separator = max(_SEPARATORS, key=head.count)
    try:
        table = list(csv.reader(io.StringIO(lines, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise Invalid(f"This is not CSV: {error}. Save it as CSV in UTF-8 and send it whole.", field="csv") from error
    columns = [name.strip().casefold() for name in table[0]] if table else []
    missing = [name for name in NEEDED if name not in columns]
    if missing or len(set(columns)) < len(columns):
        wrong = f"lacks {', '.join(missing)}" if missing else "names a column twice"
        raise Invalid(
            f"The first line {wrong}. It names the columns: {', '.join(NEEDED)}, and where you have them "
            f"{', '.join(COLUMNS[len(NEEDED) :])}.",
            field="csv",
        )
    rows = [
        (number, dict(zip(columns, (cell.strip() for cell in cells), strict=False)))
        for number, cells in enumerate(table[1:], 1)
        if any(cell.strip() for cell in cells)
    ]
    if not 1 <= len(rows) <= MAX_ROWS:
        raise Invalid(
            f"A file has 1 to {MAX_ROWS} rows below the line of its columns; this one has {len(rows)}. Send a longer history in "
            "parts, all rows of an event in the same one.",
            field="csv",
        )
    return rows


def _unique(names: Mapping[str, str]) -> dict[str, str]:
    """Return user ids by name, only where one member has it; empty where several do."""
    found: dict[str, str] = {}
    for user_id, name in names.items():
        key = name_key(name)
        found[key] = "" if key in found else user_id
    return found


def _row(number: int, cells: Mapping[str, str], by_name: Mapping[str, str], names: Mapping[str, str]) -> PastRow:
    typed = cells.get("member", "")
    user_id = typed if is_snowflake(typed) and len(typed) > 1 else by_name.get(name_key(typed), None)
    if not user_id:
        why = "several members have this name" if user_id == "" else "the bot has met nobody of this name"
        raise Invalid(
            f"“{typed[:40]}” is no Discord id, and {why}: put the id (Developer Mode, right click, Copy User ID).",
            field="member",
        )
    status = checked_status(cells.get("status", ""))
    if status == "unmarked":
        raise Invalid("“unmarked” says nothing of a member: leave the row out.", field="status")
    name = clean_text(cells.get("name", ""), field="name", limit=MAX_SHOWN_NAME, required=False)
    note = clean_text(cells.get("note", ""), field="note", limit=MAX_NOTE, required=False)
    return PastRow(number, user_id, name or names.get(user_id, ""), status, note)


def _event(cells: Mapping[str, str], settings: Settings, zone: tzinfo, created_by: str, now: datetime) -> Event:
    title = clean_text(cells.get("event", ""), field="event", limit=MAX_TITLE)
    starts_at = _start(cells.get("start", ""), zone)
    minutes = _minutes(cells.get("minutes", ""), settings.duration)
    if starts_at < _DISCORD_BEGAN or starts_at > now - timedelta(minutes=minutes):
        raise Invalid(
            f"It began {starts_at:%Y-%m-%d %H:%M} UTC and took {minutes} minutes: only what is over, and began in {_DISCORD_BEGAN:%Y} or "
            "later, is history.",
            field="start",
        )
    return Event(
        guild_id=settings.guild_id,
        event_id=derive("event", settings.guild_id, "history", starts_at.isoformat(), name_key(title)),
        title=title,
        game=clean_text(cells.get("game", ""), field="game", limit=MAX_NAME, required=False),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        zone=settings.ready_zone(),
        channel_id=settings.channel_id or "",
        created_by=created_by,
        check_in=settings.check_in,
        status="closed",
        language=settings.spoken,
    )


def _start(typed: str, zone: tzinfo) -> datetime:
    """Return the moment that was typed, UTC; a wall time that came twice is its first."""
    try:
        moment = datetime.fromisoformat(typed)
        found = (moment.astimezone(UTC),) if moment.tzinfo else instants(moment.date(), moment.time(), zone)
    except (ValueError, OverflowError) as error:
        raise Invalid(
            f"“{typed[:30]}” is no start: write it as 2026-03-01 20:00, or with an offset as 2026-03-01T20:00+01:00.",
            field="start",
        ) from error
    if not found:
        raise Invalid(f"{typed[:30]} was skipped in {zone}: clocks went forward then.", field="start")
    return found[0]


def _minutes(typed: str, usual: int) -> int:
    if not typed:
        return usual
    minutes = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 6 else 0
    if not 1 <= minutes <= MAX_MINUTES:
        raise Invalid(f"“{typed[:20]}” is no length in minutes: write 1 to {MAX_MINUTES}.", field="minutes")
    return minutes


def _added(past: PastEvent, row: PastRow) -> list[Unread]:
    """Add a row to its event, or return why it is not."""
    if row.user_id in past.rows:
        first = past.rows[row.user_id].row
        return [Unread(row.row, "duplicate", f"Row {first} is about the same member at the same event, and counts.")]
    if len(past.rows) == MAX_PEOPLE:
        return [Unread(row.row, "invalid", f"{MAX_PEOPLE} members fit an event.")]
    past.rows[row.user_id] = row
    return []
