"""Reading who changed what."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from attendance.domain.cursor import decode_cursor, encode_cursor
from attendance.domain.limits import EARLIEST_YEAR, MAX_PAGE
from attendance.domain.rights import require
from attendance.errors import Invalid
from attendance.storage import audit, keys

if TYPE_CHECKING:
    from attendance.domain.actor import Actor
    from attendance.domain.audit import AuditEntry, AuditFilter
    from attendance.storage.table import Table

PAGES_TO_FILTER = 5


def list_entries(
    table: Table, guild_id: str, actor: Actor, now: datetime, wanted: AuditFilter, *, limit: int, cursor: str | None
) -> tuple[list[AuditEntry], str | None]:
    """Return the entries that `wanted` lets through, the newest first, and a cursor or None.

    A filtered page may hold fewer than `limit`, even none, and still have a cursor. Raises `Forbidden` and `Invalid`
    (`entity`, `cursor`).
    """
    require(actor, "audit.view")
    if wanted.entity is not None and wanted.entity not in keys.DOMAIN_ENTITIES:
        raise Invalid(f"entity is one of {', '.join(keys.DOMAIN_ENTITIES)}.", field="entity")
    since, until = wanted.since or datetime(EARLIEST_YEAR, 1, 1, tzinfo=UTC), wanted.until or now
    if since > until:
        return [], None
    after = decode_cursor(cursor, low=keys.stamp(since), high=f"{keys.stamp(until)}~")
    found: list[AuditEntry] = []
    for _ in range(PAGES_TO_FILTER):
        at_once = MAX_PAGE if wanted.chooses else limit - len(found)
        page, after = audit.newest_first(table, guild_id, since=since, until=until, limit=at_once, after=after)
        for sort_key, entry in page:
            if wanted.lets_through(entry):
                found.append(entry)
                if len(found) == limit:
                    last = page[-1][0] == sort_key and after is None
                    return found, None if last else encode_cursor(sort_key)
        if after is None:
            break
    return found, encode_cursor(after)
