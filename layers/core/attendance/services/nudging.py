"""Asking members who have not answered an event to do so: once a person and event, in one message for all they have open.

    nudge is due ─► who is asked: the members of the event's role and who was invited, but for those who answered or are away
                 └► a queue message for each ten of them ─► for each, what else they have not answered this week ─► one message

A claim in the table, made before the message, keeps anybody from being asked twice about the same event; a redelivery finds
the claims of its own message and says the same again, which Discord shows once.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import batched
from typing import TYPE_CHECKING, Any

from attendance.discord import notices, told
from attendance.domain.due import reminder_is_stale
from attendance.domain.ids import derive
from attendance.services.audiences import asked_to_answer
from attendance.services.away import who_is_away
from attendance.services.cards import posted_for
from attendance.services.deliveries import Posting, post_direct_once
from attendance.storage import cards, direct_messages, events, keys, nudges
from attendance.storage import told as record
from attendance.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from attendance.domain.event import Event
    from attendance.ports import Discord, Queue
    from attendance.storage.table import Table

AT_ONCE = 10
AHEAD = timedelta(days=7)
"""Other events that start so soon are asked about in the same message."""


def find_unanswered(table: Table, discord: Discord, queue: Queue, message: Mapping[str, Any], now: datetime) -> None:
    """Queue a message for each ten members who are to be asked; raises `Unavailable`, `RateLimited`."""
    event = _fresh(table, message, now)
    if event is None:
        return
    users = sorted(unanswered(table, discord, event, now))
    queue.send_all(
        {**message, "kind": "nudge_to", "users": list(some)} for some in batched(users, AT_ONCE, strict=False)
    )


def unanswered(table: Table, discord: Discord, event: Event, now: datetime) -> set[str]:
    """Return who is asked, has not answered and is not away."""
    asked = asked_to_answer(table, discord, event, now).users
    return set(asked) - set(event.choices) - who_is_away(table, event)


def nudge_members(table: Table, discord: Discord, message: Mapping[str, Any], now: datetime) -> None:
    """Ask up to ten members, each once, about all that they have not answered; raises what `Discord.call` raises."""
    event = _fresh(table, message, now)
    if event is None:
        return
    due_at, users = keys.moment(message["due_at"]), [one for one in message["users"] if one not in event.choices]
    known = direct_messages.get_many(table, event.guild_id, users)
    silent = [user for user in users if "nudges" in known[user].muted]
    others = _others(table, discord, event, now)
    closed, counts = [], {"muted": len(silent)}
    for user_id in users:
        mark = derive("nudge", event.event_id, message["due_at"], user_id)
        if user_id in silent or not nudges.claim(table, event, user_id, mark):
            continue
        open_too = [one for one, asked in others if user_id in asked and nudges.claim(table, one, user_id, mark)]
        body = told.nudge([event, *open_too], (), [_link(table, one) for one in (event, *open_too)], mark)
        posting = Posting(guild_id=event.guild_id, delivery_id=mark, channel_id="", body=body, marker=mark)
        outcome = post_direct_once(table, discord, posting, user_id, now, topic="nudges")
        if outcome == "closed":
            closed.append(user_id)
        else:
            counts[outcome] = counts.get(outcome, 0) + 1
    if closed:
        counts["channel" if _in_channel(table, discord, event, closed, message["due_at"], now) else "failed"] = len(
            closed
        )
    part = str(message["users"][0])
    record.note(table, event.guild_id, event.event_id, "nudge", due_at, part, counts)


def _in_channel(table: Table, discord: Discord, event: Event, users: Sequence[str], due_at: str, now: datetime) -> bool:
    """Mention those who take no direct messages in the event's channel, once."""
    reference = derive("nudge", event.event_id, due_at, users[0], "channel")
    body = told.nudge([event], tuple(users), [_link(table, event)], reference)
    posting = Posting(
        guild_id=event.guild_id, delivery_id=reference, channel_id=event.channel_id, body=body, marker=reference
    )
    return posted_for(table, discord, posting, event, now)


def _others(table: Table, discord: Discord, event: Event, now: datetime) -> list[tuple[Event, set[str]]]:
    """Return the other events of the next days that take sign-ups, with who has not answered each."""
    page, _ = events.list_between(table, event.guild_id, since=now, until=now + AHEAD, limit=told.LISTED)
    found = [
        events.get(table, event.guild_id, item["event_id"])
        for item in page
        if item["status"] == "open" and item["event_id"] != event.event_id
    ]
    return [
        (one, unanswered(table, discord, one, now))
        for one in found
        if one is not None and one.nudges and _takes_answers(one, now)
    ]


def _takes_answers(event: Event, now: datetime) -> bool:
    begun = event.sign_up_opens_at is None or event.sign_up_opens_at <= now
    return event.status == "open" and begun and now < event.sign_up_ends_at


def _fresh(table: Table, message: Mapping[str, Any], now: datetime) -> Event | None:
    event, due_at = events.get(table, message["guild_id"], message["event_id"]), keys.moment(message["due_at"])
    reason = "the event is gone"
    if event is not None:
        moved = event.starts_at - timedelta(minutes=int(message["offset"])) != due_at
        reason = "the event was moved" if moved else reminder_is_stale(event, due_at, now) or ""
        if not reason and not _takes_answers(event, now):
            reason = "it takes no answers"
    if reason:
        log().info("nudge_dropped", extra={"event_id": message["event_id"], "reason": reason})
        return None
    return event


def _link(table: Table, event: Event) -> str:
    card = cards.get(table, event.guild_id, event.event_id)
    return notices.place_link(event.guild_id, event.channel_id, card.message_id)
