"""Subscriptions of outgoing webhooks in the table.

The secrets stand in the item: the deliverer signs with them and holds no other secret. The table is encrypted at rest, and
nothing but the deliverer reads them back. A subscription that was deleted leaves a mark without them for a day, so that the
stream can say who deleted it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from attendance.domain.webhook import OldSecret, WebhookSubscription
from attendance.storage import keys
from attendance.storage.table import PRESENT, ConditionFailed, Put, Update
from attendance.storage.touch import touched

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.storage.table import Table
    from attendance.storage.values import Item

_FIELDS = ("guild_id", "webhook_id", "url", "created_by", "active", "failures", "edits", "version")
_AS_READ = f"{PRESENT} AND #version = :before AND attribute_not_exists(#removed_at)"
_MARK_LIFETIME = timedelta(days=1)


def create(table: Table, subscription: WebhookSubscription, actor: Actor, now: datetime) -> None:
    """Store a new subscription; raises `ConditionFailed` with the item when it is there already."""
    table.put(Put(_to_item(subscription, actor, now)))


def replace(table: Table, after: WebhookSubscription, actor: Actor, now: datetime) -> None:
    """Store what a subscription of the version before became; raises `ConditionFailed` when somebody was quicker."""
    table.put(Put(_to_item(after, actor, now), _AS_READ, {":before": after.version - 1}))


def remove(table: Table, before: WebhookSubscription, actor: Actor, now: datetime) -> None:
    """End a subscription and forget its secrets; raises `ConditionFailed` when somebody was quicker."""
    table.update(
        Update(
            keys.webhook(before.guild_id, before.webhook_id),
            "SET #removed_at = :now, #touched = :touched, #expires_at = :gone, #version = #version + :one "
            "REMOVE #secret, #old_secrets, #url",
            _AS_READ,
            {
                ":now": keys.stamp(now),
                ":touched": touched(actor, now),
                ":gone": int((now + _MARK_LIFETIME).timestamp()),
                ":one": 1,
                ":before": before.version,
            },
        )
    )


def note_outcome(table: Table, subscription: WebhookSubscription, *, arrived: bool) -> WebhookSubscription | None:
    """Count a delivery that was given up, or forget the count after one that arrived; None when the subscription is gone."""
    count = "#failures = :none" if arrived else "#failures = if_not_exists(#failures, :none) + :one"
    values = {":none": 0} | ({} if arrived else {":one": 1})
    key = keys.webhook(subscription.guild_id, subscription.webhook_id)
    living = f"{PRESENT} AND attribute_not_exists(#removed_at)"
    try:
        return from_item(table.update(Update(key, f"SET {count}", living, values)))
    except ConditionFailed:
        return None


def from_item(item: Item) -> WebhookSubscription:
    """Return the subscription of an item; that of a mark has no address and no secret."""
    return WebhookSubscription(
        **{"url": ""} | {name: item[name] for name in _FIELDS if name in item},
        topics=tuple(item["topics"]),
        secret=item.get("secret", ""),
        old_secrets=tuple(OldSecret(one["secret"], keys.moment(one["ends_at"])) for one in item.get("old_secrets", ())),
        rotations=tuple(item.get("rotations", ())),
        created_at=keys.moment(item["created_at"]),
    )


def get(table: Table, guild_id: str, webhook_id: str) -> WebhookSubscription | None:
    """Return the subscription with its secrets, or None."""
    return living(table.get(keys.webhook(guild_id, webhook_id)))


def living(item: Item | None) -> WebhookSubscription | None:
    """Return the subscription of an item, None for a mark or nothing."""
    return from_item(item) if item and "removed_at" not in item else None


def list_all(table: Table, guild_id: str) -> list[WebhookSubscription]:
    """Return a guild's subscriptions (at most 10), the oldest first."""
    items = table.query_all(keys.guild(guild_id), prefix=keys.WEBHOOKS)
    found = [one for item in items if (one := living(item))]
    return sorted(found, key=lambda one: (one.created_at, one.webhook_id))


def _to_item(subscription: WebhookSubscription, actor: Actor, now: datetime) -> Item:
    old = [{"secret": one.secret, "ends_at": keys.stamp(one.ends_at)} for one in subscription.old_secrets]
    return {
        **keys.webhook(subscription.guild_id, subscription.webhook_id)._asdict(),
        "entity": "webhook",
        **{name: getattr(subscription, name) for name in _FIELDS},
        "edits": dict(subscription.edits),
        "host": subscription.host,
        "topics": list(subscription.topics),
        "secret": subscription.secret,
        "old_secrets": old,
        "rotations": list(subscription.rotations),
        "created_at": keys.stamp(subscription.created_at),
        "touched": touched(actor, now),
    }
