"""Events in the table: one item each, the roster inside."""

from __future__ import annotations

from dataclasses import asdict
from itertools import batched
from typing import TYPE_CHECKING, Any, NamedTuple

from attendance.domain.checkin import CheckInRule
from attendance.domain.choice import Choice, encode
from attendance.domain.event import MAX_SIGN_UPS, Event
from attendance.domain.seats import Role
from attendance.storage import keys
from attendance.storage.table import PRESENT, ConditionFailed, Put, Update
from attendance.storage.touch import touched

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.domain.due import Due
    from attendance.storage.table import Table
    from attendance.storage.values import Item

ROSTER = frozenset({"places", "choices", "pins"})
"""The maps by member that make up a roster."""
FIELDS = (
    "guild_id", "event_id", "title", "game", "starts_at", "ends_at", "zone", "channel_id", "created_by", "roles", "capacity",
    "description", "preset_name", "voice_channel_id", "voice_check", "tracked_role_id", "check_in", "code", "sign_up_opens_at",
    "sign_up_closes_at",
    "sign_up_role_id", "invited", "reminders", "nudges", "reminder_place", "mentions", "warn_before", "confirm_hours", "counted", "auto_close",
    "status", "version", "seq", "edits", "series_id", "places", "choices", "pins",
    "thread", "scheduled_event", "language",
)  # fmt: skip
_TIMES = ("starts_at", "ends_at", "sign_up_opens_at", "sign_up_closes_at")
_REMOVED = "removed_at"
_IN_ONE_LIST = 100
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html"""
WITHOUT_ROSTER = tuple(name for name in FIELDS if name not in ROSTER)
"""The attributes of an event but its sign-ups, which are most of its bytes."""


def to_item(event: Event) -> Item:
    """Return the event's item, without its `touched` mark."""
    item: Item = {name: getattr(event, name) for name in FIELDS}
    for name in _TIMES:
        item[name] = keys.stamp(item[name]) if item[name] else None
    item["roles"] = [asdict(role) for role in event.roles]
    item["check_in"] = asdict(event.check_in)
    item["reminders"] = list(event.reminders)
    item["nudges"] = list(event.nudges)
    item["invited"] = list(event.invited)
    item["edits"] = dict(event.edits)
    for name in ROSTER:
        item[name] = dict(item[name])
    key = keys.event(event.guild_id, event.event_id)
    return item | {
        **key._asdict(),
        "entity": "event",
        "role_keys": [role.key for role in event.roles],
        "sign_up_ends_at": keys.stamp(event.sign_up_ends_at),
        "gsi1pk": keys.events_by_start(event.guild_id),
        "gsi1sk": keys.by_start(event.starts_at, event.event_id),
    }


def from_item(item: Item) -> Event:
    """Return the event of an item (or of an index's part of one, without its roster); unknown attributes are ignored."""
    values: dict[str, Any] = {name: item[name] for name in FIELDS if name in item}
    for name in _TIMES:
        if values.get(name):
            values[name] = keys.moment(values[name])
    if "roles" in values:
        values["roles"] = tuple(Role(**role) for role in values["roles"])
    if "check_in" in values:
        values["check_in"] = CheckInRule(**values["check_in"])
    values["reminders"] = tuple(values.get("reminders", ()))
    values["nudges"] = tuple(values.get("nudges", ()))
    values["invited"] = tuple(values.get("invited", ()))
    return Event(**values)


def create(table: Table, event: Event, dues: Iterable[Due], actor: Actor, now: datetime) -> Event:
    """Store a new event with what will be due for it, in one transaction; a repeat returns what was stored first."""
    from attendance.storage.dues import put_due  # a click makes no event, and should not load what falls due for one

    item = to_item(event) | {"touched": touched(actor, now)}
    try:
        table.write_together(Put(item), *(put_due(due) for due in dues))
    except ConditionFailed as failed:
        if failed.item is None or failed.item.get("entity") != "event":
            raise
        return from_item(failed.item)
    return event


def past_event(event: Event, actor: Actor, now: datetime) -> Put:
    """Return the write of an event that is over when it comes here: quiet, nothing is due for it, and only where none is."""
    return Put(to_item(event) | {"touched": touched(actor, now), "quiet": True})


class Found(NamedTuple):
    """An event, and whether it was deleted."""

    event: Event
    removed: bool


def get(table: Table, guild_id: str, event_id: str, *, roster: bool = True) -> Event | None:
    """Return the event, or None, for a deleted one too; without `roster`, sign-ups are neither sent nor decoded."""
    found = find(table, guild_id, event_id, roster=roster)
    return found.event if found and not found.removed else None


def find(table: Table, guild_id: str, event_id: str, *, roster: bool = True) -> Found | None:
    """Return the event, be it deleted within the last day, or None."""
    attributes = () if roster else (*WITHOUT_ROSTER, _REMOVED)
    item = table.get(keys.event(guild_id, event_id), attributes=attributes)
    return Found(from_item(item), _REMOVED in item) if item else None


def get_many(table: Table, guild_id: str, event_ids: Sequence[str]) -> list[Event]:
    """Return those of the events that there are, without their sign-ups, in one request per 100."""
    wanted = [keys.event(guild_id, event_id) for event_id in event_ids]
    found = table.get_many(wanted, attributes=(*WITHOUT_ROSTER, _REMOVED))
    return [from_item(item) for item in found if item and _REMOVED not in item]


def get_all(table: Table, ids: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Event]:
    """Return those of the events (guild, event) that there are, without their sign-ups, in one request per 100."""
    found = table.get_many([keys.event(*pair) for pair in ids], attributes=(*WITHOUT_ROSTER, _REMOVED))
    return {pair: from_item(item) for pair, item in zip(ids, found, strict=True) if item and _REMOVED not in item}


def get_with_note(table: Table, guild_id: str, event_id: str, user_id: str) -> tuple[Event | None, str]:
    """Return an event, or None, and what a member's note item says; one request."""
    item, note = table.get_many([keys.event(guild_id, event_id), keys.note(guild_id, event_id, user_id)])
    return from_item(item) if item and _REMOVED not in item else None, note["text"] if note else ""


def list_between(
    table: Table,
    guild_id: str,
    *,
    since: datetime,
    until: datetime,
    limit: int,
    cursor: str | None = None,
    newest_first: bool = False,
) -> tuple[list[Item], str | None]:
    """Return summaries (what the index projects) of events that start within [since, until], and a cursor or None.

    A cursor is the sort key after which to go on: whatever it says, only this guild's events can follow.
    """
    partition = keys.events_by_start(guild_id)
    after = None
    if cursor is not None:
        event_id = cursor.rpartition("#")[2]
        after = {**keys.event(guild_id, event_id)._asdict(), "gsi1pk": partition, "gsi1sk": cursor}
    page = table.query(
        partition,
        index="gsi1",
        between=(keys.stamp(since), keys.stamp(until) + "~"),
        limit=limit,
        after=after,
        newest_first=newest_first,
    )
    return page.items, page.last["gsi1sk"] if page.last else None


def answer(guild_id: str, event_id: str, choice: Choice, actor: Actor, now: datetime) -> Update:
    """Return the write that records what a member said and takes the event's next place for it.

    It fails when the event is not open for sign-up, is full of sign-ups, the member's claim is this one already (see
    `keep_place`), or the event lacks one of the roles.
    """
    values: dict[str, object] = {
        ":choice": encode(choice),
        ":claim": choice.claim or encode(choice),
        ":one": 1,
        ":open": "open",
        ":now": keys.stamp(now),
        ":cap": MAX_SIGN_UPS,
        ":touched": touched(actor, now),
    }
    still_open = (
        "#status = :open AND #closes > :now AND (attribute_not_exists(#sign_up_opens_at) OR #sign_up_opens_at <= :now)"
    )
    has_role, role_values = _has_role(actor)
    has_room = "(attribute_exists(#choices.#user) OR size(#choices) < :cap)"
    values |= role_values
    values |= {f":role{index}": role for index, role in enumerate(choice.roles)}
    has_roles = "".join(f" AND contains(#role_keys, :role{index})" for index in range(len(choice.roles)))
    other_claim = "(attribute_not_exists(#choices.#user) OR NOT begins_with(#choices.#user, :claim))"
    return Update(
        keys.event(guild_id, event_id),
        "SET #places.#user = #seq + :one, #choices.#user = :choice, #seq = #seq + :one, #touched = :touched",
        f"{PRESENT} AND {still_open} AND {has_role} AND {has_room} AND {other_claim}{has_roles}",
        values,
        {"#user": actor.user_id, "#closes": "sign_up_ends_at"},
    )


def _has_role(actor: Actor) -> tuple[str, dict[str, object]]:
    """Return the condition that an event asks for no Discord role or for one that the member has, with its values."""
    values: dict[str, object] = {f":has{index}": role_id for index, role_id in enumerate(sorted(actor.role_ids))}
    clauses = ["attribute_not_exists(#sign_up_role_id)"]
    clauses += [f"#sign_up_role_id IN ({', '.join(names)})" for names in batched(values, _IN_ONE_LIST, strict=False)]
    return f"({' OR '.join(clauses)})", values


def keep_place(guild_id: str, event_id: str, before: str, choice: Choice, actor: Actor, now: datetime) -> Update:
    """Return the write that replaces the member's encoded choice `before` by one of the same claim; they keep their place.

    It fails when the event is no longer open or the choice is another by now.
    """
    return Update(
        keys.event(guild_id, event_id),
        "SET #choices.#user = :choice, #seq = #seq + :one, #touched = :touched",
        f"{PRESENT} AND #status = :open AND #closes > :now AND #choices.#user = :before",
        {
            ":choice": encode(choice),
            ":before": before,
            ":one": 1,
            ":open": "open",
            ":now": keys.stamp(now),
            ":touched": touched(actor, now),
        },
        {"#user": actor.user_id, "#closes": "sign_up_ends_at"},
    )


def seat(table: Table, before: Event, after: Event, user_id: str, actor: Actor, now: datetime) -> Event:
    """Give one member's entries in the roster the values of `after`; returns the event after it.

    Raises `ConditionFailed` when the event is not as in `before` any more, its roster included: whoever decided about seats
    saw these.
    """
    sets, removes = ["#seq = :next", "#touched = :touched"], []
    values: dict[str, object] = {
        ":seq": before.seq,
        ":next": before.seq + 1,
        ":version": before.version,
        ":touched": touched(actor, now),
    }
    for name in sorted(ROSTER):
        value = getattr(after, name).get(user_id)
        if value is None:
            removes.append(f"{name}.#user")
        else:
            sets.append(f"#{name}.#user = :{name}")
            values[f":{name}"] = value
    item = table.update(
        Update(
            keys.event(before.guild_id, before.event_id),
            "SET " + ", ".join(sets) + without(removes),
            f"{PRESENT} AND #version = :version AND #seq = :seq",
            values,
            {"#user": user_id},
        )
    )
    return from_item(item)


def without(names: Iterable[str]) -> str:
    """Return the clause of an update expression that removes these attributes, empty for none."""
    removed = ", ".join(f"#{name}" for name in names)
    return f" REMOVE {removed}" if removed else ""
