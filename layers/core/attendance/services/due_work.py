"""The minute sweep: everything that is due now, claimed and handed on.

A claim is a lease, so a sweep that overlaps another (or dies) loses nothing and does nothing twice: what it hands on is
made for being handed on again. One item that fails does not stop the others; it stays due, and the next sweep after its
lease takes it up. What is only handed on comes in thousands at the full hour, so it is claimed, queued and taken away by
the batch: a request an item each time would take the minute. Nor does one shard that cannot be read: the others go on, and the next sweep reads it again.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from itertools import batched
from typing import TYPE_CHECKING, Any

from attendance.domain.actor import system
from attendance.domain.due import REDRAWS, reminder_is_stale
from attendance.errors import NotFound, Unavailable
from attendance.services.absence_effects import follow_absence
from attendance.services.cards import ask_for_redraw
from attendance.services.closing import close_due_event, settle_sheet
from attendance.services.digests import ask_for_digest
from attendance.services.erasing import go_on_erasing
from attendance.services.finishing import finish_marks
from attendance.services.offers import end_offer
from attendance.services.purging import ask_for_presence, go_on_purging
from attendance.services.report_building import follow_report
from attendance.services.retaining import clear_deleted, go_on_removing
from attendance.services.series_making import announce_event, extend_series
from attendance.services.voice_sampling import ask_for_sample
from attendance.storage import dues, events, keys
from attendance.telemetry import correlated, log, measure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from attendance.domain.due import Due, DueKind
    from attendance.ports import Buckets, Clock, Queue
    from attendance.storage.table import Table


BATCH = 30
"""Items that are claimed, handed on and taken away together: three requests to the queue, four to the table."""
REMINDS: frozenset[DueKind] = frozenset({"reminder", "minimum", "nudge"})
"""What is only handed on, so that it may come in thousands in one minute."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """What a sweep did: items `done`, items and shards that `failed` and stay due, and whether time ran out before the end.

    `late` is by how much the latest of what was done was late.
    """

    done: int = 0
    failed: int = 0
    cut_short: bool = False
    late: timedelta = timedelta()

    def __add__(self, other: Sweep) -> Sweep:
        return Sweep(
            self.done + other.done,
            self.failed + other.failed,
            self.cut_short or other.cut_short,
            max(self.late, other.late),
        )


def sweep(
    table: Table,
    notifications: Queue,
    buckets: Buckets,
    now: Clock,
    seconds_left: Callable[[], float],
    *,
    margin: float = 10,
    at_once: int = 1,
) -> Sweep:
    """Do everything that is due, the longest overdue of each shard first, until `margin` seconds are left.

    `at_once` shards are worked on together: most of the work is waiting for the table.
    """
    work = _ShardWork(table, notifications, buckets, now, lambda: seconds_left() >= margin)
    if at_once == 1:
        parts = [work.do(shard) for shard in keys.due_shards()]
    else:
        with ThreadPoolExecutor(at_once) as threads:
            parts = list(threads.map(work.do, keys.due_shards()))
    swept = sum(parts, Sweep())
    if swept.cut_short:
        log().warning("sweep_cut_short", extra={"done": swept.done, "failed": swept.failed})
    _tell(swept)
    return swept


def _tell(swept: Sweep) -> None:
    """Measure a sweep; an idle one costs nothing. What failed is an alarm: infra/observability.yaml."""
    if swept.failed:
        measure("DueFailed", swept.failed)
    if swept.done:
        measure("DueDone", swept.done)
        measure("DueSecondsLate", swept.late.total_seconds(), "Seconds")


@dataclass(frozen=True, slots=True)
class _ShardWork:
    table: Table
    notifications: Queue
    buckets: Buckets
    now: Clock
    has_time: Callable[[], bool]

    def do(self, shard: int) -> Sweep:
        """Do what a shard has due; one that cannot be read does not stop the others, and all of it stays due."""
        swept = Sweep()
        try:
            for batch in batched(dues.due_until(self.table, shard, self.now()), BATCH, strict=False):
                swept += self._do_batch(batch)
                if swept.cut_short:
                    break
        except Exception:  # noqa: BLE001 - one shard that cannot be read must not stop the others
            log().exception("due_shard_failed", extra={"shard": shard})
            swept += Sweep(failed=1)
        return swept

    def _do_batch(self, batch: Sequence[Due]) -> Sweep:
        swept = Sweep()
        reminders = [due for due in batch if due.kind in REMINDS]
        if reminders and self.has_time():
            swept += self._remind(reminders)
        for due in batch:
            if not self.has_time():
                return swept + Sweep(cut_short=True)
            if due.kind not in REMINDS:
                swept += self._do_one(due)
        return swept

    def _remind(self, reminders: Sequence[Due]) -> Sweep:
        try:
            ours = dues.claim_all(self.table, reminders, self.now())
        except Unavailable:
            log().exception("due_batch_not_claimed", extra={"items": len(reminders)})
            return Sweep(failed=len(reminders))
        return self._hand_on(ours) if ours else Sweep()

    def _hand_on(self, ours: Sequence[Due]) -> Sweep:
        """Queue what is still worth sending and take all away; what fails stays due, alone where it is its own fault."""
        try:
            messages = _reminders(self.table, ours, self.now())
            if messages:
                self.notifications.send_all(messages.values(), [_request(due) for due in messages])
            dues.finish_all(self.table, ours)
        except Exception as error:  # noqa: BLE001 - one item that fails must not stop the others; it stays due
            if len(ours) > 1 and not isinstance(error, Unavailable):
                return sum((self._hand_on([due]) for due in ours), Sweep())
            log().exception("due_batch_failed", extra={"event_ids": [due.event_id for due in ours]})
            return Sweep(failed=len(ours))
        return Sweep(len(ours), late=self._late(ours))

    def _do_one(self, due: Due) -> Sweep:
        with correlated(_request(due)):
            try:
                done = _do(self.table, self.notifications, self.buckets, due, self.now)
            except Exception:  # noqa: BLE001 - one item that fails must not stop the others; it stays due
                log().exception("due_item_failed", extra={"event_id": due.event_id, "kind": due.kind})
                return Sweep(failed=1)
        return Sweep(1, late=self._late([due])) if done else Sweep()

    def _late(self, done: Sequence[Due]) -> timedelta:
        return max((self.now() - due.at for due in done), default=timedelta())


def _request(due: Due) -> str:
    return f"{due.kind}/{due.event_id}"


def _do(table: Table, notifications: Queue, buckets: Buckets, due: Due, now: Clock) -> bool:
    """Claim one item, act on it and take it away; False when it was not ours to take."""
    if not dues.claim(table, due, now()):
        return False
    match due.kind:
        case kind if kind in REDRAWS:
            mark = f"{due.kind} {keys.stamp(due.at)}"
            ask_for_redraw(table, notifications, due.guild_id, due.event_id, mark, now())
        case "confirm_begins":
            notifications.send({"v": 1, "kind": "seats", "guild_id": due.guild_id, "event_id": due.event_id})
        case "offer_ends":
            end_offer(table, due.guild_id, due.event_id, due.offset, now())
        case "settle" | "close":
            _settle(table, due, now)
        case "voice_sample" | "digest" | "presence" as kind:
            _ASKED_FOR[kind](table, notifications, due, now())
        case kind if kind in _IN_STEPS:
            _IN_STEPS[kind](table, buckets, due, now())
        case "absence" | "extend" | "announce" | "finish_marks" as kind:
            _OF_ITS_OWN[kind](table, due.guild_id, due.event_id, now())
    dues.finish(table, due)
    return True


_OF_ITS_OWN: dict[str, Callable[[Table, str, str, datetime], object]] = {
    "absence": follow_absence,
    "extend": extend_series,
    "announce": announce_event,
    "finish_marks": finish_marks,
}
"""What needs no more than the thing that is due."""
_ASKED_FOR: dict[str, Callable[[Table, Queue, Due, datetime], None]] = {
    "voice_sample": ask_for_sample,
    "digest": ask_for_digest,
    "presence": ask_for_presence,
}
"""What a worker does, and is due again."""
_IN_STEPS: dict[str, Callable[[Table, Buckets, Due, datetime], object]] = {
    "report": lambda table, _buckets, due, now: follow_report(table, due, now),
    "erasure": go_on_erasing,
    "purge": go_on_purging,
    "retention": go_on_removing,
    "clear": clear_deleted,
}
"""What makes itself due again until it is done."""


def _reminders(table: Table, claimed: Sequence[Due], now: datetime) -> dict[Due, dict[str, Any]]:
    """Return the messages that ask for what is still worth sending."""
    found = events.get_all(table, [(due.guild_id, due.event_id) for due in claimed])
    messages = {}
    for due in claimed:
        event = found.get((due.guild_id, due.event_id))
        reason = "the event is gone" if event is None else reminder_is_stale(event, due.at, now)
        if reason is not None:
            with correlated(_request(due)):
                log().info(
                    f"{due.kind}_dropped", extra={"event_id": due.event_id, "offset": due.offset, "reason": reason}
                )
            continue
        messages[due] = {
            "v": 1,
            "kind": due.kind,
            "guild_id": due.guild_id,
            "event_id": due.event_id,
            "offset": due.offset,
            "due_at": keys.stamp(due.at),
        }
    return messages


def _settle(table: Table, due: Due, now: Clock) -> None:
    """Close an event whose time has come, or look once more at one that was closed a minute ago."""
    work = close_due_event if due.kind == "close" else settle_sheet
    try:
        work(table, due.guild_id, due.event_id, system(f"{due.kind}/{due.event_id}"), now())
    except NotFound:
        log().info("settle_dropped", extra={"event_id": due.event_id})
