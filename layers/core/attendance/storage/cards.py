"""Where an event's card stands, and who may draw it next: one CARD item an event, of which `companions` reads its part.

Two marks make redraws few and never stale. *Pending*: a change that finds no pending redraw sets one and queues a draw;
changes that find one leave it at that. The worker clears the mark before it reads the event, so whatever was committed
before a change saw the mark is in the drawing. A mark older than `PENDING_FOR` belongs to a message that was lost or
waits very long, and is taken over. *Drawing*: a short lease, so that two drawings of one card cannot overtake each other
and leave the older one standing.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from attendance.storage import companions, keys
from attendance.storage.table import ConditionFailed, Update

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from attendance.domain.companion import CompanionKind
    from attendance.storage.companions import Companion
    from attendance.storage.table import Table
    from attendance.storage.values import Item

_KEPT_AFTER_REMOVAL = timedelta(days=2)
PENDING_FOR = timedelta(seconds=10)
DRAWING_FOR = timedelta(seconds=45)
"""Above the three Discord calls that a drawing can take: look, post, edit, at most 13 s each."""


_NONE = companions.Companion()


@dataclass(frozen=True, slots=True)
class Card:
    """`message_id` None: it was not posted yet. `posts` counts cards that were deleted at Discord.

    `problem`, where not empty, is why nothing can be posted, noted at `problem_at`. `moved_from` are the start and end (stamps)
    that members know, where `moved_version` of the event changed them and nobody was told yet.
    """

    guild_id: str
    event_id: str
    channel_id: str | None = None
    message_id: str | None = None
    posts: int = 0
    problem: str = ""
    problem_at: datetime | None = None
    moved_version: int = 0
    moved_from: tuple[str, str] | None = None
    thread: Companion = _NONE
    scheduled_event: Companion = _NONE

    def companion(self, kind: CompanionKind) -> Companion:
        """What stands beside the card."""
        return self.thread if kind == "thread" else self.scheduled_event


def from_item(guild_id: str, event_id: str, item: Item | None) -> Card:
    """Return the card of an item, or one that was not posted."""
    found = item or {}
    return Card(
        guild_id=guild_id,
        event_id=event_id,
        channel_id=found.get("channel_id"),
        message_id=found.get("message_id"),
        posts=found.get("posts", 0),
        problem=found.get("problem", ""),
        problem_at=keys.moment(found["problem_at"]) if found.get("problem_at") else None,
        moved_version=found.get("moved_version", 0),
        moved_from=tuple(found["moved_from"]) if found.get("moved_from") else None,
        thread=companions.read(found, "thread"),
        scheduled_event=companions.read(found, "scheduled_event"),
    )


def get(table: Table, guild_id: str, event_id: str) -> Card:
    """Return where an event's card stands."""
    return from_item(guild_id, event_id, table.get(keys.card(guild_id, event_id)))


def mark_pending(table: Table, guild_id: str, event_id: str, mark: str, now: datetime) -> bool:
    """Note that a redraw is on its way; False when another one is already. The same `mark` passes its own."""
    free = "attribute_not_exists(#pending)"
    mine = "#pending = :mark"  # a retry after the mark was set and before the message was queued
    forgotten = "#pending_at < :stale"
    values = {":mark": mark, ":at": keys.stamp(now), ":stale": keys.stamp(now - PENDING_FOR), ":entity": "card"}
    expression = "SET #pending = :mark, #pending_at = :at, #entity = :entity"
    try:
        table.update(Update(keys.card(guild_id, event_id), expression, f"{free} OR {mine} OR {forgotten}", values))
    except ConditionFailed:
        return False
    return True


def hold_pending(table: Table, guild_id: str, event_id: str, until: datetime) -> None:
    """Keep a redraw pending that has to wait until `until`: changes meanwhile need not queue another."""
    values = {":mark": "held", ":at": keys.stamp(until), ":entity": "card"}
    _always(table, guild_id, event_id, "SET #pending = :mark, #pending_at = :at, #entity = :entity", values)


def begin_drawing(table: Table, guild_id: str, event_id: str, holder: str, now: datetime) -> Card | None:
    """Take the card for drawing and clear the pending mark; None while another `holder` draws it."""
    free = "attribute_not_exists(#drawn_by) OR #drawn_by = :holder OR #drawn_until < :now"
    values = {":holder": holder, ":now": keys.stamp(now), ":until": keys.stamp(now + DRAWING_FOR), ":entity": "card"}
    expression = "SET #drawn_by = :holder, #drawn_until = :until, #entity = :entity REMOVE #pending, #pending_at"
    try:
        item = table.update(Update(keys.card(guild_id, event_id), expression, free, values))
    except ConditionFailed:
        return None
    return from_item(guild_id, event_id, item)


def end_drawing(table: Table, card: Card, holder: str) -> None:
    """Give the card back; one that was taken over meanwhile stays with the other."""
    try:
        table.update(
            Update(
                keys.card(card.guild_id, card.event_id),
                "REMOVE #drawn_by, #drawn_until",
                "#drawn_by = :holder",
                {":holder": holder},
            )
        )
    except ConditionFailed:
        return


def note_posted(table: Table, card: Card, channel_id: str, message_id: str) -> None:
    """Note where the card stands now."""
    expression = "SET #channel_id = :channel, #message_id = :message REMOVE #problem, #problem_at"
    _always(table, card.guild_id, card.event_id, expression, {":channel": channel_id, ":message": message_id})


def note_deleted(table: Table, card: Card) -> Card:
    """Note that the card's message was deleted at Discord, once a message; returns the card as it is now."""
    try:
        item = table.update(
            Update(
                keys.card(card.guild_id, card.event_id),
                "SET #posts = :posts REMOVE #message_id",
                "#message_id = :message",
                {":posts": card.posts + 1, ":message": card.message_id},
            )
        )
    except ConditionFailed as failed:
        item = failed.item or {}
    return from_item(card.guild_id, card.event_id, item)


def note_taken_down(table: Table, card: Card, now: datetime) -> None:
    """Note that the card of a deleted event is down; the item goes as the event does."""
    expression = "SET #expires_at = :end REMOVE #message_id"
    _always(table, card.guild_id, card.event_id, expression, {":end": int((now + _KEPT_AFTER_REMOVAL).timestamp())})


def note_problem(table: Table, card: Card, problem: str, now: datetime) -> None:
    """Note why the card cannot be posted or drawn, for officers to see."""
    expression = "SET #problem = :problem, #problem_at = :at"
    _always(table, card.guild_id, card.event_id, expression, {":problem": problem, ":at": keys.stamp(now)})


def note_move(table: Table, guild_id: str, event_id: str, version: int, before: tuple[str, str]) -> bool:
    """Note that `version` moved an event from the times `before`; False when a later version did too.

    Of several moves that nobody was told of, the first one's times stay.
    """
    values = {":version": version, ":before": list(before), ":entity": "card"}
    expression = "SET #moved_version = :version, #moved_from = if_not_exists(#moved_from, :before), #entity = :entity"
    latest = "attribute_not_exists(#moved_version) OR #moved_version <= :version"
    try:
        table.update(Update(keys.card(guild_id, event_id), expression, latest, values))
    except ConditionFailed:
        return False
    return True


def move_told(table: Table, card: Card, version: int, told: tuple[str, str]) -> None:
    """Note that members know of the times `told`: they are told the next move from there."""
    key, still = keys.card(card.guild_id, card.event_id), "#moved_version = :version"
    try:
        table.update(Update(key, "REMOVE #moved_from", still, {":version": version}))
    except ConditionFailed:  # moved once more meanwhile
        if_untold = "attribute_exists(#moved_from)"
        with suppress(ConditionFailed):
            table.update(Update(key, "SET #moved_from = :told", if_untold, {":told": list(told)}))


def _always(table: Table, guild_id: str, event_id: str, expression: str, values: Mapping[str, object]) -> None:
    either_way = "attribute_exists(#pk) OR attribute_not_exists(#pk)"
    table.update(Update(keys.card(guild_id, event_id), expression, either_way, values))
