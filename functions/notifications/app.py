"""The notifications function: SQS -> Discord, a batch at once, each message succeeding or failing on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attendance import config, wiring
from attendance.services.holding import LINE
from attendance.services.lines import PATIENCE, LineServer
from attendance.services.notifications import deliver
from attendance.services.queue_batches import work_through

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from attendance.services.holding import Stays

AT_ONCE = 5
"""A whole batch: a message that waits for its channel must not hold up those of other channels."""
_LONGEST_WORK = 40
"""Seconds that one message may take: three calls of Discord's at their time-outs."""


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Deliver a batch; the answer names the messages that failed, and SQS brings only those again."""
    began, queue, app_id = wiring.now(), wiring.queue("notifications"), config.discord_application_id()

    def send(message: Mapping[str, Any], holder: str, now: datetime, line: str = "") -> Stays | None:
        return deliver(wiring.table(), wiring.discord(), queue, app_id, message, holder, now, line=line)

    def work(message: Mapping[str, Any], message_id: str) -> None:
        now = wiring.now()
        if (message.get("v"), message.get("kind")) != (1, LINE):
            send(message, message_id, now)
            return
        left = context.get_remaining_time_in_millis() / 1000 - _LONGEST_WORK
        patience = min(left, PATIENCE - (now - began).total_seconds())
        LineServer(
            table=wiring.table(),
            queue=queue,
            deliver=send,
            clock=wiring.now,
            sleep=wiring.sleep,
            patience=patience,
            at_once=AT_ONCE,
        ).serve(message)

    return work_through(event["Records"], work, at_once=AT_ONCE)
