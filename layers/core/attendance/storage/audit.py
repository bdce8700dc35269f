"""Audit entries in the table: append-only, by time within the guild, each written once however often it is asked for."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from attendance.domain.audit import AuditEntry
from attendance.storage import keys
from attendance.storage.table import ABSENT, ConditionFailed, Update

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.storage.table import Table
    from attendance.storage.values import Item

_FIELDS = ("guild_id", "entry_id", "actor_id", "actor_name", "surface", "subject", "made")


def write(table: Table, entry: AuditEntry) -> None:
    """Store an entry; one of its moment and id that is there already stays as it is."""
    values: dict[str, object] = {f":{name}": getattr(entry, name) for name in _FIELDS}
    values |= {
        ":entity": "audit",
        ":of": entry.entity,
        ":at": keys.stamp(entry.at),
        ":before": dict(entry.before),
        ":after": dict(entry.after),
    }
    expression = "SET #entity = :entity, #of = :of, #at = :at, #before = :before, #after = :after, " + ", ".join(
        f"#{name} = :{name}" for name in _FIELDS
    )
    with suppress(ConditionFailed):
        table.update(Update(keys.audit(entry.guild_id, entry.at, entry.entry_id), expression, ABSENT, values))


def newest_first(
    table: Table, guild_id: str, *, since: datetime, until: datetime, limit: int, after: str | None
) -> tuple[list[tuple[str, AuditEntry]], str | None]:
    """Return up to `limit` entries of [since, until] with their sort keys, and the sort key to continue after."""
    pk = keys.audit_of(guild_id)
    page = table.query(
        pk,
        between=(keys.stamp(since), f"{keys.stamp(until)}~"),
        limit=limit,
        after={"pk": pk, "sk": after} if after else None,
        newest_first=True,
    )
    return [(item["sk"], _from_item(item)) for item in page.items], page.last["sk"] if page.last else None


def _from_item(item: Item) -> AuditEntry:
    values = {name: item[name] for name in _FIELDS if name in item}
    return AuditEntry(
        **values, at=keys.moment(item["at"]), entity=item["of"], before=item["before"], after=item["after"]
    )
