"""Calendar feeds: an address that a calendar program reads a guild's events from, or one member's own.

The address is all that the program knows, so it holds a secret, and the table only the secret's hash. A feed belongs to
the member who made it and shows what that member may see: it ends when they leave the guild.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from attendance.domain.ids import derive
from attendance.errors import Invalid

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.event import Event

FeedKind = Literal["guild", "mine"]
KINDS: tuple[FeedKind, ...] = ("guild", "mine")
BACK, AHEAD = timedelta(days=30), timedelta(days=180)
MOST_EVENTS = 500
"""Events that a feed shows at most, the earliest first."""
REQUESTS_A_MINUTE = 30
"""Of one feed: programs ask a few times an hour."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """`digest` is the hash of the token; `request_id` is the request that made it; `locale` is its reader's."""

    guild_id: str
    user_id: str
    kind: FeedKind
    digest: str
    made_at: datetime
    request_id: str
    locale: str = ""

    @property
    def feed_id(self) -> str:
        """What names the feed to its owner: the same for every address that it has."""
        return derive("feed", self.user_id, self.guild_id, self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An event as a feed shows it. `answer` is the key of a text with `role`, `place` and `minutes`; empty: nothing to say."""

    event: Event
    modified_at: datetime
    answer: str = ""
    role: str = ""
    place: int = 0
    minutes: int = 0


def checked_kind(kind: str) -> FeedKind:
    """Return the kind of a feed; raises `Invalid` (field `feed`)."""
    for known in KINDS:
        if kind == known:
            return known
    raise Invalid(
        f"“{kind[:20]}” is no feed. There are: guild (all events), mine (those that you answered).",
        field="feed",
        code="unknown_feed",
        typed=kind[:20],
    )


def is_token(text: str) -> bool:
    """Whether `text` has the shape of a feed's token: 256 random bits."""
    return _TOKEN.fullmatch(text) is not None


def entry_for(event: Event, user_id: str, modified_at: datetime) -> Entry | None:
    """Return the event as the member's own feed shows it: with where they stand; None when they said no or nothing."""
    roster = event.roster()
    for seat in roster.seated:
        if seat.user_id == user_id:
            said = "feed.late" if seat.late_minutes else "feed.seated"
            role = event.role(seat.role).name
            return Entry(event=event, modified_at=modified_at, answer=said, role=role, minutes=seat.late_minutes)
    if place := roster.waiting_place(user_id):
        return Entry(event=event, modified_at=modified_at, answer="feed.waiting", place=place)
    if any(seat.user_id == user_id for seat in roster.benched):
        return Entry(event=event, modified_at=modified_at, answer="feed.benched")
    if user_id in roster.maybe:
        return Entry(event=event, modified_at=modified_at, answer="feed.maybe")
    return None
