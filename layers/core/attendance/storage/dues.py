"""Due items in the table: sparse in gsi3, so the sweep reads exactly what is due and nothing else.

A claim is a conditional write of a lease. Who holds it hands the work on and then deletes the item; a crash in between
lets the lease run out and the next sweep claims again, so nothing is lost and the work behind it is idempotent.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from attendance.domain.due import Due
from attendance.storage import keys
from attendance.storage.table import PRESENT, ConditionFailed, Delete, Put, Update

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from attendance.storage.table import Table
    from attendance.storage.values import Item

LEASE = timedelta(minutes=2)


def put_due(due: Due) -> Put:
    """Return the write that makes something due; it replaces the same kind and offset of the same event."""
    return Put(
        {
            **keys.due(due)._asdict(),
            "entity": "due",
            "guild_id": due.guild_id,
            "event_id": due.event_id,
            "kind": due.kind,
            "due_at": keys.stamp(due.at),
            "offset": due.offset,
            "gsi3pk": keys.due_shard(due.guild_id, due.event_id),
            "gsi3sk": keys.due_order(due),
        },
        condition=None,
    )


def delete_due(due: Due) -> Delete:
    """Return the write that takes a due item away, unless it was moved to another moment meanwhile."""
    return Delete(keys.due(due), "attribute_not_exists(#pk) OR #due_at = :at", {":at": keys.stamp(due.at)})


def from_item(item: Item) -> Due:
    """Return the due thing of an item (the index projects all of it)."""
    return Due(
        guild_id=item["guild_id"],
        event_id=item["event_id"],
        kind=item["kind"],
        at=keys.moment(item["due_at"]),
        offset=item.get("offset", 0),
    )


def of_event(table: Table, guild_id: str, event_id: str) -> list[Due]:
    """Return what is still to come for an event."""
    return [from_item(item) for item in table.query_all(keys.guild(guild_id), prefix=keys.due_of_event(event_id))]


def due_until(table: Table, shard: int, now: datetime) -> Iterator[Due]:
    """Yield what one shard has due up to `now`, the longest overdue first."""
    between = ("0", keys.stamp(now) + "~")
    for item in table.query_all(keys.due_shard_name(shard), index="gsi3", between=between):
        yield from_item(item)


def claim(table: Table, due: Due, now: datetime) -> bool:
    """Take a due item for `LEASE`; False when it was moved, removed, or another sweep holds it."""
    try:
        table.update(_claim(due, now))
    except ConditionFailed:
        return False
    return True


def claim_all(table: Table, dues: Sequence[Due], now: datetime) -> list[Due]:
    """Take at most 100 due items for `LEASE` and return those that are ours: in one transaction where all are."""
    if len(dues) > 1:
        with suppress(ConditionFailed):
            table.write_together(*(_claim(due, now) for due in dues))
            return list(dues)
    return [due for due in dues if claim(table, due, now)]


def _claim(due: Due, now: datetime) -> Update:
    return Update(
        keys.due(due),
        "SET #lease = :until",
        f"{PRESENT} AND #due_at = :at AND (attribute_not_exists(#lease) OR #lease < :now)",
        {":until": keys.stamp(now + LEASE), ":at": keys.stamp(due.at), ":now": keys.stamp(now)},
    )


def rearm(table: Table, due: Due, at: datetime) -> None:
    """Make what is claimed due again at another moment; what was moved or removed meanwhile stays as it is."""
    after = replace(due, at=at)
    with suppress(ConditionFailed):
        table.update(
            Update(
                keys.due(due),
                "SET #due_at = :next, #gsi3sk = :order REMOVE #lease",
                f"{PRESENT} AND #due_at = :at",
                {":next": keys.stamp(at), ":order": keys.due_order(after), ":at": keys.stamp(due.at)},
            )
        )


def finish(table: Table, due: Due) -> None:
    """Remove a due item that was handed on; one that was moved to another moment meanwhile stays."""
    try:
        table.delete(delete_due(due))
    except ConditionFailed:
        return


def finish_all(table: Table, dues: Sequence[Due]) -> None:
    """Remove at most 100 due items that were handed on, in one transaction unless one of them was moved meanwhile."""
    if len(dues) > 1:
        with suppress(ConditionFailed):
            table.write_together(*(delete_due(due) for due in dues))
            return
    for due in dues:
        finish(table, due)
