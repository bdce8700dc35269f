"""The notifications function: SQS -> Discord, one message at a time, each succeeding or failing on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attendance import config, wiring
from attendance.services.notifications import deliver
from attendance.services.queue_batches import work_through

if TYPE_CHECKING:
    from collections.abc import Mapping


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Deliver a batch; the answer names the messages that failed, and SQS brings only those again."""
    return work_through(event["Records"], _deliver)


def _deliver(message: Mapping[str, Any], message_id: str) -> None:
    queue = wiring.queue("notifications")
    deliver(wiring.table(), wiring.discord(), queue, config.discord_application_id(), message, message_id, wiring.now())
