"""Members a guild's bot has met, with the name they were last seen under."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from attendance.storage import keys
from attendance.storage.table import ConditionFailed, Update

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from attendance.storage.table import Table

_COLUMNS = ("user_id", "name", "met_at", "joined_at")


class Known(NamedTuple):
    """Who a guild has met: names last seen, and since when they are known to be members, by user id."""

    names: dict[str, str]
    first_seen: dict[str, datetime]


def remember(
    table: Table, guild_id: str, user_id: str, name: str, seen_at: datetime, joined_at: datetime | None = None
) -> None:
    """Note a member's name as of `seen_at`, and when they joined; an older sighting changes nothing.

    The first call fixes `met_at`, the first that knows `joined_at` fixes that: who leaves and comes back joins later, and
    their first day stays.
    """
    expression = (
        "SET #entity = :entity, #user_id = :user, #name = :name, #met_at = if_not_exists(#met_at, :at), #seen_at = :at"
    )
    values = {":entity": "member", ":user": user_id, ":name": name, ":at": keys.stamp(seen_at)}
    if joined_at is not None:
        expression += ", #joined_at = if_not_exists(#joined_at, :joined)"
        values[":joined"] = keys.stamp(joined_at)
    not_older = "attribute_not_exists(#seen_at) OR #seen_at <= :at"
    with suppress(ConditionFailed):
        table.update(Update(keys.member(guild_id, user_id), expression, not_older, values))


def remember_since(table: Table, guild_id: str, user_id: str, name: str, since: datetime) -> None:
    """Note that a member was there at `since` already; a name is taken only where none is known."""
    expression = (
        "SET #entity = :entity, #user_id = :user, #met_at = :at, #name = if_not_exists(#name, :name), "
        "#seen_at = if_not_exists(#seen_at, :at)"
    )
    values = {":entity": "member", ":user": user_id, ":name": name, ":at": keys.stamp(since)}
    with suppress(ConditionFailed):
        table.update(
            Update(keys.member(guild_id, user_id), expression, "attribute_not_exists(#met_at) OR #met_at > :at", values)
        )


def names(table: Table, guild_id: str) -> dict[str, str]:
    """Return the display name of every member met, by user id."""
    items = table.query_all(keys.guild(guild_id), prefix=keys.MEMBERS, attributes=_COLUMNS[:2])
    return {item["user_id"]: item["name"] for item in items}


def known(table: Table, guild_id: str) -> Known:
    """Return every member met with name and first day: the earlier of the first thing they did here and joining."""
    found = Known({}, {})
    for item in table.query_all(keys.guild(guild_id), prefix=keys.MEMBERS, attributes=_COLUMNS):
        found.names[item["user_id"]] = item["name"]
        found.first_seen[item["user_id"]] = keys.moment(min(item["met_at"], item.get("joined_at", item["met_at"])))
    return found


def page(table: Table, guild_id: str, *, limit: int, after: str | None = None) -> tuple[dict[str, str], str | None]:
    """Return names by user id of at most `limit` members met, those behind the id `after`, and the last id if more follow."""
    start = dict(keys.member(guild_id, after)._asdict()) if after else None
    found = table.query(
        keys.guild(guild_id), prefix=keys.MEMBERS, limit=limit, after=start, attributes=(*_COLUMNS[:2], "pk", "sk")
    )
    return {item["user_id"]: item["name"] for item in found.items}, found.items[-1]["user_id"] if found.last else None


def name_of(table: Table, guild_id: str, user_id: str) -> str | None:
    """Return the name a member was last seen under, None for who was never met."""
    item = table.get(keys.member(guild_id, user_id), attributes=_COLUMNS[:2])
    return item.get("name") if item else None


def names_of(table: Table, guild_id: str, user_ids: Sequence[str]) -> dict[str, str]:
    """Return the names of those that were met, by id, in one request per 100."""
    found = table.get_many([keys.member(guild_id, user_id) for user_id in user_ids], attributes=_COLUMNS[:2])
    return {item["user_id"]: item["name"] for item in found if item and "name" in item}
