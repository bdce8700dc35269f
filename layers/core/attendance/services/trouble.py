"""Telling people that something cannot be posted: once for the same trouble, where it still works.

of an event    its organiser's direct messages ─┐
of the digest                                   ├► else the officers' channel ─► else the channel for events ─► else the
│  log, and /event show, say it; of the digest the owner is told directly
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attendance.discord import told
from attendance.domain.erasure import is_pseudonym
from attendance.domain.ids import derive, is_snowflake
from attendance.errors import Refused
from attendance.services.deliveries import Posting, post_direct_once, post_once
from attendance.storage import deliveries, guilds
from attendance.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from attendance.domain.event import Event
    from attendance.domain.settings import Settings
    from attendance.ports import Discord
    from attendance.storage.table import Table

type Body = dict[str, Any]


def tell_trouble(table: Table, discord: Discord, event: Event, problem: str, now: datetime) -> None:
    """Tell the organiser of `problem`, once an event and problem; raises what `Discord.call` raises, a refusal aside.

    Who planned it and was erased, left, or takes no direct messages is stood in for by the officers.
    """
    key = ("trouble", event.event_id, event.channel_id, problem)
    somebody = is_snowflake(event.created_by) and not is_pseudonym(event.created_by)
    if somebody and _told_directly(
        table,
        discord,
        event.guild_id,
        event.created_by,
        key,
        lambda ref: told.trouble(event, problem, ref, in_channel=False),
        now,
    ):
        return
    settings = guilds.get_settings(table, event.guild_id)
    if not _told_in_a_channel(
        table,
        discord,
        settings,
        event.channel_id,
        key,
        lambda ref: told.trouble(event, problem, ref, in_channel=True),
        now,
    ):
        log().warning("trouble_untold", extra={"event_id": event.event_id, "problem": problem})


def tell_digest_trouble(
    table: Table, discord: Discord, settings: Settings, channel_id: str, problem: str, now: datetime
) -> None:
    """Tell the officers, else the owner, that the digest's channel takes nothing, once a channel and problem; raises as above."""
    guild_id, key = settings.guild_id, ("trouble", "digest", settings.guild_id, channel_id, problem)

    def body(reference: str) -> Body:
        return told.digest_trouble(settings.spoken, guild_id, channel_id, problem, reference)

    if _told_in_a_channel(table, discord, settings, channel_id, key, body, now):
        return
    try:
        owner = str(discord.call("GET", f"/guilds/{guild_id}").get("owner_id") or "")
    except Refused:
        owner = ""
    if not (is_snowflake(owner) and _told_directly(table, discord, guild_id, owner, key, body, now)):
        log().warning("trouble_untold", extra={"guild_id": guild_id, "problem": problem})


def _told_directly(
    table: Table,
    discord: Discord,
    guild_id: str,
    user_id: str,
    key: tuple[str, ...],
    body: Callable[[str], Body],
    now: datetime,
) -> bool:
    reference = derive(*key, "direct")
    posting = Posting(guild_id=guild_id, delivery_id=reference, channel_id="", body=body(reference), marker=reference)
    try:
        return post_direct_once(table, discord, posting, user_id, now, topic=None) == "direct"
    except Refused as refusal:
        log().info("trouble_refused", extra={"guild_id": guild_id, "reason": refusal.reason})
        return False


def _told_in_a_channel(
    table: Table,
    discord: Discord,
    settings: Settings,
    lost: str,
    key: tuple[str, ...],
    body: Callable[[str], Body],
    now: datetime,
) -> bool:
    """Post in the first of the guild's own channels, but the `lost` one, that takes it; False when none does."""
    for channel_id in dict.fromkeys((settings.officer_channel_id, settings.channel_id)):
        if channel_id is None or channel_id == lost:
            continue
        reference = derive(*key, channel_id)
        earlier = deliveries.get(table, settings.guild_id, reference)
        if earlier is not None and earlier.state != "sending":
            if earlier.state == "sent":
                return True
            continue
        posting = Posting(
            guild_id=settings.guild_id,
            delivery_id=reference,
            channel_id=channel_id,
            body=body(reference),
            marker=reference,
        )
        try:
            post_once(table, discord, posting, now)
        except Refused as refusal:
            begun = deliveries.begin(table, settings.guild_id, reference, now)
            deliveries.refuse(table, begun, str(refusal.reason))
        else:
            return True
    return False
