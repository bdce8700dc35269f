"""Absences in the table, in the order in which they end, and the answers that they give in events' rosters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attendance.domain.absence import Absence, end_mark
from attendance.domain.choice import away, decode, said_before
from attendance.domain.event import MAX_SIGN_UPS
from attendance.storage import keys
from attendance.storage.table import PRESENT, Put, Update
from attendance.storage.touch import touched

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.domain.event import Event
    from attendance.storage.table import Table
    from attendance.storage.values import Item

_PLAIN = ("guild_id", "absence_id", "user_id", "zone", "reason", "past", "void", "version")
_TIMES = ("starts_at", "ends_at", "announced_at", "removed_at")
_END = "~"


def put_absence(absence: Absence, actor: Actor, now: datetime) -> Put:
    """Return the write of an absence whose `version` is one above the stored (1: there is none)."""
    item: Item = {
        **keys.absence(absence.guild_id, absence.absence_id)._asdict(),
        "entity": "absence",
        **{name: getattr(absence, name) for name in _PLAIN},
        **{name: keys.stamp(getattr(absence, name)) if getattr(absence, name) else None for name in _TIMES},
        "touched": touched(actor, now),
    }
    if absence.version == 1:
        return Put(item)
    return Put(item, f"{PRESENT} AND #version = :before", {":before": absence.version - 1})


def _from_item(item: Item) -> Absence:
    times: dict[str, Any] = {name: keys.moment(item[name]) for name in _TIMES if item.get(name)}
    return Absence(**{name: item[name] for name in _PLAIN if name in item}, **times)


def get(table: Table, guild_id: str, absence_id: str) -> tuple[Absence, str] | None:
    """Return an absence with the sort key of the last event that it was applied to (empty: none), or None."""
    item = table.get(keys.absence(guild_id, absence_id))
    return (_from_item(item), item.get("reached", "")) if item else None


def ending_after(table: Table, guild_id: str, moment: datetime, *, behind: str = "") -> Iterator[Absence]:
    """Yield the absences that end after `moment`, the first to end first, those `behind` an id only."""
    low = max(keys.ABSENCES + end_mark(moment), keys.ABSENCES + behind + "!" if behind else "")
    for item in table.query_all(keys.guild(guild_id), between=(low, keys.ABSENCES + _END)):
        yield _from_item(item)


def of_event(table: Table, event: Event) -> dict[str, Absence]:
    """Return who is away for an event, by user id; one query."""
    found = ending_after(table, event.guild_id, event.starts_at)
    return {absence.user_id: absence for absence in found if absence.covers(event)}


def reach(absence: Absence, before: str, reached: str) -> Update:
    """Return the write that notes how far an absence was applied; it fails when another sweep was there or it changed."""
    expected = "#reached = :before" if before else "attribute_not_exists(#reached)"
    values = {":reached": reached, ":version": absence.version} | ({":before": before} if before else {})
    return Update(
        keys.absence(absence.guild_id, absence.absence_id),
        "SET #reached = :reached",
        f"{PRESENT} AND #version = :version AND {expected}",
        values,
    )


def answer_away(event: Event, user_id: str, actor: Actor, now: datetime) -> Update:
    """Return the write that answers no for a member.

    It fails once the event is closed or has begun, they said something else, or it is full of answers.
    """
    said = event.choices.get(user_id)
    same = "#choices.#user = :said" if said else "attribute_not_exists(#choices.#user) AND size(#choices) < :cap"
    values = {
        ":away": away(said), ":one": 1, ":closed": "closed", ":now": keys.stamp(now), ":touched": touched(actor, now),
        **({":said": said} if said else {":cap": MAX_SIGN_UPS}),
    }  # fmt: skip
    return Update(
        keys.event(event.guild_id, event.event_id),
        "SET #places.#user = #seq + :one, #choices.#user = :away, #seq = #seq + :one, #touched = :touched",
        f"{PRESENT} AND #status <> :closed AND #starts_at > :now AND {same}",
        values,
        {"#user": user_id},
    )


def withdraw_away(event: Event, user_id: str, said: str, actor: Actor, now: datetime) -> Update:
    """Return the write that takes back an absence's answer, `said`, for what the member had said before it.

    It fails when the member answered themselves meanwhile, the event has begun, or the role that they had named has gone.
    """
    before = said_before(said, {role.key for role in event.roles})
    values: dict[str, object] = {":away": said, ":one": 1, ":now": keys.stamp(now), ":touched": touched(actor, now)}
    clauses = [PRESENT, "#choices.#user = :away", "#starts_at > :now"]
    if before is None:
        change = "SET #seq = #seq + :one, #touched = :touched REMOVE #choices.#user, #places.#user"
    else:
        change = "SET #seq = #seq + :one, #touched = :touched, #choices.#user = :before, #places.#user = #seq + :one"
        values[":before"] = before
        for index, role in enumerate(decode(before).roles):
            clauses.append(f"contains(#role_keys, :role{index})")
            values[f":role{index}"] = role
    key = keys.event(event.guild_id, event.event_id)
    return Update(key, change, " AND ".join(clauses), values, {"#user": user_id})
