"""Who is away when, in one item a guild: a copy of its absences that are neither over nor taken back.

Planning an event asks who is away then, and has one read for everything it needs: an item fits into that batch, a query
does not. The copy is written in the transactions that write the absences, so the two cannot differ; what is over goes
when the next absence comes. An absence is one attribute, named by its id: members announcing at once do not meet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.domain.absence import Absence
from attendance.storage import keys
from attendance.storage.table import Update

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from attendance.storage.table import Table
    from attendance.storage.values import Item

MAX_NOTED = 2000
"""About 130 bytes each, and an item holds 400 KB (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html)."""
MAX_DROPPED = 50
"""How many of those that are over go with one write."""


def from_item(guild_id: str, item: Item | None) -> tuple[Absence, ...]:
    """Return the absences noted, in no order and without their reasons; None: nobody is away."""
    noted = {name: value for name, value in (item or {}).items() if isinstance(value, list)}
    return tuple(
        Absence(
            guild_id=guild_id, absence_id=absence_id, user_id=user_id, zone=zone, past=past,
            starts_at=keys.moment(starts), ends_at=keys.moment(ends), announced_at=keys.moment(announced),
        )
        for absence_id, (user_id, zone, past, starts, ends, announced) in noted.items()
    )  # fmt: skip


def get(table: Table, guild_id: str) -> tuple[Absence, ...]:
    """Return a guild's absences that are not taken back; some may be over."""
    return from_item(guild_id, table.get(keys.away(guild_id)))


def note(absence: Absence, known: Iterable[Absence], now: datetime) -> Update:
    """Return the write that notes an absence, and drops those of `known` that are over."""
    over = [f"#{one.absence_id}" for one in known if one.ends_at <= now][:MAX_DROPPED]
    times = [keys.stamp(moment) for moment in (absence.starts_at, absence.ends_at, absence.announced_at)]
    return Update(
        keys.away(absence.guild_id),
        f"SET #entity = :entity, #{absence.absence_id} = :absence" + (f" REMOVE {', '.join(over)}" if over else ""),
        "",  # the absence, written together with this, carries the condition
        {":entity": "away", ":absence": [absence.user_id, absence.zone, absence.past, *times]},
    )


def drop(absence: Absence) -> Update:
    """Return the write that takes an absence out of the copy."""
    return Update(keys.away(absence.guild_id), f"REMOVE #{absence.absence_id}", "")
