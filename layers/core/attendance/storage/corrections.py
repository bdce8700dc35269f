"""Members' requests for a correction in the table: one item for a member and event, listed by what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attendance.domain.correction import Correction
from attendance.storage import keys
from attendance.storage.table import ABSENT, Put
from attendance.storage.touch import touched

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.domain.correction import CorrectionStatus
    from attendance.storage.table import Table
    from attendance.storage.values import Item

_PLAIN = (
    "guild_id", "event_id", "user_id", "name", "title", "wish", "words", "status", "asked", "decided_by", "decided_by_name",
    "decision", "answer", "locale", "request_id", "version",
)  # fmt: skip
_TIMES = ("starts_at", "requested_at", "decided_at")


def put_correction(correction: Correction, actor: Actor, now: datetime) -> Put:
    """Return the write of a request whose `version` is one above the stored (1: there is none)."""
    times = {name: getattr(correction, name) for name in _TIMES}
    item: Item = {
        **keys.correction(correction.guild_id, correction.correction_id)._asdict(),
        "entity": "correction",
        **{name: getattr(correction, name) for name in _PLAIN},
        **{name: keys.stamp(at) if at else None for name, at in times.items()},
        "gsi1pk": keys.corrections_by_time(correction.guild_id, correction.status),
        "gsi1sk": keys.by_start(correction.requested_at, correction.correction_id),
        "touched": touched(actor, now),
    }
    first = correction.version == 1
    return Put(item, ABSENT if first else "#version = :before", {} if first else {":before": correction.version - 1})


def from_item(item: Item) -> Correction:
    """Return the request of an item."""
    times: dict[str, Any] = {name: keys.moment(item[name]) for name in _TIMES if item.get(name)}
    return Correction(**{name: item[name] for name in _PLAIN if name in item}, **times)


def get(table: Table, guild_id: str, correction_id: str) -> Correction | None:
    """Return a request, or None."""
    item = table.get(keys.correction(guild_id, correction_id))
    return from_item(item) if item else None


def list_page(
    table: Table, guild_id: str, status: CorrectionStatus, *, limit: int, cursor: str | None, newest_first: bool = False
) -> tuple[list[Correction], str | None]:
    """Return requests of that status in the order in which they were made, and the sort key after which to go on, None at the end."""
    partition, after = keys.corrections_by_time(guild_id, status), None
    if cursor is not None:
        key = keys.correction(guild_id, cursor.rpartition("#")[2])
        after = {**key._asdict(), "gsi1pk": partition, "gsi1sk": cursor}
    page = table.query(partition, index="gsi1", limit=limit, after=after, newest_first=newest_first)
    items = table.get_many([keys.Key(item["pk"], item["sk"]) for item in page.items]) if page.items else []
    found = [from_item(item) for item in items if item]
    # an index follows its table a moment later: what was decided just now is no longer of this list
    return [one for one in found if one.status == status], page.last["gsi1sk"] if page.last else None
