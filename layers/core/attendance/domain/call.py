"""A call: what an officer says to some of an event's members, once, after seeing who would be told.

    asked (in Discord: previewed, and confirmed or forgotten) ─► sent ─► told where the event's notices go

Who is meant follows from the event at the moment of sending: whoever answered or checked in since the preview is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal, get_args

from attendance.domain.event import check_open_for_check_in, check_open_for_sign_up
from attendance.domain.preset import clean_text
from attendance.errors import Conflict, Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from attendance.domain.event import Event
    from attendance.domain.notice import Topic
    from attendance.domain.reminding import Mentions, Place

Audience = Literal["unanswered", "signed_up", "not_checked_in"]
"""Who has not answered, of those who are asked to; who may come; who has a seat and did not check in."""
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
Way = Literal["channel", "direct", "muted", "closed", "away", "declined"]
"""How members are reached: in the channel, by direct message, or not by one: they muted it, or take none and read it in the
channel. Away and declined is who is left alone."""
WAYS: tuple[Way, ...] = get_args(Way)
CallStatus = Literal["asked", "sent"]
MAX_WORDS = 500
QUIET_FOR = timedelta(minutes=10)
"""So long after a call nobody calls the same members of the same event again."""
CONFIRMED_WITHIN = timedelta(minutes=15)
"""As long as Discord lets a private answer stand with its buttons."""
MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An officer's `text` (may be empty) to the `audience` of an event.

    `ping`: whether the officer asked for mentions; the settings decide whether and whom. `place` None: where the event's
    notices go. `readers` are those meant, from when it goes out on. `reply_token` is a secret, and `locale` the officer's
    language, while a preview in Discord is owed.
    """

    guild_id: str
    event_id: str
    call_id: str
    audience: Audience
    asked_by: str
    asked_at: datetime
    text: str = ""
    ping: bool = False
    place: Place | None = None
    status: CallStatus = "asked"
    sent_at: datetime | None = None
    readers: tuple[str, ...] | None = None
    reply_token: str | None = None
    locale: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Who a call would reach: `told` of them, by `ways` (a member may stand under several), with the `names` known.

    `listed`: whether Discord lists the members, so that holders of a role are known.
    """

    event: Event
    audience: Audience
    place: Place
    mentions: Mentions
    told: int
    ways: Mapping[Way, tuple[str, ...]]
    names: Mapping[str, str]
    listed: bool


def checked_audience(value: object) -> Audience:
    """Return who is called; raises `Invalid` (field `audience`)."""
    for audience in AUDIENCES:
        if value == audience:
            return audience
    raise Invalid(
        f"“{str(value)[:40]}” is none of {', '.join(AUDIENCES)}.",
        field="audience",
        code="none_of_these",
        typed=str(value)[:40],
        known=list(AUDIENCES),
    )


def checked_words(text: str) -> str:
    """Return what the officer says, in one line; raises `Invalid` (field `text`)."""
    return clean_text(text, field="text", limit=MAX_WORDS, required=False)


def topic_of(audience: Audience) -> Topic:
    """What a member mutes who wants no such direct messages."""
    return "nudges" if audience == "unanswered" else "reminders"


def check_worth_calling(event: Event, audience: Audience, now: datetime) -> None:
    """Pass when the audience can do now what they are called for; else raise `Conflict`, saying why not."""
    if audience == "unanswered":
        check_open_for_sign_up(event, now)
    elif audience == "not_checked_in":
        check_open_for_check_in(event, now)
    elif event.status != "open":
        check_open_for_sign_up(event, now)
    elif now >= event.ends_at:
        raise Conflict(f"“{event.title}” is over.", code="event_over", event=event.title)


def check_reach(preview: Preview) -> None:
    """Pass when there is somebody to tell and not too many; else raise `Conflict`."""
    if not preview.told:
        raise Conflict(
            f"Nobody of “{preview.event.title}” would be told: look at the preview for who was left out and why.",
            code="nobody_to_call",
            event=preview.event.title,
        )
    if preview.told > MOST:
        raise Conflict(
            f"{preview.told} members are too many for one message: {MOST} are told at most. Write in the channel, and "
            "mention the role there.",
            code="too_many_called",
            count=preview.told,
            most=MOST,
        )
