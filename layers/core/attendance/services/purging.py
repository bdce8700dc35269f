"""Guilds that removed the bot: looked for once a day, and purged 30 days after it was first seen (`domain/departure.py`).

The sweep asks, the notifications worker, which holds the bot's token, looks. A purge removes so many items a minute, as
upkeep, what hangs on an event before what names the event: so the data itself says how far it came, and it can stop anywhere.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from attendance.domain.departure import LOOKED_AT_EVERY, says_removed
from attendance.errors import Refused
from attendance.storage import departures, dues, keys, upkeep, whole
from attendance.storage.table import Delete
from attendance.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

    from attendance.domain.due import Due
    from attendance.ports import Buckets, Discord, Queue
    from attendance.storage.table import Table
    from attendance.storage.values import Item

MAX_REMOVED = 300
"""So many items a sweep removes of one guild: seconds of its 40."""


def ask_for_presence(table: Table, queue: Queue, due: Due, now: datetime) -> None:
    """Let a worker look whether the bot is still in a guild, and look again tomorrow."""
    queue.send({"v": 1, "kind": "presence", "guild_id": due.guild_id, "at": keys.stamp(now)})
    dues.rearm(table, due, now + LOOKED_AT_EVERY)


def look_for_guild(table: Table, discord: Discord, message: Mapping[str, Any], now: datetime) -> None:
    """Ask Discord whether the bot is in a guild and note the answer, if it is one; raises what else `Discord.call` raises."""
    guild_id = message["guild_id"]
    try:
        discord.call("GET", f"/guilds/{guild_id}")
    except Refused as refusal:
        if says_removed(refusal.status, refusal.reason):
            _note_removed(table, guild_id, now)
        else:
            log().warning("guild_not_shown", extra={"guild_id": guild_id, "reason": refusal.reason})
        return
    if departures.forget(table, guild_id):
        log().info("guild_is_back", extra={"guild_id": guild_id})


def _note_removed(table: Table, guild_id: str, now: datetime) -> None:
    departures.note(table, guild_id, now)
    departure = departures.get(table, guild_id)
    if departure is None or departure.purging:
        return
    log().info("guild_removed_the_bot", extra={"guild_id": guild_id, "purged_at": keys.stamp(departure.purged_at)})
    if departure.is_due(now):
        departures.begin_purge(table, guild_id, departure, now)


def go_on_purging(table: Table, buckets: Buckets, due: Due, now: datetime) -> None:
    """Remove the next items of a guild, and make the rest due again; nothing where the bot is back."""
    guild_id, removed = due.guild_id, 0
    departure = departures.get(table, guild_id)
    if departure is None or not departure.purging:
        log().info("purge_cancelled", extra={"guild_id": guild_id})
        return
    kept = {keys.departure(guild_id), keys.due(due)}
    for item in whole.of_guild(table, guild_id):
        key = keys.Key(item["pk"], item["sk"])
        if key in kept:
            continue
        _remove_elsewhere(table, guild_id, item)
        removed += upkeep.remove(table, key, f"purge {keys.stamp(departure.first_at)}")
        if removed >= MAX_REMOVED:
            break
    if removed:
        dues.rearm(table, due, now + timedelta(seconds=1))
        return
    buckets.files().remove_all(f"{guild_id}/")
    departures.forget(table, guild_id)
    log().info("guild_purged", extra={"guild_id": guild_id})


def _remove_elsewhere(table: Table, guild_id: str, item: Item) -> None:
    """Remove what stands in no guild and is of this one alone: hashes of API keys, members' calendar addresses."""
    match item.get("entity"):
        case "key":
            table.delete(Delete(keys.api_key_by_hash(item["digest"])))
        case "member":
            for feed in table.query_all(keys.own_items(item["user_id"]), prefix=f"FEED#{guild_id}#"):
                table.delete(Delete(keys.feed(feed["digest"])))
                table.delete(Delete(keys.Key(feed["pk"], feed["sk"])))
