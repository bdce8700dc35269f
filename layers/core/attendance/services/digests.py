"""The weekly digest: due at the guild's weekday and hour, posted once where the guild wants it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from attendance.discord import notices, told
from attendance.domain.ids import derive
from attendance.domain.reminding import next_digest
from attendance.errors import Refused
from attendance.services.analytics import weekly_digest
from attendance.services.cards import problem_of
from attendance.services.deliveries import Posting, post_once
from attendance.services.trouble import tell_digest_trouble
from attendance.storage import dues, guilds, keys
from attendance.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from attendance.domain.due import Due
    from attendance.ports import Discord, Queue
    from attendance.storage.table import Table

LATEST = timedelta(hours=12)
"""A digest later than this is dropped: it would tell of another week than people think."""


def ask_for_digest(table: Table, queue: Queue, due: Due, now: datetime) -> None:
    """Queue the digest that is due, and arm the next one; raises `Unavailable`."""
    settings = guilds.get_settings(table, due.guild_id)
    if settings.digest is None or settings.zone is None:
        return
    queue.send({"v": 1, "kind": "digest", "guild_id": due.guild_id, "due_at": keys.stamp(due.at)})
    dues.rearm(table, due, next_digest(settings.digest, settings.zone, max(now, due.at)))


def post_digest(table: Table, discord: Discord, message: Mapping[str, Any], now: datetime) -> None:
    """Post a guild's digest once; a refusal is told to the officers once. Raises what else `Discord.call` raises."""
    guild_id, due_at = message["guild_id"], keys.moment(message["due_at"])
    settings = guilds.get_settings(table, guild_id)
    channel_id = settings.digest_channel_id or settings.channel_id
    digest = weekly_digest(table, guild_id, due_at) if settings.digest and now - due_at <= LATEST else None
    if digest is None or channel_id is None:
        log().info(
            "digest_dropped", extra={"guild_id": guild_id, "reason": "too late, switched off, or nothing to tell"}
        )
        return
    reference = derive("digest", guild_id, message["due_at"])
    body = told.weekly(digest, settings.spoken, notices.place_link(guild_id, channel_id), reference)
    posting = Posting(guild_id=guild_id, delivery_id=reference, channel_id=channel_id, body=body, marker=reference)
    try:
        post_once(table, discord, posting, now)
    except Refused as refusal:
        log().warning("digest_refused", extra={"guild_id": guild_id, "reason": refusal.reason})
        tell_digest_trouble(table, discord, settings, channel_id, problem_of(refusal), now)
