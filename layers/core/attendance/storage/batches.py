"""Officers' marks of one request in the table: one item a request, beside the evidence that it added.

What became of its rows is deflated JSON, a few bytes a row, so that an item of 1,000 rows is written 25 times for little.
Its summary has the names that the index keeps.
"""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

from attendance.domain.marking import Batch, BatchRow
from attendance.storage import keys
from attendance.storage.table import ABSENT, Put
from attendance.storage.touch import touched

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.storage.table import Table
    from attendance.storage.values import Item

_SUMMARY = ("guild_id", "event_id", "batch_id", "title", "by_name", "total", "step", "undone_by", "undone")
_ALL = (*_SUMMARY, "requested_by", "requested_at", "undone_at", "cut_off_at", "rows")


def _to_item(batch: Batch) -> Item:
    packed = zlib.compress(json.dumps(batch.rows, separators=(",", ":")).encode())
    return {
        **keys.batch(batch.guild_id, batch.event_id, batch.batch_id)._asdict(),
        "entity": "batch" if batch.total > 1 else "mark",  # one mark is on record as the member's attendance already
        **{name: getattr(batch, name) for name in _SUMMARY},
        "requested_by": batch.by,
        "requested_at": keys.stamp(batch.made_at),
        "undone_at": keys.stamp(batch.undone_at) if batch.undone_at else None,
        "cut_off_at": keys.stamp(batch.cut_off_at) if batch.cut_off_at else None,
        "status": batch.state,
        "row_count": batch.applied,
        "rows": packed,
        "gsi1pk": keys.batches_by_time(batch.guild_id),
        "gsi1sk": keys.by_start(batch.made_at, batch.batch_id),
    }


def from_item(item: Item) -> Batch:
    """Return the batch of an item."""
    undone_at, cut_off_at = item.get("undone_at"), item.get("cut_off_at")
    return Batch(
        **{name: item[name] for name in _SUMMARY},
        by=item["requested_by"],
        made_at=keys.moment(item["requested_at"]),
        undone_at=keys.moment(undone_at) if undone_at else None,
        cut_off_at=keys.moment(cut_off_at) if cut_off_at else None,
        rows=tuple(BatchRow(*row) for row in json.loads(zlib.decompress(item["rows"]))),
    )


def put_batch(batch: Batch, actor: Actor, at: datetime) -> Put:
    """Return the write of a batch whose `step` is one above the stored (1: there is none); `at` is when its state changed."""
    first = batch.step == 1
    item = _to_item(batch) | {"touched": touched(actor, at)}
    return Put(item, ABSENT if first else "#step = :before", {} if first else {":before": batch.step - 1})


def get(table: Table, guild_id: str, event_id: str, batch_id: str) -> Batch | None:
    """Return the batch, or None."""
    item = table.get(keys.batch(guild_id, event_id, batch_id), attributes=_ALL)
    return from_item(item) if item else None


def of_event(table: Table, guild_id: str, event_id: str) -> list[Batch]:
    """Return an event's batches, the newest first."""
    items = table.query_all(keys.event_items(guild_id, event_id), prefix=keys.BATCHES, attributes=_ALL)
    return sorted(map(from_item, items), key=lambda batch: (batch.made_at, batch.batch_id), reverse=True)


def newest(table: Table, guild_id: str, *, since: datetime, until: datetime, limit: int) -> list[Item]:
    """Return summaries of a guild's batches, the newest first.

    They hold `event_id`, `title`, `status`, `requested_at`, `requested_by`, `row_count`, and the id at the end of `gsi1sk`.
    """
    between = (keys.stamp(since), keys.stamp(until) + "~")
    page = table.query(keys.batches_by_time(guild_id), index="gsi1", between=between, limit=limit, newest_first=True)
    return page.items
