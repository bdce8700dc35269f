"""Subscriptions of outgoing webhooks in the table.

The secret stands in the item: the deliverer signs with it and holds no other secret. The table is encrypted at rest, and
nothing but the deliverer reads it back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.domain.webhook import WebhookSubscription
from attendance.storage import keys
from attendance.storage.table import Delete, Put
from attendance.storage.touch import touched

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.storage.table import Table
    from attendance.storage.values import Item

_FIELDS = ("guild_id", "webhook_id", "url", "secret", "created_by")


def create(table: Table, subscription: WebhookSubscription, actor: Actor, now: datetime) -> None:
    """Store a new subscription; raises `ConditionFailed` with the item when it is there already."""
    item: Item = {name: getattr(subscription, name) for name in _FIELDS}
    table.put(
        Put(
            {
                **keys.webhook(subscription.guild_id, subscription.webhook_id)._asdict(),
                "entity": "webhook",
                **item,
                "topics": list(subscription.topics),
                "created_at": keys.stamp(subscription.created_at),
                "touched": touched(actor, now),
            }
        )
    )


def from_item(item: Item) -> WebhookSubscription:
    """Return the subscription of an item."""
    values = {name: item[name] for name in _FIELDS}
    return WebhookSubscription(**values, topics=tuple(item["topics"]), created_at=keys.moment(item["created_at"]))


def get(table: Table, guild_id: str, webhook_id: str) -> WebhookSubscription | None:
    """Return the subscription with its secret, or None."""
    item = table.get(keys.webhook(guild_id, webhook_id))
    return from_item(item) if item else None


def list_all(table: Table, guild_id: str) -> list[WebhookSubscription]:
    """Return a guild's subscriptions (at most 10), the oldest first."""
    items = table.query_all(keys.guild(guild_id), prefix=keys.WEBHOOKS)
    return sorted((from_item(item) for item in items), key=lambda one: (one.created_at, one.webhook_id))


def delete(table: Table, guild_id: str, webhook_id: str) -> bool:
    """Remove a subscription; False when there was none."""
    return table.delete(Delete(keys.webhook(guild_id, webhook_id))) is not None
