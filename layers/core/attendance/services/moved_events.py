"""Telling who signed up that an event moved: once, however many edits it took, from the times that they knew to the last.

    edit ─► the times before it are noted on the card ─► some seconds later: told, unless another edit moved it meanwhile

The first of several moves leaves its times; only the message of the last one tells, and takes the note away.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from attendance.discord import notices
from attendance.services.cards import post_to_groups
from attendance.storage import cards, events, keys
from attendance.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from attendance.ports import Discord, Queue
    from attendance.storage.table import Table

TOLD_AFTER = 10
"""Seconds in which a further edit takes the place of the one before: an officer who mistyped corrects it in that time."""


def ask_to_tell(
    table: Table, queue: Queue, guild_id: str, event_id: str, version: int, before: tuple[str, str]
) -> None:
    """Queue the message about a move unless a later one is under way; raises `Unavailable`."""
    if cards.note_move(table, guild_id, event_id, version, before):
        message = {"v": 1, "kind": "rescheduled", "guild_id": guild_id, "event_id": event_id, "version": version}
        queue.send(message, delay=TOLD_AFTER)


def tell_moved_event(table: Table, discord: Discord, message: Mapping[str, Any], now: datetime) -> None:
    """Tell who signed up, in the channel, from when to when the event was moved; raises what `Discord.call` raises.

    Nobody is told of an event that is over, called off or moved back.
    """
    guild_id, event_id, version = message["guild_id"], message["event_id"], int(message["version"])
    event, card = events.get(table, guild_id, event_id), cards.get(table, guild_id, event_id)
    if event is None or card.moved_from is None or card.moved_version != version:
        log().info("move_dropped", extra={"event_id": event_id, "version": version})
        return
    times = (keys.stamp(event.starts_at), keys.stamp(event.ends_at))
    if event.status == "open" and now < event.ends_at and times != card.moved_from:
        before = (keys.moment(card.moved_from[0]), keys.moment(card.moved_from[1]))
        groups, name = notices.coming_groups(event), ("rescheduled", event_id, str(version))
        post_to_groups(table, discord, event, card, groups, name, partial(notices.moved_event, event, before), now)
    cards.move_told(table, card, version, times)
