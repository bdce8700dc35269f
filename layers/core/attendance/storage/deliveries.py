"""What makes a message at Discord appear once: a SENT item, stored before the message is posted.

    sending ──POST──► sent (message id)
       └── Discord refused for good ──► refused

Whoever finds `sending` does not know whether the POST arrived. Discord itself recognises the nonce "in the past few
minutes"; later the channel's last messages tell (see `services.deliveries`). `begun_at` is when the latest try began.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from attendance.storage import keys
from attendance.storage.table import ConditionFailed, Put, Update

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from attendance.storage.table import Table
    from attendance.storage.values import Item

KEPT_FOR = timedelta(days=30)
"""Far above the four days for which a queue keeps a message."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to be sent once. `fresh`: nobody has tried before. `unverified` counts tries made without a look.

    `reason` is why it was refused, as Discord's code.
    """

    guild_id: str
    delivery_id: str
    state: Literal["sending", "sent", "refused"]
    begun_at: datetime
    message_id: str | None = None
    unverified: int = 0
    fresh: bool = False
    reason: str = ""


def begin(table: Table, guild_id: str, delivery_id: str, now: datetime) -> Delivery:
    """Return the delivery of that id, stored as `sending` first when it is new."""
    item = {
        **keys.delivery(guild_id, delivery_id)._asdict(),
        "entity": "delivery",
        "state": "sending",
        "begun_at": keys.stamp(now),
        "first_at": keys.stamp(now),
        "expires_at": int((now + KEPT_FOR).timestamp()),
    }
    try:
        table.put(Put(item))
    except ConditionFailed as failed:
        if failed.item is None:
            raise
        known = _from_item(guild_id, delivery_id, failed.item)
        if "untried" not in failed.item:
            return known
        if not _change(table, known, "SET #begun_at = :now REMOVE #untried", {":now": keys.stamp(now)}):
            return known
    return _from_item(guild_id, delivery_id, item, fresh=True)


def note_untried(table: Table, delivery: Delivery) -> None:
    """Note that the try which `delivery` began did not reach Discord, so that the next is as the first."""
    _change(table, delivery, "SET #untried = :true", {":true": True})


def _change(table: Table, delivery: Delivery, expression: str, values: Mapping[str, object]) -> bool:
    """Change a delivery that is being sent unless another try began since it was read."""
    same = {":before": keys.stamp(delivery.begun_at), ":sending": "sending"}
    key, condition = keys.delivery(delivery.guild_id, delivery.delivery_id), "#state = :sending AND #begun_at = :before"
    try:
        table.update(Update(key, expression, condition, {**values, **same}))
    except ConditionFailed:
        return False
    return True


def get(table: Table, guild_id: str, delivery_id: str) -> Delivery | None:
    """Return the delivery, or None when it was never begun."""
    item = table.get(keys.delivery(guild_id, delivery_id))
    return _from_item(guild_id, delivery_id, item) if item else None


def begin_again(table: Table, delivery: Delivery, now: datetime, *, unverified: bool) -> bool:
    """Note another try that begins now; False when somebody else began one since `delivery` was read."""
    values = {":now": keys.stamp(now), ":unverified": delivery.unverified + unverified}
    return _change(table, delivery, "SET #begun_at = :now, #unverified = :unverified", values)


def finish(table: Table, delivery: Delivery, message_id: str | None) -> None:
    """Note that the message stands at Discord, under `message_id` where it is known."""
    table.update(
        Update(
            keys.delivery(delivery.guild_id, delivery.delivery_id),
            "SET #state = :sent, #message_id = :message",
            values={":sent": "sent", ":message": message_id},
        )
    )


def refuse(table: Table, delivery: Delivery, reason: str) -> None:
    """Note that Discord refused the message for good, and why."""
    table.update(
        Update(
            keys.delivery(delivery.guild_id, delivery.delivery_id),
            "SET #state = :refused, #reason = :reason",
            values={":refused": "refused", ":reason": reason},
        )
    )


def _from_item(guild_id: str, delivery_id: str, item: Item, *, fresh: bool = False) -> Delivery:
    return Delivery(
        guild_id=guild_id,
        delivery_id=delivery_id,
        state=item["state"],
        begun_at=keys.moment(item["begun_at"]),
        message_id=item.get("message_id"),
        unverified=item.get("unverified", 0),
        fresh=fresh,
        reason=item.get("reason", ""),
    )
