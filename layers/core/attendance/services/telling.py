"""Telling one member something: in their direct messages, or once in the event's channel where those are closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attendance.domain.ids import derive
from attendance.services.cards import posted_for
from attendance.services.deliveries import Posting, post_direct_once
from attendance.storage import keys
from attendance.storage import told as record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
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
    noted_as: tuple[str, str] | None = None,
) -> Outcome:
    """Tell a member once what `body` makes of a reference and of whether it stands in the channel; returns how.

    `key` names what is told: under the same one nothing is told twice. Who muted `topic` is not told at all. What is nobody
    else's business stays out of the channel (`in_channel_too` False). `noted_as`, a kind and a stamp, puts it on the event's
    record of what was told. Raises what `Discord.call` raises.
    """
    outcome: Outcome = post_direct_once(
        table, discord, _posting(event, user_id, key, body, in_channel=False), user_id, now, topic=topic
    )
    if outcome == "closed" and in_channel_too:
        told = posted_for(table, discord, _posting(event, user_id, key, body, in_channel=True), event, now)
        outcome = "channel" if told else "failed"
    if noted_as is not None:
        kind, at = noted_as
        record.note(table, event.guild_id, event.event_id, kind, keys.moment(at), user_id, {outcome: 1})
    return outcome


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


def tell_group(
    table: Table,
    discord: Discord,
    event: Event,
    users: Sequence[str],
    key: Sequence[str],
    body: Callable[[tuple[str, ...], str], dict[str, Any]],
    now: datetime,
    *,
    topic: Topic,
    part: str,
    in_channel_too: bool,
) -> dict[str, int]:
    """Tell each of `users` once what `body` makes of who is mentioned and a reference; returns how many were told how.

    Those whose direct messages are closed share one message in the channel, which `part` names beside the key, unless it
    stands there already (`in_channel_too` False). Raises what `Discord.call` raises.
    """
    outcomes: dict[str, list[str]] = {}
    for user_id in users:
        reference = derive(*key, user_id, "direct")
        posting = Posting(
            guild_id=event.guild_id, delivery_id=reference, channel_id="", body=body((), reference), marker=reference
        )
        outcome: Outcome = post_direct_once(table, discord, posting, user_id, now, topic=topic)
        outcomes.setdefault(outcome, []).append(user_id)
    if in_channel_too and (closed := outcomes.pop("closed", [])):
        reference = derive(*key, part, "channel")
        posting = Posting(
            guild_id=event.guild_id,
            delivery_id=reference,
            channel_id=event.channel_id,
            body=body(tuple(closed), reference),
            marker=reference,
        )
        outcomes["channel" if posted_for(table, discord, posting, event, now) else "failed"] = closed
    return {outcome: len(told) for outcome, told in outcomes.items()}
