"""What a guild sees of what was told of an event: to how many, and what failed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attendance.domain.cursor import decode_id_cursor, encode_cursor
from attendance.domain.rights import require
from attendance.services.events import get_event
from attendance.storage import told

if TYPE_CHECKING:
    from attendance.domain.actor import Actor
    from attendance.storage.table import Table
    from attendance.storage.told import Notice


_SORT_KEY = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z#[a-z_]{1,20}", re.ASCII)


def list_notices(
    table: Table, guild_id: str, event_id: str, actor: Actor, *, limit: int, cursor: str | None = None
) -> tuple[list[Notice], str | None]:
    """Return what was told of an event, the newest first, and a cursor or None.

    Raises `Forbidden` without `events.manage`, `NotFound`, `Invalid` (field `cursor`).
    """
    require(actor, "events.manage")
    get_event(table, guild_id, event_id, roster=False)
    after = decode_id_cursor(cursor, lambda text: _SORT_KEY.fullmatch(text) is not None)
    found, last = told.list_page(table, guild_id, event_id, limit=limit, after=after)
    return found, encode_cursor(last)
