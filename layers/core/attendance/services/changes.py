"""Following up the changes that the table's stream reports, each on its own.

The stream delivers at least once. Every effect is made for that: an audit entry has the record's id, a redraw passes its
own mark, what goes to Discord is sent once by its delivery's id, and a socket message carries a version.

    1. sockets     one record after the other, so that every reader gets the versions in order
    2. the rest    several records at a time: nothing of it depends on order

Open dashboards come first because people look at them, and a burst of clicks must not keep them waiting for its audit
entries. A record that fails is tried again here a few times and then put aside, as its key and version, on a queue of
its own: a stream retries a failing batch as a whole, which would hold up every change behind a poisoned one, and forgets
it after a day.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from attendance.domain.webhook_delivery import WebhookDelivery, delivery_id
from attendance.services.cards import ask_for_redraw
from attendance.services.consequences import consequences
from attendance.services.effects import (
    BuildReport,
    DropNote,
    Notify,
    Record,
    Redraw,
    Remember,
    ReplayWebhook,
    Tell,
    TellMoved,
)
from attendance.services.live import Listeners, push_change
from attendance.services.moved_events import ask_to_tell
from attendance.services.webhook_deliveries import reference
from attendance.storage import audit, members, notes, upkeep, webhook_deliveries, webhooks
from attendance.storage.values import item_from_wire
from attendance.telemetry import correlated, log, measure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from attendance.ports import Clock, Queue, Sockets
    from attendance.services.effects import Effect
    from attendance.storage.table import Table
    from attendance.storage.values import Item

TRIES = 3
AT_ONCE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlets:
    """Where consequences go. `queue` gives a queue by its short name; `at_once` records are followed up together."""

    table: Table
    queue: Callable[[str], Queue]
    sockets: Callable[[], Sockets]
    now: Clock
    sleep: Callable[[float], None] = time.sleep
    at_once: int = AT_ONCE


@dataclass(slots=True)
class _Change:
    """A record on its way: `effects` once they were found, `pushed` once open dashboards were told."""

    record: Mapping[str, Any]
    effects: list[Effect] | None = None
    pushed: bool = False

    def found_effects(self) -> list[Effect]:
        """What follows from the record, found once: comparing two rosters of 1,000 members takes milliseconds."""
        if self.effects is None:
            self.effects = _effects(self.record)
        return self.effects


def follow_all(outlets: Outlets, records: Iterable[Mapping[str, Any]]) -> int:
    """Follow up stream records; returns how many were put aside. Raises only when even that failed."""
    changes = [_Change(record) for record in records]
    listeners = Listeners(outlets.table, outlets.now())
    for change in changes:
        _push_in_turn(outlets, listeners, change)
    if outlets.at_once == 1 or len(changes) == 1:
        followed = [_followed(outlets, change) for change in changes]
    else:
        with ThreadPoolExecutor(outlets.at_once) as threads:
            followed = list(threads.map(lambda change: _followed(outlets, change), changes))
    aside = [change.record for change, done in zip(changes, followed, strict=True) if not done]
    for record in aside:
        with correlated(_request(record)):
            outlets.queue("changes_dead_letter").send(_reference(record))
    if aside:
        measure("ChangesPutAside", len(aside))
    return len(aside)


def _request(record: Mapping[str, Any]) -> str:
    """Return the id of the request that made a change, as the item's mark has it; the record's own where it has none."""
    data = record.get("dynamodb") or {}
    image = data.get("NewImage") or data.get("OldImage") or {}
    touched = image.get("touched", {}).get("M", {})
    told = touched.get("trace") or touched.get("request") or {}
    return told.get("S") or record.get("eventID") or ""


def _push_in_turn(outlets: Outlets, listeners: Listeners, change: _Change) -> None:
    with correlated(_request(change.record)):
        try:
            _push(outlets, listeners, change)
        except Exception as error:  # noqa: BLE001 - tried again with the rest, where waiting holds up nobody
            log().warning(
                "push_postponed", extra={"record": change.record.get("eventID"), "error": type(error).__name__}
            )


def _push(outlets: Outlets, listeners: Listeners, change: _Change) -> None:
    for effect in change.found_effects():
        if isinstance(effect, Tell):
            push_change(listeners, outlets.sockets(), effect.guild_id, effect.message)
    change.pushed = True


def _followed(outlets: Outlets, change: _Change) -> bool:
    with correlated(_request(change.record)):
        return _followed_up(outlets, change)


def _followed_up(outlets: Outlets, change: _Change) -> bool:
    record = change.record
    for attempt in range(TRIES):
        try:
            if not change.pushed:
                _push(outlets, Listeners(outlets.table, outlets.now()), change)
            for effect in change.found_effects():
                _do(outlets, effect, record["eventID"])
        except Exception as error:  # noqa: BLE001 - one poisoned record must not hold up the changes behind it
            if attempt == TRIES - 1:
                log().error("change_put_aside", extra={"record": record.get("eventID")}, exc_info=True)
                break
            log().warning("change_failed", extra={"record": record.get("eventID"), "error": type(error).__name__})
            outlets.sleep(0.2 * 2**attempt)
        else:
            return True
    return False


def _reference(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return which change a record was about: its key and version, none of its contents."""
    data = record.get("dynamodb") or {}
    image = data.get("NewImage") or data.get("OldImage") or {}
    key = data.get("Keys") or {}
    return {
        "v": 1,
        "kind": "change",
        "record": record.get("eventID"),
        "change": record.get("eventName"),
        "pk": key.get("pk", {}).get("S"),
        "sk": key.get("sk", {}).get("S"),
        "version": image.get("version", {}).get("N"),
        "seq": image.get("seq", {}).get("N"),
    }


def _effects(record: Mapping[str, Any]) -> list[Effect]:
    if (record.get("userIdentity") or {}).get("principalId") == "dynamodb.amazonaws.com":
        return []  # removed by TTL
    data = record["dynamodb"]
    old: Item | None = item_from_wire(data["OldImage"]) if "OldImage" in data else None
    new: Item | None = item_from_wire(data["NewImage"]) if "NewImage" in data else None
    return [] if upkeep.is_upkeep(old, new) else consequences(old, new, record["eventID"])


def _do(outlets: Outlets, effect: Effect, record_id: str) -> None:
    match effect:
        case Record(entry):
            audit.write(outlets.table, entry)
        case Remember(guild_id, user_id, name, at, joined_at):
            members.remember(outlets.table, guild_id, user_id, name, at, joined_at)
        case DropNote(guild_id, event_id, user_id, at):
            notes.remove(outlets.table, guild_id, event_id, user_id, at)
        case Notify(message, delay):
            outlets.queue("notifications").send(message, delay=delay)
        case ReplayWebhook(message):
            outlets.queue("webhooks").send(message)
        case BuildReport(message, delay):
            outlets.queue("reports").send(message, delay=delay)
        case Redraw(guild_id, event_id):
            queue = outlets.queue("notifications")
            ask_for_redraw(outlets.table, queue, guild_id, event_id, record_id, outlets.now())
        case TellMoved():
            queue = outlets.queue("notifications")
            ask_to_tell(
                outlets.table, queue, effect.guild_id, effect.event_id, effect.version, effect.before, effect.at
            )
        case Tell() if effect.outside:
            _queue_deliveries(outlets, effect, record_id)


def _queue_deliveries(outlets: Outlets, effect: Tell, record_id: str) -> None:
    """Store and queue a delivery for each subscriber to this topic; the same record again stores none anew."""
    topic = effect.message["type"].partition(".")[0]
    deliveries = [
        WebhookDelivery(
            guild_id=effect.guild_id,
            webhook_id=webhook.webhook_id,
            delivery_id=delivery_id(effect.at, webhook.webhook_id, record_id),
            message=effect.message,
            at=effect.at,
        )
        for webhook in webhooks.list_all(outlets.table, effect.guild_id)
        if webhook.active and topic in webhook.topics
    ]
    for delivery in deliveries:
        webhook_deliveries.create(outlets.table, delivery)
    if deliveries:
        outlets.queue("webhooks").send_all(reference(delivery) for delivery in deliveries)
