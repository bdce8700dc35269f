"""A new time for an event that has one: a clock time alone keeps the date, and a deadline keeps its distance."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from attendance.domain.timetext import parse_minutes, parse_when
from attendance.errors import Invalid

if TYPE_CHECKING:
    from attendance.domain.event import Event

_BEFORE = timedelta(days=2)
"""Earlier than any check-in opens: whoever was seen too early is told so by what knows the event."""


def parse_new_start(text: str, *, starts_at: datetime, zone: str, now: datetime) -> datetime:
    """Return the instant that `text` means for what starts at `starts_at` so far.

    A time of day alone (`20:30`, `8pm`, `20h30`) keeps the date on which it starts in `zone`, a day alone keeps its time;
    anything else is read from `now`. Raises `Invalid` (field `time`) as `parse_when` does.
    """
    return parse_when(text, zone=zone, now=now, changing=starts_at)


def parse_deadline(text: str, *, starts_at: datetime, zone: str, now: datetime) -> datetime:
    """Return when sign-up closes: a length of time (`2h`) before the start, or a moment.

    Raises `Invalid` (field `deadline`) for what is neither, has passed, or lies after the start.
    """
    try:
        closes_at = starts_at - timedelta(minutes=parse_minutes(text, field="deadline"))
    except Invalid:
        closes_at = parse_when(text, zone=zone, now=now, field="deadline")
    shown = f"{closes_at.astimezone(ZoneInfo(zone)):%a %d %b %Y %H:%M} ({zone})"
    if not now < closes_at <= starts_at:
        raise Invalid(
            f"Sign-up would close on {shown}: it has to close after now and not after the start. Write how long before "
            "the start, such as 2h, or a moment.",
            field="deadline",
            code="bad_deadline",
            moment=shown,
        )
    return closes_at


def parse_opening(text: str, *, starts_at: datetime, zone: str, now: datetime) -> datetime | None:
    """Return when sign-up opens, a length of time (`2d`) before the start or a moment; None where that has passed: at once.

    Raises `Invalid` (field `opens`) for what is neither, or a moment that has passed.
    """
    try:
        opens_at = starts_at - timedelta(minutes=parse_minutes(text, field="opens"))
    except Invalid:
        opens_at = parse_when(text, zone=zone, now=now, field="opens")
    return opens_at if opens_at > now else None


def parse_seen(text: str, event: Event) -> datetime:
    """Return when somebody was seen at an event: a time of day alone is of the day on which it begins, or else ends.

    It is read in the event's zone, and may lie outside the event. Raises `Invalid` (field `seen_at`) as `parse_when` does.
    """
    first, second = (
        parse_when(text, zone=event.zone, now=event.starts_at - _BEFORE, field="seen_at", changing=day)
        for day in (event.starts_at, event.ends_at)
    )
    return second if first < event.check_in.opens_at(event.starts_at) <= second else first


def check_sign_up_times(event: Event) -> None:
    """Pass when sign-up opens before it ends; else raise `Invalid` (field `opens`)."""
    if event.sign_up_opens_at is not None and event.sign_up_opens_at >= event.sign_up_ends_at:
        opens, ends = (
            f"{at.astimezone(ZoneInfo(event.zone)):%a %d %b %Y %H:%M}"
            for at in (event.sign_up_opens_at, event.sign_up_ends_at)
        )
        raise Invalid(
            f"Sign-up would open on {opens} and end on {ends} ({event.zone}): it has to open before it ends. Write how "
            "long before the start it opens, such as 2d, or a moment.",
            field="opens",
            code="bad_opening",
            opens=opens,
            ends=ends,
        )


def moved_opening(event: Event, starts_at: datetime, now: datetime | None) -> datetime | None:
    """When sign-up of `event` opens once it starts at `starts_at`: as long before it as now.

    What is open at `now` stays open. None when it is open from the beginning.
    """
    opens_at = event.sign_up_opens_at
    if opens_at is None or (now is not None and opens_at <= now):
        return opens_at
    return starts_at - (event.starts_at - opens_at)


def moved_deadline(event: Event, starts_at: datetime, now: datetime) -> datetime | None:
    """Return the deadline of `event` once it starts at `starts_at`: as long before it as now; None when it has none.

    One that would have passed already gives way to the start, so that moving an event closes nobody out.
    """
    if event.sign_up_closes_at is None:
        return None
    moved = starts_at - (event.starts_at - event.sign_up_closes_at)
    return moved if moved > now else None
