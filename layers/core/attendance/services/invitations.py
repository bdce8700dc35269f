"""What an event's channel reads of who is wanted: those who are invited by name, and roles whose minimum is missing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from attendance.discord import notices
from attendance.domain.due import reminder_is_stale
from attendance.domain.ids import derive
from attendance.domain.seats import missing_minimums
from attendance.services.cards import posted_for
from attendance.services.deliveries import Posting
from attendance.storage import cards, events, keys
from attendance.storage import told as record
from attendance.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from attendance.domain.event import Event
    from attendance.ports import Discord
    from attendance.storage.table import Table

_CARD_COMES_WITHIN = 3
"""Looks for the card, a few seconds apart, before an invitation goes out without a link to it."""


def ask_invited(table: Table, discord: Discord, message: Mapping[str, Any], now: datetime) -> float | None:
    """Mention those who were invited and have not answered, once; returns the seconds to wait for the card, or None.

    Raises what `Discord.call` raises.
    """
    event = events.get(table, message["guild_id"], message["event_id"])
    if event is None or event.status != "open" or now >= event.sign_up_ends_at:
        log().info("invitation_dropped", extra={"event_id": message["event_id"]})
        return None
    card = cards.get(table, event.guild_id, event.event_id)
    held = int(message.get("held", 0))
    if card.message_id is None and not card.problem and held < _CARD_COMES_WITHIN:
        return 2 + held
    users = tuple(user for user in message["users"] if user in event.invited and user not in event.choices)
    if users:
        reference = derive("invited", event.event_id, *message["users"])
        link = notices.place_link(event.guild_id, event.channel_id, card.message_id)
        posted = _post(table, discord, event, reference, notices.invitation(event, users, link, reference), now)
        at = keys.moment(message["at"]) if "at" in message else now
        _note(table, event, "invited", at, reference, posted=posted, mentioned=len(users))
    return None


def warn_of_minimum(table: Table, discord: Discord, message: Mapping[str, Any], now: datetime) -> None:
    """Name the roles whose minimum is missing, once, to the organiser in the event's channel; nothing where none is.

    Raises what `Discord.call` raises.
    """
    event, due_at = events.get(table, message["guild_id"], message["event_id"]), keys.moment(message["due_at"])
    moved = event is None or event.starts_at - timedelta(minutes=int(message["offset"])) != due_at
    if event is None or moved or (reason := reminder_is_stale(event, due_at, now)):
        log().info("warning_dropped", extra={"event_id": message["event_id"], "reason": "gone" if moved else reason})
        return
    missing = missing_minimums(event.roles, [seat.role for seat in event.roster().seated])
    if missing:
        reference = derive("minimum", event.event_id, message["due_at"])
        card = cards.get(table, event.guild_id, event.event_id)
        link = notices.place_link(event.guild_id, event.channel_id, card.message_id)
        posted = _post(table, discord, event, reference, notices.minimum_missing(event, missing, link, reference), now)
        _note(table, event, "minimum", due_at, reference, posted=posted, mentioned=1)


def _note(table: Table, event: Event, kind: str, at: datetime, part: str, *, posted: bool, mentioned: int) -> None:
    counts = {"posts": 1, "mentioned": mentioned} if posted else {"failed": 1}
    problem = "" if posted else cards.get(table, event.guild_id, event.event_id).problem or ""
    record.note(table, event.guild_id, event.event_id, kind, at, part, counts, problem)


def _post(table: Table, discord: Discord, event: Event, reference: str, body: dict[str, Any], now: datetime) -> bool:
    posting = Posting(
        guild_id=event.guild_id,
        delivery_id=reference,
        channel_id=event.channel_id,
        body=body,
        marker=reference,
    )
    return posted_for(table, discord, posting, event, now)
