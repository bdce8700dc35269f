"""Subscribing a guild's own programs to changes."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from attendance.domain.ids import derive, is_id
from attendance.domain.rights import require
from attendance.domain.webhook import MAX_SUBSCRIPTIONS, WebhookSubscription, checked_topics, checked_url
from attendance.errors import Conflict, NotFound
from attendance.storage import webhooks
from attendance.storage.table import ConditionFailed

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.storage.table import Table


def subscribe_webhook(
    table: Table, guild_id: str, actor: Actor, now: datetime, *, url: str, topics: tuple[str, ...]
) -> tuple[WebhookSubscription, bool]:
    """Store a subscription and return it, and whether this request made it: only then its secret is shown.

    Raises `Forbidden`, `Invalid` (`url`, `topics`) and `Conflict` when the guild has as many as fit.
    """
    require(actor, "settings.manage")
    subscription = WebhookSubscription(
        guild_id=guild_id,
        webhook_id=derive("webhook", guild_id, actor.user_id, actor.request_id),
        url=checked_url(url),
        topics=checked_topics(topics),
        secret=secrets.token_urlsafe(32),
        created_by=actor.user_id,
        created_at=now,
    )
    there = webhooks.list_all(table, guild_id)
    if len(there) >= MAX_SUBSCRIPTIONS and subscription.webhook_id not in {one.webhook_id for one in there}:
        raise Conflict(
            f"This server has {MAX_SUBSCRIPTIONS} webhooks, as many as fit. Delete one first.", code="too_many_webhooks"
        )
    try:
        webhooks.create(table, subscription, actor, now)
    except ConditionFailed as failed:
        if failed.item is None:
            raise
        return webhooks.from_item(failed.item), False
    return subscription, True


def list_webhooks(table: Table, guild_id: str, actor: Actor) -> list[WebhookSubscription]:
    """Return a guild's subscriptions, the oldest first; raises `Forbidden`."""
    require(actor, "settings.manage")
    return webhooks.list_all(table, guild_id)


def get_webhook(table: Table, guild_id: str, webhook_id: str, actor: Actor) -> WebhookSubscription:
    """Return a subscription; raises `Forbidden`, `NotFound`."""
    require(actor, "settings.manage")
    found = webhooks.get(table, guild_id, webhook_id) if is_id(webhook_id) else None
    if found is None:
        raise NotFound("There is no such webhook here.")
    return found


def unsubscribe_webhook(table: Table, guild_id: str, webhook_id: str, actor: Actor) -> None:
    """Remove a subscription; raises `Forbidden`, `NotFound`."""
    require(actor, "settings.manage")
    if not is_id(webhook_id) or not webhooks.delete(table, guild_id, webhook_id):
        raise NotFound("There is no such webhook here.")
