"""A year of attendance for a rate: 500 closed events of 1,000 members, as sheets and as one item a member and event.

Of the rows only a part is stored and read, and the rest reckoned from it: they would take minutes to write.
"""

from __future__ import annotations

import random
import resource
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from attendance.domain.actor import system
from attendance.domain.rate import DEFAULT_RULES, Mark, count_marks, rate_of
from attendance.domain.sheet import Sheet, SheetRow
from attendance.domain.verdict import STATUSES
from attendance.storage import keys, sheets
from attendance.storage.values import item_to_wire
from tests.benchmarks.units import item_bytes

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from attendance.storage.table import Put, Table

EVENTS, MEMBERS, SAMPLE = 500, 1000, 10
MOST_BYTES, MOST_MEMORY, GOAL = 12_000_000, 200, 20
GUILD = "7" * 18
BEGINS = datetime(2025, 12, 1, 19, 0, tzinfo=UTC)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Reading(NamedTuple):
    """What reading a year took: CPU seconds, requests, bytes of the items, and megabytes of this process at its highest."""

    cpu: float
    requests: float
    read: float
    memory: float


class Person(NamedTuple):
    """A member as a sheet knows them."""

    name: str
    roles: tuple[str, ...]


def measure(table: Table) -> tuple[Reading, Reading]:
    """Store a year and read it as sheets and as rows; raises `RuntimeError` when the two do not agree."""
    stored = 0
    for number, (sheet, put) in enumerate(_year(EVENTS)):
        stored += item_bytes(item_to_wire(put.item))
        table.put(put)
        if number < SAMPLE:
            _put_rows(table, sheet)
    requests = _Requests(table)
    from_sheets, as_sheets = _timed(lambda: _read_sheets(table), requests)
    from_rows, as_rows = _timed(lambda: _read_rows(table), requests)
    sample = count_marks((one.user_ids, one.marks) for one in _marks(table, SAMPLE))
    if from_rows != sample or len(from_sheets) != MEMBERS:
        raise RuntimeError("the benchmark read different attendance from sheets and rows")
    sheets_read = Reading(*as_sheets, stored, _peak())
    factor = EVENTS / SAMPLE
    rows_bytes = sum(item_bytes(item_to_wire(item)) for item in _rows(table))
    return sheets_read, Reading(as_rows[0] * factor, as_rows[1] * factor, rows_bytes * factor, _peak())


def store(table: Table, events: int = EVENTS) -> None:
    """Store the sheets of the first events of the year."""
    for _, put in _year(events):
        table.put(put)


def _year(events: int) -> Iterator[tuple[Sheet, Put]]:
    dice = random.Random(500)
    people = some_people(dice)
    for number in range(events):
        sheet = a_sheet(dice, people, number)
        yield sheet, sheets.put_sheet(sheet, system("bench"), BEGINS)


def some_people(dice: random.Random) -> dict[str, Person]:
    """Return members by their ids: of 60 Discord roles all have one of a dozen usual sets, most some more of their own."""
    roles = [_snowflake(dice) for _ in range(60)]
    usual = [dice.sample(roles, dice.randint(1, 6)) for _ in range(12)]
    return {
        _snowflake(dice): Person(
            _name(dice), tuple(sorted({*dice.choice(usual), *dice.sample(roles, dice.randint(0, 3))}))
        )
        for _ in range(MEMBERS)
    }


def a_sheet(dice: random.Random, people: dict[str, Person], number: int) -> Sheet:
    """Return the sheet of one event of the year, `people` in some order."""
    starts_at = BEGINS + timedelta(hours=number)
    return Sheet(
        guild_id=GUILD, event_id=event_id(number), title="Raid night", game="Emberfall", starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3), zone="Europe/Berlin", made_at=starts_at, version=1,
        rows=tuple(_row(dice, user_id, people[user_id], starts_at) for user_id in dice.sample(list(people), len(people))),
    )  # fmt: skip


def lines(found: tuple[Reading, Reading]) -> list[str]:
    """Return both, side by side, with what is allowed."""
    ours, rows = found
    head = f"A year's rates: {EVENTS} events of {MEMBERS} members            CPU s  requests   MB read"
    return [
        head,
        f"  from sheets {'':<44} {ours.cpu:>7.2f} {ours.requests:>9.0f} {ours.read / 1e6:>9.1f}",
        f"  from one item a row (reckoned from {SAMPLE} events) {'':<12} {rows.cpu:>7.2f} {rows.requests:>9.0f} {rows.read / 1e6:>9.1f}",
        (
            f"  CPU ratio {rows.cpu / ours.cpu:.0f} (goal {GOAL}), read <= {MOST_BYTES / 1e6:.0f} MB, process at its highest "
            f"{ours.memory:.0f} MB (<= {MOST_MEMORY})"
        ),
    ]


class _Requests:
    """Counts the requests of a table's client."""

    def __init__(self, table: Table) -> None:
        self.count = 0
        table._client.meta.events.register("before-call.dynamodb.*", self._note)

    def _note(self, **_: object) -> None:
        self.count += 1


def _timed(read: Any, requests: _Requests) -> tuple[Any, tuple[float, float]]:
    before, start = requests.count, time.process_time()
    found = read()
    return found, (time.process_time() - start, requests.count - before)


def _marks(table: Table, events: int) -> Iterator[Any]:
    return sheets.marks_between(table, GUILD, BEGINS, BEGINS + timedelta(hours=events))


def _read_sheets(table: Table) -> dict[str, Counter[str]]:
    found = count_marks((one.user_ids, one.marks) for one in _marks(table, EVENTS))
    for marks in found.values():
        rate_of(marks, DEFAULT_RULES)
    return found


def _rows(table: Table) -> Iterator[dict[str, Any]]:
    for number in range(SAMPLE):
        yield from table.query_all(keys.event_items(GUILD, event_id(number)), prefix=keys.ATTENDANCE)


def _read_rows(table: Table) -> dict[str, Counter[str]]:
    return count_marks(([row["user_id"]], row["mark"]) for row in _rows(table))


def _put_rows(table: Table, sheet: Sheet) -> None:
    """Store the same facts as one item a member, as the evidence's verdicts are."""
    items = [
        {
            **keys.attendance(GUILD, sheet.event_id, row.user_id)._asdict(),
            "entity": "attendance", "guild_id": GUILD, "event_id": sheet.event_id, "title": sheet.title, "game": sheet.game,
            "starts_at": keys.stamp(sheet.starts_at), "user_id": row.user_id, "name": row.name, "answer": row.answer,
            "role": row.role, "status": row.status, "source": row.source, "mark": row.mark.encode(),
            "observed_at": keys.stamp(row.at) if row.at else None,
        }
        for row in sheet.rows
    ]  # fmt: skip
    for start in range(0, len(items), 25):
        puts: Any = [{"PutRequest": {"Item": item_to_wire(item)}} for item in items[start : start + 25]]
        table._client.batch_write_item(RequestItems={table._name: puts})


def _row(dice: random.Random, user_id: str, person: Person, starts_at: datetime) -> SheetRow:
    mark = Mark(dice.choices(STATUSES, (70, 8, 3, 3, 4, 10, 2))[0], on_leave=dice.random() < 0.05)
    return SheetRow(
        user_id=user_id, name=person.name, answer=dice.choices(("yes", "late", "maybe", "no"), (80, 8, 4, 8))[0],
        role=dice.choice(("tank", "healer", "dps")), late_minutes=0, status=mark.status, on_leave=mark.on_leave,
        source="button", at=starts_at + timedelta(milliseconds=dice.randrange(-900_000, 1_200_000)),
        discord_roles=person.roles,
    )  # fmt: skip


def event_id(number: int) -> str:
    """The id of an event of the year."""
    return f"{number:0>16}"


def _snowflake(dice: random.Random) -> str:
    return str(dice.randrange(10**17, 12 * 10**17))


def _name(dice: random.Random) -> str:
    return "".join(dice.choice(_LETTERS) for _ in range(dice.randint(4, 10))).title()


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
