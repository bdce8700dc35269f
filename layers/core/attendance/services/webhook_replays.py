"""Looking at a webhook's deliveries, and asking for them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.domain.cursor import decode_id_cursor, encode_cursor
from attendance.domain.ids import derive
from attendance.domain.webhook_delivery import is_delivery_id
from attendance.errors import Conflict, NotFound
from attendance.services.webhook_subscriptions import get_webhook
from attendance.storage import webhook_deliveries as store
from attendance.storage.webhook_deliveries import Replay

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.domain.webhook_delivery import WebhookDelivery
    from attendance.storage.table import Table


def list_deliveries(
    table: Table,
    guild_id: str,
    webhook_id: str,
    actor: Actor,
    now: datetime,
    *,
    failed_only: bool,
    limit: int,
    cursor: str | None,
) -> tuple[list[WebhookDelivery], str | None]:
    """Return a webhook's deliveries of the last two weeks, the newest first, and a cursor or None.

    Raises `Forbidden`, `NotFound`, and `Invalid` (field `cursor`).
    """
    get_webhook(table, guild_id, webhook_id, actor)
    behind = decode_id_cursor(cursor, is_delivery_id)
    if failed_only:
        ids, after = store.failed_ids(table, guild_id, webhook_id, limit=limit, after=behind, newest_first=True)
        found = [one for one in store.get_all(table, guild_id, webhook_id, ids) if one.status == "failed"]
    else:
        found, after = store.newest(table, guild_id, webhook_id, limit=limit, after=behind)
    return [one for one in found if one.is_kept(now)], encode_cursor(after)


def get_delivery(
    table: Table, guild_id: str, webhook_id: str, delivery_id: str, actor: Actor, now: datetime
) -> WebhookDelivery:
    """Return a delivery; raises `Forbidden`, `NotFound`."""
    get_webhook(table, guild_id, webhook_id, actor)
    found = store.get(table, guild_id, webhook_id, delivery_id) if is_delivery_id(delivery_id) else None
    if found is None or not found.is_kept(now):
        raise NotFound("There is no such delivery here. Deliveries are kept for two weeks.", code="no_such_delivery")
    return found


def replay_delivery(
    table: Table, guild_id: str, webhook_id: str, delivery_id: str, actor: Actor, now: datetime
) -> Replay:
    """Ask for a delivery again and return what was asked; the same request again asks nothing more.

    Raises `Forbidden`, `NotFound`, and `Conflict` while it is still being tried or its webhook is switched off.
    """
    found = get_delivery(table, guild_id, webhook_id, delivery_id, actor, now)
    replay = _replay(guild_id, webhook_id, delivery_id, actor)
    if found.status == "pending" and found.replay != replay.replay_id:
        raise Conflict(
            "This delivery is still being tried. Wait until it arrived or failed.", code="delivery_under_way"
        )
    return _ask(table, replay, actor, now)


def replay_failed(table: Table, guild_id: str, webhook_id: str, actor: Actor, now: datetime) -> Replay:
    """Ask for every delivery again that has failed by now, and return what was asked; the same request again asks nothing more.

    Raises `Forbidden`, `NotFound`, and `Conflict` while the webhook is switched off.
    """
    return _ask(table, _replay(guild_id, webhook_id, None, actor), actor, now)


def _replay(guild_id: str, webhook_id: str, delivery_id: str | None, actor: Actor) -> Replay:
    replay_id = derive("replay", guild_id, webhook_id, actor.user_id, actor.request_id)
    return Replay(guild_id, replay_id, webhook_id, delivery_id)


def _ask(table: Table, replay: Replay, actor: Actor, now: datetime) -> Replay:
    if not get_webhook(table, replay.guild_id, replay.webhook_id, actor).active:
        raise Conflict("This webhook is switched off: set active to true first.", code="webhook_off")
    store.ask_for_replay(table, replay, actor, now)
    return replay
