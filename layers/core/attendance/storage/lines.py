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
SERVED_FOR = timedelta(seconds=150)
"""So long after whoever serves a line should have come somebody else may: longer than a visit and a busy queue take."""


class Waiting(NamedTuple):
    """A message in a line since `since`; `request` is the id of the request that it follows from, `holder` the queue's of it."""

    key: keys.Key
    message: Mapping[str, Any]
    holder: str
    request: str
    since: datetime


def join(table: Table, bucket: str, message: Mapping[str, Any], holder: str, request: str, now: datetime) -> None:
    """Put a message at the end of the line; `holder` is the queue's id of it. Raises `Unavailable`."""
    item = {
        **keys.waiting(bucket, keys.stamp(now), holder)._asdict(),
        "entity": "waiting",
        "message": json.dumps(message, separators=(",", ":")),
        "holder": holder,
        "request": request,
        "since": keys.stamp(now),
        "expires_at": int((now + _KEPT_FOR).timestamp()),
    }
    table.put(Put(item, condition=None))  # what is there already is this very message, brought twice in a millisecond


def first(table: Table, bucket: str, most: int) -> list[Waiting]:
    """Return up to `most` messages from the front of the line; raises `Unavailable`."""
    page = table.query(keys.line(bucket), prefix=keys.WAITING, limit=most)
    return [
        Waiting(
            keys.Key(item["pk"], item["sk"]),
            json.loads(item["message"]),
            item["holder"],
            item["request"],
            keys.moment(item["since"]),
        )
        for item in page.items
    ]


def leave(table: Table, key: keys.Key) -> None:
    """Take a message out of its line; raises `Unavailable`."""
    table.delete(Delete(key))


def is_served(table: Table, bucket: str, now: datetime) -> bool:
    """Whether somebody serves the line, or is on the way to it; raises `Unavailable`."""
    return served_until(table, bucket, now) is not None


def served_until(table: Table, bucket: str, now: datetime, server: str = "") -> datetime | None:
    """Return until when somebody, or `server` where it is given, has the line; None for nobody. Raises `Unavailable`."""
    item = table.get(keys.serving(bucket), attributes=("server", "until"))
    if item is None or "until" not in item or server not in {"", item["server"]}:
        return None
    until = keys.moment(item["until"])
    return until if until >= now else None


def expect(table: Table, bucket: str, server: str, until: datetime, now: datetime) -> None:
    """Note that `server` is on the way to the line, unless another is, or it was there already. Raises `Unavailable`."""
    _serve(table, bucket, server, until, f"attribute_not_exists(#server) OR (#server <> :server AND ({_FREE}))", now)


def serve(table: Table, bucket: str, server: str, until: datetime, now: datetime) -> bool:
    """Let `server` serve the line until a while after `until`; False where another does. Raises `Unavailable`."""
    return _serve(table, bucket, server, until, f"#server = :server OR {_FREE}", now)


def hand_over(table: Table, bucket: str, server: str, successor: str, until: datetime, now: datetime) -> bool:
    """Let `successor` go on for `server`, also once more; False where another serves the line. Raises `Unavailable`."""
    condition = "#server = :before OR #server = :server"
    return _serve(table, bucket, successor, until, condition, now, {":before": server})


def stop_serving(table: Table, bucket: str, server: str) -> None:
    """Leave the line to whoever joins it next. Raises `Unavailable`.

    That `server` was there stays noted: it may have come before whoever sent it has noted that it is on the way.
    """
    try:
        table.update(Update(keys.serving(bucket), "REMOVE #until", "#server = :server", {":server": server}))
    except ConditionFailed:  # another serves it
        return


_FREE = "attribute_not_exists(#until) OR #until < :now"


def _serve(
    table: Table,
    bucket: str,
    server: str,
    until: datetime,
    condition: str,
    now: datetime,
    more: Mapping[str, object] | None = None,
) -> bool:
    ends = until + SERVED_FOR
    expression = "SET #server = :server, #until = :until, #entity = :entity, #expires_at = :expires"
    values: dict[str, object] = {
        ":server": server,
        ":until": keys.stamp(ends),
        ":entity": "line",
        ":expires": int((ends + _KEPT_FOR).timestamp()),
        **({":now": keys.stamp(now)} if ":now" in condition else {}),
        **(more or {}),
    }
    try:
        table.update(Update(keys.serving(bucket), expression, condition, values))
    except ConditionFailed:
        return False
    return True
