"""What of a change goes on record: a pure function of the item before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.domain.audit import AuditEntry, differences
from attendance.domain.ids import derive
from attendance.storage import events, keys

if TYPE_CHECKING:
    from attendance.storage.values import Item


def audit_entry(old: Item, new: Item, item: Item, record_id: str) -> AuditEntry:
    """Return the entry for a change; `old` or `new` is empty where there was or is nothing, `item` is whichever there is."""
    if old and "removed_at" in new:
        # What is gone, whatever the mark still holds; a roster is on record by its own changes.
        old = {name: value for name, value in old.items() if name not in events.ROSTER}
        new = {name: new[name] for name in ("removed_at", "touched")}
    before, after = differences(old, new)
    if "passed_over" in after and old:  # an entry that changes no verdict: say which one stands
        before, after = before | {"status": old["status"]}, after | {"status": new["status"]}
    touched = item.get("touched", {}) if new else {}  # who removes an item leaves no mark on it
    return AuditEntry(
        guild_id=item["guild_id"],
        entry_id=derive("audit", record_id),
        at=keys.moment(item["touched"]["at"]),
        actor_id=touched.get("by", "system"),
        actor_name=touched.get("name", "Attendance Tracker"),
        surface=touched.get("via", "system"),
        entity=item["entity"],
        subject=_subject(item),
        before=before,
        after=after,
        made=bool(new) and not old,
    )


def _subject(item: Item) -> str:
    if item["entity"] in ("attendance", "correction"):
        return f"{item['event_id']}/{item['user_id']}"
    if item["entity"] == "call":
        return f"{item['event_id']}/{item['call_id']}"
    if item["entity"] == "replay":
        return f"{item['webhook_id']}/{item['replay_id']}"
    names = {
        "absence": "absence_id",
        "character": "character_id",
        "event": "event_id",
        "sheet": "event_id",
        "batch": "batch_id",
        "key": "key_id",
        "preset": "preset_id",
        "report": "job_id",
        "series": "series_id",
        "webhook": "webhook_id",
    }
    return str(item[names.get(item["entity"], "guild_id")])
