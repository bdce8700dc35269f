"""Work on a message that may have to wait: a moment in place, longer on the queue.

A queue's delays are whole seconds, and what becomes visible is not worked on at once; a bucket of Discord's may have a
window of two. So a message that is turned away comes back a little early, with its number in the line (`domain.rate_limit`),
and waits the rest in place: when the window opens, somebody is there.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from attendance.errors import RateLimited, Stopped, Unavailable
from attendance.services.cards import hold_redraw, seconds_up
from attendance.services.queue_batches import Again
from attendance.telemetry import log, measure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from attendance.ports import Discord, Queue
    from attendance.storage.table import Table

PATIENCE = 2.0
"""Seconds to wait in place at most, for all of a batch: it holds up what comes behind it."""
EARLY = 0.3
"""Seconds before its turn that a message comes back from the queue."""
LONGEST_HOLD = 900
MOST_HOLDS = 400
"""At 900 seconds each that is four days, as long as the queue keeps a message; then it goes to the dead letters."""


def attempt(
    act: Callable[[Discord], float | None],
    table: Table,
    discord: Discord,
    queue: Queue,
    message: Mapping[str, Any],
    now: datetime,
    *,
    patience: float = 0,
) -> Again | None:
    """Call `act`, which returns seconds where it is not time yet; put on hold what has to wait, so no try is used up.

    Returns the message when Discord's limits let it wait for at most `patience` seconds. Raises `Unavailable` when it
    could not even be put back.
    """
    turns = dict(message.get("turns", {}))
    reason = "It is not time yet."
    try:
        wait = act(discord.in_line(turns))
    except RateLimited as limited:
        message = {**message, "turns": turns}
        if limited.retry_after <= patience:
            _keep_pending(table, message, limited.retry_after, now)
            return Again(limited.retry_after, message)
        _hold(table, queue, message, int(max(0.0, limited.retry_after - EARLY)), limited.message, now)
        return None
    except Stopped as stopped:
        wait, reason = LONGEST_HOLD, stopped.message
    except Unavailable as trouble:
        wait, reason = 5 * 2 ** min(10, int(message.get("held", 0))), trouble.message
    if wait is not None:
        _hold(table, queue, message, seconds_up(wait), reason, now)
    return None


def _hold(table: Table, queue: Queue, message: Mapping[str, Any], seconds: int, reason: str, now: datetime) -> None:
    held = int(message.get("held", 0)) + 1
    if held > MOST_HOLDS:
        raise Unavailable("This message was held for days: a person has to look at it.")
    delay = min(LONGEST_HOLD, seconds)
    _keep_pending(table, message, delay, now)
    log().info("message_held", extra={"kind": message["kind"], "seconds": delay, "held": held, "reason": reason})
    measure("MessagesHeld")
    queue.send({**message, "held": held}, delay=delay)


def _keep_pending(table: Table, message: Mapping[str, Any], seconds: float, now: datetime) -> None:
    """Let changes meanwhile queue no second redraw behind one that waits."""
    if message["kind"] == "card":
        hold_redraw(table, message["guild_id"], message["event_id"], now + timedelta(seconds=seconds))
