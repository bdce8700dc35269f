"""Finishing what officers' requests left half done, when nobody sends them again.

Undoing names all it needs, so it is done to its end. Marks came with the request, and so did what Discord said of the
members: those dealt with stand, the rest is given up, and the batch says so. The same request may still come and go on.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from attendance.domain.actor import system
from attendance.services.undoing import undo_rest
from attendance.storage import batches
from attendance.storage.table import ConditionFailed

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.storage.table import Table


def finish_marks(table: Table, guild_id: str, event_id: str, now: datetime) -> None:
    """Give up marks of an event that were cut off, and undo what was half undone; raises `Unavailable`, `Conflict`."""
    actor = system(f"finish_marks/{event_id}")
    for batch in batches.of_event(table, guild_id, event_id):
        if batch.state == "undoing":
            undo_rest(table, batch, actor, now)
        elif batch.state == "running":
            given_up = replace(batch, cut_off_at=now, step=batch.step + 1)
            with suppress(ConditionFailed):  # it came again at this moment, and goes on
                table.put(batches.put_batch(given_up, actor, now))
