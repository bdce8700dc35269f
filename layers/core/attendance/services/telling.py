"""Telling one member something: in their direct messages, or once in the event's channel where those are closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attendance.domain.ids import derive
from attendance.services.cards import posted_for
from attendance.services.deliveries import Posting, post_direct_once

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from attendance.domain.event import Event
    from attendance.domain.notice import Outcome, Topic
    from attendance.ports import Discord
    from attendance.storage.table import Table


def tell(
    table: Table,
    discord: Discord,
    event: Event,
    user_id: str,
    key: str,
    body: Callable[[str, bool], dict[str, Any]],
    now: datetime,
    *,
    topic: Topic | None = None,
    in_channel_too: bool = True,
) -> Outcome:
    """Tell a member once what `body` makes of a reference and of whether it stands in the channel; returns how.

    `key` names what is told: under the same one nothing is told twice. Who muted `topic` is not told at all. What is nobody
    else's business stays out of the channel (`in_channel_too` False). Raises what `Discord.call` raises.
    """
    outcome = post_direct_once(
        table, discord, _posting(event, user_id, key, body, in_channel=False), user_id, now, topic=topic
    )
    if outcome != "closed" or not in_channel_too:
        return outcome
    told = posted_for(table, discord, _posting(event, user_id, key, body, in_channel=True), event, now)
    return "channel" if told else "failed"


def _posting(
    event: Event, user_id: str, key: str, body: Callable[[str, bool], dict[str, Any]], *, in_channel: bool
) -> Posting:
    reference = derive(key, user_id, "channel" if in_channel else "direct")
    return Posting(
        guild_id=event.guild_id,
        delivery_id=reference,
        channel_id=event.channel_id if in_channel else "",
        body=body(reference, in_channel),
        marker=reference,
    )
