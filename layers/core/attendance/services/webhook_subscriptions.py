"""Subscribing a guild's own programs to changes."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from attendance.domain.ids import derive, is_id
from attendance.domain.revision import changed_fields, edits_after, stale
from attendance.domain.rights import require
from attendance.domain.webhook import MAX_SUBSCRIPTIONS, WebhookSubscription, checked_topics, checked_url
from attendance.errors import Conflict, NotFound
from attendance.services.bounded_lists import add_once
from attendance.storage import webhooks
from attendance.storage.table import ConditionFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.storage.table import Table

_TRIES = 5
_EDITABLE = ("active", "topics", "url")


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
        secret=_new_secret(),
        created_by=actor.user_id,
        created_at=now,
    )
    full = Conflict(
        f"This server has {MAX_SUBSCRIPTIONS} webhooks, as many as fit. Delete one first.", code="too_many_webhooks"
    )
    there = {one.webhook_id for one in webhooks.list_all(table, guild_id)}
    before = add_once(
        subscription.webhook_id,
        there,
        limit=MAX_SUBSCRIPTIONS,
        full=full,
        write=lambda: webhooks.create(table, subscription, actor, now),
    )
    return (webhooks.from_item(before), False) if before else (subscription, True)


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


def change_webhook(
    table: Table,
    guild_id: str,
    webhook_id: str,
    actor: Actor,
    now: datetime,
    changes: Mapping[str, Any],
    *,
    read: int | None = None,
) -> WebhookSubscription:
    """Change `url`, `topics` or `active` and return the subscription; switching it on forgets its failures.

    With `read`, the version that the caller has seen, raises `Stale` naming what changed since. Raises `Forbidden`,
    `NotFound`, `Invalid` (`url`, `topics`).
    """

    def changed(before: WebhookSubscription) -> WebhookSubscription:
        after = replace(
            before,
            url=checked_url(changes.get("url", before.url)),
            topics=checked_topics(tuple(changes.get("topics", before.topics))),
            active=changes.get("active", before.active),
        )
        fields = changed_fields(*({name: getattr(one, name) for name in _EDITABLE} for one in (before, after)))
        if not fields:
            return before
        version = before.version + 1
        failures = 0 if "active" in fields else before.failures
        return replace(after, edits=edits_after(before.edits, fields, version), failures=failures, version=version)

    return _change(table, guild_id, webhook_id, actor, now, changed, read)


def rotate_secret(
    table: Table, guild_id: str, webhook_id: str, actor: Actor, now: datetime, *, overlap_hours: int
) -> tuple[WebhookSubscription, bool]:
    """Give a subscription a new secret and return it, and whether this request made it: only then it is shown.

    What signed until now signs beside it for `overlap_hours`; 0 ends it at once. Raises `Forbidden`, `NotFound`, and
    `Conflict` while too many secrets sign already.
    """
    secret = _new_secret()

    def rotated(before: WebhookSubscription) -> WebhookSubscription:
        if actor.request_id in before.rotations:
            return before
        return before.rotated(secret, actor.request_id, now, timedelta(hours=overlap_hours))

    after = _change(table, guild_id, webhook_id, actor, now, rotated, None)
    return after, after.secret == secret


def unsubscribe_webhook(
    table: Table, guild_id: str, webhook_id: str, actor: Actor, now: datetime, *, read: int | None = None
) -> None:
    """Remove a subscription; raises `Forbidden`, `NotFound`, and with `read` `Stale`."""
    for _ in range(_TRIES):
        before = _as_read(table, guild_id, webhook_id, actor, read)
        try:
            webhooks.remove(table, before, actor, now)
        except ConditionFailed:
            continue
        return
    raise _busy()


def _change(
    table: Table,
    guild_id: str,
    webhook_id: str,
    actor: Actor,
    now: datetime,
    changed: Callable[[WebhookSubscription], WebhookSubscription],
    read: int | None,
) -> WebhookSubscription:
    for _ in range(_TRIES):
        before = _as_read(table, guild_id, webhook_id, actor, read)
        after = changed(before)
        if after == before:
            return before
        try:
            webhooks.replace(table, after, actor, now)
        except ConditionFailed:
            continue  # somebody else was quicker: look again, and refuse or add to it
        return after
    raise _busy()


def _as_read(table: Table, guild_id: str, webhook_id: str, actor: Actor, read: int | None) -> WebhookSubscription:
    before = get_webhook(table, guild_id, webhook_id, actor)
    if read is not None and read != before.version:
        raise stale("This webhook", before.edits, read=read, current=before.version)
    return before


def _busy() -> Conflict:
    return Conflict("This webhook is being changed by others right now. Please try again in a moment.", code="busy")


def _new_secret() -> str:
    return secrets.token_urlsafe(32)
