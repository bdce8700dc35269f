"""Planning and reading events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from attendance.domain.cursor import decode_cursor, encode_cursor
from attendance.domain.due import plan
from attendance.domain.event import MAX_CODE, MAX_DESCRIPTION, MAX_TITLE, Event
from attendance.domain.ids import derive, is_id
from attendance.domain.invited import checked_invited
from attendance.domain.preset import checked_duration, clean_text
from attendance.domain.reminding import checked_mentions, checked_place
from attendance.domain.reschedule import check_sign_up_times, parse_deadline, parse_opening
from attendance.domain.rights import require
from attendance.domain.seats import GOING, checked_party
from attendance.domain.settings import NOTHING, deadline_at, parse_check_in, parse_nudges, parse_reminders
from attendance.domain.timetext import parse_minutes, parse_when
from attendance.domain.voice import checks_voice
from attendance.errors import Invalid, NotFound
from attendance.services.away import with_away
from attendance.storage import events, keys, presets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attendance.domain.actor import Actor
    from attendance.domain.event import EventStatus
    from attendance.domain.preset import Preset
    from attendance.domain.reminding import Mentions, Place
    from attendance.domain.settings import Settings
    from attendance.storage.table import Table
    from attendance.storage.values import Item

DEFAULT_DURATION = 120
PAGES_TO_FILTER = 5
"""Reads that one filtered page may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRequest:
    """What an officer asks for. Texts are as typed; None means: as the preset, else as the settings say.

    With `in_own_zone`, times are read in the officer's own zone where they have one, and else in the guild's.
    """

    title: str
    time: str
    preset: str | None = None
    game: str | None = None
    duration: str | None = None
    description: str | None = None
    channel_id: str | None = None
    voice_channel_id: str | None = None
    voice_check: bool | None = None
    tracked_role_id: str | None = None
    check_in: str | None = None
    capacity: int | None = None
    code: str | None = None
    reminders: str | None = None
    nudges: str | None = None
    reminder_place: str | None = None
    mentions: str | None = None
    deadline: str | None = None
    opens: str | None = None
    sign_up_role_id: str | None = None
    invited: Sequence[str] | None = None
    in_own_zone: bool = False
    thread: bool | None = None
    scheduled_event: bool | None = None
    counted: bool | None = None


def create_event(table: Table, guild_id: str, actor: Actor, now: datetime, request: EventRequest) -> Event:
    """Store a new event, with a copy of its preset's values, and return it; two requests to the table.

    Whoever is away then has said no already. Its card, reminders and audit entry follow from the table's stream. The same request again returns the event that it
    made. Raises `Forbidden`, `Invalid` (which names the field), `NotFound` for the preset, `Conflict` before set-up.
    """
    require(actor, "events.manage")
    event, basis = _plan(table, guild_id, actor, now, request)
    event = with_away(event, basis.away)
    return events.create(table, event, plan(event, now), actor, now)


def plan_event(table: Table, guild_id: str, actor: Actor, now: datetime, request: EventRequest) -> Event:
    """Return the event that a request asks for, without storing it; raises what `create_event` does but `Forbidden`."""
    return _plan(table, guild_id, actor, now, request)[0]


def _plan(
    table: Table, guild_id: str, actor: Actor, now: datetime, request: EventRequest
) -> tuple[Event, presets.Basis]:
    zone_of = actor.user_id if request.in_own_zone else None
    basis = presets.get_basis(table, guild_id, request.preset, zone_of)
    if request.preset and basis.preset is None:
        raise Invalid(
            f"There is no preset called “{request.preset[:64]}” here. Pick one of the list.",
            field="preset",
            code="no_such_preset",
            typed=request.preset[:64],
        )
    zone = basis.own_zone or basis.settings.ready_zone()
    return _planned(guild_id, actor, now, request, basis.settings, basis.preset, zone), basis


def _planned(
    guild_id: str,
    actor: Actor,
    now: datetime,
    request: EventRequest,
    settings: Settings,
    preset: Preset | None,
    zone: str,
) -> Event:
    """Return the event; `zone` is the one in which the request's times are written."""
    voice_channel_id = request.voice_channel_id or (preset.voice_channel_id if preset else None)
    starts_at = parse_when(request.time, zone=zone, now=now)
    typed_minutes = checked_duration(parse_minutes(request.duration, field="duration")) if request.duration else None
    minutes = checked_duration(typed_minutes or (preset.duration if preset else settings.duration))
    event = Event(
        guild_id=guild_id,
        event_id=derive("event", guild_id, actor.user_id, actor.request_id),
        title=clean_text(request.title, field="title", limit=MAX_TITLE),
        game=clean_text(request.game or (preset.game if preset else ""), field="game", limit=64, required=False),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        zone=settings.ready_zone(),
        channel_id=_channel(request, preset, settings),
        created_by=actor.user_id,
        roles=preset.roles if preset else (GOING,),
        capacity=checked_party(request.capacity) or (preset.capacity if preset else None),
        description=clean_text(
            request.description or (preset.description if preset else ""),
            field="description", limit=MAX_DESCRIPTION, required=False,
        ),
        preset_name=preset.name if preset else "",
        voice_channel_id=voice_channel_id,
        voice_check=checks_voice(request.voice_check, preset is not None and preset.voice_check, voice_channel_id),
        tracked_role_id=request.tracked_role_id
        or (preset.tracked_role_id if preset else None)
        or settings.tracked_role_id,
        check_in=parse_check_in(request.check_in)
        if request.check_in
        else (preset.check_in if preset else None) or settings.check_in,
        code=clean_text(request.code, field="code", limit=MAX_CODE) if request.code else None,
        sign_up_opens_at=_opening(request, preset, starts_at, zone, now),
        sign_up_closes_at=_deadline(request, preset, settings, starts_at, zone, now),
        sign_up_role_id=request.sign_up_role_id or (preset.sign_up_role_id if preset else None),
        invited=checked_invited(request.invited or ()),
        reminders=_reminders(request, preset, settings),
        nudges=_nudges(request, preset, settings),
        reminder_place=_place(request, preset),
        mentions=_mentions(request, preset),
        auto_close=settings.auto_close,
        thread=settings.threads if request.thread is None else request.thread,
        scheduled_event=settings.scheduled_events if request.scheduled_event is None else request.scheduled_event,
        counted=(preset is None or preset.counted) if request.counted is None else request.counted,
        warn_before=settings.warn_before,
        language=settings.spoken,
        confirm_hours=settings.confirm_hours,
    )  # fmt: skip
    check_sign_up_times(event)
    return event


def _channel(request: EventRequest, preset: Preset | None, settings: Settings) -> str:
    channel_id = request.channel_id or (preset.channel_id if preset else None) or settings.channel_id
    if channel_id is None:
        raise Invalid(
            "Name a channel for the card, or set one for all events with /settings setup.",
            field="channel",
            code="no_channel",
        )
    return channel_id


def _reminders(request: EventRequest, preset: Preset | None, settings: Settings) -> tuple[int, ...]:
    if request.reminders is not None:
        return parse_reminders(request.reminders)
    return preset.reminders if preset and preset.reminders is not None else settings.reminders


def _nudges(request: EventRequest, preset: Preset | None, settings: Settings) -> tuple[int, ...]:
    if request.nudges is not None:
        return parse_nudges(request.nudges)
    return preset.nudges if preset and preset.nudges is not None else settings.nudges


def _place(request: EventRequest, preset: Preset | None) -> Place | None:
    if request.reminder_place:
        return checked_place(request.reminder_place)
    return preset.reminder_place if preset else None


def _mentions(request: EventRequest, preset: Preset | None) -> Mentions | None:
    if request.mentions:
        return checked_mentions(request.mentions)
    return preset.mentions if preset else None


def _opening(
    request: EventRequest, preset: Preset | None, starts_at: datetime, zone: str, now: datetime
) -> datetime | None:
    if request.opens and request.opens.strip().casefold() not in NOTHING:
        return parse_opening(request.opens, starts_at=starts_at, zone=zone, now=now)
    minutes = preset.opens if preset and not request.opens else None
    return deadline_at(starts_at, minutes, now)


def _deadline(
    request: EventRequest, preset: Preset | None, settings: Settings, starts_at: datetime, zone: str, now: datetime
) -> datetime | None:
    if request.deadline and request.deadline.strip().casefold() not in NOTHING:
        return parse_deadline(request.deadline, starts_at=starts_at, zone=zone, now=now)
    minutes = None if request.deadline else (preset.deadline if preset else None) or settings.deadline
    return deadline_at(starts_at, minutes, now)


def get_event(table: Table, guild_id: str, event_id: str, *, roster: bool = True) -> Event:
    """Return an event; raises `NotFound`, for another guild's id as for an unknown one."""
    event = events.get(table, guild_id, event_id, roster=roster) if is_id(event_id) else None
    if event is None:
        raise NotFound(
            "There is no such event here. It may have been deleted; pick one of the list.", code="no_such_event"
        )
    return event


def list_events(
    table: Table,
    guild_id: str,
    *,
    since: datetime,
    until: datetime,
    limit: int = 25,
    cursor: str | None = None,
    newest_first: bool = False,
    status: EventStatus | None = None,
    game: str | None = None,
    series_id: str | None = None,
) -> tuple[list[Item], str | None]:
    """Return summaries of events that start within [since, until] in order of start, and a cursor or None.

    `game` in whatever case. With `status`, `game` or `series_id` a page may hold fewer than `limit`, even none, and still have a cursor: reading on is the caller's
    choice. Raises `Invalid` (field `cursor`) for a cursor of another list.
    """
    after = decode_cursor(cursor, low=keys.stamp(since), high=keys.stamp(until) + "~")
    found: list[Item] = []
    for _ in range(PAGES_TO_FILTER):
        page, after = events.list_between(
            table, guild_id, since=since, until=until, limit=limit - len(found), cursor=after, newest_first=newest_first
        )
        found += [
            item
            for item in page
            if status in (None, item["status"])
            and (game is None or item["game"].casefold() == game.casefold())
            and series_id in (None, item.get("series_id"))
        ]
        if after is None or len(found) == limit:
            break
    return found, encode_cursor(after)
