"""One change on its way to one subscriber: what became of it, and when it is tried again.

A delivery is pending until the subscriber answers 2xx, and failed once it was tried for some nine hours or cannot be sent
at all. Failed ones are kept beside the rest for two weeks and can be sent again. Its id begins with the moment of the
change, so ids are in the order of the changes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from attendance.domain.ids import ID_LENGTH, derive, is_id

if TYPE_CHECKING:
    from collections.abc import Mapping

KEPT_FOR = timedelta(days=14)
RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
"""Waits between the tries: six of them in 8 hours and 36 minutes, long enough for a night of a subscriber's server."""
Status = Literal["pending", "delivered", "failed"]
Trouble = Literal["timeout", "unreachable", "unknown_host", "not_public", "switched_off"]
"""Why there was no answer. The last two are final: trying again would end the same."""
_FINAL = ("not_public", "switched_off")
_TIME_LETTERS = 9
_BASE_32 = "0123456789abcdefghjkmnpqrstvwxyz"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDelivery:
    """`message` is what the subscriber gets, beside the id and the moment of the change (`at`).

    `answer` is the status of the last answer, `trouble` why there was none; `attempts` counts the tries since it was made
    or since `replay` asked for it again.
    """

    guild_id: str
    webhook_id: str
    delivery_id: str
    message: Mapping[str, Any]
    at: datetime
    status: Status = "pending"
    attempts: int = 0
    answer: int | None = None
    trouble: str | None = None
    tried_at: datetime | None = None
    next_try_at: datetime | None = None
    replay: str | None = None

    def is_kept(self, now: datetime) -> bool:
        """Whether it is young enough to be shown: DynamoDB's own expiry may be days late."""
        return now < self.at + KEPT_FOR

    def tried(self, outcome: int | Trouble, now: datetime) -> WebhookDelivery:
        """Return what a try at `now` makes of it: `outcome` is the status of the answer, or why there was none."""
        answer = outcome if isinstance(outcome, int) else None
        after = replace(
            self,
            attempts=self.attempts + 1,
            answer=answer,
            trouble=None if isinstance(outcome, int) else outcome,
            tried_at=now,
            next_try_at=None,
        )
        if answer is not None and 200 <= answer < 300:
            return replace(after, status="delivered")
        if outcome in _FINAL or after.attempts > len(RETRY_AFTER):
            return replace(after, status="failed")
        return replace(after, next_try_at=now + RETRY_AFTER[after.attempts - 1])


def delivery_id(at: datetime, *parts: str) -> str:
    """Return the id of the delivery of a change made `at` that moment, which `parts` name."""
    number = int(at.astimezone(UTC).timestamp() * 1000)
    letters = [_BASE_32[(number >> 5 * place) & 31] for place in reversed(range(_TIME_LETTERS))]
    return "".join(letters) + derive("delivery", *parts)


def is_delivery_id(text: str) -> bool:
    """Whether `text` has the shape of what `delivery_id` returns."""
    time, rest = text[:_TIME_LETTERS], text[_TIME_LETTERS:]
    return len(text) == _TIME_LETTERS + ID_LENGTH and is_id(rest) and set(time) <= set(_BASE_32)
