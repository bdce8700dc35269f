"""Serving the line of a full bucket: one queue message opens each window in time and sends what waits, in order.

    a message finds the bucket full ──► joins the line ──► nobody serves it? a queue message sets out to do so
    that message comes back early   ──► waits in place until the window opens ──► sends until it is full again ──► ...

So nobody else has to come back for the bucket, and its windows open when they may. Where the limit of all calls is full, too,
each line keeps to its bucket's pace: else those that send a lot at once leave nothing to those with short windows.

Whoever serves a line has it for itself until a while after it said that it comes next (`storage.lines`). If it dies, the
queue brings it again, or whoever joins the line next takes over. What was sent and not yet taken out of the line is sent
again, as after any death: `services.deliveries` makes it once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from attendance.domain.rate_limit import GLOBAL_SPAN
from attendance.errors import Unavailable
from attendance.services.cards import seconds_up
from attendance.services.holding import LONGEST_AWAY, Stays, backoff, hold, seconds_early
from attendance.services.queue_batches import side_by_side
from attendance.storage import lines
from attendance.telemetry import correlated, log, measure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attendance.ports import Clock, Queue
    from attendance.storage.lines import Waiting
    from attendance.storage.table import Table

type Deliver = Callable[[Mapping[str, Any], str, datetime, str], Stays | None]
"""Deliver a message (with its holder, at a moment) of a line; returns what `holding.attempt` does."""

PATIENCE = 2.0
"""Seconds to wait in place at most, for all of a batch: it holds up what comes behind it."""
_VISIT = 5.0
"""Seconds after which a line is left to the next visit: a bucket that never fills up must not hold up the others."""
_MOMENT = 0.6
"""Seconds to wait in place for the limit of all calls, whose windows are short and full of others' calls."""
_FASTER = 1.2
"""By so much a line may be ahead of its bucket's pace where all of Discord is full: what a window does not use is lost."""
_LONG = 60
"""Seconds from which on it is measured how long the first has waited: the queue's own age does not tell of lines."""
_KEPT_ON = timedelta(days=4)
"""So long a line is visited without a message leaving it, as long as the queue keeps a message; then the dead letters have it."""


class Visited(NamedTuple):
    """How the first of a line stays after a visit, whether any left it, and since when the first waits."""

    stays: Stays
    moved: bool
    first_since: datetime


class Stuck(RuntimeError):
    """Nothing left a line for days: a person has to look at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineServer:
    """Serves a line for one visit: it waits in place for at most `patience` seconds, and sends `at_once` messages together."""

    table: Table
    queue: Queue
    deliver: Deliver
    clock: Clock
    sleep: Callable[[float], None]
    patience: float
    at_once: int

    def serve(self, message: Mapping[str, Any]) -> None:
        """Send what waits in the line that `message` serves until it is empty or full for longer than the patience.

        Then a message for the next visit goes onto the queue. Raises `Unavailable` when not even that worked, and `Stuck`.
        """
        try:
            visited = self._visit(message, str(message["bucket"]), str(message["server"]))
        except Unavailable as trouble:
            hold(self.table, self.queue, message, backoff(message), trouble.message, self.clock())
            return
        if visited is not None:
            self._come_again(message, visited)

    def _visit(self, message: Mapping[str, Any], bucket: str, server: str) -> Visited | None:
        """Serve the line; returns None when nothing is left to do there."""
        began, moved, pace = self.clock(), False, float(message.get("pace", 0))
        self._wait_for(float(message.get("opens", 0)))
        while self._is_ours(bucket, server):
            sent, stays = self._send(bucket, pace)
            moved = moved or sent
            if stays is None:
                lines.stop_serving(self.table, bucket, server)
                if not lines.first(self.table, bucket, 1):
                    return None
                stays = Stays(0)
            pace = stays.pace
            spent = (self.clock() - began).total_seconds()
            if stays.wait > min(self.patience - spent, _MOMENT if pace else PATIENCE) or spent > _VISIT:
                since = [first.since for first in lines.first(self.table, bucket, 1)]
                return Visited(stays, moved, since[0] if since else self.clock())
            self.sleep(stays.wait)
        self._give_way(message, bucket, server)
        return None

    def _give_way(self, message: Mapping[str, Any], bucket: str, server: str) -> None:
        """Leave the line to whoever serves it; but look again whether a successor that was never sent out is still awaited."""
        now = self.clock()
        until = lines.served_until(self.table, bucket, now, _successor(server))
        if until is not None:
            self.queue.send(message, delay=seconds_up((until - now).total_seconds()) + 1)
        log().info("line_served_by_another", extra={"bucket": bucket})

    def _wait_for(self, opens: float) -> None:
        """Wait for the window to open, as far as the patience goes: a try before that is for nothing."""
        wait = opens - self.clock().timestamp()
        if 0 < wait <= self.patience:
            self.sleep(wait)

    def _is_ours(self, bucket: str, server: str) -> bool:
        """Whether nobody else serves the line, who then may not for a while."""
        now = self.clock()
        return lines.serve(self.table, bucket, server, now, now)

    def _send(self, bucket: str, pace: float) -> tuple[bool, Stays | None]:
        """Send until the bucket is full; returns whether any left the line, and how the first stay (None: nobody is left).

        The first alone: before the window is open the others would come for nothing. At a `pace` a second's worth at most.
        """
        began, sent, most = self.clock(), False, 1 + int(_FASTER * pace)
        while waiting := lines.first(self.table, bucket, most):
            outcomes = side_by_side(partial(self._deliver, bucket), waiting, self.at_once)
            stay = [outcome for outcome in outcomes if outcome is not None]
            sent = sent or len(stay) < len(outcomes)
            if stay:
                return sent, min(stay)
            if pace:
                return sent, Stays(GLOBAL_SPAN, pace)
            if (self.clock() - began).total_seconds() > _VISIT:
                return sent, Stays(0)
            most = self.at_once
        return sent, None

    def _deliver(self, bucket: str, waiting: Waiting) -> Stays | None:
        """Deliver one message and take it out of the line, unless it stays."""
        with correlated(waiting.request):
            message = waiting.message
            try:
                stays = self.deliver(message, waiting.holder, self.clock(), bucket)
            except Exception:  # noqa: BLE001 - one message that fails must not hold up those behind it
                failed = int(message.get("failed", 0)) + 1
                log().warning("message_failed", exc_info=True, extra={"kind": message.get("kind"), "failed": failed})
                self.queue.send({**message, "failed": failed}, delay=5 << min(7, failed))
                stays = None
            if stays is None:
                lines.leave(self.table, waiting.key)
            return stays

    def _come_again(self, message: Mapping[str, Any], visited: Visited) -> None:
        """Leave the line to another message, so that of two copies of this one only one is followed."""
        now, bucket, server = self.clock(), str(message["bucket"]), str(message["server"])
        stays, waited = visited.stays, (now - visited.first_since).total_seconds()
        if waited > _LONG:
            measure("SecondsInLine", waited, "Seconds")
        since = now.timestamp() if visited.moved else float(message.get("since", now.timestamp()))
        if now.timestamp() - since > _KEPT_ON.total_seconds():
            raise Stuck
        away = min(LONGEST_AWAY, round(stays.wait) if stays.pace else seconds_early(stays.wait))
        opens = 0 if stays.pace else now.timestamp() + stays.wait
        successor = _successor(server)
        if lines.hand_over(self.table, bucket, server, successor, now + timedelta(seconds=away), now):
            again = {"v": 1, "kind": message["kind"], "bucket": bucket, "server": successor}
            self.queue.send({**again, "since": since, "pace": stays.pace, "opens": opens}, delay=away)


def _successor(server: str) -> str:
    """Who serves the line at the next visit."""
    name, _, turn = server.partition("/")
    return f"{name}/{int(turn or 0) + 1}"
