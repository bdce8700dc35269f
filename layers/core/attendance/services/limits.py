"""Holding callers to a pace, and requests to what they asked for first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

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


class Request(NamedTuple):
    """Under which id a request acts, and whether it was done before to its end."""

    request_id: str
    done: bool


def identify_request(
    table: Table, user_id: str, guild_id: str, operation: str, key: str, body: str, now: datetime
) -> Request:
    """Return under which id a request acts: the same for the same caller, guild, operation and Idempotency-Key.

    Raises `Invalid` (field `Idempotency-Key`) when the key came with another body within the last day.
    """
    request_id = derive("request", user_id, guild_id, operation, key)
    fingerprint = digest(body)
    asked = once.note_request(table, user_id, request_id, fingerprint, now + IDEMPOTENCY_LIFETIME)
    if asked.fingerprint != fingerprint:
        raise Invalid(
            "This Idempotency-Key was used for another request. Take a new key for each new request.",
            field="Idempotency-Key",
            code="idempotency_key_reused",
        )
    return Request(request_id, asked.done)


def request_done(table: Table, user_id: str, request_id: str) -> None:
    """Note that a request was done to its end: coming again, it does nothing more."""
    once.note_done(table, user_id, request_id)
