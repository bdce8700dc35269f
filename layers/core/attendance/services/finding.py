"""Finding the event that somebody means: by what they typed, or by what is going on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from attendance.domain.checkin import MAX_MINUTES
from attendance.domain.ids import is_id
from attendance.domain.preset import name_key
from attendance.errors import Conflict, Invalid
from attendance.storage import events, keys, presets

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.event import Event
    from attendance.storage.table import Table
    from attendance.storage.values import Item

Purpose = Literal["show", "close", "attend", "report", "edit", "reopen", "mark"]
_BACK: dict[Purpose, timedelta] = {
    "show": timedelta(days=7),
    "close": timedelta(days=14),
    "attend": timedelta(minutes=MAX_MINUTES),
    "report": timedelta(days=366),
    "edit": timedelta(days=1),
    "reopen": timedelta(days=31),
    "mark": timedelta(days=31),
}
_AHEAD: dict[Purpose, timedelta] = {
    "show": timedelta(days=366),
    "close": timedelta(minutes=MAX_MINUTES),
    "attend": timedelta(minutes=MAX_MINUTES),
    "report": timedelta(minutes=MAX_MINUTES),  # an event may be closed as soon as its check-in opens, before its start
    "edit": timedelta(days=731),
    "reopen": timedelta(days=731),
    "mark": timedelta(minutes=MAX_MINUTES),
}
_STATUSES: dict[Purpose, tuple[str, ...]] = {
    "show": ("open", "closed", "cancelled"),
    "close": ("open",),
    "attend": ("open",),
    "report": ("closed",),
    "edit": ("open",),
    "reopen": ("closed", "cancelled"),
    "mark": ("open", "closed"),
}
_LOOKED_AT = 100
_LOOKED_THROUGH = 1000
"""Events that one query reads for a title: 300 KB, below the 1 MB at which DynamoDB cuts an answer."""
_YEAR = timedelta(days=366)
_CANDIDATES = 5
_OFFERED = 25


def suggest_events(table: Table, guild_id: str, purpose: Purpose, typed: str, now: datetime) -> list[Item]:
    """Return summaries of the events that fit `purpose` and have `typed` in their title, the likeliest first.

    One query: of at most 100 events, those ahead in order of start or, for what is past, the newest first; for a title, of the
    newest 1,000, the nearest to now first. What is only to be shown is found by its title for a year.
    """
    words = typed.casefold().strip()
    back = _YEAR if words and purpose == "show" else _BACK[purpose]
    found = _around(table, guild_id, purpose, now, back, _LOOKED_THROUGH if words else _LOOKED_AT)
    if words:
        found.sort(key=lambda item: abs(keys.moment(item["starts_at"]) - now))
    return _fitting(found, purpose, words)


def _around(table: Table, guild_id: str, purpose: Purpose, now: datetime, back: timedelta, limit: int) -> list[Item]:
    found, _ = events.list_between(
        table,
        guild_id,
        since=now - back,
        until=now + _AHEAD[purpose],
        limit=limit,
        newest_first=limit == _LOOKED_THROUGH or purpose in ("close", "report", "mark"),
    )
    return found


def _fitting(found: list[Item], purpose: Purpose, words: str) -> list[Item]:
    return [item for item in found if item["status"] in _STATUSES[purpose] and words in item["title"].casefold()]


def suggest_games(table: Table, guild_id: str, typed: str, now: datetime) -> list[str]:
    """Return the games of a guild's presets that have `typed` in their name, else those of the events around now.

    One query, and a second only where no preset fits.
    """
    words = typed.casefold().strip()
    games = {preset.game for preset in presets.list_all(table, guild_id) if words in preset.game.casefold()}
    if not games:
        found = suggest_events(table, guild_id, "show", "", now)
        games = {item["game"] for item in found if item["game"] and words in item["game"].casefold()}
    return sorted(games, key=str.casefold)


def suggest_games_played(table: Table, guild_id: str, typed: str, now: datetime) -> list[str]:
    """Return the games of the closed events of a year that have `typed` in their name, as they were last called; one query."""
    words = typed.casefold().strip()
    games: dict[str, str] = {}
    for item in _around(table, guild_id, "report", now, _YEAR, _LOOKED_THROUGH):
        if item["status"] == "closed" and item["game"] and words in item["game"].casefold():
            games.setdefault(name_key(item["game"]), item["game"])
    return sorted(games.values(), key=str.casefold)


def find_event(table: Table, guild_id: str, purpose: Purpose, typed: str, now: datetime) -> str:
    """Return the id of the event that `typed` is (an id, or a title that only one event has).

    Raises `Invalid` (field `event`) when no event or several fit, saying so where the one meant is in another state; a
    well-formed id is returned as it is.
    """
    if is_id(typed):
        return typed
    words = typed.casefold().strip()
    fitting = _fitting(_around(table, guild_id, purpose, now, _BACK[purpose], _LOOKED_AT), purpose, words)
    fitting = fitting or suggest_events(table, guild_id, purpose, typed, now)
    exact = [item for item in fitting if item["title"].casefold() == words]
    for found in (exact, fitting):
        if len(found) == 1:
            event_id: str = found[0]["event_id"]
            return event_id
    if fitting:
        raise Invalid(
            f"{len(fitting)} events are called like “{typed[:64]}”. Pick one of the list.",
            field="event",
            code="several_events",
            count=len(fitting),
            typed=typed[:64],
        )
    if others := suggest_events(table, guild_id, "show", typed, now):
        title, status = others[0]["title"], others[0]["status"]
        raise Invalid(
            f"“{title}” is {status}, so this does not apply to it. Pick one of the list.",
            field="event",
            code="event_does_not_fit",
            event=title,
        )
    raise Invalid(
        f"I know no event called “{typed[:64]}” that this could mean. Pick one of the list.",
        field="event",
        code="no_event_called",
        typed=typed[:64],
    )


def events_to_mark(table: Table, guild_id: str, role_ids: frozenset[str] | None, now: datetime) -> list[Event]:
    """Return the events at which a member with these roles can be marked now, the newest first, without their rosters.

    `role_ids` None: nobody can tell. One query and one read.
    """
    found = suggest_events(table, guild_id, "mark", "", now)[:_OFFERED]
    items = table.get_many([keys.event(guild_id, item["event_id"]) for item in found], attributes=events.WITHOUT_ROSTER)
    candidates = [events.from_item(item) for item in items if item]
    return [
        event
        for event in candidates
        if (event.status == "closed" or event.window(now) != "before")
        and (role_ids is None or event.tracked_role_id is None or event.tracked_role_id in role_ids)
    ]


def event_to_attend(table: Table, guild_id: str, now: datetime) -> Event:
    """Return the one event whose check-in is open, without its roster; two requests.

    Raises `Conflict` when none is, saying when the next opens, and `Invalid` (field `event`) when several are.
    """
    nearest = sorted(
        suggest_events(table, guild_id, "attend", "", now),
        key=lambda item: abs((keys.moment(item["starts_at"]) - now).total_seconds()),
    )
    candidates = events.get_many(table, guild_id, [item["event_id"] for item in nearest[:_CANDIDATES]])
    openings = [event for event in candidates if event.window(now) == "open"]
    if len(openings) == 1:
        return openings[0]
    if openings:
        titles = ", ".join(f"“{event.title}”" for event in openings)
        raise Invalid(
            f"Check-in is open for {titles}: name the event that you mean.",
            field="event",
            code="several_open",
            titles=[event.title for event in openings],
        )
    ahead = [event.check_in.opens_at(event.starts_at) for event in candidates if event.window(now) == "before"]
    if not ahead:
        raise Conflict("No event is open for check-in right now.", code="nothing_to_attend")
    opens = int(min(ahead).timestamp())
    raise Conflict(
        f"No event is open for check-in right now. The next one opens <t:{opens}:R>.",
        code="nothing_to_attend_yet",
        opens_at=opens,
    )
