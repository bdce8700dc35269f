"""Rate limits: a counter for a subject and a fixed window, refused by its own condition once it is full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.storage import keys
from attendance.storage.table import ConditionFailed, Update

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.storage.table import Table


def count(table: Table, subject: str, *, limit: int, seconds: int, now: datetime) -> float:
    """Count one request of `subject`; returns 0, or the seconds until the window ends when `limit` was reached before."""
    moment = now.timestamp()
    window = int(moment // seconds)
    ends_at = (window + 1) * seconds
    try:
        table.update(
            Update(
                keys.rate_limit(subject, window),
                "ADD #count :one SET #expires_at = :gone, #entity = :entity",
                "attribute_not_exists(#count) OR #count < :limit",
                {":one": 1, ":limit": limit, ":gone": ends_at + 60, ":entity": "limit"},
            )
        )
    except ConditionFailed:
        return max(1.0, ends_at - moment)
    return 0.0
