"""What was sent of an event, to how many and what failed: a NOTICE item for each thing that was told.

A notice to many goes in parts (a channel message, ten members' direct messages), each of which may be delivered twice. So
each part writes its own attribute with what became of it: writing it again changes nothing, and no count can be doubled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from attendance.storage import keys
from attendance.storage.table import ABSENT, PRESENT, Update

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from attendance.storage.table import Table
    from attendance.storage.values import Item

COUNTS = ("posts", "mentioned", "direct", "channel", "muted", "closed", "left", "failed")
"""Messages in the channel and members mentioned there; members told directly, or in the channel because their direct
messages are closed; and those who were not told: who muted it, takes no messages, left, or where Discord refused."""
KEPT_DAYS = 90
_PART = "part_"


class Notice(NamedTuple):
    """One thing told of an event `at` the moment that made it due, with `counts` by the names of `COUNTS`."""

    notice_id: str
    kind: str
    at: datetime
    counts: Mapping[str, int]
    problem: str = ""


def note(
    table: Table,
    guild_id: str,
    event_id: str,
    kind: str,
    at: datetime,
    part: str,
    counts: Mapping[str, int],
    problem: str = "",
) -> None:
    """Note what became of one `part` of a notice, named by its kind and moment; again with the same part replaces it."""
    values: dict[str, object] = {
        ":entity": "notice",
        ":kind": kind,
        ":at": keys.stamp(at),
        ":counts": {name: count for name, count in counts.items() if count},
        ":expires": int(at.timestamp()) + KEPT_DAYS * 86_400,
    }
    expression = "SET #entity = :entity, #kind = :kind, #at = :at, #expires_at = :expires, #part = :counts"
    if problem:
        expression += ", #problem = :problem"
        values[":problem"] = problem
    key = keys.notice(guild_id, event_id, at, kind)
    table.update(Update(key, expression, f"{PRESENT} OR {ABSENT}", values, {"#part": _PART + part}))


def list_page(
    table: Table, guild_id: str, event_id: str, *, limit: int, after: str | None = None
) -> tuple[list[Notice], str | None]:
    """Return at most `limit` notices of an event, the newest first, from behind `after` on, and its end if more follow."""
    partition = keys.event_items(guild_id, event_id)
    start: Item | None = {"pk": partition, "sk": f"{keys.NOTICES}{after}"} if after else None
    page = table.query(partition, prefix=keys.NOTICES, limit=limit, after=start, newest_first=True)
    return [_from_item(item) for item in page.items], str(page.last["sk"]).removeprefix(
        keys.NOTICES
    ) if page.last else None


def _from_item(item: Item) -> Notice:
    parts = [value for name, value in item.items() if name.startswith(_PART)]
    counts = {name: sum(part.get(name, 0) for part in parts) for name in COUNTS}
    notice_id = str(item["sk"]).removeprefix(keys.NOTICES)
    return Notice(notice_id, item["kind"], keys.moment(item["at"]), counts, item.get("problem", ""))
