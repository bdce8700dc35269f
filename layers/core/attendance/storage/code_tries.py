"""How many check-in codes a member typed at an event: one item a member and event, which holds the requests that did.

A try is taken before its code is compared, in one conditional write, so of any number of guesses at once no more than
`MAX_CODE_TRIES` are ever compared.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from attendance.domain.checkin import MAX_CODE_TRIES, MAX_MINUTES
from attendance.storage import keys
from attendance.storage.table import ConditionFailed, Update

if TYPE_CHECKING:
    from attendance.domain.actor import Actor
    from attendance.domain.event import Event
    from attendance.storage.table import Table

_KEPT_FOR = timedelta(minutes=MAX_MINUTES, days=1)
"""From the event's start: past any check-in window."""


def take(table: Table, event: Event, actor: Actor) -> int | None:
    """Take one try for the actor's request and return how many are left; None when there was none left to take.

    The same request again takes no other.
    """
    unlocked = "(attribute_not_exists(#requests) OR size(#requests) < :most)"
    is_new = "NOT contains(#requests, :request)"
    try:
        item = table.update(
            Update(
                keys.code_tries(event.guild_id, event.event_id, actor.user_id),
                "SET #requests = list_append(if_not_exists(#requests, :none), :requests), #entity = :entity, "
                "#expires_at = :over",
                f"{unlocked} AND {is_new}",
                {
                    ":most": MAX_CODE_TRIES,
                    ":request": actor.request_id,
                    ":requests": [actor.request_id],
                    ":none": [],
                    ":entity": "code_tries",
                    ":over": int((event.starts_at + _KEPT_FOR).timestamp()),
                },
            )
        )
    except ConditionFailed as failed:
        item = failed.item or {}
        if actor.request_id not in item.get("requests", ()):
            return None
    return MAX_CODE_TRIES - len(item["requests"])
