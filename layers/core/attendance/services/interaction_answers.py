"""Answering a deferred interaction by an edit of its reply, so that doing it twice shows nothing twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from attendance.discord.reply import TOKEN_LIFETIME, WEBHOOK_READY_WITHIN
from attendance.errors import Gone, Refused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from attendance.ports import Clock, Discord, Upload

TRIES = 4
"""Of one delivery: somebody waits, and the next look is two minutes away."""


class Waiting(NamedTuple):
    """Who waits for an answer: the interaction's token, and since when."""

    application_id: str
    token: str
    since: datetime


def answer(
    discord: Discord,
    waiting: Waiting,
    body: Mapping[str, object],
    uploads: Sequence[Upload],
    now: Clock,
    sleep: Callable[[float], None],
) -> str | None:
    """Show the answer; return why it was dropped, or None.

    Raises `Unavailable` when it takes longer: a second message follows while the interaction lives.
    """
    path = f"/webhooks/{waiting.application_id}/{waiting.token}/messages/@original"
    for attempt in range(TRIES):
        age = now() - waiting.since
        if age >= TOKEN_LIFETIME:
            return "its interaction is over"
        try:
            discord.call("PATCH", path, body, uploads)
        except Gone as gone:
            if age >= WEBHOOK_READY_WITHIN:
                return f"Discord does not know its interaction ({gone.reason})"
            if attempt == TRIES - 1:
                raise Unavailable("Discord does not know this interaction yet.") from gone
        except Refused as refusal:
            return f"Discord refused it ({refusal.reason})"
        except Unavailable as busy:
            if attempt == TRIES - 1:
                raise
            sleep(min(float(str(busy.details.get("retry_after", 0))), 20))
        else:
            return None
        sleep(2.0**attempt)
    return None
