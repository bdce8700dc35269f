"""Moving in over REST: a dry run, the import, and the import once more."""

from __future__ import annotations

import json

import pytest

from attendance.domain.choice import AWAY
from attendance.domain.limits import MAX_IMPORT_BYTES
from attendance.errors import Unavailable
from attendance.services.absences import add_absence
from attendance.storage import dues, events
from tests.dashboard_driver import OWNER
from tests.stories import CHANNEL, GUILD, NOW, after, member

URL = f"/api/v1/guilds/{GUILD}/import/raid-helper"
EVENTS = f"/api/v1/guilds/{GUILD}/events"
START = int(after(300).timestamp())
RAID = {
    "id": "1234567890123456789",
    "channelId": CHANNEL,
    "title": "Karazhan",
    "startTime": START,
    "roles": [{"name": "Tanks", "limit": 1}],
    "signUps": [
        {"userId": "101", "name": "Nia", "roleName": "Tanks", "className": "Tank", "entryTime": 1},
        {"userId": "102", "name": "Bo", "roleName": "Tanks", "className": "Tank", "entryTime": 2},
    ],
}
PAST = {"id": "2", "title": "Last week", "startTime": START - 10**6}


def test_an_export_is_tried_moved_in_and_moved_in_once_only(dashboard):
    export = {"postedEvents": [RAID, PAST, 3]}
    tried = dashboard.post(OWNER, f"{URL}?dry_run=true", export)
    assert tried.status_code == 200, tried.text
    assert [row["outcome"] for row in tried.json()["rows"]] == ["created", "invalid", "invalid"]
    assert dashboard.get(OWNER, EVENTS).json()["items"] == []

    done = dashboard.post(OWNER, URL, export)
    assert done.json() == tried.json() | {"dry_run": False}
    event_id = done.json()["rows"][0]["event_id"]
    event = dashboard.get(OWNER, f"{EVENTS}/{event_id}").json()
    assert (event["title"], event["channel_id"], event["zone"]) == ("Karazhan", CHANNEL, "Europe/Berlin")
    assert [seat["name"] for seat in event["roster"]["seated"]] == ["Nia"]
    assert [seat["name"] for seat in event["roster"]["waiting"]] == ["Bo"]
    assert {due.kind for due in dues.of_event(dashboard.table, GUILD, event_id)} >= {"reminder", "check_in_opens"}

    changed = {**RAID, "title": "Other", "signUps": []}
    assert dashboard.post(OWNER, URL, [changed]).json()["rows"][0]["outcome"] == "kept"
    assert dashboard.get(OWNER, f"{EVENTS}/{event_id}").json() == event


def test_an_import_that_was_cut_off_names_everybody_once_it_is_sent_again(dashboard, monkeypatch):
    def down(*_):
        raise Unavailable("The store is busy.")

    with monkeypatch.context() as cut:
        cut.setattr("attendance.services.moving_in.members.remember", down)
        assert dashboard.post(OWNER, URL, [RAID]).status_code == 503
    (row,) = dashboard.post(OWNER, URL, [RAID]).json()["rows"]
    assert row["outcome"] == "kept"
    event = dashboard.get(OWNER, f"{EVENTS}/{row['event_id']}").json()
    assert [seat["name"] for seat in event["roster"]["seated"]] == ["Nia"]


def test_who_is_away_then_has_said_no_unless_they_answered_there(dashboard):
    for user_id in ("101", "103"):
        away = member(user_id, user_id=user_id, request_id=user_id)
        add_absence(dashboard.table, GUILD, away, NOW, first="today", last="in 3 days")
    done = dashboard.post(OWNER, URL, [RAID]).json()["rows"][0]
    assert done["sign_ups"] == 2
    event = events.get(dashboard.table, GUILD, done["event_id"])
    assert event.choices == {"101": "tanks|", "102": "tanks|", "103": AWAY}


def test_an_event_of_a_channel_that_is_not_here_goes_to_the_servers_channel(dashboard):
    row = dashboard.post(OWNER, URL, RAID | {"channelId": "77"}).json()["rows"][0]
    assert "77" in row["notes"][0]
    assert dashboard.get(OWNER, f"{EVENTS}/{row['event_id']}").json()["channel_id"] == CHANNEL


def send(dashboard, body):
    headers = {
        "Authorization": f"Bearer {dashboard.sign_in(OWNER).access}",
        "Idempotency-Key": "some-key-1",
        "Content-Type": "application/json",
    }
    return dashboard.client.post(URL, content=body, headers=headers)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"3", 422),
        (b"[]", 422),
        (b'{"postedEvents": "x"}', 422),
        (b"{", 400),
        (b"[" * 3000 + b"]" * 3000, (400, 422)),
        (b"[" * 30 + b"]" * 30, 422),
        (b'[{"id": "\\ud800", "title": "\\ud800", "startTime": "\\ud800"}]', 200),
        (json.dumps(RAID | {"description": "x" * (MAX_IMPORT_BYTES - 1000)}).encode(), 200),
        (b" " * (MAX_IMPORT_BYTES + 1), 413),
    ],
)
def test_what_is_no_export_is_refused_and_nothing_breaks(dashboard, body, status):
    answer = send(dashboard, body)
    assert answer.status_code in (status if isinstance(status, tuple) else (status,)), answer.text[:300]


def test_other_addresses_keep_their_limit(dashboard):
    answer = dashboard.post(OWNER, EVENTS, {"title": "x", "time": "in 1h", "description": "x" * 70_000})
    assert answer.status_code == 413
    assert "64 KB" in answer.json()["detail"]


def test_past_attendance_is_tried_imported_and_counts(dashboard):
    url = f"/api/v1/guilds/{GUILD}/import/attendance"
    file = (
        "start,event,member,status,name\n2026-03-01 20:00,Karazhan,101,present,Nia\n2026-03-01 20:00,Karazhan,x,late,\n"
    )
    tried = dashboard.post(OWNER, url, {"csv": file, "dry_run": True})
    assert tried.status_code == 200, tried.text
    assert [row["outcome"] for row in tried.json()["rows"]] == ["created", "invalid"]
    assert tried.json()["rows"][1]["message"].startswith("“x” is no Discord id")

    done = dashboard.post(OWNER, url, {"csv": file})
    assert done.json() == tried.json() | {"dry_run": False}
    event_id = done.json()["rows"][0]["event_id"]
    (row,) = dashboard.get(OWNER, f"{EVENTS}/{event_id}/attendance").json()["rows"]
    assert (row["name"], row["status"], row["source"]) == ("Nia", "present", "import")
    assert dashboard.post(OWNER, url, {"csv": file}).json()["kept"] == 1


@pytest.mark.parametrize("body", [{"csv": ""}, {"csv": "a,b\n1,2"}, {"csv": 5}, {}, {"csv": "\ud800"}])
def test_what_is_no_history_is_refused_with_the_columns(dashboard, body):
    answer = dashboard.client.post(
        f"/api/v1/guilds/{GUILD}/import/attendance",
        content=json.dumps(body),
        headers={**dashboard.shown(OWNER), "Idempotency-Key": "history-1", "Content-Type": "application/json"},
    )
    assert answer.status_code == 422, answer.text
    assert answer.json()["field"] == "csv"
