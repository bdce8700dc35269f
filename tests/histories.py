"""Random histories of a guild, lived through the use cases: planned, answered, marked, closed, corrected, erased.

What comes of them lies in the table as it would. What a history says of itself is here; nothing is reckoned.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from attendance.domain.choice import MAYBE, NO, late, yes
from attendance.domain.due import Due
from attendance.domain.verdict import STATUSES
from attendance.ports import Buckets
from attendance.services.absences import add_absence
from attendance.services.closing import close_event, complete_sheet
from attendance.services.erasing import SETTLED_AFTER, ask_to_erase, go_on_erasing
from attendance.services.events import EventRequest, create_event
from attendance.services.marking import mark
from attendance.services.presets import create_preset
from attendance.services.series import create_series
from attendance.services.settings import change_settings
from attendance.services.sign_ups import sign_up
from attendance.storage import events, members
from tests.stories import GUILD, NOW, member, officer, set_up
from tests.workers import FilesInMemory

if TYPE_CHECKING:
    from collections.abc import Callable

    from attendance.domain.choice import Choice
    from attendance.domain.event import Event
    from attendance.ports import Discord
    from attendance.storage.table import Table

NAMES = ("Ann", "Bob", "Cleo", "Dan", "Eve")
PEOPLE = {name: member(name, user_id=str(80_000_000_000_000_000 + place)) for place, name in enumerate(NAMES)}
RAIDER, FRIEND = "7001", "7002"
MARKED = tuple(status for status in STATUSES if status != "unmarked")


@dataclass(frozen=True, slots=True)
class Night:
    """What happens at one event: who answers what, whom officers mark before and after it closes, if it does."""

    answers: dict[str, str]
    marks: dict[str, str]
    closed: bool
    corrections: dict[str, str]


@dataclass(frozen=True, slots=True)
class History:
    """What happens in a guild; days are counted from `NOW` on, when everything is planned."""

    nights: tuple[Night, ...]
    away: dict[str, tuple[int, int]]
    held: dict[str, tuple[str, ...]]
    rate: dict[str, object]
    erased: str | None


PLANS: tuple[dict[str, object], ...] = (
    {"title": "Karazhan", "time": "2026-12-02 20:00", "preset": "Raid"},
    {"title": "Blitz", "time": "2026-12-03 19:00", "game": "Chess"},
    {"title": "Friendly", "time": "2026-12-05 23:30", "game": "Chess", "counted": False},
    {"title": "Officers", "time": "2026-12-31 23:30", "preset": "Raid", "game": "wow", "tracked_role_id": RAIDER},
)
"""Single events; the four dates of a series of no game follow them."""
DATES = 4
_SOME = st.sampled_from(NAMES)
_nights = st.builds(
    Night,
    answers=st.dictionaries(_SOME, st.sampled_from(["yes", "late", "maybe", "no"])),
    marks=st.dictionaries(_SOME, st.sampled_from(MARKED), max_size=3),
    closed=st.sampled_from([True, True, True, False]),
    corrections=st.dictionaries(_SOME, st.sampled_from(STATUSES), max_size=2),
)
histories = st.builds(
    History,
    nights=st.tuples(*[_nights] * (len(PLANS) + DATES)),
    away=st.dictionaries(_SOME, st.tuples(st.integers(1, 6), st.integers(0, 30)), min_size=1, max_size=3),
    held=st.dictionaries(_SOME, st.sampled_from([(), (RAIDER,), (FRIEND,), (RAIDER, FRIEND)])),
    rate=st.fixed_dictionaries(
        {
            **dict.fromkeys(("late", "left_early", "benched"), st.integers(0, 100).map(lambda each: f"{each} %")),
            **dict.fromkeys(("unmarked", "excused", "on_leave"), st.booleans()),
        }
    ),
    erased=st.sampled_from([None, *NAMES]),
)


def live(table: Table, discord: Discord, history: History) -> tuple[list[Event], datetime]:
    """Let a history happen in a new guild; return its events in order of start, and the moment after it."""
    set_up(table)
    change_settings(table, GUILD, officer(), NOW, {"rate": history.rate, "rankings": True})
    create_preset(table, GUILD, officer(request_id="preset"), NOW, name="Raid", game="WoW", roles="tank 1-9, dps 2-9")
    for one in PEOPLE.values():
        members.remember(table, GUILD, one.user_id, one.name, NOW)
    for name, (first, days) in history.away.items():
        span = {"first": _day(first), "last": _day(first + days)}
        add_absence(table, GUILD, PEOPLE[name], NOW, **span)
    planned = _planned(table)
    for event, night in zip(planned, history.nights, strict=True):
        for name, answer in night.answers.items():
            sign_up(table, GUILD, event.event_id, _choice(event, answer), PEOPLE[name], NOW)
    for number, (event, night) in enumerate(zip(planned, history.nights, strict=True)):
        now = event.starts_at + timedelta(minutes=30)
        _mark(table, event, night.marks, f"m{number}", now)
        if night.closed:
            close_event(table, GUILD, event.event_id, officer(request_id=f"close{number}"), now)
            complete_sheet(table, discord, GUILD, event.event_id, officer(), now)
            _mark(table, event, night.corrections, f"c{number}", now + timedelta(hours=1))
    now = planned[-1].starts_at + timedelta(days=1)
    if history.erased:
        now = _erase(table, history.erased, now)
    return planned, now


def _day(number: int) -> str:
    return f"{NOW + timedelta(days=number):%Y-%m-%d}"


def _planned(table: Table) -> list[Event]:
    made = [
        create_event(table, GUILD, officer(request_id=f"e{number}"), NOW, EventRequest(**plan))
        for number, plan in enumerate(PLANS)
    ]
    request = EventRequest(title="Mondays", time="2026-12-07 20:00")
    series = create_series(table, GUILD, officer(request_id="series"), NOW, request, repeat="weekly", ahead=DATES)
    found, _ = events.list_between(table, GUILD, since=NOW, until=NOW + timedelta(days=90), limit=50)
    dates = events.get_many(
        table, GUILD, [one["event_id"] for one in found if one.get("series_id") == series.series_id]
    )
    return sorted([*made, *dates], key=lambda event: event.starts_at)


def _choice(event: Event, answer: str) -> Choice:
    roles = [role.key for role in event.roles]
    match answer:
        case "yes":
            return yes(roles[len(roles) // 2])
        case "late":
            return late(15, roles[0])
        case "maybe":
            return MAYBE
    return NO


def _mark(table: Table, event: Event, marks: dict[str, str], request_id: str, now: datetime) -> None:
    for name, status in marks.items():
        who = officer(request_id=f"{request_id}{name}")
        mark(table, GUILD, event.event_id, PEOPLE[name].user_id, who, now, status=status)


def _erase(table: Table, name: str, now: datetime) -> datetime:
    """Let a member erase themselves, and the sweep go on until nothing is left to do."""
    records, erasure_id = FilesInMemory(), ask_to_erase(table, GUILD, PEOPLE[name], now)
    kept: Callable[[], FilesInMemory] = lambda: records  # noqa: E731
    for step in range(4):
        now += SETTLED_AFTER if step else timedelta(0)
        due = Due(guild_id=GUILD, event_id=erasure_id, kind="erasure", at=now)
        go_on_erasing(table, Buckets(files=kept, erasure_records=kept), due, now)
    return now
