"""The notifications function: SQS -> Discord, a batch at once, each message succeeding or failing on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attendance import config, wiring
from attendance.services.holding import PATIENCE
from attendance.services.notifications import deliver
from attendance.services.queue_batches import Again, work_through

if TYPE_CHECKING:
    from collections.abc import Mapping

AT_ONCE = 5
"""A whole batch: a message that waits for its channel must not hold up those of other channels."""
_LONGEST_WORK = 40
"""Seconds that one message may take: three calls of Discord's at their time-outs."""


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Deliver a batch; the answer names the messages that failed, and SQS brings only those again."""
    began = wiring.now()

    def work(message: Mapping[str, Any], message_id: str) -> Again | None:
        queue, app_id = wiring.queue("notifications"), config.discord_application_id()
        now = wiring.now()
        left = context.get_remaining_time_in_millis() / 1000 - _LONGEST_WORK
        patience = min(left, PATIENCE - (now - began).total_seconds())
        return deliver(wiring.table(), wiring.discord(), queue, app_id, message, message_id, now, patience=patience)

    return work_through(event["Records"], work, at_once=AT_ONCE, sleep=wiring.sleep)
