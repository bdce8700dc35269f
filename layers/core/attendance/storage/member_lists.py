"""A guild's members as Discord listed them last, kept for a minute so that nobody asks more often."""

from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from attendance.storage import keys
from attendance.storage.table import Put

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from attendance.storage.table import Table

FRESH_FOR = timedelta(minutes=1)
_MOST_BYTES = 350_000
"""An item holds 400 KB; a guild of more than about 10,000 members is asked for anew."""


class Listed(NamedTuple):
    """A member as Discord lists them; `joined_at` None: it does not say."""

    name: str
    roles: Sequence[str]
    joined_at: datetime | None


type Rows = Mapping[str, Listed]
"""Members by user id."""


def get(table: Table, guild_id: str, now: datetime) -> tuple[Rows, bool] | None:
    """Return the members and whether these are all, or None when nothing is kept or it is older than a minute."""
    item = table.get(keys.member_list(guild_id))
    if item is None or now - keys.moment(item["read_at"]) > FRESH_FOR:
        return None
    rows = json.loads(zlib.decompress(item["rows"]))
    joined = json.loads(zlib.decompress(item["joined"])) if "joined" in item else [None] * len(rows)
    return {
        user_id: Listed(name, roles, None if at is None else datetime.fromtimestamp(at, UTC))
        for (user_id, name, roles), at in zip(rows, joined, strict=True)
    }, item["complete"]


def save(table: Table, guild_id: str, rows: Rows, *, complete: bool, now: datetime) -> None:
    """Keep what Discord listed at `now`, where it fits an item; of two at once either will do."""
    packed = _packed([[user_id, one.name, list(one.roles)] for user_id, one in rows.items()])
    joined = _packed([one.joined_at and int(one.joined_at.timestamp()) for one in rows.values()])
    if len(packed) + len(joined) > _MOST_BYTES:
        return
    item = {
        **keys.member_list(guild_id)._asdict(),
        "entity": "member_list",
        "rows": packed,
        "joined": joined,
        "complete": complete,
        "read_at": keys.stamp(now),
        "expires_at": int((now + FRESH_FOR).timestamp()),
    }
    table.put(Put(item, condition=None))


def _packed(listed: Sequence[object]) -> bytes:
    return zlib.compress(json.dumps(listed, separators=(",", ":")).encode())
