"""The mark that every change leaves on the item it changes: who, from where, when, for which request.

The table's stream carries it to `changes`, which writes the audit entry from the images before and after and remembers
the member's name. So no writer has to write twice, and no change can go unrecorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.storage.keys import stamp

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.storage.values import Item


def touched(actor: Actor, now: datetime) -> Item:
    """Return the map stored as the attribute `touched` of a changed item."""
    mark: Item = {
        "by": actor.user_id,
        "name": actor.name,
        "via": actor.surface,
        "request": actor.request_id,
        "at": stamp(now),
    }
    if actor.trace:
        mark["trace"] = actor.trace
    return mark | {"joined": stamp(actor.joined_at)} if actor.joined_at else mark
