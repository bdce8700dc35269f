"""Series over REST: made once a key, edited by who has read them, and shown with their next dates."""

from __future__ import annotations

import pytest

from tests.dashboard_driver import MEMBER, OFFICER_USER, OWNER
from tests.stories import CHANNEL, GUILD, OTHER_GUILD

SERIES = f"/api/v1/guilds/{GUILD}/series"
WEEKLY = {
    "title": "Raid night",
    "time": "2026-12-01 20:00",
    "repeat": "weekly",
    "duration": "3h",
    "channel_id": CHANNEL,
}


@pytest.fixture
def weekly(dashboard):
    return dashboard.post(OWNER, SERIES, WEEKLY, **{"Idempotency-Key": "weekly-raid"}).json()


def test_a_series_is_made_once_a_key_and_shows_its_next_dates(dashboard):
    key = {"Idempotency-Key": "weekly-raid"}
    made, again = (dashboard.post(OFFICER_USER, SERIES, WEEKLY, **key) for _ in range(2))
    assert (made.status_code, again.status_code) == (201, 201)
    assert made.json() == again.json()
    assert made.headers["Location"] == f"{SERIES}/{made.json()['series_id']}"
    assert (made.json()["rule"], made.json()["time"], made.json()["duration"]) == ("FREQ=WEEKLY", "20:00", 180)
    ahead = made.json()["upcoming"]
    assert [one["starts_at"] for one in ahead[:2]] == ["2026-12-01T19:00:00Z", "2026-12-08T19:00:00Z"]
    assert [one["made"] for one in ahead] == [True] * 4 + [False] * 6
    event = dashboard.get(MEMBER, f"/api/v1/guilds/{GUILD}/events/{ahead[1]['event_id']}").json()
    assert (event["title"], event["series_id"]) == ("Raid night", made.json()["series_id"])


def test_members_look_and_officers_change(dashboard, weekly):
    path = f"{SERIES}/{weekly['series_id']}"
    assert dashboard.get(MEMBER, path).json() == weekly
    assert [one["series_id"] for one in dashboard.get(MEMBER, SERIES).json()["items"]] == [weekly["series_id"]]
    assert dashboard.post(MEMBER, SERIES, WEEKLY).status_code == 403
    assert dashboard.post(MEMBER, f"{path}/skip", {"date": "2026-12-08"}).status_code == 403
    assert dashboard.call(MEMBER, "PATCH", path, {"title": "x"}, **{"If-Match": "*"}).status_code == 403
    assert dashboard.get(OWNER, f"/api/v1/guilds/{OTHER_GUILD}/series/{weekly['series_id']}").status_code == 404


def test_the_second_of_two_editors_is_told(dashboard, weekly):
    path = f"{SERIES}/{weekly['series_id']}"
    mine = dashboard.call(OWNER, "PATCH", path, {"title": "Ours"}, **{"If-Match": '"1"'})
    assert (mine.status_code, mine.headers["ETag"][:3], mine.json()["title"]) == (200, '"2-', "Ours")
    theirs = dashboard.call(OFFICER_USER, "PATCH", path, {"title": "Theirs"}, **{"If-Match": '"1"'})
    assert (theirs.status_code, theirs.json()["code"], theirs.json()["version"]) == (412, "stale", 2)
    later = {"scope": "later", "date": "2026-12-15", "time": "21:00"}
    edited = dashboard.call(OWNER, "PATCH", path, later, **{"If-Match": '"2"'}).json()
    assert [one["starts_at"][11:16] for one in edited["upcoming"][:4]] == ["19:00", "19:00", "20:00", "20:00"]


def test_single_dates_are_skipped_and_moved_and_the_series_is_ended(dashboard, weekly):
    path = f"{SERIES}/{weekly['series_id']}"
    skipped = dashboard.post(OWNER, f"{path}/skip", {"date": "2026-12-08"})
    assert skipped.json()["skipped"] == ["2026-12-08"]
    moved = dashboard.post(OWNER, f"{path}/move", {"date": "2026-12-15", "time": "21:30"}).json()
    assert [one["starts_at"] for one in moved["upcoming"][:2]] == ["2026-12-01T19:00:00Z", "2026-12-15T20:30:00Z"]
    assert moved["upcoming"][1]["note"] == "moved"
    again = dashboard.post(OWNER, f"{path}/move", {"date": "2026-12-15", "time": "21:30"}).json()
    assert again["version"] == moved["version"]
    ended = dashboard.post(OWNER, f"{path}/end", {"upcoming": "cancel"}).json()
    assert (ended["status"], ended["upcoming"]) == ("ended", [])
    event_id = weekly["upcoming"][0]["event_id"]
    assert dashboard.get(MEMBER, f"/api/v1/guilds/{GUILD}/events/{event_id}").json()["status"] == "cancelled"


@pytest.mark.parametrize(
    ("change", "field"),
    [({"repeat": "now and then"}, "repeat"), ({"ahead": 11}, "ahead"), ({"time": "yesterday"}, "time")],
)
def test_a_refusal_names_the_field(dashboard, change, field):
    refused = dashboard.post(OWNER, SERIES, WEEKLY | change)
    assert (refused.status_code, refused.json()["field"]) == (422, field)
