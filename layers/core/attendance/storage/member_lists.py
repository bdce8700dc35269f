"""A guild's members as Discord listed them last, kept for a minute so that nobody asks more often."""

from __future__ import annotations

import json
import zlib
from datetime import timedelta
from typing import TYPE_CHECKING

from attendance.storage import keys
from attendance.storage.table import Put

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from attendance.storage.table import Table

FRESH_FOR = timedelta(minutes=1)
_MOST_BYTES = 350_000
"""An item holds 400 KB; a guild of more than about 10,000 members is asked for anew."""

type Rows = Mapping[str, tuple[str, Sequence[str]]]
"""A member's name and roles, by user id."""


def get(table: Table, guild_id: str, now: datetime) -> tuple[Rows, bool] | None:
    """Return the members and whether these are all, or None when nothing is kept or it is older than a minute."""
    item = table.get(keys.member_list(guild_id))
    if item is None or now - keys.moment(item["read_at"]) > FRESH_FOR:
        return None
    rows = json.loads(zlib.decompress(item["rows"]))
    return {user_id: (name, roles) for user_id, name, roles in rows}, item["complete"]


def save(table: Table, guild_id: str, rows: Rows, *, complete: bool, now: datetime) -> None:
    """Keep what Discord listed at `now`, where it fits an item; of two at once either will do."""
    listed = [[user_id, name, list(roles)] for user_id, (name, roles) in rows.items()]
    packed = zlib.compress(json.dumps(listed, separators=(",", ":")).encode())
    if len(packed) > _MOST_BYTES:
        return
    item = {
        **keys.member_list(guild_id)._asdict(),
        "entity": "member_list",
        "rows": packed,
        "complete": complete,
        "read_at": keys.stamp(now),
        "expires_at": int((now + FRESH_FOR).timestamp()),
    }
    table.put(Put(item, condition=None))
