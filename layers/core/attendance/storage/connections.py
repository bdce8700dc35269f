"""WebSocket connections and what they are subscribed to.

A connection listens to one guild or one event of it: its row in the guild's partition. So a push costs one read, and
whatever is past its end is not pushed to, whether or not DynamoDB has expired it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.domain.live import CONNECTION_LIFETIME, Subscription
from attendance.storage import keys
from attendance.storage.table import Delete, Put

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from attendance.storage.table import Table
    from attendance.storage.values import Item


def open_connection(table: Table, connection_id: str, user_id: str, guild_id: str, family: str, now: datetime) -> None:
    """Note a new connection: whose it is, for which guild, and by which session."""
    item = {
        **keys.connection(connection_id)._asdict(),
        "entity": "connection",
        "user_id": user_id,
        "guild_id": guild_id,
        "family": family,
        "expires_at": int((now + CONNECTION_LIFETIME).timestamp()),
    }
    table.put(Put(item))


def get(table: Table, connection_id: str) -> Item | None:
    """Return `user_id`, `guild_id` and `family` of a connection, or None."""
    return table.get(keys.connection(connection_id))


def forget(table: Table, guild_id: str, connection_id: str) -> None:
    """Remove a connection and its subscription; one that is gone already is fine."""
    unsubscribe(table, guild_id, connection_id)
    table.delete(Delete(keys.connection(connection_id)))


def subscribe(table: Table, subscription: Subscription) -> None:
    """Make `subscription` the connection's only one."""
    item = {
        **keys.subscription(subscription.guild_id, subscription.connection_id)._asdict(),
        "entity": "subscription",
        "user_id": subscription.user_id,
        "event_id": subscription.event_id,
        "capabilities": sorted(subscription.capabilities),
        "ends_at": keys.stamp(subscription.ends_at),
        "expires_at": int(subscription.ends_at.timestamp()) + 1,
    }
    table.put(Put(item, None))  # the connection's last word counts


def unsubscribe(table: Table, guild_id: str, connection_id: str) -> None:
    """Take a connection's subscription away; having none is fine."""
    table.delete(Delete(keys.subscription(guild_id, connection_id)))


def get_subscription(table: Table, guild_id: str, connection_id: str) -> Subscription | None:
    """Return a connection's subscription, also one that has run out, or None."""
    item = table.get(keys.subscription(guild_id, connection_id))
    return _from_item(guild_id, item) if item else None


def listening(table: Table, guild_id: str, now: datetime) -> list[Subscription]:
    """Return the subscriptions of a guild that are alive at `now`: one read."""
    found = (_from_item(guild_id, item) for item in table.query_all(keys.subscriptions(guild_id)))
    return [subscription for subscription in found if subscription.ends_at > now]


def forget_all(table: Table, guild_id: str, connection_ids: Iterable[str]) -> None:
    """Remove connections that are gone for good."""
    for connection_id in connection_ids:
        forget(table, guild_id, connection_id)


def _from_item(guild_id: str, item: Item) -> Subscription:
    return Subscription(
        guild_id=guild_id,
        connection_id=item["sk"],
        user_id=item["user_id"],
        event_id=item.get("event_id"),
        capabilities=frozenset(item["capabilities"]),
        ends_at=keys.moment(item["ends_at"]),
    )
