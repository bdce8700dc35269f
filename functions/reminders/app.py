"""The reminders function: every minute, what is due -> queues, cards, sheets."""

from __future__ import annotations

from typing import Any

from attendance import wiring
from attendance.ports import Buckets
from attendance.services.due_work import sweep

AT_ONCE = 8
"""Every shard: each mostly waits for the table."""


def handler(_event: object, context: Any) -> dict[str, int | bool]:
    """Do everything that is due. Returns how much was done; what failed or ran out of time is due again next minute."""
    swept = sweep(
        wiring.table(),
        wiring.queue("notifications"),
        Buckets(files=wiring.files, erasure_records=wiring.erasure_records),
        wiring.now,
        lambda: context.get_remaining_time_in_millis() / 1000,
        at_once=AT_ONCE,
    )
    return {"done": swept.done, "failed": swept.failed, "cut_short": swept.cut_short}
