"""What open dashboards are told, and who is told how much.

A message names what changed; `version` grows with every change of the same thing, so a client that missed one sees the
gap and fetches again. Members without the right to see something are told that it changed, not how.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from attendance.domain.choice import as_told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attendance.domain.event import Event

SUBSCRIPTION_LIFETIME = timedelta(seconds=60)
"""DESIGN: a subscription lives a minute and is renewed by a ping, after a look at the rights."""
CONNECTION_LIFETIME = timedelta(hours=2, minutes=10)
"""API Gateway ends a connection after two hours; the rest is margin for a lost $disconnect."""
TICKET_LIFETIME = timedelta(seconds=30)
MAX_MESSAGE_BYTES = 128 * 1024
"""API Gateway's limit of one WebSocket message."""

_NEEDS = {
    "absence": "attendance.manage",
    "attendance": "attendance.manage",
    "batch": "attendance.manage",
    "call": "events.manage",
    "correction": "attendance.manage",
    "evidence": "attendance.manage",
    "sheet": "attendance.manage",
    "replay": "settings.manage",
    "report": "reports.view",
    "settings": "settings.manage",
    "key": "settings.manage",
    "webhook": "settings.manage",
    "audit": "audit.view",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A socket that listens to a guild, or to one of its events when `event_id` is set, until `ends_at`."""

    guild_id: str
    connection_id: str
    user_id: str
    event_id: str | None
    capabilities: frozenset[str]
    ends_at: datetime


def event_version(version: int, seq: int) -> int:
    """One number that grows with every change of an event, of its fields and of its roster alike."""
    return version + seq


def text_for(subscription: Subscription, message: Mapping[str, Any]) -> str | None:
    """Return what the subscriber is sent of `message`, or None when it is not theirs to hear.

    Data that needs a right the subscriber lacks is left out, unless it is about themself (`data.user_id`); a message
    above the size limit becomes one that says to fetch again.
    """
    event_id = message.get("event_id")
    if subscription.event_id is not None and event_id != subscription.event_id:
        return None
    needed = _NEEDS.get(str(message["type"]).partition(".")[0].partition("_")[0])
    data = message.get("data") or {}
    hidden = (
        needed is not None and needed not in subscription.capabilities and data.get("user_id") != subscription.user_id
    )
    shown = {
        "type": message["type"],
        "guild_id": subscription.guild_id,
        "event_id": event_id,
        "version": message.get("version"),
        "data": None if hidden else message.get("data"),
    }
    text = json.dumps(shown, separators=(",", ":"))
    if len(text.encode()) <= MAX_MESSAGE_BYTES:
        return text
    return json.dumps(shown | {"type": "refetch", "data": None}, separators=(",", ":"))


def resumed(answer: Mapping[str, Any], event: Event | None = None, seen: int | None = None) -> dict[str, Any]:
    """Return the answer to a subscriber who was away, having last seen the version `seen` of `event`; None: of a guild.

    `data.resume` is `nothing` (they missed nothing), `state` (`data.event` is how the event stands, all its answers
    included) or `refetch`: of a whole guild nobody keeps what was sent, and some states are larger than a message.
    """
    data = dict(answer["data"])
    if event is None:
        return {**answer, "data": data | {"resume": "refetch"}}
    if seen == event_version(event.version, event.seq):
        return {**answer, "data": data | {"resume": "nothing"}}
    state = {
        "title": event.title,
        "game": event.game,
        "status": event.status,
        "starts_at": event.starts_at.isoformat(),
        "ends_at": event.ends_at.isoformat(),
        "version": event.version,
        "seq": event.seq,
        "answers": {user_id: as_told(said) for user_id, said in event.choices.items()},
    }
    whole = {**answer, "data": data | {"resume": "state", "event": state}}
    fits = len(json.dumps(whole).encode()) <= MAX_MESSAGE_BYTES
    return whole if fits else {**answer, "data": data | {"resume": "refetch"}}
