"""The webhooks function: SQS -> subscribers' own addresses. It holds no bot token and no other secret of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attendance import wiring
from attendance.services.queue_batches import work_through
from attendance.services.webhook_deliveries import deliver_webhook, replay_webhook
from webhooks.https_post import post, resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

AT_ONCE = 10
"""A whole batch: one subscriber that lets us wait must not hold up the others'."""


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Work through a batch; the answer names the messages that failed on our side, and SQS brings only those again."""
    return work_through(event["Records"], _handle, at_once=AT_ONCE)


def _handle(message: Mapping[str, Any], _message_id: str) -> None:
    table, queue = wiring.table(), wiring.queue("webhooks")
    match message.get("v"), message.get("kind"):
        case 2, "deliver":
            deliver_webhook(table, queue, resolve, post, message, wiring.now())
        case 2, "replay":
            replay_webhook(table, queue, message)
        case version, kind:
            raise ValueError(f"version {version}, kind {kind}")
