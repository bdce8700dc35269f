"""The changes function: the table's stream -> queues, sockets, audit.

Each record is followed up on its own, and what keeps failing is put aside on a queue of its own, so a batch always
succeeds: an empty list of failures. Only when putting aside fails does the function raise, and the stream repeats the
batch, which is harmless.
"""

from __future__ import annotations

from typing import Any

from attendance import wiring
from attendance.services.changes import Outlets, follow_all


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Follow up a batch of stream records (NEW_AND_OLD_IMAGES)."""
    outlets = Outlets(table=wiring.table(), queue=wiring.queue, sockets=wiring.sockets, now=wiring.now)
    follow_all(outlets, event["Records"])
    return {"batchItemFailures": []}
