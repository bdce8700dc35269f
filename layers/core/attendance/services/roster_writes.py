"""Writing what a rule makes of a roster, on the condition that the event is still the one that the rule was given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.errors import Conflict, NotFound
from attendance.services.events import get_event
from attendance.services.sign_ups import SignUp
from attendance.storage import events
from attendance.storage.table import ConditionFailed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.domain.event import Event
    from attendance.storage.table import Table

_TRIES = 8


def change_roster(
    table: Table,
    guild_id: str,
    event_id: str,
    user_id: str,
    actor: Actor,
    now: datetime,
    change: Callable[[Event], Event],
) -> SignUp:
    """Write one member's part of what `change` makes of the event; what it leaves as it is is not written.

    Whoever was quicker is looked at, and `change` is asked again. Raises `NotFound`, `Conflict` and what `change` raises.
    """
    event = get_event(table, guild_id, event_id)
    for _ in range(_TRIES):
        after = change(event)
        if after == event:
            return SignUp(event, changed=False)
        try:
            return SignUp(events.seat(table, event, after, user_id, actor, now), changed=True)
        except ConditionFailed as failed:
            if failed.item is None:
                raise NotFound("This event is gone. Ask an officer for its new card.", code="event_gone") from failed
            event = events.from_item(failed.item)
    raise Conflict(f"“{event.title}” is being changed by many at once. Please try again in a moment.", code="busy")
