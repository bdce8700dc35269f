"""Audit entries in the table: append-only, by time within the guild, each written once however often it is asked for."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from attendance.storage import keys
from attendance.storage.table import ABSENT, ConditionFailed, Update

if TYPE_CHECKING:
    from attendance.domain.audit import AuditEntry
    from attendance.storage.table import Table

_FIELDS = ("guild_id", "entry_id", "actor_id", "actor_name", "surface", "subject")


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
