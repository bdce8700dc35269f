"""Telling who planned an event that something of it cannot be posted: once for the same trouble, where it still works.

their direct messages ─► else, with a mention, the guild's own channel for events ─► else /event show and the log say it
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.discord import told
from attendance.domain.ids import derive, is_snowflake
from attendance.errors import Refused
from attendance.services.deliveries import Posting, post_direct_once, post_once
from attendance.storage import deliveries, guilds
from attendance.telemetry import log

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.event import Event
    from attendance.ports import Discord
    from attendance.storage.table import Table


def tell_trouble(table: Table, discord: Discord, event: Event, problem: str, now: datetime) -> None:
    """Tell the organiser of `problem`, once an event and problem; raises what `Discord.call` raises, a refusal aside."""
    if not is_snowflake(event.created_by):
        return
    key = ("trouble", event.event_id, event.channel_id, problem)
    reference = derive(*key, "direct")
    body = told.trouble(event, problem, reference, in_channel=False)
    posting = Posting(guild_id=event.guild_id, delivery_id=reference, channel_id="", body=body, marker=reference)
    try:
        outcome = post_direct_once(table, discord, posting, event.created_by, now, topic=None)
    except Refused as refusal:
        outcome = "closed"
        log().info("organiser_not_told", extra={"event_id": event.event_id, "reason": refusal.reason})
    channel_id = guilds.get_settings(table, event.guild_id).channel_id if outcome == "closed" else None
    if channel_id is None or channel_id == event.channel_id:
        return
    reference = derive(*key, channel_id)
    earlier = deliveries.get(table, event.guild_id, reference)
    if earlier is not None and earlier.state != "sending":
        return
    body = told.trouble(event, problem, reference, in_channel=True)
    posting = Posting(
        guild_id=event.guild_id, delivery_id=reference, channel_id=channel_id, body=body, marker=reference
    )
    try:
        post_once(table, discord, posting, now)
    except Refused as refusal:
        deliveries.refuse(table, deliveries.begin(table, event.guild_id, reference, now), str(refusal.reason))
        log().warning("trouble_untold", extra={"event_id": event.event_id, "reason": refusal.reason})
