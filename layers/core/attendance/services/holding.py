"""Work on a message that may have to wait: in the line of a full bucket of Discord's, or on the queue.

A queue knows no order and waits by whole seconds. Ten thousand messages that all come back by themselves, each when it
guesses its turn to be, mostly come for nothing and open each window late. So who finds a bucket full joins its line
(`services.lines`), which one queue message serves. Whatever else has to wait comes back from the queue.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from attendance.errors import RateLimited, Stopped, Unavailable
from attendance.services.cards import hold_redraw, seconds_up
from attendance.storage import lines
from attendance.telemetry import correlation_id, log, measure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from attendance.ports import Queue
    from attendance.storage.table import Table

LINE = "line"
"""The kind of the queue message that serves a line."""
EARLY = 0.3
"""Seconds before a window opens that whoever serves the line comes back from the queue, which may be a little late."""
LONGEST_HOLD = 900
LONGEST_AWAY = 200
"""Seconds after which a line is visited again at least: as long nobody else looks after it if the message was lost."""
MOST_FAILURES = 8
"""Failures in a line after which a message joins none any more, so that the queue counts its tries, as many again."""
MOST_HOLDS = 400
"""At 900 seconds each that is four days, as long as the queue keeps a message; then it goes to the dead letters."""


class Stays(NamedTuple):
    """A message that stays in its line: the seconds to wait, and `RateLimited.pace`."""

    wait: float
    pace: float = 0


def attempt(
    act: Callable[[], float | None],
    table: Table,
    queue: Queue,
    message: Mapping[str, Any],
    holder: str,
    now: datetime,
    *,
    line: str = "",
) -> Stays | None:
    """Call `act`, which returns seconds where it is not time yet; put aside what has to wait, so no try is used up.

    `holder` is the queue's id of the message. A message that stands in `line` stays there while that bucket or all of
    Discord is full; else None is returned. Raises `Unavailable` when it could not be put aside.
    """
    reason = "It is not time yet."
    try:
        wait = act()
    except RateLimited as limited:
        if line and (limited.bucket == line or limited.everywhere):
            _keep_pending(table, message, LONGEST_HOLD, now)
            return Stays(limited.retry_after, limited.pace)
        if limited.bucket:
            join_line(table, queue, limited.bucket, message, holder, limited.retry_after, now)
            return None
        wait, reason = limited.retry_after, limited.message
    except Stopped as stopped:
        if line:
            _keep_pending(table, message, LONGEST_HOLD, now)
            return Stays(LONGEST_HOLD)
        wait, reason = LONGEST_HOLD, stopped.message
    except Unavailable as trouble:
        wait, reason = backoff(message), trouble.message
    if wait is not None:
        hold(table, queue, message, seconds_up(wait), reason, now)
    return None


def join_line(
    table: Table, queue: Queue, bucket: str, message: Mapping[str, Any], holder: str, wait: float, now: datetime
) -> None:
    """Let a message wait in the line of a bucket that is full for `wait` seconds, and see that somebody serves it.

    Raises `Unavailable`; then it may stand in the line nevertheless, which is as if the queue had brought it twice.
    """
    if int(message.get("failed", 0)) >= MOST_FAILURES:
        raise Unavailable("This message failed again and again in its line: the queue counts its tries from now on.")
    _keep_pending(table, message, LONGEST_HOLD, now)
    # Before, so that who dies in between leaves nobody standing there; and after, for the line may have been left meanwhile.
    _have_served(table, queue, bucket, holder, wait, now)
    lines.join(table, bucket, message, holder, correlation_id(), now)
    _have_served(table, queue, bucket, holder, wait, now)
    measure("MessagesHeld")


def _have_served(table: Table, queue: Queue, bucket: str, server: str, wait: float, now: datetime) -> None:
    """Send somebody to serve the line unless somebody is there or on the way."""
    if lines.is_served(table, bucket, now):
        return
    away = min(LONGEST_AWAY, seconds_early(wait))
    opens = (now + timedelta(seconds=wait)).timestamp()
    queue.send({"v": 1, "kind": LINE, "bucket": bucket, "server": server, "opens": opens}, delay=away)
    lines.expect(table, bucket, server, now + timedelta(seconds=away), now)


def hold(table: Table, queue: Queue, message: Mapping[str, Any], seconds: int, reason: str, now: datetime) -> None:
    """Put a message back onto the queue for so many seconds; raises `Unavailable`, also when that was done for days."""
    held = int(message.get("held", 0)) + 1
    if held > MOST_HOLDS:
        raise Unavailable("This message was held for days: a person has to look at it.")
    delay = min(LONGEST_HOLD, seconds)
    _keep_pending(table, message, delay, now)
    log().info("message_held", extra={"kind": message["kind"], "seconds": delay, "held": held, "reason": reason})
    measure("MessagesHeld")
    queue.send({**message, "held": held}, delay=delay)


def backoff(message: Mapping[str, Any]) -> int:
    """Seconds after which to try again what failed, longer each time."""
    tries = int(message.get("held", 0))
    return 5 << min(10, tries)


def seconds_early(wait: float) -> int:
    """Whole seconds after which to be back a little before `wait` seconds are over."""
    return int(max(0.0, wait - EARLY))


def _keep_pending(table: Table, message: Mapping[str, Any], seconds: float, now: datetime) -> None:
    """Let changes meanwhile queue no second redraw behind one that waits."""
    if message["kind"] == "card":
        hold_redraw(table, message["guild_id"], message["event_id"], now + timedelta(seconds=seconds))
