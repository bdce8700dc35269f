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
    from collections.abc import Callable, Mapping, Sequence

    from attendance.domain.actor import Actor
    from attendance.domain.audit import AuditEntry, AuditFilter
    from attendance.storage.table import Table

PAGES_TO_FILTER = 5
_NAMED: Mapping[str, Callable[[str, str], keys.Key]] = {
    **dict.fromkeys(("attendance", "call", "correction", "event", "sheet"), keys.event),
    "character": keys.character,
    "key": keys.api_key,
    "preset": keys.preset,
    "replay": keys.webhook,
    "series": keys.series,
    "webhook": keys.webhook,
}
"""Where the name of an entry's subject, or of the first part of it, stands."""
_NAMES = ("title", "name", "host")


def list_entries(
    table: Table, guild_id: str, actor: Actor, now: datetime, wanted: AuditFilter, *, limit: int, cursor: str | None
) -> tuple[list[AuditEntry], str | None]:
    """Return the entries that `wanted` lets through, the newest first, and a cursor or None.

    A filtered page may hold fewer than `limit`, even none, and still have a cursor. Raises `Forbidden` and `Invalid`
    (`entity`, `cursor`).
    """
    require(actor, "audit.view")
    if wanted.entity is not None and wanted.entity not in keys.AUDITED_ENTITIES:
        known = list(keys.AUDITED_ENTITIES)
        raise Invalid(f"entity is one of {', '.join(known)}.", field="entity", code="not_one_of", known=known)
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


def names_of_subjects(table: Table, guild_id: str, entries: Sequence[AuditEntry]) -> Mapping[str, str]:
    """Return what the things are called now that entries are about, by the entries' ids; what is gone has no name."""
    places = {
        one.entry_id: _NAMED[one.entity](guild_id, one.subject.partition("/")[0])
        for one in entries
        if one.entity in _NAMED
    }
    found = dict(zip(places, table.get_many(list(places.values()), attributes=_NAMES), strict=True))
    named = {
        entry_id: next((item[name] for name in _NAMES if item.get(name)), "")
        for entry_id, item in found.items()
        if item
    }
    return {entry_id: name for entry_id, name in named.items() if name}
