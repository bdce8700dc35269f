"""Delivering one change to one subscriber's own address.

The address was checked when the subscription was made, but names can change their minds: it is resolved here, once, every
address it leads to has to be public, and the connection is made to the very address that was checked.

A message is a reference: what to send, and how often it was tried, stands in the table. Before a try that failed is
noted, the next one is queued, so a crash in between repeats a try and loses none; a message that is older than what the
table says is dropped. SQS waits 15 minutes at most, so longer waits are several.
"""

from __future__ import annotations

import json
import math
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from attendance.domain.actor import system
from attendance.domain.revision import edits_after
from attendance.domain.webhook import MAX_FAILURES
from attendance.domain.webhook_signature import is_public, signed_headers
from attendance.storage import webhook_deliveries as store
from attendance.storage import webhooks
from attendance.storage.table import ConditionFailed
from attendance.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime, timedelta

    from attendance.domain.webhook import WebhookSubscription
    from attendance.domain.webhook_delivery import Trouble, WebhookDelivery
    from attendance.ports import Queue
    from attendance.storage.table import Table

LONGEST_WAIT = 900
"""Seconds that SQS holds a message back at most."""
REPLAYED_AT_ONCE = 50

type Resolver = Callable[[str], list[str]]
"""Returns the addresses that a host name leads to; raises OSError when it leads nowhere."""


class Poster(Protocol):
    """Posts over https to one address."""

    def __call__(self, address: str, host: str, target: str, headers: Mapping[str, str], body: bytes) -> int:
        """Post to `target` (path and query) of `host` at `address` and return the status; raises OSError."""


def reference(delivery: WebhookDelivery, replay_id: str | None = None) -> dict[str, Any]:
    """Return the queue's message about the next try of a delivery, or about a replay of it."""
    message = {
        "v": 2,
        "kind": "deliver",
        "guild_id": delivery.guild_id,
        "webhook_id": delivery.webhook_id,
        "delivery_id": delivery.delivery_id,
        "attempt": 0 if replay_id else delivery.attempts,
    }
    return message | ({"replay_id": replay_id} if replay_id else {})


def deliver_webhook(
    table: Table, queue: Queue, resolve: Resolver, post: Poster, message: Mapping[str, Any], now: datetime
) -> None:
    """Try a delivery, note what became of it, and queue the next try where there is one; raises `Unavailable`.

    What is over, or spoken of by an older message, is dropped.
    """
    place = (message["guild_id"], message["webhook_id"], message["delivery_id"])
    before, webhook = store.get_with_webhook(table, *place)
    if before is not None and message.get("replay_id") not in (None, before.replay):
        before = store.reopen(table, before, message["replay_id"])
    if before is None or webhook is None or before.status != "pending" or message["attempt"] < before.attempts:
        return
    if before.next_try_at is not None and now < before.next_try_at:
        queue.send(message, delay=_wait(before.next_try_at - now))
        return
    outcome = _try(resolve, post, webhook, before, now) if webhook.active else "switched_off"
    after = before.tried(outcome, now)
    if after.next_try_at is not None:
        queue.send(reference(after), delay=_wait(after.next_try_at - now))
    store.settle(table, before, after)
    log().info(
        "webhook_tried",
        extra={"webhook_id": webhook.webhook_id, "delivery_id": after.delivery_id, "outcome": outcome, "status": after.status},
    )  # fmt: skip
    if outcome != "switched_off":
        _count(table, webhook, after, now)


def replay_webhook(table: Table, queue: Queue, message: Mapping[str, Any]) -> None:
    """Queue the delivery that a replay asks for, or one page of all that failed and the rest of the replay.

    Raises `Unavailable`.
    """
    place = (message["guild_id"], message["webhook_id"])
    if message["delivery_id"]:
        ids, after = [message["delivery_id"]], None
    else:
        ids, after = store.failed_ids(table, *place, limit=REPLAYED_AT_ONCE, after=message.get("after"))
    queue.send_all(reference(one, message["replay_id"]) for one in store.get_all(table, *place, ids))
    if after:
        queue.send({**message, "after": after})


def _try(
    resolve: Resolver, post: Poster, webhook: WebhookSubscription, delivery: WebhookDelivery, now: datetime
) -> int | Trouble:
    parts = urlsplit(webhook.url)
    host = parts.hostname or ""
    try:
        addresses = resolve(host)
    except OSError:
        return "unknown_host"
    if parts.scheme != "https" or not addresses or not all(is_public(address) for address in addresses):
        return "not_public"
    body = body_of(delivery)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = signed_headers(webhook.secrets_at(now), body, delivery.delivery_id, now)
    try:
        return post(addresses[0], host, target, headers, body)
    except TimeoutError:
        return "timeout"
    except OSError:  # its text may hold the address, which is nobody's to log
        return "unreachable"


def body_of(delivery: WebhookDelivery) -> bytes:
    """Return what is posted: the same bytes for every try."""
    return json.dumps(
        {"id": delivery.delivery_id, "at": delivery.at.isoformat(timespec="milliseconds"), **delivery.message},
        separators=(",", ":"),
    ).encode()


def _count(table: Table, webhook: WebhookSubscription, after: WebhookDelivery, now: datetime) -> None:
    """Keep the count of deliveries given up in a row, and switch off who has too many."""
    if after.status == "delivered" and webhook.failures:
        webhooks.note_outcome(table, webhook, arrived=True)
    if after.status != "failed":
        return
    found = webhooks.note_outcome(table, webhook, arrived=False)
    if found is not None and found.active and found.failures >= MAX_FAILURES:
        version = found.version + 1
        edits = edits_after(found.edits, ["active"], version)
        off = replace(found, active=False, edits=edits, version=version)
        with suppress(ConditionFailed):  # changed meanwhile: the next failure looks again
            webhooks.replace(table, off, system(after.delivery_id), now)
        log().warning("webhook_switched_off", extra={"webhook_id": found.webhook_id, "failures": found.failures})


def _wait(left: timedelta) -> int:
    return max(0, min(LONGEST_WAIT, math.ceil(left.total_seconds())))
