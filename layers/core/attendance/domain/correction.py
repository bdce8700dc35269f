"""Corrections: a member says that the record is wrong, and an officer decides.

A member has one request an event. While it is open, asking again changes nothing; one that was decided may be asked
again, a few times, so that a wrong button is no dead end and no officer is pestered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from attendance.domain.ids import derive
from attendance.domain.marking import MAX_NOTE
from attendance.errors import Conflict, Invalid

if TYPE_CHECKING:
    from attendance.domain.event import Event
    from attendance.domain.verdict import Status

Wish = Literal["present", "excused"]
WISHES: tuple[Wish, ...] = ("present", "excused")
CorrectionStatus = Literal["open", "accepted", "declined"]
CORRECTION_STATUSES: tuple[CorrectionStatus, ...] = ("open", "accepted", "declined")
ASK_WITHIN = timedelta(days=30)
MAX_ASKED = 3
MAX_WORDS = 150
"""The officer's entry in the ledger quotes it."""
TOLD_TOGETHER = timedelta(minutes=10)
"""Officers are told in one message of all who ask within the same ten minutes; a queue delays by up to fifteen."""
_MEANS: dict[Wish, tuple[Status, ...]] = {
    "present": ("present", "late", "left_early"),
    "excused": ("excused",),
}
"""What an officer may make of a wish; the first unless they say otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One member's request about one event. `asked` counts how often; `answer` is what the officer wrote.

    `locale` is the member's language, where their Discord told it; `request_id` names the asking that made it so.
    """

    guild_id: str
    event_id: str
    user_id: str
    name: str
    title: str
    starts_at: datetime
    wish: Wish
    words: str
    requested_at: datetime
    status: CorrectionStatus = "open"
    asked: int = 1
    decided_by: str = ""
    decided_by_name: str = ""
    decided_at: datetime | None = None
    decision: str = ""
    answer: str = ""
    locale: str = ""
    request_id: str = ""
    version: int = 1

    @property
    def correction_id(self) -> str:
        """Derived from event and member: so there is one of each."""
        return correction_id(self.guild_id, self.event_id, self.user_id)


def told_at(asked_at: datetime) -> datetime:
    """Return when officers are told of a request: at the end of the ten minutes in which it was made."""
    begin = datetime.min.replace(tzinfo=UTC)
    return begin + ((asked_at - begin) // TOLD_TOGETHER + 1) * TOLD_TOGETHER


def correction_id(guild_id: str, event_id: str, user_id: str) -> str:
    """The id of a member's request about an event."""
    return derive("correction", guild_id, event_id, user_id)


def checked_wish(text: str) -> Wish:
    """Return the wish, or raise `Invalid` (field `wish`)."""
    for wish in WISHES:
        if text.strip().casefold() == wish:
            return wish
    raise Invalid(
        f"“{text[:30]}” cannot be asked for. There are: {', '.join(WISHES)}.",
        field="wish",
        code="unknown_wish",
        typed=text[:30],
        known=list(WISHES),
    )


def decided_status(wish: Wish, asked: str | None) -> Status:
    """Return what an accepted wish becomes; raises `Invalid` (field `status`) for what it does not mean."""
    if not asked:
        return _MEANS[wish][0]
    for status in _MEANS[wish]:
        if asked.strip().casefold().replace(" ", "_") == status:
            return status
    raise Invalid(
        f"“{asked[:30]}” is not what was asked for. This request becomes one of: {', '.join(_MEANS[wish])}; decline it and "
        "mark the member for anything else.",
        field="status",
        code="not_what_was_asked",
        typed=asked[:30],
        known=list(_MEANS[wish]),
    )


def check_askable(event: Event, wish: Wish, now_is: Status | None, now: datetime) -> None:
    """Pass when a member may ask about a closed or running event; else raise `Conflict`."""
    if now > event.ends_at + ASK_WITHIN:
        raise Conflict(
            f"“{event.title}” is more than {ASK_WITHIN.days} days past: an officer can still mark you.",
            code="too_late_to_ask",
            event=event.title,
            days=ASK_WITHIN.days,
        )
    if now_is in _MEANS[wish]:
        raise Conflict(
            f"You are {str(now_is).replace('_', ' ')} at “{event.title}” already.",
            code="already_so",
            event=event.title,
            status=str(now_is),
        )


def check_again(before: Correction) -> None:
    """Pass when a decided request may be asked again; else raise `Conflict`."""
    if before.asked >= MAX_ASKED:
        raise Conflict(
            f"An officer decided {MAX_ASKED} times about you at “{before.title}”. Talk to them directly.",
            code="asked_enough",
            event=before.title,
            times=MAX_ASKED,
        )


def entry_note(words: str, answer: str) -> str:
    """Return what the officer's entry in the ledger says: their words, else the member's."""
    return (answer or f"asked: {words}")[:MAX_NOTE]
