"""Members a guild's bot has met, with the name they were last seen under."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from attendance.storage import keys
from attendance.storage.table import ConditionFailed, Update

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.storage.table import Table

_COLUMNS = ("user_id", "name")


def remember(table: Table, guild_id: str, user_id: str, name: str, seen_at: datetime) -> None:
    """Note a member's name as of `seen_at`; the first call also fixes `met_at`. An older sighting changes nothing."""
    expression = (
        "SET #entity = :entity, #user_id = :user, #name = :name, #met_at = if_not_exists(#met_at, :at), #seen_at = :at"
    )
    values = {":entity": "member", ":user": user_id, ":name": name, ":at": keys.stamp(seen_at)}
    not_older = "attribute_not_exists(#seen_at) OR #seen_at <= :at"
    with suppress(ConditionFailed):
        table.update(Update(keys.member(guild_id, user_id), expression, not_older, values))


def names(table: Table, guild_id: str) -> dict[str, str]:
    """Return the display name of every member met, by user id."""
    items = table.query_all(keys.guild(guild_id), prefix=keys.MEMBERS, attributes=_COLUMNS)
    return {item["user_id"]: item["name"] for item in items}
