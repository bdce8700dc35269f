"""Writes that edit or delete an event as a whole; `events.py` has what a click needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from attendance.storage import events, keys
from attendance.storage.table import PRESENT, Update
from attendance.storage.touch import touched

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.domain.event import Event

_COUNTS = frozenset({"version", "seq", "edits"})
_MARK_LIFETIME = timedelta(days=1)


def differing(before: Event, after: Event) -> list[str]:
    """Return the fields in which two states of an event differ, roster and counters aside."""
    apart = events.ROSTER | _COUNTS
    return [name for name in events.FIELDS if name not in apart and getattr(before, name) != getattr(after, name)]


def edit(before: Event, after: Event, actor: Actor, now: datetime, *, silent: bool = False) -> Update:
    """Return the write that turns `before`, as it was read, into `after` under the next version; `silent` is marked on it.

    It fails when the event was edited meanwhile and, where it moves seats or answers, when the roster changed: whoever was
    shown who loses a seat was shown the truth. Sign-ups meanwhile do not stand in the way of anything else.
    """
    fields = differing(before, after)
    version = before.version + 1
    edited = replace(after, version=version, edits={**before.edits, **dict.fromkeys(fields, version)})
    old, new = events.to_item(before), events.to_item(edited)
    changed = {name: new[name] for name in new if name not in events.ROSTER | {"seq"} and new[name] != old[name]}
    clauses = [PRESENT, "#version = :version_before"]  # which the status follows: it changes with the version only
    # Absent, as in a new item: a click's condition looks.
    gone = [name for name, value in changed.items() if value is None]
    values = {f":{name}": value for name, value in changed.items() if value is not None}
    mark = touched(actor, now) | ({"silent": True} if silent else {})
    values |= {":version_before": before.version, ":touched": mark}
    sets = [f"#{name} = :{name}" for name in [*changed, "touched"] if name not in gone]
    answers = before.seq != after.seq
    if answers:
        sets += ["#choices = :choices", "#places = :places", "#seq = :next"]
        values |= {":choices": new["choices"], ":places": new["places"], ":next": after.seq}
    if answers or {"roles", "capacity"} & set(fields):
        clauses.append("#seq = :seq")
        values[":seq"] = before.seq
    return Update(
        keys.event(before.guild_id, before.event_id),
        "SET " + ", ".join(sets) + events.without(gone),
        " AND ".join(clauses),
        values,
    )


def remove(before: Event, actor: Actor, now: datetime) -> Update:
    """Return the write that marks an event as deleted, and takes it out of the lists; DynamoDB removes it a day later.

    It fails when the event was edited or answered since it was read. Whoever comes upon the mark finds a cancelled event.
    """
    return Update(
        keys.event(before.guild_id, before.event_id),
        "SET #status = :cancelled, #version = #version + :one, #removed_at = :at, #expires_at = :end, #touched = :touched "
        "REMOVE #gsi1pk, #gsi1sk",
        f"{PRESENT} AND #version = :version AND #seq = :seq AND attribute_not_exists(#removed_at)",
        {
            ":cancelled": "cancelled",
            ":one": 1,
            ":at": keys.stamp(now),
            ":end": int((now + _MARK_LIFETIME).timestamp()),
            ":touched": touched(actor, now),
            ":version": before.version,
            ":seq": before.seq,
        },
    )
