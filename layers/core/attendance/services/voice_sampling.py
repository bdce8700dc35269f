"""Sampling an event's voice channel.

    due every 5 minutes ─► one message for every 20 members, spread over 3 minutes ─► one call a member ─► one item

Discord tells one member's voice state a call and has no list over REST. A sample of n members takes n calls: 25 for a
raid, and for the largest, 1,000 within three minutes, 5.6 a second of the 50 that Discord allows the bot in all. Where the
limits do not allow that, what is left four minutes after its moment is dropped: those members have one sample less to be
measured by, not one in which they were missing.

What an answer means (https://discord.com/developers/docs/topics/opcodes-and-status-codes#json):

    200, the event's channel    seen
    200, another; 10065         away: a sample that succeeded
    10007, 10013                gone from the server: no sample
    50001                       where they are we may not look: no sample, and the organiser is told once
    10004                       the bot is not on that server: nothing more is asked
    429, 5xx, no answer         what was found so far is kept, and the rest is asked again while it is time
"""

from __future__ import annotations

from itertools import batched
from typing import TYPE_CHECKING, Any

from attendance.discord import notices
from attendance.domain.ids import derive
from attendance.domain.voice import FRESH_FOR, PART, Look, is_sample, next_sample, sampled_members
from attendance.errors import Gone, Refused
from attendance.services.telling import tell
from attendance.storage import attendance, dues, events, keys
from attendance.storage import voice as store
from attendance.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from attendance.domain.due import Due
    from attendance.domain.event import Event
    from attendance.domain.verdict import Evidence
    from attendance.ports import Discord, Queue
    from attendance.storage.table import Table

SPREAD = 180
"""Seconds over which the messages of one sample are spread."""
MOST_APART = 10
"""Seconds between two messages of a sample that is small."""
REFUSALS = 3
"""So many refusals and nothing else: the bot may not look into the channel, and each further one counts against it."""
_NOT_IN_VOICE = 10065
_GONE_FROM_GUILD = frozenset({10007, 10013})
_UNKNOWN_GUILD = 10004
_MISSING_ACCESS = 50001


def ask_for_sample(table: Table, queue: Queue, due: Due, now: datetime) -> None:
    """Queue the sample that is due and arm the next one; what is too late or was moved is dropped and logged."""
    event = events.get(table, due.guild_id, due.event_id)
    if event is None:
        log().info("voice_sample_dropped", extra={"event_id": due.event_id, "reason": "the event is gone"})
        return
    if is_sample(event, due.at) and now - due.at < FRESH_FOR:
        _queue_parts(queue, event, due.at, attendance.decisions(table, due.guild_id, due.event_id))
    else:
        log().info("voice_sample_dropped", extra={"event_id": due.event_id, "reason": "it is too late, or was moved"})
    following = next_sample(event, max(now, due.at))
    if following is not None:
        dues.rearm(table, due, following)


def _queue_parts(queue: Queue, event: Event, at: datetime, observed: Mapping[str, Evidence]) -> None:
    parts = list(batched(sampled_members(event, observed.keys(), at), PART, strict=False))
    apart = min(MOST_APART, SPREAD / max(1, len(parts)))
    for part, users in enumerate(parts):
        message = {
            "v": 1,
            "kind": "voice_sample",
            "guild_id": event.guild_id,
            "event_id": event.event_id,
            "sample_at": keys.stamp(at),
            "part": part,
            "users": list(users),
        }
        queue.send(message, delay=int(part * apart))


def sample_voice(table: Table, discord: Discord, message: Mapping[str, Any], now: datetime) -> None:
    """Look up the members of one part of a sample, those left of it when it comes again.

    Raises what `Discord.call` raises when Discord asks to wait or does not answer; what was found until then is stored.
    """
    at, part = keys.moment(message["sample_at"]), int(message["part"])
    event = events.get(table, message["guild_id"], message["event_id"], roster=False)
    if event is None or not is_sample(event, at) or now - at >= FRESH_FOR:
        log().info("voice_part_dropped", extra={"event_id": message["event_id"], "part": part})
        return
    asked = store.asked(table, event, at, part)
    found = _Found(event, [user for user in message["users"] if user not in asked])
    try:
        found.look_up(discord)
    finally:
        store.record(table, event, Look(at, frozenset(found.seen), frozenset(found.away)), part, found.unknown)
    if found.refused and not found.seen:
        _tell_no_access(table, discord, event, now)


class _Found:
    """What looking up some members gave so far."""

    def __init__(self, event: Event, users: list[str]) -> None:
        self._event = event
        self._users = users
        self.seen: list[str] = []
        self.away: list[str] = []
        self.unknown: list[str] = []
        self.refused = 0

    def look_up(self, discord: Discord) -> None:
        """Ask for one member after the other."""
        for index, user in enumerate(self._users):
            try:
                state = discord.call("GET", f"/guilds/{self._event.guild_id}/voice-states/{user}")
            except Refused as refusal:
                if not self._refused(user, refusal):
                    self.unknown += self._users[index + 1 :]
                    return
            else:
                here = state.get("channel_id") == self._event.voice_channel_id
                (self.seen if here else self.away).append(user)

    def _refused(self, user: str, refusal: Refused) -> bool:
        """Note what a refusal means; False when asking on makes no sense."""
        if isinstance(refusal, Gone) and refusal.reason == _NOT_IN_VOICE:
            self.away.append(user)
            return True
        self.unknown.append(user)
        if refusal.reason in _GONE_FROM_GUILD:
            return True
        log().info("voice_state_refused", extra={"event_id": self._event.event_id, "reason": refusal.reason})
        self.refused += refusal.reason == _MISSING_ACCESS
        blind = self.refused >= REFUSALS and not self.seen and not self.away
        return not blind and refusal.reason != _UNKNOWN_GUILD


def _tell_no_access(table: Table, discord: Discord, event: Event, now: datetime) -> None:
    key = derive("voice_access", event.event_id, str(event.voice_channel_id))
    tell(
        table,
        discord,
        event,
        event.created_by,
        key,
        lambda reference, in_channel: notices.no_voice_access(event, reference, in_channel=in_channel),
        now,
    )
