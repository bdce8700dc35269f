"""Keeping an event's thread and scheduled event: made once, brought up to what the event is, put away with it.

    card drawn ─► a companion does not show what it should ─► message `thread` or `scheduled_event`
    message ─► hold it ─► look ─► make, or change ─► store its id and mark

Discord makes one thread a message, so a thread that is there already is told by its refusal. Of scheduled events it
makes any number, so the guild's are looked through first. What somebody at Discord deletes stays deleted; what is
refused is noted, told the organiser once, and not tried again before something changes or an hour has passed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from attendance.discord import notices
from attendance.discord.problem_texts import problem_text
from attendance.discord.public import words_of
from attendance.domain.companion import KINDS, is_wanted, mark_of, to_add
from attendance.domain.ids import derive
from attendance.domain.languages import ENGLISH
from attendance.errors import AttendanceError, Gone, Refused
from attendance.services.deliveries import Posting, post_direct_once
from attendance.services.places import AGAIN_AFTER, FINISHED, TOO_MANY_EVENTS, UNKNOWN_MESSAGE, Place, link_to_card
from attendance.services.scheduled_events import keep_scheduled_event
from attendance.services.threads import keep_thread
from attendance.storage import cards, companions, events
from attendance.storage.companions import DELETED
from attendance.telemetry import log

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.companion import CompanionKind
    from attendance.domain.event import Event
    from attendance.ports import Discord, Queue
    from attendance.storage.cards import Card
    from attendance.storage.table import Table

TRIED_AGAIN_AFTER = timedelta(hours=1)


def ask_for_companions(queue: Queue, event: Event, card: Card, now: datetime) -> None:
    """Queue a message for each companion that does not show what it should; raises `Unavailable`."""
    for kind in KINDS:
        if _is_behind(kind, event, card, now):
            queue.send({"v": 1, "kind": kind, "guild_id": event.guild_id, "event_id": event.event_id})


def problems_of(table: Table, guild_id: str, event_id: str, language: str = ENGLISH) -> list[str]:
    """Return what stands in the way of the event's card and companions, in words for officers of that language."""
    card, words = cards.get(table, guild_id, event_id), words_of(language)
    found = [("card", card.problem), *((kind, card.companion(kind).problem) for kind in KINDS)]
    told = [(kind, problem_text(kind, problem, words)) for kind, problem in found if problem]
    return [words[f"problem.of.{kind}"].format(problem=problem) for kind, problem in told]


def bring_up(
    table: Table, discord: Discord, guild_id: str, event_id: str, kind: CompanionKind, holder: str, now: datetime
) -> float | None:
    """Make a companion, change it or put it away, as the event now is; returns None when done, or seconds to wait.

    Raises `RateLimited`, `Unavailable`.
    """
    if not companions.hold(table, guild_id, event_id, kind, holder, now):
        return AGAIN_AFTER
    try:
        found, card = events.find(table, guild_id, event_id), cards.get(table, guild_id, event_id)
        event = found.event if found else None  # a deleted one's are put away as a cancelled one's
        behind = event is not None and _is_behind(kind, event, card, now)
        wait = _brought_up(Place(table, discord, event, card, kind, now)) if event and behind else None
    except AttendanceError:
        companions.release(table, guild_id, event_id, kind, holder)
        raise
    companions.release(table, guild_id, event_id, kind, holder)
    return wait


def _is_behind(kind: CompanionKind, event: Event, card: Card, now: datetime) -> bool:
    known = card.companion(kind)
    if known.problem == DELETED:
        return False
    if known.discord_id is None and not (is_wanted(kind, event, now) and (kind != "thread" or card.message_id)):
        return False
    if known.mark != mark_of(kind, event, now, link_to_card(event, card)):
        return True
    if known.problem:
        return known.problem_at is not None and now - known.problem_at >= TRIED_AGAIN_AFTER
    return known.discord_id is None or (kind == "thread" and bool(to_add(event, known.added)))


def _brought_up(place: Place) -> float | None:
    try:
        if place.kind == "thread":
            return keep_thread(place)
        keep_scheduled_event(place)
    except Refused as refusal:
        if place.kind == "thread" and refusal.reason == UNKNOWN_MESSAGE:
            log().info(
                "thread_dropped", extra={"event_id": place.event.event_id}
            )  # its card is about to be posted anew
        else:
            _note_refusal(place, refusal)
    return None


def _note_refusal(place: Place, refusal: Refused) -> None:
    event, deleted = place.event, isinstance(refusal, Gone) or refusal.reason == FINISHED
    problem = DELETED if deleted else _code(refusal)
    log().warning("companion_refused", extra={"event_id": event.event_id, "kind": place.kind, "problem": problem})
    if not deleted:
        _tell_organiser(place, problem)
    companions.note_problem(place.table, event.guild_id, event.event_id, place.kind, place.mark, problem, place.now)


def _code(refusal: Refused) -> str:
    """Return what stands in the way, as `discord.problem_texts` knows it."""
    if refusal.reason == TOO_MANY_EVENTS:
        return "too_many"
    return "no_rights" if refusal.status == 403 else f"refused {refusal.reason}"


def _tell_organiser(place: Place, problem: str) -> None:
    """Tell who planned the event, once a month for the same trouble on the same server; closed messages are fine."""
    event = place.event
    reference = derive("companion", event.guild_id, place.kind, event.created_by, problem)
    said = problem_text(place.kind, problem, words_of(event.language))
    posting = Posting(
        guild_id=event.guild_id,
        delivery_id=reference,
        channel_id="",
        body=notices.companion_trouble(event, place.kind, said, place.link, reference),
        marker=reference,
    )
    try:
        post_direct_once(place.table, place.discord, posting, event.created_by, place.now, topic=None)
    except Refused as refusal:  # who planned it may be gone: /event show tells the others
        log().info("organiser_not_told", extra={"event_id": event.event_id, "reason": refusal.reason})
