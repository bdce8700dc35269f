"""That a guild has removed the bot, in the table: one item a guild, and the due item by which it is looked at."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from attendance.domain.departure import LOOKED_AT_EVERY, Departure
from attendance.domain.due import Due
from attendance.storage import keys
from attendance.storage.dues import put_due
from attendance.storage.table import PRESENT, ConditionFailed, Delete, Put, Update

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.storage.table import Table

OF_GUILD = "guild"
"""Stands where other due items have an event."""


def look_at(guild_id: str, now: datetime) -> Due:
    """When a guild is looked at next."""
    return Due(guild_id=guild_id, event_id=OF_GUILD, kind="presence", at=now + LOOKED_AT_EVERY)


def purge_of(guild_id: str, at: datetime) -> Due:
    """When a guild's purge begins, or goes on."""
    return Due(guild_id=guild_id, event_id=OF_GUILD, kind="purge", at=at)


def get(table: Table, guild_id: str) -> Departure | None:
    """Return what is known of a guild's departure of the bot, or None while it is there."""
    item = table.get(keys.departure(guild_id))
    if item is None:
        return None
    return Departure(keys.moment(item["first_at"]), keys.moment(item["last_at"]), item.get("purging", False))


def note(table: Table, guild_id: str, at: datetime) -> None:
    """Note that the bot was not in the guild at `at`; the first time stands."""
    values = {":entity": "departure", ":at": keys.stamp(at)}
    expression = "SET #entity = :entity, #first_at = if_not_exists(#first_at, :at), #last_at = :at"
    condition = "attribute_not_exists(#last_at) OR #last_at <= :at"
    with suppress(ConditionFailed):  # an older look, delivered late
        table.update(Update(keys.departure(guild_id), expression, condition, values))


def begin_purge(table: Table, guild_id: str, departure: Departure, at: datetime) -> None:
    """Let the sweep purge a guild, unless it is back meanwhile."""
    values = {":yes": True, ":first": keys.stamp(departure.first_at)}
    begin = Update(keys.departure(guild_id), "SET #purging = :yes", f"{PRESENT} AND #first_at = :first", values)
    with suppress(ConditionFailed):
        table.write_together(begin, put_due(purge_of(guild_id, at)))


def forget(table: Table, guild_id: str) -> bool:
    """Note that the bot is in the guild; True where it was taken for gone."""
    return table.delete(Delete(keys.departure(guild_id))) is not None


def put_look(guild_id: str, now: datetime) -> Put:
    """Return the write by which a guild is looked at from now on."""
    return put_due(look_at(guild_id, now))
