"""Messages that wait for a bucket of Discord's, in the order of their coming, and who serves them.

A bucket's line is a partition: an item a message, and one that says which queue message serves the line. Whoever joins looks
after that whether somebody serves it; whoever finds the line empty stops serving first and then looks once more. So no
message is left behind, whatever the order of the two.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from attendance.storage import keys
from attendance.storage.table import ConditionFailed, Delete, Put, Update

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attendance.storage.table import Table

_KEPT_FOR = timedelta(days=20)
"""Longer than the queue keeps a message, and then the dead letters the one that serves the line."""
SERVED_FOR = timedelta(seconds=120)
"""So long after whoever serves a line should have come somebody else may: longer than a visit and a busy queue take."""


class Waiting(NamedTuple):
    """A message in a line since `since`; `request` is the id of the request that it follows from."""

    key: keys.Key
    message: Mapping[str, Any]
    request: str
    since: datetime


def join(table: Table, bucket: str, message: Mapping[str, Any], holder: str, request: str, now: datetime) -> None:
    """Put a message at the end of the line; `holder` is the queue's id of it. Raises `Unavailable`."""
    item = {
        **keys.waiting(bucket, keys.stamp(now), holder)._asdict(),
        "entity": "waiting",
        "message": json.dumps(message, separators=(",", ":")),
        "request": request,
        "since": keys.stamp(now),
        "expires_at": int((now + _KEPT_FOR).timestamp()),
    }
    table.put(Put(item, condition=None))


def first(table: Table, bucket: str, most: int) -> list[Waiting]:
    """Return up to `most` messages from the front of the line; raises `Unavailable`."""
    page = table.query(keys.line(bucket), prefix=keys.WAITING, limit=most)
    return [
        Waiting(
            keys.Key(item["pk"], item["sk"]), json.loads(item["message"]), item["request"], keys.moment(item["since"])
        )
        for item in page.items
    ]


def leave(table: Table, key: keys.Key) -> None:
    """Take a message out of its line; raises `Unavailable`."""
    table.delete(Delete(key))


def is_served(table: Table, bucket: str, now: datetime) -> bool:
    """Whether somebody serves the line, or is on the way to it; raises `Unavailable`."""
    item = table.get(keys.serving(bucket), attributes=("until",))
    return item is not None and keys.moment(item["until"]) >= now


def serve(table: Table, bucket: str, server: str, until: datetime, now: datetime) -> bool:
    """Let `server` serve the line until a while after `until`; False where another does. Raises `Unavailable`."""
    ends = until + SERVED_FOR
    condition = "attribute_not_exists(#server) OR #server = :server OR #until < :now"
    expression = "SET #server = :server, #until = :until, #entity = :entity, #expires_at = :expires"
    values = {
        ":server": server,
        ":until": keys.stamp(ends),
        ":now": keys.stamp(now),
        ":entity": "line",
        ":expires": int((ends + _KEPT_FOR).timestamp()),
    }
    try:
        table.update(Update(keys.serving(bucket), expression, condition, values))
    except ConditionFailed:
        return False
    return True


def stop_serving(table: Table, bucket: str, server: str) -> None:
    """Leave the line to whoever joins it next. Raises `Unavailable`."""
    try:
        table.delete(Delete(keys.serving(bucket), "#server = :server", {":server": server}))
    except ConditionFailed:  # another serves it
        return
