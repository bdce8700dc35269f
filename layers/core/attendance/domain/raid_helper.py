"""Events and rosters as Raid-Helper's API tells them, read into ours.

Its `GET /servers/{id}/events` with IncludeSignUps answers `{"postedEvents": [...]}`, `GET /events/{id}` one event. What
follows was seen in exports that its users published; none of it is promised, so whatever is missing or odd is left out
and said so, and only an event without id, title or time ahead is refused.

    id, title, description, channelId      text (ids also as numbers)
    startTime, endTime, closeTime          unix seconds
    roles                                  [{name, limit}]
    advancedSettings.limit                 seats in all; 9999 stands for no bound
    signUps                                [{userId, name, roleName, className, entryTime}], the earliest first by entryTime;
                                           className Late, Bench, Tentative, Maybe, Absence, Declined stand for answers
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from attendance.domain.choice import MAYBE, NO, Choice, encode, late, yes
from attendance.domain.event import MAX_DESCRIPTION, MAX_SIGN_UPS, MAX_TITLE, Event
from attendance.domain.ids import derive, is_snowflake
from attendance.domain.preset import clean_text
from attendance.domain.seats import GOING, MAX_ROLES, MAX_SEATS, Role, role_key
from attendance.domain.timetext import MAX_AHEAD
from attendance.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from attendance.domain.settings import Settings

MAX_EVENTS = 100
MAX_NOTES = 20
ASSUMED_LATE_MINUTES = 15
_MILLISECONDS = 100_000_000_000
_MAYBE = ("tentative", "maybe", "bench")
_NO = ("absence", "absent", "declined", "decline")


@dataclass(frozen=True, slots=True)
class MovedEvent:
    """An event as it will stand here, the names of who signed up by user id, and what could not be taken over."""

    event: Event
    names: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def events_of(export: object) -> list[object]:
    """Return the events in an export: a list, `postedEvents`, or one alone; raises `Invalid` (field `postedEvents`)."""
    if isinstance(export, dict):
        export = export.get("postedEvents", [export.get("event", export)])
    if not isinstance(export, list) or not export:
        raise Invalid(
            'Send what Raid-Helper\'s API answers: {"postedEvents": [...]}, or one event.', field="postedEvents"
        )
    if len(export) > MAX_EVENTS:
        raise Invalid(f"{len(export)} events are too many: {MAX_EVENTS} fit one import.", field="postedEvents")
    return export


def read_event(
    row: object, settings: Settings, channels: Collection[str], created_by: str, now: datetime
) -> MovedEvent:
    """Return the event of one row, its card going to the same channel when that is one of `channels`.

    The same row gives the same event id. Raises `Invalid` naming the field of a row that makes no event ahead of `now`.
    """
    if not isinstance(row, dict):
        raise Invalid("An event is an object with id, title and startTime.", field="postedEvents")
    notes: list[str] = []
    foreign_id = _text(row.get("id"))
    if not foreign_id:
        raise Invalid("The event has no id.", field="id")
    starts_at = _ahead(row, now)
    ends_at = _moment(row.get("endTime"))
    if ends_at is None or not starts_at < ends_at <= starts_at + timedelta(days=7):
        ends_at = starts_at + timedelta(minutes=settings.duration)
    closes_at = _moment(row.get("closeTime"))
    channel_id = _text(row.get("channelId"))
    if channel_id not in channels:
        notes.append(f"Channel {channel_id[:20] or '(none)'} is not here: the card goes to the server's channel.")
        channel_id = settings.channel_id or ""
    if not channel_id:
        raise Invalid("Its channel is not here, and no channel for events is set: /settings setup.", field="channelId")
    description = clean_text(_text(row.get("description")), field="description", limit=10**7, required=False)
    event = Event(
        guild_id=settings.guild_id,
        event_id=derive("event", settings.guild_id, "raid-helper", foreign_id),
        title=clean_text(_text(row.get("title"))[:1000], field="title", limit=1000)[:MAX_TITLE],
        game="",
        starts_at=starts_at,
        ends_at=ends_at,
        zone=settings.ready_zone(),
        channel_id=channel_id,
        created_by=created_by,
        roles=_roles(row, notes),
        capacity=_seats(_mapping(row.get("advancedSettings")).get("limit")),
        description=description[:MAX_DESCRIPTION],
        tracked_role_id=settings.tracked_role_id,
        check_in=settings.check_in,
        sign_up_closes_at=closes_at if closes_at and now < closes_at < starts_at else None,
        reminders=settings.reminders,
        nudges=settings.nudges,
        language=settings.spoken,
    )
    return _with_sign_ups(event, row.get("signUps"), notes)


def _ahead(row: dict[str, Any], now: datetime) -> datetime:
    starts_at = _moment(row.get("startTime"))
    if starts_at is None:
        raise Invalid(
            f"“{_text(row.get('startTime'))[:30]}” is not a startTime: Raid-Helper writes unix seconds.",
            field="startTime",
        )
    if not now < starts_at <= now + MAX_AHEAD:
        raise Invalid(
            f"It starts {starts_at:%Y-%m-%d %H:%M} UTC: only events ahead, within two years, are moved.",
            field="startTime",
        )
    return starts_at


def _with_sign_ups(event: Event, listed: object, notes: list[str]) -> MovedEvent:
    """Return the event with its roster, in the order in which people signed up there."""
    places: dict[str, int] = {}
    choices: dict[str, str] = {}
    names: dict[str, str] = {}
    for one in sorted(_objects(listed), key=lambda one: _number(one.get("entryTime"))):
        user_id, name = (
            _text(one.get("userId")),
            clean_text(_text(one.get("name")), field="name", limit=10**7, required=False),
        )
        if not is_snowflake(user_id) or user_id == "0":
            notes.append(f"“{name[:32]}” has no Discord account there and was left out.")
        elif user_id in choices:
            notes.append(f"“{name[:32]}” signed up more than once: the first stands.")
        elif len(choices) == MAX_SIGN_UPS:
            notes.append(f"“{name[:32]}” was left out: {MAX_SIGN_UPS} sign-ups fit an event.")
        else:
            places[user_id] = len(places) + 1
            choices[user_id] = encode(_choice(event, one, name[:32], notes))
            names[user_id] = name[:100]
    moved = replace(event, places=places, choices=choices, seq=len(places))
    hidden = [f"and {len(notes) - MAX_NOTES} more"] if len(notes) > MAX_NOTES else []
    return MovedEvent(moved, names, (*notes[:MAX_NOTES], *hidden))


def _choice(event: Event, sign_up: dict[str, Any], name: str, notes: list[str]) -> Choice:
    said = role_key(_text(sign_up.get("className")))
    if said in _NO:
        return NO
    if said in _MAYBE:
        return MAYBE
    there = {role.key for role in event.roles}
    named = [role_key(_text(sign_up.get(field))) for field in ("roleName", "className", "specName")]
    role = next((key for key in named if key in there), event.roles[0].key if len(event.roles) == 1 else None)
    if role is None:
        notes.append(f"“{name}” signed up as {said or 'nothing'}, which is no role here: taken over as maybe.")
        return MAYBE
    if said == "late":
        notes.append(f"“{name}” comes late: Raid-Helper tells no minutes, {ASSUMED_LATE_MINUTES} stand in.")
        return late(ASSUMED_LATE_MINUTES, role)
    return yes(role)


def _roles(row: dict[str, Any], notes: list[str]) -> tuple[Role, ...]:
    """Return the roles that the event lists, else those that people signed up as, else one for everyone."""
    listed = [(_text(one.get("name")), one.get("limit")) for one in _objects(row.get("roles"))]
    if not listed:
        listed = [(_text(one.get("roleName")), None) for one in _objects(row.get("signUps"))]
    roles: dict[str, Role] = {}
    for name, limit in listed:
        shown = clean_text(name, field="roles", limit=10**7, required=False)[:32]
        key = role_key(shown)
        if key and key not in roles:
            roles[key] = Role(key, shown, 0, _seats(limit) or MAX_SEATS)
    if len(roles) > MAX_ROLES:
        notes.append(f"{len(roles)} roles are more than a card has room for: everyone signs up as one.")
    return tuple(roles.values()) if 0 < len(roles) <= MAX_ROLES else (GOING,)


def _seats(value: object) -> int | None:
    seats = _number(value)
    return seats if 1 <= seats <= MAX_SEATS else None


def _moment(value: object) -> datetime | None:
    seconds = _number(value)
    seconds = seconds // 1000 if seconds >= _MILLISECONDS else seconds
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < _MILLISECONDS else None


def _number(value: object) -> int:
    """Return a whole number, 0 for whatever is none."""
    text = _text(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 20 else 0


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(value: object) -> Iterable[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
