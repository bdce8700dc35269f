"""Carrying out how long a guild keeps what is past: shown before it is confirmed, then done by the sweep, quietly.

So many items go a minute, the oldest event first, what hangs on an event before the event itself: the data says how far it came.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import chain, islice
from typing import TYPE_CHECKING, get_args

from attendance.domain.correction import CorrectionStatus
from attendance.domain.retention import AGAIN_AFTER, FOR_EVER, Preview, kept_from, removes_more
from attendance.errors import Conflict
from attendance.storage import dues, guilds, keys, upkeep
from attendance.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from attendance.domain.due import Due
    from attendance.domain.settings import Settings
    from attendance.ports import Buckets
    from attendance.storage.table import Table

MAX_REMOVED = 300
"""So many items a sweep removes of one guild: seconds of its 40."""
MOST_COUNTED = 1000
"""A preview counts so far: a request has to answer."""


def preview_removal(table: Table, guild_id: str, months: int, now: datetime) -> Preview:
    """Return what keeping only so many months would remove now."""
    before = kept_from(months, now)
    events = sum(1 for _ in islice(_old_events(table, guild_id, before), MOST_COUNTED))
    entries = sum(1 for _ in islice(_old_entries(table, guild_id, before), MOST_COUNTED))
    return Preview(before, events, entries, more=MOST_COUNTED in (events, entries))


def check_confirmed(table: Table, settings: Settings, months: object, now: datetime, *, confirmed: bool) -> None:
    """Pass where a change of `keep_months` removes nothing more than now, or who asks has confirmed it.

    Raises `Conflict` (`removal_unconfirmed`) that says what would go.
    """
    if confirmed or not isinstance(months, int) or not removes_more(settings.keep_months, months):
        return
    found = preview_removal(table, settings.guild_id, months, now)
    more = " or more" if found.more else ""
    raise Conflict(
        f"This removes for good what ended before {found.before:%Y-%m-%d}: {found.events} events and {found.entries}{more} "
        "audit entries now, and each day what has become older. Send it again with confirm_removal: true.",
        code="removal_unconfirmed",
        before=f"{found.before:%Y-%m-%d}",
        events=found.events,
        entries=found.entries,
    )


def go_on_removing(table: Table, _buckets: Buckets, due: Due, now: datetime) -> None:
    """Remove the next items that are older than the guild keeps, and make the rest, or tomorrow's, due."""
    settings = guilds.get_settings(table, due.guild_id)
    if settings.keep_months == FOR_EVER:
        return
    before = kept_from(settings.keep_months, now)
    removed = 0
    for key in islice(_old_keys(table, due.guild_id, before), MAX_REMOVED):
        removed += upkeep.remove(table, key, f"kept {settings.keep_months} months")
    if removed:
        log().info("past_removed", extra={"guild_id": due.guild_id, "items": removed, "before": keys.stamp(before)})
    dues.rearm(table, due, now + (timedelta(seconds=1) if removed >= MAX_REMOVED else AGAIN_AFTER))


def clear_deleted(table: Table, _buckets: Buckets, due: Due, now: datetime) -> None:
    """Remove what hung on an event that was deleted, notes of sign-ups above all: nothing leads there once its mark is gone."""
    hanging = table.query_all(keys.event_items(due.guild_id, due.event_id), attributes=("pk", "sk"))
    mark = f"deleted {keys.stamp(due.at)}"
    removed = [upkeep.remove(table, keys.Key(item["pk"], item["sk"]), mark) for item in islice(hanging, MAX_REMOVED)]
    if len(removed) == MAX_REMOVED:
        dues.rearm(table, due, now + timedelta(seconds=1))


def _old_keys(table: Table, guild_id: str, before: datetime) -> Iterator[keys.Key]:
    """Yield what is to go, what hangs on an event before the event."""
    for event_id, sheet in _old_events(table, guild_id, before):
        for item in table.query_all(keys.event_items(guild_id, event_id), attributes=("pk", "sk")):
            yield keys.Key(item["pk"], item["sk"])
        for due in dues.of_event(table, guild_id, event_id):
            yield keys.due(due)
        yield from (key for key in (sheet, keys.card(guild_id, event_id)) if table.get(key, attributes=("pk",)))
        yield keys.event(guild_id, event_id)
    corrections = (keys.corrections_by_time(guild_id, status) for status in get_args(CorrectionStatus))
    old = (table.query_all(one, index="gsi1", between=("0", keys.stamp(before))) for one in corrections)
    absences = table.query_all(keys.guild(guild_id), prefix=keys.ABSENCES)
    over = (item for item in absences if item["ends_at"] < keys.stamp(before))
    for item in chain(*old, _old_entries(table, guild_id, before), over):
        yield keys.Key(item["pk"], item["sk"])


def _old_events(table: Table, guild_id: str, before: datetime) -> Iterator[tuple[str, keys.Key]]:
    """Yield the events that ended before, the oldest first, each with the key of its sheet."""
    between = ("0", keys.stamp(before))
    for item in table.query_all(keys.events_by_start(guild_id), index="gsi1", between=between):
        if item["ends_at"] < keys.stamp(before):
            yield item["event_id"], keys.sheet(guild_id, keys.moment(item["starts_at"]), item["event_id"])


def _old_entries(table: Table, guild_id: str, before: datetime) -> Iterator[dict[str, str]]:
    return table.query_all(keys.audit_of(guild_id), between=("0", keys.stamp(before)), attributes=("pk", "sk"))
