"""Drawing an event's card: posted once, edited ever after, always from fresh state and never more often than is useful."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from attendance.discord.cards import event_card
from attendance.discord.notices import place_link
from attendance.domain.ids import derive
from attendance.domain.sheet import totals
from attendance.errors import AttendanceError, Gone, Refused
from attendance.services.companions import ask_for_companions
from attendance.services.deliveries import Posting, post_once
from attendance.services.presence import look_after_refusal
from attendance.services.trouble import tell_trouble
from attendance.storage import cards, events, sheets
from attendance.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from attendance.domain.event import Event
    from attendance.ports import Discord, Queue
    from attendance.storage.cards import Card
    from attendance.storage.table import Table

REDRAW_AFTER = 2
"""Seconds from the first change to the redraw that shows it and all that came meanwhile: DESIGN's "at most one in 2 s"."""
OLD_EDITS_AFTER = 60
"""Seconds to wait when Discord takes no more edits of a message older than an hour (30046)."""
PROBLEM_STANDS_FOR = timedelta(minutes=10)
"""So long after a refusal nobody tries that channel again: refusals count towards the ban of our address."""
MOST_POSTS = 2
"""A card that was deleted is posted again once; whoever deletes that one too means it."""
_UNKNOWN_CHANNEL, _UNKNOWN_MESSAGE, _TOO_MANY_OLD_EDITS = 10003, 10008, 30046


def card_message(guild_id: str, event_id: str) -> dict[str, Any]:
    """Return the queue message that asks for a card to be drawn."""
    return {"v": 1, "kind": "card", "guild_id": guild_id, "event_id": event_id}


def ask_for_redraw(table: Table, queue: Queue, guild_id: str, event_id: str, mark: str, now: datetime) -> bool:
    """Queue a redraw unless one is on its way; `mark` names what asks, so that its retry passes. Raises `Unavailable`."""
    if not cards.mark_pending(table, guild_id, event_id, mark, now):
        return False
    queue.send(card_message(guild_id, event_id), delay=REDRAW_AFTER)
    return True


def hold_redraw(table: Table, guild_id: str, event_id: str, until: datetime) -> None:
    """Keep a redraw that has to wait pending, so that changes meanwhile do not pile up others behind it."""
    cards.hold_pending(table, guild_id, event_id, until)


def draw_card(
    table: Table, discord: Discord, queue: Queue, guild_id: str, event_id: str, holder: str, now: datetime
) -> float | None:
    """Show the event as it is now; returns None when done, or the seconds after which to try again.

    Its thread and scheduled event follow by messages of their own.

    Posts the card of an open event that has none. What Discord refuses for good is noted on the card and not repeated.
    Raises `RateLimited`, `Unavailable`.
    """
    card = cards.begin_drawing(table, guild_id, event_id, holder, now)
    if card is None:
        return REDRAW_AFTER
    found = events.find(table, guild_id, event_id)
    event = found.event if found else None
    try:
        if found and found.removed:
            _take_down(table, discord, card, now)
            wait = None
        else:
            wait = _draw(table, discord, card, event, now)
    except AttendanceError:
        cards.end_drawing(table, card, holder)
        raise
    cards.end_drawing(table, card, holder)
    if wait is None and event is not None:
        if event.thread and card.message_id is None:  # it may have been posted just now
            card = cards.get(table, guild_id, event_id)
        ask_for_companions(queue, event, card, now)
    return wait


def _draw(table: Table, discord: Discord, card: Card, event: Event | None, now: datetime) -> float | None:
    if event is None or _is_hopeless(card, event, now):
        return None
    try:
        if card.message_id is None:
            _post(table, discord, card, event, now)
        else:
            _edit(table, discord, card, event, now)
    except Refused as refusal:
        if refusal.reason == _TOO_MANY_OLD_EDITS:
            return OLD_EDITS_AFTER
        look_after_refusal(table, discord, event.guild_id, refusal, now)
        problem = problem_of(refusal)
        cards.note_problem(table, card, problem, now)
        log().warning("card_refused", extra={"event_id": event.event_id, "problem": problem})
        tell_trouble(table, discord, event, problem, now)
    return None


def _is_hopeless(card: Card, event: Event, now: datetime) -> bool:
    if card.problem == "deleted":
        return True
    same_place = card.channel_id in (None, event.channel_id)
    return (
        bool(card.problem) and same_place and card.problem_at is not None and now - card.problem_at < PROBLEM_STANDS_FOR
    )


def _post(table: Table, discord: Discord, card: Card, event: Event, now: datetime) -> None:
    if event.status != "open":
        return
    if card.posts >= MOST_POSTS:
        cards.note_problem(table, card, "deleted", now)
        return
    posting = Posting(
        guild_id=event.guild_id,
        delivery_id=derive("card", event.event_id, event.channel_id, str(card.posts)),
        channel_id=event.channel_id,
        body=_body(table, event, now),
        marker=event.event_id,  # every button of an open event's card carries it
    )
    message_id = post_once(table, discord, posting, now)
    if message_id is None:
        cards.note_problem(table, card, "deleted", now)
        return
    cards.note_posted(table, card, event.channel_id, message_id)


def _edit(table: Table, discord: Discord, card: Card, event: Event, now: datetime) -> None:
    body = _body(table, event, now)
    try:
        discord.call("PATCH", f"/channels/{card.channel_id}/messages/{card.message_id}", body)
    except Gone as gone:
        if gone.reason != _UNKNOWN_MESSAGE:
            raise
        _post(table, discord, cards.note_deleted(table, card), event, now)


def _take_down(table: Table, discord: Discord, card: Card, now: datetime) -> None:
    """Remove the card of an event that was deleted; what Discord refuses is noted, and nobody would mend it."""
    if card.message_id is None:
        return
    try:
        discord.call("DELETE", f"/channels/{card.channel_id}/messages/{card.message_id}")
    except Refused as refusal:
        log().info("card_left", extra={"event_id": card.event_id, "reason": refusal.reason})
    cards.note_taken_down(table, card, now)


def posted_for(table: Table, discord: Discord, posting: Posting, event: Event, now: datetime) -> bool:
    """Post into the event's channel; False, and noted on its card, when Discord refuses."""
    try:
        post_once(table, discord, posting, now)
    except Refused as refusal:
        problem = problem_of(refusal)
        cards.note_problem(table, cards.get(table, event.guild_id, event.event_id), problem, now)
        log().warning("notice_refused", extra={"event_id": event.event_id, "reason": refusal.reason})
        tell_trouble(table, discord, event, problem, now)
        return False
    return True


def post_to_groups(
    table: Table,
    discord: Discord,
    event: Event,
    card: Card,
    groups: Iterable[tuple[str, ...]],
    name: Sequence[str],
    body: Callable[[tuple[str, ...], str, str], dict[str, Any]],
    now: datetime,
) -> tuple[int, int]:
    """Post a notice in the event's channel once a group of members; a refusal is noted and ends it.

    `name` names the notice, `body` makes it of who is mentioned, the link to the card and the reference that marks it.
    Returns how many messages stand there, and how many members they mention.
    """
    posted = mentioned = 0
    link = place_link(event.guild_id, event.channel_id, card.message_id)
    for part, users in enumerate(groups):
        reference = derive(*name, str(part))
        posting = Posting(
            guild_id=event.guild_id,
            delivery_id=reference,
            channel_id=event.channel_id,
            body=body(users, link, reference),
            marker=reference,
        )
        if not posted_for(table, discord, posting, event, now):
            return part, mentioned
        mentioned += len(users)
        posted = part + 1
    return posted, mentioned


def _body(table: Table, event: Event, now: datetime) -> dict[str, Any]:
    sheet = sheets.get(table, event) if event.status == "closed" else None
    return event_card(event, now, totals=totals(sheet) if sheet else None)


def problem_of(refusal: Refused) -> str:
    """Return what stands in the way, as `discord.problem_texts` knows it."""
    if refusal.reason == _UNKNOWN_CHANNEL:
        return "no_channel"
    return "no_access" if refusal.status == 403 else f"refused {refusal.reason}"


def seconds_up(seconds: float) -> int:
    """Return whole seconds, never early and at least one: queues delay by whole seconds."""
    return max(1, math.ceil(seconds))
