"""Telling officers that members ask for corrections: once for all who ask within some minutes, not once a request.

    asked ─► queued until the ten minutes are over in which it was asked ─► told, unless another of these minutes was, or all is decided

It goes to the channel that the guild keeps for its officers, which may name the members; without one, directly to who planned
the event, who learns only that there is something to decide: they may be no officer any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attendance.discord import notices
from attendance.domain.ids import derive
from attendance.errors import Refused
from attendance.services.deliveries import Posting, post_direct_once, post_once
from attendance.storage import corrections, events, guilds, keys
from attendance.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from attendance.domain.correction import Correction
    from attendance.ports import Discord
    from attendance.storage.table import Table

_COUNTED = 25


def tell_officers(table: Table, discord: Discord, message: Mapping[str, Any], now: datetime) -> None:
    """Tell officers of the requests that are open now; raises what `Discord.call` raises, a refusal aside."""
    guild_id, until = message["guild_id"], message["until"]
    waiting, more = corrections.list_page(table, guild_id, "open", limit=_COUNTED, cursor=None)
    if not waiting:
        log().info("requests_dropped", extra={"guild_id": guild_id, "reason": "all are decided"})
        return
    count = f"{len(waiting)}+" if more else str(len(waiting))
    settings = guilds.get_settings(table, guild_id)
    if settings.officer_channel_id:
        reference = derive("asked", guild_id, until, settings.officer_channel_id)
        body = notices.requests_waiting(
            settings.spoken, guild_id, settings.officer_channel_id, count, waiting, reference
        )
        posting = _posting(guild_id, settings.officer_channel_id, body, reference)
        try:
            post_once(table, discord, posting, now)
        except Refused as refusal:
            log().warning("officer_channel_refused", extra={"guild_id": guild_id, "reason": refusal.reason})
        else:
            return
    _tell_organiser(table, discord, message, count, now)


def _tell_organiser(table: Table, discord: Discord, message: Mapping[str, Any], count: str, now: datetime) -> None:
    guild_id = message["guild_id"]
    event = events.get(table, guild_id, message["event_id"], roster=False)
    if event is None:
        return
    none: list[Correction] = []
    reference = derive("asked", guild_id, message["until"], event.created_by)
    body = notices.requests_waiting(event.language, guild_id, event.channel_id, count, none, reference)
    try:
        posting = _posting(guild_id, "", body, reference)
        told = post_direct_once(table, discord, posting, event.created_by, now, topic=None) == "direct"
    except Refused as refusal:
        told = False
        log().info("organiser_not_told", extra={"event_id": event.event_id, "reason": refusal.reason})
    if not told:
        log().info("requests_untold", extra={"guild_id": guild_id, "until": keys.stamp(now)})


def _posting(guild_id: str, channel_id: str, body: Mapping[str, Any], reference: str) -> Posting:
    return Posting(guild_id=guild_id, delivery_id=reference, channel_id=channel_id, body=body, marker=reference)
