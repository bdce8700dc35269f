"""Deliveries to webhooks in the table, by subscription in the order of the changes; what failed is in an index, too.

Only failed ones pay for the index. A delivery that an older message speaks of is left alone: the number of tries is part
of every condition.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from attendance.domain.webhook_delivery import KEPT_FOR, WebhookDelivery
from attendance.storage import keys, webhooks
from attendance.storage.table import PRESENT, ConditionFailed, Put, Update
from attendance.storage.touch import touched

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.domain.webhook import WebhookSubscription
    from attendance.storage.table import Table
    from attendance.storage.values import Item

_PLAIN = ("guild_id", "webhook_id", "delivery_id", "message", "status", "attempts", "answer", "trouble", "replay")
_TIMES = ("at", "tried_at", "next_try_at")


class Replay(NamedTuple):
    """That somebody asked for one delivery again, or (`delivery_id` None) for all that had failed by then."""

    guild_id: str
    replay_id: str
    webhook_id: str
    delivery_id: str | None


def create(table: Table, delivery: WebhookDelivery) -> None:
    """Store a new delivery; one that is there already stays as it is."""
    item: Item = {name: getattr(delivery, name) for name in _PLAIN} | {"message": dict(delivery.message)}
    item |= {name: keys.stamp(value) for name in _TIMES if (value := getattr(delivery, name))}
    key = keys.webhook_delivery(delivery.guild_id, delivery.webhook_id, delivery.delivery_id)
    gone = {"expires_at": int((delivery.at + KEPT_FOR).timestamp())}
    with suppress(ConditionFailed):
        table.put(Put({**key._asdict(), "entity": "webhook_delivery", **item, **gone}))


def get(table: Table, guild_id: str, webhook_id: str, delivery_id: str) -> WebhookDelivery | None:
    """Return a delivery, or None."""
    item = table.get(keys.webhook_delivery(guild_id, webhook_id, delivery_id))
    return _from_item(item) if item else None


def get_with_webhook(
    table: Table, guild_id: str, webhook_id: str, delivery_id: str
) -> tuple[WebhookDelivery | None, WebhookSubscription | None]:
    """Return a delivery and its subscription, in one request."""
    of_both = [keys.webhook_delivery(guild_id, webhook_id, delivery_id), keys.webhook(guild_id, webhook_id)]
    delivery, webhook = table.get_many(of_both)
    return (_from_item(delivery) if delivery else None), webhooks.living(webhook)


def settle(table: Table, before: WebhookDelivery, after: WebhookDelivery) -> None:
    """Store what a try made of a delivery, unless somebody else did meanwhile."""
    key = keys.webhook_delivery(after.guild_id, after.webhook_id, after.delivery_id)
    values: dict[str, Any] = {
        ":status": after.status,
        ":attempts": after.attempts,
        ":answer": after.answer,
        ":trouble": after.trouble,
        ":tried": keys.stamp(after.tried_at) if after.tried_at else None,
        ":next": keys.stamp(after.next_try_at) if after.next_try_at else None,
        ":pending": "pending",
        ":before": before.attempts,
    }
    change = (
        "SET #status = :status, #attempts = :attempts, #answer = :answer, #trouble = :trouble, #tried_at = :tried, "
        "#next_try_at = :next"
    )
    if after.status == "failed":
        change += ", #gsi1pk = :failed, #gsi1sk = :id"
        failed = keys.failed_webhook_deliveries(after.guild_id, after.webhook_id)
        values |= {":failed": failed, ":id": after.delivery_id}
    with suppress(ConditionFailed):
        table.update(Update(key, change, "#status = :pending AND #attempts = :before", values))


def reopen(table: Table, delivery: WebhookDelivery, replay_id: str) -> WebhookDelivery | None:
    """Let a delivery begin anew for a replay, once for each, and return it; None where it is another's by now."""
    key = keys.webhook_delivery(delivery.guild_id, delivery.webhook_id, delivery.delivery_id)
    change = "SET #status = :pending, #attempts = :none, #replay = :replay REMOVE #gsi1pk, #gsi1sk, #next_try_at"
    values = {":pending": "pending", ":none": 0, ":replay": replay_id}
    condition = f"{PRESENT} AND #status <> :pending AND #replay <> :replay"
    try:
        return _from_item(table.update(Update(key, change, condition, values)))
    except ConditionFailed as failed:
        found = _from_item(failed.item) if failed.item else None
        return found if found and found.replay == replay_id else None  # it was this one, and the answer was lost


def newest(
    table: Table, guild_id: str, webhook_id: str, *, limit: int, after: str | None = None
) -> tuple[list[WebhookDelivery], str | None]:
    """Return up to `limit` deliveries, the newest first, and the id to continue after."""
    pk = keys.webhook_deliveries(guild_id, webhook_id)
    start = {"pk": pk, "sk": after} if after else None
    page = table.query(pk, limit=limit, after=start, newest_first=True)
    return [_from_item(item) for item in page.items], page.last["sk"] if page.last else None


def failed_ids(
    table: Table, guild_id: str, webhook_id: str, *, limit: int, after: str | None = None, newest_first: bool = False
) -> tuple[list[str], str | None]:
    """Return the ids of up to `limit` failed deliveries, and the id to continue after; a second late at times."""
    pk = keys.failed_webhook_deliveries(guild_id, webhook_id)
    start = None
    if after:
        own = keys.webhook_delivery(guild_id, webhook_id, after)
        start = {**own._asdict(), "gsi1pk": pk, "gsi1sk": after}
    page = table.query(pk, index="gsi1", limit=limit, after=start, newest_first=newest_first)
    return [item["gsi1sk"] for item in page.items], page.last["gsi1sk"] if page.last else None


def get_all(table: Table, guild_id: str, webhook_id: str, ids: list[str]) -> list[WebhookDelivery]:
    """Return the deliveries of `ids` that are there, in their order."""
    items = table.get_many([keys.webhook_delivery(guild_id, webhook_id, one) for one in ids])
    return [_from_item(item) for item in items if item]


def ask_for_replay(table: Table, replay: Replay, actor: Actor, now: datetime) -> None:
    """Store that somebody asked for deliveries again; the stream starts it. Asking twice is asking once."""
    item: Item = {
        **keys.webhook_replay(replay.guild_id, replay.replay_id)._asdict(),
        "entity": "replay",
        **replay._asdict(),
        "touched": touched(actor, now),
        "expires_at": int((now + KEPT_FOR).timestamp()),
    }
    with suppress(ConditionFailed):
        table.put(Put(item))


def _from_item(item: Item) -> WebhookDelivery:
    times: dict[str, Any] = {name: keys.moment(item[name]) for name in _TIMES if item.get(name)}
    return WebhookDelivery(**{name: item[name] for name in _PLAIN if name in item}, **times)
