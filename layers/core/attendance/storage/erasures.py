"""Members on the way out of a guild, and the memory that they went.

While it is under way, an ERASURE item holds the id and its pseudonym; its last write takes it away. What stays is an
ERASED item with a digest (`domain/erasure.digest_of`) and the moment: it names nobody, does not know the pseudonym, and
stands outside the guild's partition, so that a restore of the guild leaves it alone and can ask it of every id that it brings.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from attendance.domain.due import Due
from attendance.domain.erasure import Erasure, digest_of
from attendance.storage import dues, keys
from attendance.storage.table import ABSENT, PRESENT, ConditionFailed, Delete, Put, Update

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from attendance.storage.table import Table

_FIELDS = ("guild_id", "erasure_id", "user_id", "pseudonym")
_TIMES = ("began_at", "settles_at")


def due(erasure: Erasure) -> Due:
    """When the sweep begins, or goes on, with it."""
    return Due(guild_id=erasure.guild_id, event_id=erasure.erasure_id, kind="erasure", at=erasure.requested_at)


def begin(table: Table, erasure: Erasure) -> None:
    """Store that a member is to be erased; the same request again changes nothing."""
    item = {name: getattr(erasure, name) for name in _FIELDS} | {
        **keys.erasure(erasure.guild_id, erasure.erasure_id)._asdict(),
        "entity": "erasure",
        "requested_at": keys.stamp(erasure.requested_at),
    }
    at = keys.stamp(erasure.requested_at)
    memory = {
        **keys.erased(erasure.guild_id, at, digest_of(erasure.guild_id, erasure.user_id))._asdict(),
        "entity": "erased",
        "at": at,
    }
    with suppress(ConditionFailed):
        table.write_together(Put(item), Put(memory, condition=None), dues.put_due(due(erasure)))


def get(table: Table, guild_id: str, erasure_id: str) -> Erasure | None:
    """Return an erasure that is under way, or None."""
    item = table.get(keys.erasure(guild_id, erasure_id))
    if item is None:
        return None
    values: dict[str, Any] = {name: item[name] for name in _FIELDS}
    values |= {name: keys.moment(item[name]) for name in _TIMES if item.get(name)}
    return Erasure(
        **values,
        requested_at=keys.moment(item["requested_at"]),
        position=tuple(item["position"]) if item.get("position") else None,
        changed=item.get("changed", False),
    )


def note_position(table: Table, erasure: Erasure) -> None:
    """Note how far the walk came; after its end (no position) the next one begins at the beginning."""
    key = keys.erasure(erasure.guild_id, erasure.erasure_id)
    times = {f":{name}": keys.stamp(at) if (at := getattr(erasure, name)) else "" for name in _TIMES}
    values = {":position": list(erasure.position or ()), ":changed": erasure.changed, **times}
    sets = ", ".join(f"#{name[1:]} = {name}" for name in values)
    with suppress(ConditionFailed):  # it was ended by a sweep that overlapped this one
        table.update(Update(key, f"SET {sets}", PRESENT, values))


def end(table: Table, erasure: Erasure, now: datetime) -> None:
    """Forget whom it was about, and remember when it ended: until then a backup could still hold something of them."""
    remember(table, erasure.guild_id, digest_of(erasure.guild_id, erasure.user_id), now)
    table.delete(Delete(keys.erasure(erasure.guild_id, erasure.erasure_id)))


def erased_since(table: Table, guild_id: str, moment: datetime) -> Iterator[tuple[str, datetime]]:
    """Yield the digests of who was erased at `moment` or later, with when."""
    for item in table.query_all(f"{keys.ERASED}{guild_id}", between=(keys.stamp(moment), "~")):
        yield item["sk"].partition("#")[2], keys.moment(item["at"])


def remember(table: Table, guild_id: str, digest: str, at: datetime) -> None:
    """Remember that somebody was erased; remembering it twice is remembering it once."""
    item = {**keys.erased(guild_id, keys.stamp(at), digest)._asdict(), "entity": "erased", "at": keys.stamp(at)}
    with suppress(ConditionFailed):
        table.put(Put(item, ABSENT))
