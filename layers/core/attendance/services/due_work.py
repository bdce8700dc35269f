"""The minute sweep: everything that is due now, claimed and handed on.

A claim is a lease, so a sweep that overlaps another (or dies) loses nothing and does nothing twice: what it hands on is
made for being handed on again. One item that fails does not stop the others; it stays due, and the next sweep after its
lease takes it up. Nor does one shard that cannot be read: the others go on, and the next sweep reads it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from attendance.domain.actor import system
from attendance.domain.due import REDRAWS, reminder_is_stale
from attendance.errors import NotFound
from attendance.services.absence_effects import follow_absence
from attendance.services.cards import ask_for_redraw
from attendance.services.closing import close_due_event, settle_sheet
from attendance.services.digests import ask_for_digest
from attendance.services.erasing import go_on_erasing
from attendance.services.finishing import finish_marks
from attendance.services.offers import end_offer
from attendance.services.purging import ask_for_presence, go_on_purging
from attendance.services.report_building import follow_report
from attendance.services.retaining import go_on_removing
from attendance.services.series_making import announce_event, extend_series
from attendance.services.voice_sampling import ask_for_sample
from attendance.storage import dues, events, keys
from attendance.telemetry import correlated, log, measure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from attendance.domain.due import Due
    from attendance.ports import Buckets, Clock, Queue
    from attendance.storage.table import Table


@dataclass(frozen=True, slots=True)
class Sweep:
    """What a sweep did: items `done`, items and shards that `failed` and stay due, and whether time ran out before the end."""

    done: int
    failed: int
    cut_short: bool


def sweep(
    table: Table,
    notifications: Queue,
    buckets: Buckets,
    now: Clock,
    seconds_left: Callable[[], float],
    *,
    margin: float = 10,
) -> Sweep:
    """Do everything that is due, the longest overdue of each shard first, until `margin` seconds are left."""
    done = failed = 0
    late = timedelta()
    cut_short = False
    for due in _due(table, now):
        if cut_short := seconds_left() < margin:
            log().warning("sweep_cut_short", extra={"done": done, "failed": failed})
            break
        did = due is not None and _tried(table, notifications, buckets, due, now)
        done, failed = done + (did is True), failed + (due is None or did is None)
        late = max(late, now() - due.at) if due and did else late
    _tell(done, failed, late)
    return Sweep(done, failed, cut_short=cut_short)


def _due(table: Table, now: Clock) -> Iterator[Due | None]:
    """Yield what is due, shard by shard; None for one that cannot be read, where all stays due."""
    for shard in keys.due_shards():
        try:
            yield from dues.due_until(table, shard, now())
        except Exception:  # noqa: BLE001 - one shard that cannot be read must not stop the others
            log().exception("due_shard_failed", extra={"shard": shard})
            yield None


def _tell(done: int, failed: int, late: timedelta) -> None:
    """Measure a sweep; an idle one costs nothing. What failed is an alarm: infra/observability.yaml."""
    if failed:
        measure("DueFailed", failed)
    if done:
        measure("DueDone", done)
        measure("DueSecondsLate", late.total_seconds(), "Seconds")


def _tried(table: Table, notifications: Queue, buckets: Buckets, due: Due, now: Clock) -> bool | None:
    """Do one item; True when it was ours and is done, None when it failed and stays due."""
    with correlated(f"{due.kind}/{due.event_id}"):
        try:
            return _do(table, notifications, buckets, due, now)
        except Exception:  # noqa: BLE001 - one item that fails must not stop the others; it stays due
            log().exception("due_item_failed", extra={"event_id": due.event_id, "kind": due.kind})
            return None


def _do(table: Table, notifications: Queue, buckets: Buckets, due: Due, now: Clock) -> bool:
    """Claim one item, act on it and take it away; False when it was not ours to take."""
    if not dues.claim(table, due, now()):
        return False
    match due.kind:
        case "reminder" | "minimum" | "nudge":
            _remind(table, notifications, due, now)
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
}
"""What makes itself due again until it is done."""


def _remind(table: Table, notifications: Queue, due: Due, now: Clock) -> None:
    event = events.get(table, due.guild_id, due.event_id, roster=False)
    reason = "the event is gone" if event is None else reminder_is_stale(event, due.at, now())
    if reason is not None:
        log().info(f"{due.kind}_dropped", extra={"event_id": due.event_id, "offset": due.offset, "reason": reason})
        return
    notifications.send(
        {
            "v": 1,
            "kind": due.kind,
            "guild_id": due.guild_id,
            "event_id": due.event_id,
            "offset": due.offset,
            "due_at": keys.stamp(due.at),
        }
    )


def _settle(table: Table, due: Due, now: Clock) -> None:
    """Close an event whose time has come, or look once more at one that was closed a minute ago."""
    work = close_due_event if due.kind == "close" else settle_sheet
    try:
        work(table, due.guild_id, due.event_id, system(f"{due.kind}/{due.event_id}"), now())
    except NotFound:
        log().info("settle_dropped", extra={"event_id": due.event_id})
