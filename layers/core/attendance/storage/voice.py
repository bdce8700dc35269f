"""Samples of an event's voice channel in the table: one item for what one message looked up, written once.

An item holds ids joined by blanks, because a thousand members sampled every five minutes are read again at closing.
Items are evidence under way: the verdict's own entry keeps the outcome, so they vanish a month later.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from attendance.domain.voice import Look
from attendance.storage import keys
from attendance.storage.table import ConditionFailed, Put

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from attendance.domain.event import Event
    from attendance.storage.table import Table

KEPT_FOR = timedelta(days=30)


def asked(table: Table, event: Event, at: datetime, part: int) -> set[str]:
    """Return whom one part of a sample has looked up already, with whatever outcome."""
    prefix = keys.voice_sample(event.guild_id, event.event_id, at, part, "").sk
    items = table.query_all(keys.event_items(event.guild_id, event.event_id), prefix=prefix)
    return {user for item in items for name in ("seen", "away", "unknown") for user in item.get(name, "").split()}


def record(table: Table, event: Event, look: Look, part: int, unknown: Sequence[str]) -> None:
    """Store what was found, once: `unknown` are those of whom Discord did not tell."""
    users = [*sorted(look.seen), *sorted(look.away), *unknown]
    if not users:
        return
    item = {
        **keys.voice_sample(event.guild_id, event.event_id, look.at, part, min(users))._asdict(),
        "entity": "voice_sample",
        "sampled_at": keys.stamp(look.at),
        "seen": " ".join(sorted(look.seen)) or None,
        "away": " ".join(sorted(look.away)) or None,
        "unknown": " ".join(unknown) or None,
        "expires_at": int((look.at + KEPT_FOR).timestamp()),
    }
    with suppress(ConditionFailed):  # the same message, delivered twice at once: either of them is a sample
        table.put(Put(item))


def looks(table: Table, event: Event) -> list[Look]:
    """Return everything that an event's samples found."""
    items = table.query_all(keys.event_items(event.guild_id, event.event_id), prefix=keys.VOICE)
    return [
        Look(
            keys.moment(item["sampled_at"]),
            frozenset(item.get("seen", "").split()),
            frozenset(item.get("away", "").split()),
        )
        for item in items
    ]
