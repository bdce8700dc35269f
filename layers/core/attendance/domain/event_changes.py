"""Changing an event: each field read from what a person typed or a dashboard sent, and checked, in one place."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypedDict

from attendance.domain.event import MAX_CODE, MAX_DESCRIPTION, MAX_TITLE, Event
from attendance.domain.invited import checked_invited
from attendance.domain.preset import MAX_NAME, checked_duration, clean_text
from attendance.domain.reminding import checked_mentions, checked_place
from attendance.domain.reschedule import (
    check_sign_up_times,
    moved_deadline,
    moved_opening,
    parse_deadline,
    parse_new_start,
    parse_opening,
)
from attendance.domain.seats import Role, checked_party, parse_roles
from attendance.domain.settings import parse_check_in, parse_nudges, parse_reminders
from attendance.domain.timetext import parse_minutes
from attendance.domain.voice import checks_voice
from attendance.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

CLEARABLE = {
    "capacity": "capacity",
    "code": "code",
    "deadline": "deadline",
    "description": "description",
    "invited": "invited members",
    "mentions": "mentions",
    "nudges": "nudges",
    "opens": "opening of sign-up",
    "reminder_place": "reminder place",
    "reminders": "reminders",
    "sign_up_role_id": "sign-up role",
    "tracked_role_id": "tracked role",
    "voice_channel_id": "voice channel",
}
"""What an event can be without, by its field."""
_AS_GIVEN = ("voice_channel_id", "tracked_role_id", "sign_up_role_id", "thread", "scheduled_event", "counted")


class EventChanges(TypedDict, total=False):
    """The fields to change, texts as typed; None clears a field that an event can be without."""

    title: str
    game: str | None
    time: str
    duration: str
    description: str | None
    voice_channel_id: str | None
    voice_check: bool
    tracked_role_id: str | None
    check_in: str
    counted: bool
    capacity: int | None
    roles: str
    code: str | None
    deadline: str | None
    reminders: str | None
    nudges: str | None
    reminder_place: str | None
    mentions: str | None
    opens: str | None
    sign_up_role_id: str | None
    invited: Sequence[str] | None
    thread: bool
    scheduled_event: bool


def changed_event(event: Event, changes: EventChanges, now: datetime) -> Event:
    """Return the event with the changes in it; raises `Invalid`, which names the field, and `Conflict`."""
    values: dict[str, Any] = {name: changes.get(name) for name in _AS_GIVEN if name in changes}
    if "title" in changes:
        values["title"] = clean_text(changes["title"], field="title", limit=MAX_TITLE)
    for name, limit in (("game", MAX_NAME), ("description", MAX_DESCRIPTION)):
        if name in changes:
            values[name] = clean_text(str(changes.get(name) or ""), field=name, limit=limit, required=False)
    if "code" in changes:
        code = changes["code"]
        values["code"] = clean_text(code, field="code", limit=MAX_CODE) if code else None
    if "check_in" in changes:
        values["check_in"] = parse_check_in(changes["check_in"])
    if "reminders" in changes:
        values["reminders"] = parse_reminders(changes["reminders"] or "")
    values |= _telling(changes)
    if "capacity" in changes:
        values["capacity"] = checked_party(changes["capacity"])
    if "invited" in changes:
        values["invited"] = checked_invited(changes["invited"] or ())
    if "roles" in changes:
        values["roles"] = _new_roles(event, changes["roles"])
    after = replace(_moved(event, changes, now), **values)
    check_sign_up_times(after)
    looks = checks_voice(changes.get("voice_check"), event.voice_check, after.voice_channel_id)
    return replace(after, voice_check=looks)


def _telling(changes: EventChanges) -> dict[str, Any]:
    """Return what changes of who is asked to answer when, and of where notices go and whom they mention."""
    values: dict[str, Any] = {}
    if "nudges" in changes:
        values["nudges"] = parse_nudges(changes["nudges"] or "")
    if "reminder_place" in changes:
        place = changes["reminder_place"]
        values["reminder_place"] = checked_place(place) if place else None
    if "mentions" in changes:
        mentions = changes["mentions"]
        values["mentions"] = checked_mentions(mentions) if mentions else None
    return values


def _moved(event: Event, changes: EventChanges, now: datetime) -> Event:
    starts_at, length = event.starts_at, event.ends_at - event.starts_at
    if "time" in changes:
        starts_at = parse_new_start(changes["time"], starts_at=starts_at, zone=event.zone, now=now)
    if starts_at != event.starts_at and now >= event.starts_at:
        raise Conflict(
            f"“{event.title}” has begun, so its time stays. Copy it with /event copy to meet again.",
            code="event_begun",
            event=event.title,
        )
    if "duration" in changes:
        length = timedelta(minutes=checked_duration(parse_minutes(changes["duration"], field="duration")))
    closes_at = event.sign_up_closes_at
    if "deadline" in changes:
        deadline = changes["deadline"]
        closes_at = parse_deadline(deadline, starts_at=starts_at, zone=event.zone, now=now) if deadline else None
    elif starts_at != event.starts_at:
        closes_at = moved_deadline(event, starts_at, now)
    moved = replace(event, starts_at=starts_at, ends_at=starts_at + length, sign_up_closes_at=closes_at)
    return replace(moved, sign_up_opens_at=_opening(event, moved, changes, now))


def _opening(event: Event, moved: Event, changes: EventChanges, now: datetime) -> datetime | None:
    if "opens" in changes:
        opens = changes["opens"]
        return parse_opening(opens, starts_at=moved.starts_at, zone=event.zone, now=now) if opens else None
    return moved_opening(event, moved.starts_at, now)


def _new_roles(event: Event, text: str) -> tuple[Role, ...]:
    roles = parse_roles(text)
    roster = event.roster()
    asked = {seat.role for seat in (*roster.seated, *roster.waiting, *roster.benched)}
    missing = [role.name for role in event.roles if role.key in asked - {new.key for new in roles}]
    if missing:
        raise Conflict(
            f"Somebody signed up as {', '.join(missing)}, so the role has to stay. Move them first, or keep it in the list.",
            code="role_in_use",
            roles=list(missing),
        )
    return roles
