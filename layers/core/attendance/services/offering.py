"""Telling a member that a seat is offered to them: once, with buttons that name a stored prompt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from attendance.discord import notices
from attendance.domain.ids import derive
from attendance.domain.settling import mark_of
from attendance.services.telling import tell
from attendance.storage import cards, events, keys, prompts
from attendance.storage.prompts import Prompt
from attendance.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attendance.ports import Discord
    from attendance.storage.table import Table


_EXPLAINS_FOR = timedelta(days=1)
"""So long after an offer its buttons still say what became of it."""


def tell_offer(table: Table, discord: Discord, message: Mapping[str, Any], now: datetime) -> None:
    """Ask a member to confirm their seat: directly, or once in the channel where direct messages are closed.

    An offer that is over, or was answered, is not told. Raises what `Discord.call` raises.
    """
    user_id, until = message["user_id"], int(message["until"])
    event = events.get(table, message["guild_id"], message["event_id"])
    mark = mark_of(event, user_id) if event else None
    seat = event.roster().offer_to(user_id) if event else None
    if event is None or event.status != "open" or mark is None or seat is None or mark.until != until:
        log().info("offer_dropped", extra={"event_id": message["event_id"]})
        return
    ends_at = datetime.fromtimestamp(until, UTC)
    if now >= ends_at:
        log().info("offer_dropped", extra={"event_id": event.event_id, "reason": "it is over"})
        return
    prompt_id = derive("offer", event.guild_id, event.event_id, user_id, str(until), seat.role)
    prompt = Prompt(
        prompt_id=prompt_id,
        kind="offer",
        guild_id=event.guild_id,
        event_id=event.event_id,
        user_id=user_id,
        until=ends_at + _EXPLAINS_FOR,
    )
    prompts.keep(table, prompt)
    link = notices.place_link(
        event.guild_id, event.channel_id, cards.get(table, event.guild_id, event.event_id).message_id
    )

    def body(reference: str, in_channel: bool) -> dict[str, Any]:  # noqa: FBT001 - as `tell` calls it
        return notices.offer(event, seat, ends_at, prompt_id, link, reference, in_channel=in_channel)

    tell(table, discord, event, user_id, derive("offer", prompt_id), body, now, noted_as=("offer", keys.stamp(ends_at)))
    # a question, so it cannot be muted
