"""Telling who signed up that an event moved: once, however many edits it took, from the times that they knew to the last.

    edit ─► the times before it are noted on the card ─► some seconds later: told, unless another edit moved it meanwhile

The first of several moves leaves its times; only the message of the last one tells (see `announcing`), and takes the note away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.storage import cards

if TYPE_CHECKING:
    from attendance.ports import Queue
    from attendance.storage.table import Table

TOLD_AFTER = 10
"""Seconds in which a further edit takes the place of the one before: an officer who mistyped corrects it in that time."""


def ask_to_tell(
    table: Table, queue: Queue, guild_id: str, event_id: str, version: int, before: tuple[str, str], at: str
) -> None:
    """Queue the message about a move unless a later one is under way; raises `Unavailable`."""
    if cards.note_move(table, guild_id, event_id, version, before):
        message = {
            "v": 1,
            "kind": "rescheduled",
            "guild_id": guild_id,
            "event_id": event_id,
            "version": version,
            "at": at,
        }
        queue.send(message, delay=TOLD_AFTER)
