"""Notices to many: reminders, starts, cancellations, new times and officers' calls, in the channel, by direct message, or both.

    announce ─► one message in the channel for each 70 who are mentioned
             └► a queue message for each ten members ─► their direct messages; who takes none is mentioned in the channel

What is told is read fresh both times, and what is no longer so is dropped with a logged reason. Where the notice stands in the
channel already, closed direct messages need no second one there.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from itertools import batched
from typing import TYPE_CHECKING, Any, NamedTuple

from attendance.discord import notices, told
from attendance.domain.call import topic_of
from attendance.domain.due import reminder_is_stale
from attendance.domain.reminding import mentioning, told_where
from attendance.services.calling import settle_readers, still_meant, why_not
from attendance.services.cards import post_to_groups
from attendance.services.telling import tell_group
from attendance.storage import calls, cards, events, guilds, keys
from attendance.storage import told as record
from attendance.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from attendance.domain.call import Call
    from attendance.domain.event import Event
    from attendance.domain.notice import Topic
    from attendance.ports import Discord, Queue
    from attendance.storage.table import Table

ANNOUNCED = ("reminder", "cancelled", "rescheduled", "call")
AT_ONCE = 10
"""Members a queue message: few enough for one run of the function, many enough that the event is read seldom."""


class Announcement(NamedTuple):
    """What to tell: `key` names it, `readers` are groups of members, `at` the moment that made it due.

    Of a `call`, the officer says where it goes and whether anybody is mentioned.
    """

    event: Event
    kind: str
    key: tuple[str, ...]
    at: datetime
    topic: Topic
    readers: list[tuple[str, ...]]
    body: Callable[[tuple[str, ...], str, str], dict[str, Any]]
    call: Call | None = None


def announce(table: Table, discord: Discord, queue: Queue, message: Mapping[str, Any], now: datetime) -> None:
    """Post in the channel what a message announces, and queue the direct messages, as the guild wants it.

    Raises what `Discord.call` raises, and `Unavailable`.
    """
    message = _with_times(table, message)
    if message["kind"] == "call":
        settle_readers(table, discord, message, now)
    found = _found(table, message, now)
    if found is None:
        return
    event = found.event
    place, mentions = told_where(event, guilds.get_settings(table, event.guild_id))
    if found.call is not None:
        place, mentions = found.call.place or place, mentions if found.call.ping else "nobody"
    if place != "direct":
        groups = mentioning(event, mentions, found.readers)
        card = cards.get(table, event.guild_id, event.event_id)
        posts, mentioned = post_to_groups(table, discord, event, card, groups, found.key, found.body, now)
        counts = {"posts": posts, "mentioned": mentioned, "failed": len(groups) - posts}
        problem = cards.get(table, event.guild_id, event.event_id).problem if posts < len(groups) else ""
        _note(table, found, "channel", counts, problem)
    if place != "channel":
        reference = {"v": 1, "kind": "direct", "guild_id": event.guild_id, "event_id": event.event_id}
        users = [user_id for group in found.readers for user_id in group]
        queue.send_all(
            {**reference, "about": dict(message), "users": list(chunk), "both": place == "both"}
            for chunk in batched(users, AT_ONCE, strict=False)
        )
    if message["kind"] == "rescheduled":
        times = (keys.stamp(event.starts_at), keys.stamp(event.ends_at))
        cards.move_told(table, cards.get(table, event.guild_id, event.event_id), int(message["version"]), times)


def announce_directly(table: Table, discord: Discord, message: Mapping[str, Any], now: datetime) -> None:
    """Tell up to ten members directly what a message announces; raises what `Discord.call` raises."""
    found = _found(table, message["about"], now)
    if found is None:
        return
    event, users, part = found.event, tuple(message["users"]), message["users"][0]
    if found.call is not None:
        users = still_meant(event, found.call.audience, users)
    link = notices.place_link(
        event.guild_id, event.channel_id, cards.get(table, event.guild_id, event.event_id).message_id
    )
    counts = tell_group(
        table,
        discord,
        event,
        users,
        found.key,
        lambda mentioned, reference: found.body(mentioned, link, reference),
        now,
        topic=found.topic,
        part=part,
        in_channel_too=not message["both"],
    )
    _note(table, found, part, counts)


def _note(table: Table, found: Announcement, part: str, counts: Mapping[str, int], problem: str = "") -> None:
    record.note(table, found.event.guild_id, found.event.event_id, found.kind, found.at, part, counts, problem)


def _with_times(table: Table, message: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a message about a move with the times before it, which the card forgets once they are told."""
    if message["kind"] != "rescheduled" or "before" in message:
        return message
    card = cards.get(table, message["guild_id"], message["event_id"])
    is_last = card.moved_from is not None and card.moved_version == int(message["version"])
    return {**message, "before": list(card.moved_from or ()) if is_last else []}


def _found(table: Table, message: Mapping[str, Any], now: datetime) -> Announcement | None:
    event = events.get(table, message["guild_id"], message["event_id"])
    if event is not None and message["kind"] == "call":
        return _found_call(table, event, message, now)
    reason = "the event is gone" if event is None else _why_not(event, message, now)
    if event is None or reason is not None:
        log().info(f"{message['kind']}_dropped", extra={"event_id": message["event_id"], "reason": reason})
        if event is not None and message["kind"] == "rescheduled" and message.get("before"):
            times = (keys.stamp(event.starts_at), keys.stamp(event.ends_at))
            card = cards.get(table, event.guild_id, event.event_id)
            cards.move_told(table, card, int(message["version"]), times)
        return None
    match message["kind"]:
        case "reminder":
            offset, due_at = int(message["offset"]), message["due_at"]
            body, kind = (notices.reminder, "reminder") if offset else (told.start, "start")
            name = ("reminder", event.event_id, due_at, str(offset))
            readers = notices.reminder_groups(event)
            return Announcement(event, kind, name, keys.moment(due_at), "reminders", readers, partial(body, event))
        case "cancelled":
            body_of = partial(notices.cancellation, event)
        case _:
            before = (keys.moment(message["before"][0]), keys.moment(message["before"][1]))
            body_of = partial(notices.moved_event, event, before)
    key = (message["kind"], event.event_id, str(message["version"]))
    at = keys.moment(message["at"]) if "at" in message else now
    return Announcement(event, message["kind"], key, at, "changes", notices.coming_groups(event), body_of)


def _found_call(table: Table, event: Event, message: Mapping[str, Any], now: datetime) -> Announcement | None:
    call = calls.get(table, event.guild_id, event.event_id, message["call_id"])
    reason = why_not(event, call, now)
    if call is None or reason is not None:
        log().info("call_dropped", extra={"event_id": event.event_id, "reason": reason})
        return None
    _, mentions = told_where(event, guilds.get_settings(table, event.guild_id))
    body = partial(told.call, event, call, call.ping and mentions != "nobody")
    readers = list(batched(call.readers or (), notices.MENTIONS, strict=False))
    at = call.sent_at or call.asked_at
    return Announcement(event, "call", ("call", call.call_id), at, topic_of(call.audience), readers, body, call)


def _why_not(event: Event, message: Mapping[str, Any], now: datetime) -> str | None:
    match message["kind"]:
        case "reminder":
            due_at = keys.moment(message["due_at"])
            if event.starts_at - timedelta(minutes=int(message["offset"])) != due_at:
                return "the event was moved"
            return reminder_is_stale(event, due_at, now)
        case "cancelled":
            return None if event.version == int(message["version"]) and now < event.ends_at else "it is over or back on"
    if not message["before"]:
        return "a later move tells it"
    same = message["before"] == [keys.stamp(event.starts_at), keys.stamp(event.ends_at)]
    return "it is over, called off or moved back" if same or event.status != "open" or now >= event.ends_at else None
