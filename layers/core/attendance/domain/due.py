"""What is due for an event, and when: the plan that the minute sweep works through.

A due item names a moment and a kind; the sweep acts on it from the event's state at that moment. So an edit only has to
put the new plan in place, in the event's own transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from attendance.domain.voice import next_sample

if TYPE_CHECKING:
    from attendance.domain.event import Event

DueKind = Literal[
    "voice_sample", "reminder", "check_in_opens", "check_in_closes", "sign_up_opens", "sign_up_closes", "settle", "announce", "extend",
    "begins", "ends", "minimum", "close", "absence", "confirm_begins", "offer_ends", "report", "finish_marks", "nudge", "digest",
    "erasure", "presence", "purge", "retention", "clear",
]  # fmt: skip
REDRAWS: frozenset[DueKind] = frozenset(
    {"check_in_opens", "check_in_closes", "sign_up_opens", "sign_up_closes", "begins", "ends"}
)
"""Moments at which the card shows other buttons than before, or a scheduled event in a voice channel begins or ends."""
EVENT_KINDS: frozenset[DueKind] = REDRAWS | {
    "voice_sample",
    "reminder",
    "nudge",
    "minimum",
    "confirm_begins",
    "close",
    "settle",
}
"""What is due for an event as it stands: a change of the event replaces all of it."""
SETTLE_AFTER = timedelta(seconds=60)
"""No function lives this long, so whatever check-in was under way when an event closed is stored by then."""
FINISH_MARKS_AFTER = timedelta(minutes=15)
"""Far longer than a request lives, so who wanted to send marks that were cut off again has had the time to."""
LATE_REMINDER_GRACE = timedelta(minutes=10)
"""A reminder later than this after its moment, or due after the start, is dropped with a logged reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One thing to do at `at` (UTC). `offset` is a reminder's or warning's minutes before the start, else 0.

    Of `offer_ends` it is the place of the sign-up; `extend` is due for a series and `report` for a job, whose id then stands in
    `event_id`.
    """

    guild_id: str
    event_id: str
    kind: DueKind
    at: datetime
    offset: int = 0


def plan(event: Event, now: datetime) -> tuple[Due, ...]:
    """Return everything that will be due for an open event; what lies in the past already is left out."""
    if event.status != "open":
        return ()
    moments: list[tuple[DueKind, datetime, int]] = [
        ("check_in_opens", event.check_in.opens_at(event.starts_at), 0),
        ("check_in_closes", event.check_in.closes_at(event.starts_at) + timedelta(seconds=1), 0),
        *(("reminder", event.starts_at - timedelta(minutes=offset), offset) for offset in event.reminders),
    ]
    moments += [("nudge", event.starts_at - timedelta(minutes=offset), offset) for offset in event.nudges]
    if event.auto_close:
        moments.append(("close", event.ends_at + timedelta(minutes=event.auto_close), 0))
    if event.sign_up_opens_at is not None:
        moments.append(("sign_up_opens", event.sign_up_opens_at, 0))
    if event.sign_up_closes_at is not None:
        moments.append(("sign_up_closes", event.sign_up_closes_at, 0))
    if sample := next_sample(event, now):
        moments.append(("voice_sample", sample, 0))
    if event.scheduled_event and event.voice_channel_id:  # Discord starts and ends one in a voice channel for nobody
        moments += [("begins", event.starts_at, 0), ("ends", event.ends_at, 0)]
    if event.confirm_hours:
        moments.append(("confirm_begins", event.starts_at - timedelta(hours=event.confirm_hours), 0))
    if event.warn_before and any(role.minimum for role in event.roles):
        moments.append(("minimum", event.starts_at - timedelta(minutes=event.warn_before), event.warn_before))
    return tuple(
        Due(guild_id=event.guild_id, event_id=event.event_id, kind=kind, at=at, offset=offset)
        for kind, at, offset in moments
        if at > now
    )


def settle_after_close(event: Event, now: datetime) -> Due:
    """When to look once more at the evidence of an event that closes at `now`."""
    return Due(guild_id=event.guild_id, event_id=event.event_id, kind="settle", at=now + SETTLE_AFTER)


def finish_marks(event: Event, now: datetime) -> Due:
    """When to look whether marks of many members, or their undoing, were cut off; each chunk of them moves it on."""
    return Due(guild_id=event.guild_id, event_id=event.event_id, kind="finish_marks", at=now + FINISH_MARKS_AFTER)


def reminder_is_stale(event: Event, due_at: datetime, now: datetime) -> str | None:
    """Return why a reminder is no longer worth sending, or None when it is."""
    if event.status != "open":
        return f"the event is {event.status}"
    if now >= event.starts_at > due_at:  # what is due at the start tells of it
        return "the event has begun"
    return "it is too late" if now - due_at > LATE_REMINDER_GRACE else None
