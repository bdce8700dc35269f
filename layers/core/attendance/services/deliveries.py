"""Sending a message to Discord once in effect, over redelivery, crashes and lost answers.

    store `sending` ─► POST with a nonce ─► store `sent`

A try that finds `sending` does not know whether an earlier POST arrived. Within a minute of that try's beginning it
simply posts again: Discord recognises the nonce and returns the message that there is. Later it first looks for the
message's marker among the channel's last ones. Where it may not look either, it posts once more and logs that the
message may stand there twice: the one case that nothing can decide.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from attendance.domain.erasure import is_pseudonym
from attendance.domain.ids import snowflake_time
from attendance.errors import RateLimited, Refused, Unavailable
from attendance.services.presence import look_after_refusal
from attendance.storage import deliveries, direct_messages
from attendance.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from attendance.domain.notice import Topic
    from attendance.ports import Discord
    from attendance.storage.deliveries import Delivery
    from attendance.storage.table import Table

NONCE_TRUSTED_FOR = timedelta(seconds=60)
"""Discord remembers a nonce for "the past few minutes"; a call takes up to 13 s, so a minute leaves ample margin."""
_CLOCKS_DIFFER_BY = timedelta(seconds=60)
_UNKNOWN_MESSAGE = 10008
_NO_GUILD_IN_COMMON = 50278
_TAKES_NO_MESSAGES = frozenset({50007, _NO_GUILD_IN_COMMON})  # closed or blocked; no longer a member

DirectOutcome = Literal["direct", "closed", "left", "muted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A message to be posted once. `delivery_id` (16 characters) names it; `marker` is text of it that no other has."""

    guild_id: str
    delivery_id: str
    channel_id: str
    body: Mapping[str, Any]
    marker: str


def post_once(table: Table, discord: Discord, posting: Posting, now: datetime) -> str | None:
    """Post the message unless it stands at Discord already; returns its id (None: it was deleted since).

    Raises what `Discord.call` raises.
    """
    delivery = deliveries.begin(table, posting.guild_id, posting.delivery_id, now)
    if delivery.state == "sent":
        return delivery.message_id
    if not delivery.fresh and now - delivery.begun_at >= NONCE_TRUSTED_FOR:
        found = _look(table, discord, posting, delivery, now)
        if found is not None:
            deliveries.finish(table, delivery, found)
            return found
    try:
        message_id = _post(discord, posting)
    except RateLimited:  # it may wait for minutes now, and need not look for what was never there
        if delivery.fresh:
            deliveries.note_untried(table, delivery)
        raise
    except Refused as refusal:
        look_after_refusal(table, discord, posting.guild_id, refusal, now)
        raise
    deliveries.finish(table, delivery, message_id)
    return message_id


def _post(discord: Discord, posting: Posting) -> str | None:
    body = {**posting.body, "nonce": posting.delivery_id, "enforce_nonce": True}
    try:
        message_id: str = discord.call("POST", f"/channels/{posting.channel_id}/messages", body)["id"]
    except Refused as refusal:
        if refusal.reason == _UNKNOWN_MESSAGE:  # the nonce's message was deleted meanwhile, and is not made again
            return None
        raise
    return message_id


def _look(table: Table, discord: Discord, posting: Posting, delivery: Delivery, now: datetime) -> str | None:
    """Return the id of the message if it stands among the channel's last; else note that another try begins."""
    try:
        messages = discord.call("GET", f"/channels/{posting.channel_id}/messages?limit=100")
    except Refused as refusal:
        if delivery.unverified:
            raise
        log().warning("message_may_be_doubled", extra={"delivery_id": posting.delivery_id, "reason": refusal.reason})
        _begin_again(table, delivery, now, unverified=True)
        return None
    for message in messages:
        if _is_ours(message, posting, delivery.begun_at):
            found: str = message["id"]
            return found
    _begin_again(table, delivery, now, unverified=False)
    return None


def _begin_again(table: Table, delivery: Delivery, now: datetime, *, unverified: bool) -> None:
    if not deliveries.begin_again(table, delivery, now, unverified=unverified):
        raise Unavailable("Somebody else is sending this message right now.")


def _is_ours(message: Mapping[str, Any], posting: Posting, begun_at: datetime) -> bool:
    if snowflake_time(message["id"]) < begun_at - _CLOCKS_DIFFER_BY:
        return False
    if message.get("nonce") == posting.delivery_id:
        return True
    return posting.marker in json.dumps([message.get("embeds"), message.get("components")])


def post_direct_once(
    table: Table, discord: Discord, posting: Posting, user_id: str, now: datetime, *, topic: Topic | None
) -> DirectOutcome:
    """Post `posting` (whose channel is left empty) to a member's direct messages; returns what became of it.

    A refusal is remembered for a week and answers `closed` without a call from then on; a message that arrives ends that.
    Who muted `topic` is left alone; with None it is nothing that can be muted. An erased member is nobody: they have left.
    """
    if is_pseudonym(user_id):
        log().info("nobody_to_tell", extra={"delivery_id": posting.delivery_id, "reason": "the member was erased"})
        return "left"
    earlier = deliveries.get(table, posting.guild_id, posting.delivery_id)
    if earlier is not None and earlier.state != "sending":
        return "direct" if earlier.state == "sent" else _refused_as(earlier.reason)
    known = direct_messages.get(table, posting.guild_id, user_id)
    if earlier is None and topic in known.muted:
        return "muted"
    if earlier is None and not known.takes(now):
        return "closed"
    try:
        channel_id = known.channel_id or _open_channel(table, discord, posting.guild_id, user_id)
        post_once(table, discord, _in_channel(posting, channel_id), now)
    except Refused as refusal:
        if refusal.reason not in _TAKES_NO_MESSAGES:
            raise
        direct_messages.remember_closed(table, posting.guild_id, user_id, now)
        deliveries.refuse(
            table, deliveries.begin(table, posting.guild_id, posting.delivery_id, now), str(refusal.reason)
        )
        return _refused_as(str(refusal.reason))
    if known.closed_until is not None:
        direct_messages.forget_closed(table, posting.guild_id, user_id)
    return "direct"


def _refused_as(reason: str) -> DirectOutcome:
    return "left" if reason == str(_NO_GUILD_IN_COMMON) else "closed"


def _in_channel(posting: Posting, channel_id: str) -> Posting:
    return Posting(
        guild_id=posting.guild_id,
        delivery_id=posting.delivery_id,
        channel_id=channel_id,
        body=posting.body,
        marker=posting.marker,
    )


def _open_channel(table: Table, discord: Discord, guild_id: str, user_id: str) -> str:
    channel_id: str = discord.call("POST", "/users/@me/channels", {"recipient_id": user_id})["id"]
    direct_messages.remember_channel(table, guild_id, user_id, channel_id)
    return channel_id
