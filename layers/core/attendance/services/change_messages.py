"""What sockets and subscribers are told of a change: a pure function of the item before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attendance.domain.choice import as_told
from attendance.domain.live import event_version

if TYPE_CHECKING:
    from attendance.storage.values import Item


def what_happened(old: Item | None, new: Item | None, item: Item) -> str:
    """Return what happened; an item that only marks a removal (`removed_at`) is none."""
    before, after = (one if one and "removed_at" not in one else None for one in (old, new))
    return f"{item['entity']}.{'removed' if after is None else 'made' if before is None else 'changed'}"


def change_message(kind: str, item: Item, data: dict[str, Any]) -> dict[str, Any]:
    """Return a message as sockets and webhooks have it, of the version that the item has now."""
    version = item.get("version", 1)
    return {
        "type": kind,
        "guild_id": item["guild_id"],
        "event_id": item.get("event_id"),
        "version": event_version(version, item["seq"]) if "seq" in item else version,
        "data": data,
    }


_SHOWN = {
    "character": ("character_id", "user_id", "name", "game"),
    "absence": ("absence_id", "user_id", "starts_at", "ends_at"),
    "event": ("title", "game", "status", "starts_at", "ends_at", "version", "seq"),
    "attendance": ("user_id", "status", "source", "observed_at"),
    "correction": ("user_id", "status", "wish", "decision"),
    "call": ("call_id", "audience", "asked_by", "sent_at"),
    "batch": ("batch_id", "status", "total", "row_count"),
    "sheet": ("title", "game", "starts_at", "made_at"),
    "preset": ("preset_id", "name", "game"),
    "report": ("job_id", "status", "format", "problem", "row_count", "progress"),
    "series": ("series_id", "title", "game", "status"),
    "settings": ("zone", "channel_id", "officer_role_id"),
    "guild": ("name",),
    "key": ("key_id", "name"),
    "replay": ("replay_id", "webhook_id", "delivery_id"),
    "webhook": ("webhook_id", "host", "topics", "active"),
}
"""What a message says of an item, by entity: enough to show the change, nothing secret; whoever wants more fetches it."""


def shown_of(old: Item, item: Item) -> dict[str, Any]:
    """Return what may be shown of an item, and of an event the answers that changed, by member: None where one was taken out."""
    data = {name: item[name] for name in _SHOWN[item["entity"]] if item.get(name) is not None}
    if item["entity"] == "event" and "removed_at" not in item:
        before, now = old.get("choices", {}), item.get("choices", {})
        changed = [user_id for user_id in {**before, **now} if before.get(user_id) != now.get(user_id)]
        data["answers"] = {user_id: as_told(now.get(user_id)) for user_id in changed}
    return data
