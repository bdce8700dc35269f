"""Whether the bot is still in a guild: looked at when Discord refuses something that a removed bot may not do.

    refused ─► is the guild there? ─► no: noted for ten minutes ─► what is queued for it is dropped, each with a logged line

So a fan-out to a thousand members of a guild that threw the bot out meanwhile ends after a handful of refusals, which all
count towards the ban of our address. After ten minutes one message tries again; a welcome, which follows an installation,
ends it at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.errors import Refused
from attendance.storage import guilds
from attendance.telemetry import log

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.ports import Discord
    from attendance.storage.table import Table

_UNKNOWN_CHANNEL, _UNKNOWN_GUILD, _MISSING_ACCESS, _NO_GUILD_IN_COMMON = 10003, 10004, 50001, 50278
_OF_WHO_IS_GONE = frozenset({_UNKNOWN_CHANNEL, _UNKNOWN_GUILD, _MISSING_ACCESS, _NO_GUILD_IN_COMMON})


def look_after_refusal(table: Table, discord: Discord, guild_id: str, refusal: Refused, now: datetime) -> None:
    """Note that the bot is not in a guild any more where a refusal is one of that kind and Discord says so."""
    if refusal.reason not in _OF_WHO_IS_GONE or guilds.bot_is_gone(table, guild_id, now):
        return
    try:
        discord.call("GET", f"/guilds/{guild_id}")
    except Refused as answer:
        guilds.note_bot_gone(table, guild_id, now)
        log().warning("guild_gone", extra={"guild_id": guild_id, "reason": answer.reason})
