"""Lists: in which order, what is left out, page after page; and each thing of them by itself."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from attendance.domain.sheet import Sheet, SheetRow
from attendance.services.absences import add_absence
from attendance.services.characters import add_character
from attendance.services.events import EventRequest, create_event
from attendance.services.series import create_series, end_series
from attendance.storage import members, sheets
from tests.dashboard_driver import MEMBER, OFFICER_USER, OWNER
from tests.stories import CHANNEL, GUILD, NOW, officer

BASE = f"/api/v1/guilds/{GUILD}"
_requests = itertools.count()


def by():
    return officer(request_id=f"list{next(_requests)}")


def raid(dashboard, hours, title="Raid", **more):
    request = EventRequest(title=title, time=f"in {hours}h", **more)
    return create_event(dashboard.table, GUILD, by(), NOW, request).event_id


def weekly(dashboard, title):
    asked = EventRequest(title=title, time="2026-12-08 20:00", channel_id=CHANNEL)
    return create_series(dashboard.table, GUILD, by(), NOW, asked, repeat="weekly", ahead=1).series_id


def pages(dashboard, path, limit=2, between=lambda: None):
    """Every item of a list, page after page, with something happening after the first."""
    found, cursor, first = [], None, True
    while first or cursor:
        query = f"limit={limit}" + (f"&cursor={cursor}" if cursor else "")
        answer = dashboard.get(OWNER, f"{BASE}/{path}{'&' if '?' in path else '?'}{query}")
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        cursor = answer.json()["next"]
        if first:
            between()
        first = False
    return found


PAGED = (
    "events", "events?sort=-starts_at", "members", "members?sort=name", "members?sort=-rate", "series", "absences",
    "characters", "corrections", "reports", "audit",
)  # fmt: skip


@pytest.mark.parametrize("cursor", ["x", "%00", "A" * 30, "MjAyNi0xMi0wMVQyMDowMDowMC4wMDBa", "🙂", ""])
def test_a_cursor_that_is_none_of_the_list_is_refused(dashboard, cursor):
    for path in PAGED:
        answer = dashboard.get(OWNER, f"{BASE}/{path}{'&' if '?' in path else '?'}cursor={cursor}")
        assert (answer.status_code, answer.json()["field"]) == (422, "cursor"), path


@pytest.mark.parametrize(
    ("path", "choices"), [("events", "'-starts_at'"), ("members", "'-rate'"), ("corrections", "'-requested_at'")]
)
def test_an_order_that_a_list_does_not_have_is_answered_with_those_that_it_has(dashboard, path, choices):
    answer = dashboard.get(OWNER, f"{BASE}/{path}?sort=colour")

    assert (answer.status_code, answer.json()["field"]) == (422, "sort")
    assert choices in answer.json()["detail"]


@pytest.mark.parametrize("sort", ["starts_at", "-starts_at"])
def test_what_comes_in_meanwhile_neither_doubles_nor_hides_an_event(dashboard, sort):
    before = [raid(dashboard, hours) for hours in (2, 4, 6, 8, 10)]
    found = pages(dashboard, f"events?sort={sort}", between=lambda: [raid(dashboard, hours) for hours in (1, 3, 11)])
    shown = [one["event_id"] for one in found]

    assert len(set(shown)) == len(shown)
    assert [one for one in shown if one in before] == (before if sort == "starts_at" else before[::-1])


def test_events_are_told_apart_by_game_and_series(dashboard):
    wow = raid(dashboard, 2, game="WoW")
    raid(dashboard, 3, game="GW2")
    series_id = weekly(dashboard, "Weekly")
    [date] = dashboard.get(OWNER, f"{BASE}/events?series_id={series_id}").json()["items"]

    assert [one["event_id"] for one in dashboard.get(OWNER, f"{BASE}/events?game=wow").json()["items"]] == [wow]
    assert date["title"] == "Weekly"
    assert dashboard.get(OWNER, f"{BASE}/events?series_id={'z' * 16}").json()["items"] == []


@pytest.fixture
def rated(dashboard):
    """Four members: three with a rate, one for whom nothing counted, all with names out of the order of their ids."""
    people = {"11": "zoe", "12": "Bob", "13": "ada", "14": "Carl"}
    for user_id, name in people.items():
        members.remember(dashboard.table, GUILD, user_id, name, NOW)
    rows = tuple(
        SheetRow(
            user_id=user_id,
            name=people[user_id],
            answer="yes",
            role="",
            late_minutes=0,
            status=status,
            source="rule",
            at=None,
        )
        for user_id, status in (("11", "present"), ("12", "absent"), ("13", "present"))
    )
    sheet = Sheet(
        guild_id=GUILD, event_id="e" * 16, title="Raid", game="WoW", starts_at=NOW - timedelta(days=1), ends_at=NOW,
        zone="UTC", made_at=NOW, version=1, rows=rows,
    )  # fmt: skip
    dashboard.table.put(sheets.put_sheet(sheet, officer(), NOW))
    return set(people)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("sort=name", ["13", "12", "14", "11"]),
        ("sort=user_id", ["11", "12", "13", "14"]),
        ("name=A", ["13", "14"]),
        ("sort=name&name=O", ["12", "11"]),
        ("sort=-rate", ["13", "11", "12", "14"]),
        ("sort=rate", ["12", "13", "11", "14"]),
    ],
)
def test_members_come_in_the_order_and_by_the_name_asked_for(dashboard, rated, query, expected):
    found = pages(
        dashboard, f"members?{query}", between=lambda: members.remember(dashboard.table, GUILD, "15", "Abe", NOW)
    )

    assert [one["user_id"] for one in found if one["user_id"] in rated] == expected


def test_series_are_paged_and_told_apart_by_status(dashboard):
    made = [weekly(dashboard, title) for title in ("C", "A", "B")]
    end_series(dashboard.table, GUILD, made[1], by(), NOW, cancel=False)

    assert [one["title"] for one in pages(dashboard, "series")] == ["B", "C", "A"]
    assert [one["title"] for one in pages(dashboard, "series?status=ended")] == ["A"]


def test_what_was_made_stands_where_its_location_says(dashboard):
    for path, body in (
        ("characters", {"name": "Thoradin", "game": "WoW"}),
        ("absences", {"from": "2026-12-24", "until": "2026-12-26"}),
        ("keys", {"name": "Sheet"}),
        ("calendars", {"kind": "mine"}),
        ("events", {"title": "Raid", "time": "in 2h"}),
        ("presets", {"name": "Night", "game": "WoW", "roles": "tank 2"}),
    ):
        made = dashboard.post(OWNER, f"{BASE}/{path}", body)
        assert made.status_code == 201, made.text
        shown = dashboard.get(OWNER, made.headers["location"])
        secrets = {"key": None, "url": None}
        assert shown.json() == made.json() | {name: None for name in secrets if name in made.json()}


def test_a_member_sees_their_own_absence_and_request_only(dashboard):
    theirs = add_absence(dashboard.table, GUILD, by(), NOW, first="2026-12-24").absence_id
    own = dashboard.post(MEMBER, f"{BASE}/absences", {"from": "2026-12-24"}).json()["absence_id"]

    assert dashboard.get(MEMBER, f"{BASE}/absences/{own}").status_code == 200
    assert dashboard.get(MEMBER, f"{BASE}/absences/{theirs}").status_code == 404
    assert dashboard.get(OFFICER_USER, f"{BASE}/absences/{own}").json()["user_id"] == MEMBER


def test_characters_and_presets_are_told_apart_by_game(dashboard):
    for game in ("WoW", "GW2"):
        add_character(dashboard.table, GUILD, by(), NOW, name=f"Bob {game}", game=game)
        dashboard.post(OWNER, f"{BASE}/presets", {"name": game, "game": game, "roles": "tank 2"})

    assert [one["name"] for one in dashboard.get(OWNER, f"{BASE}/characters?game=wow").json()["items"]] == ["Bob WoW"]
    assert [one["name"] for one in dashboard.get(OWNER, f"{BASE}/presets?game=gw2").json()["items"]] == ["GW2"]


def test_one_answer_of_an_event_and_those_of_a_kind(dashboard):
    path = f"{BASE}/events/{raid(dashboard, 2)}/sign-ups"
    assert dashboard.get(MEMBER, f"{path}/{MEMBER}").status_code == 404
    said = dashboard.call(MEMBER, "PUT", f"{path}/{MEMBER}", {"answer": "maybe"}).json()

    assert dashboard.get(OWNER, f"{path}/{MEMBER}").json() == said
    assert [len(dashboard.get(OWNER, f"{path}?answer={one}").json()["items"]) for one in ("maybe", "yes")] == [1, 0]
