"""The webhooks function: SQS -> subscribers' own addresses. It holds no bot token and no other secret of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attendance import wiring
from attendance.services.queue_batches import work_through
from attendance.services.webhook_deliveries import deliver_webhook
from webhooks.https_post import post, resolve

if TYPE_CHECKING:
    from collections.abc import Mapping


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Deliver a batch; the answer names the messages that failed, and SQS brings only those again."""
    return work_through(event["Records"], _deliver)


def _deliver(message: Mapping[str, Any], _message_id: str) -> None:
    deliver_webhook(wiring.table(), resolve, post, message, wiring.now())
