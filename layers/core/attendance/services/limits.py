"""Holding callers to a pace, and requests to what they asked for first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from attendance.domain.ids import derive
from attendance.domain.limits import IDEMPOTENCY_LIFETIME
from attendance.domain.tokens import digest
from attendance.errors import Invalid, Limited
from attendance.storage import limits, once

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.storage.table import Table

WINDOW = 60


def check_pace(table: Table, subject: str, limit: int, now: datetime) -> None:
    """Count a request of `subject` (such as `user:1`); raises `Limited` when it made `limit` this minute already."""
    wait = limits.count(table, subject, limit=limit, seconds=WINDOW, now=now)
    if wait:
        raise Limited(
            f"That was more than {limit} requests in a minute. Please wait {math.ceil(wait)} seconds.",
            retry_after=math.ceil(wait),
        )


def identify_request(
    table: Table, user_id: str, guild_id: str, operation: str, key: str, body: str, now: datetime
) -> str:
    """Return the id under which a request acts: the same for the same caller, guild, operation and Idempotency-Key.

    Raises `Invalid` (field `Idempotency-Key`) when the key came with another body within the last day.
    """
    request_id = derive("request", user_id, guild_id, operation, key)
    fingerprint = digest(body)
    if once.note_request(table, user_id, request_id, fingerprint, now + IDEMPOTENCY_LIFETIME) != fingerprint:
        raise Invalid(
            "This Idempotency-Key was used for another request. Take a new key for each new request.",
            field="Idempotency-Key",
            code="idempotency_key_reused",
        )
    return request_id
