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
    in_channel_too: bool = True,
) -> None:
    """Tell a member once what `body` makes of a reference and of whether it stands in the channel.

    `key` names what is told: under the same one nothing is told twice. What is nobody else's business stays out of the
    channel (`in_channel_too` False). Raises what `Discord.call` raises.
    """
    for in_channel in (False, True)[: 1 + in_channel_too]:
        reference = derive(key, user_id, "channel" if in_channel else "direct")
        posting = Posting(
            guild_id=event.guild_id,
            delivery_id=reference,
            channel_id=event.channel_id if in_channel else "",
            body=body(reference, in_channel),
            marker=reference,
        )
        if in_channel:
            posted_for(table, discord, posting, event, now)
        elif post_direct_once(table, discord, posting, user_id, now):
            return
