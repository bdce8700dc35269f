"""Members' own data that was asked for: one item a member, which the stream hands to the worker."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from attendance.domain.own_data import OwnExport
from attendance.storage import keys
from attendance.storage.table import ABSENT, ConditionFailed, Put, Update

if TYPE_CHECKING:
    from attendance.storage.table import Table
    from attendance.storage.values import Item

KEPT_FOR = timedelta(days=2)
_PLAIN = ("guild_id", "export_id", "user_id", "locale", "reply_token", "status", "file_key", "file_name")
_TIMES = ("requested_at", "finished_at")


def from_item(item: Item) -> OwnExport:
    """Return the export of an item."""
    values: dict[str, Any] = {name: item[name] for name in _PLAIN if name in item}
    values |= {name: keys.moment(item[name]) for name in _TIMES if item.get(name)}
    return OwnExport(**values)


def create(table: Table, export: OwnExport, before: OwnExport | None) -> OwnExport:
    """Store an export in the place of `before`, and return what is there: another one where somebody was quicker."""
    item: Item = {name: getattr(export, name) for name in _PLAIN} | {
        **keys.own_export(export.guild_id, export.user_id)._asdict(),
        "entity": "own_export",
        "requested_at": keys.stamp(export.requested_at),
        "expires_at": int((export.requested_at + KEPT_FOR).timestamp()),
    }
    condition = "#export_id = :before" if before else ABSENT
    try:
        table.put(Put(item, condition, {":before": before.export_id} if before else {}))
    except ConditionFailed as failed:
        if failed.item is None:
            raise
        return from_item(failed.item)
    return export


def get(table: Table, guild_id: str, user_id: str) -> OwnExport | None:
    """Return a member's export, the last one, or None."""
    item = table.get(keys.own_export(guild_id, user_id))
    return from_item(item) if item else None


def finish(table: Table, export: OwnExport) -> None:
    """Store how an export ended; one that was asked for anew or erased meanwhile stays as it is."""
    with suppress(ConditionFailed):
        table.update(
            Update(
                keys.own_export(export.guild_id, export.user_id),
                "SET #status = :status, #file_key = :key, #file_name = :name, #finished_at = :at",
                "#export_id = :export",
                {
                    ":status": export.status,
                    ":key": export.file_key,
                    ":name": export.file_name,
                    ":at": keys.stamp(export.finished_at or export.requested_at),
                    ":export": export.export_id,
                },
            )
        )


def forget_reply_token(table: Table, export: OwnExport) -> None:
    """Remove the interaction token once it was used or is of no use any more."""
    with suppress(ConditionFailed):
        key = keys.own_export(export.guild_id, export.user_id)
        table.update(Update(key, "REMOVE #reply_token", "#export_id = :export", {":export": export.export_id}))
