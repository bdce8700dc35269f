"""How a guild reminds: where a notice to many goes, whom it mentions, who is nudged, and when the weekly digest comes."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal, get_args
from zoneinfo import ZoneInfo

from attendance.domain.wall_time import around_gap, instants
from attendance.errors import Invalid

if TYPE_CHECKING:
    from attendance.domain.event import Event
    from attendance.domain.settings import Settings

Place = Literal["channel", "direct", "both"]
Mentions = Literal["members", "role", "nobody"]
PLACES: tuple[Place, ...] = get_args(Place)
MENTIONS: tuple[Mentions, ...] = get_args(Mentions)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ROLE_MARK = "&"
"""Stands before the id of a role among those who are mentioned, as it does in Discord's own `<@&id>`."""
_DIGEST = re.compile(r"([a-z]{3})[a-z]*\s+([01]?\d|2[0-3])(?::00)?")


def checked_place(value: object) -> Place:
    """Return where notices to many go; raises `Invalid` (field `reminder_place`)."""
    for place in PLACES:
        if value == place:
            return place
    raise _none_of("reminder_place", value, PLACES)


def checked_mentions(value: object) -> Mentions:
    """Return whom notices in the channel mention; raises `Invalid` (field `mentions`)."""
    for mentions in MENTIONS:
        if value == mentions:
            return mentions
    raise _none_of("mentions", value, MENTIONS)


def _none_of(field: str, value: object, known: tuple[str, ...]) -> Invalid:
    return Invalid(
        f"“{str(value)[:40]}” is none of {', '.join(known)}.",
        field=field,
        code="none_of_these",
        typed=str(value)[:40],
        known=list(known),
    )


def told_where(event: Event, settings: Settings) -> tuple[Place, Mentions]:
    """Return where notices of an event go and whom they mention: as it says itself, else as its guild says now."""
    return event.reminder_place or settings.reminder_place, event.mentions or settings.mentions


def mentioned_role(event: Event) -> str | None:
    """The Discord role that an event is for: the tracked one, else the one that may sign up."""
    return event.tracked_role_id or event.sign_up_role_id


def mentioning(event: Event, mentions: Mentions, groups: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return whom the messages of a notice mention, a tuple a message; `groups` are its readers, none for no message."""
    if mentions == "members" or not groups:
        return groups
    role = mentioned_role(event) if mentions == "role" else None
    return [(f"{ROLE_MARK}{role}",)] if role else [()]


def parse_digest(text: str) -> str | None:
    """Read a weekday and an hour such as `mon 18`, `none` for no digest; raises `Invalid` (field `digest`)."""
    from attendance.domain.settings import NOTHING

    words = text.strip().casefold()
    if words in NOTHING:
        return None
    match = _DIGEST.fullmatch(words)
    if match is None or match[1] not in WEEKDAYS:
        raise Invalid(
            f"“{text[:40]}” is no weekday with an hour. Write such as mon 18, or none.",
            field="digest",
            code="bad_digest",
            typed=text[:40],
        )
    return f"{match[1]} {int(match[2])}"


def next_digest(when: str, zone: str, after: datetime) -> datetime:
    """Return the first moment (UTC) after `after` at which clocks in `zone` show the digest's weekday and hour.

    Where that hour does not exist that day, it is the first after the gap; where it comes twice, the first of both.
    """
    day_name, _, hour = when.partition(" ")
    here, clock = ZoneInfo(zone), time(int(hour))
    day = after.astimezone(here).date()
    day += timedelta((WEEKDAYS.index(day_name) - day.weekday()) % 7)
    while True:
        found = instants(day, clock, here)
        moment = (found[0] if found else around_gap(day, clock, here)[1]).astimezone(UTC)
        if moment > after:
            return moment
        day += timedelta(7)
