"""Marks over REST: one member, a batch row by row, the explanation of a verdict, and undoing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from attendance import wiring
from attendance.domain.choice import yes
from attendance.domain.voice import Look
from attendance.services.closing import close_event, complete_sheet
from attendance.services.events import EventRequest, create_event
from attendance.services.sign_ups import sign_up
from attendance.storage import voice
from tests.dashboard_driver import MEMBER, OFFICER_USER, OUTSIDER, OWNER
from tests.stories import CHANNEL, GUILD, NOW, member, officer

ROLE = "7001"


@pytest.fixture
def event(dashboard):
    """A raid that has begun, for which the member signed up."""
    wanted = EventRequest(title="Raid", time="in 2h", channel_id=CHANNEL)
    planned = create_event(dashboard.table, GUILD, officer(), NOW, wanted)
    sign_up(dashboard.table, GUILD, planned.event_id, yes("going"), member("M", user_id=MEMBER), NOW)
    dashboard.now = NOW + timedelta(hours=2)
    return planned


def at(event, rest=""):
    return f"/api/v1/guilds/{GUILD}/events/{event.event_id}/attendance{rest}"


def mark(dashboard, event, user_id, status="late", **more):
    return dashboard.call(OFFICER_USER, "PUT", at(event, f"/{user_id}"), {"status": status, **more})


def batch(dashboard, event, *rows, key="batch-key-1"):
    body = {"rows": [{"user_id": user_id, "status": status} for user_id, status in rows]}
    return dashboard.post(OFFICER_USER, at(event, ":batch"), body, **{"Idempotency-Key": key})


def test_a_mark_is_answered_with_the_verdict_and_why_it_is_that(dashboard, event):
    shown = mark(dashboard, event, MEMBER, "left_early", note="power cut").json()
    assert (shown["status"], shown["reason"], shown["answer"], shown["final"]) == (
        "left_early",
        "officer",
        "yes",
        False,
    )
    assert shown["explanation"] == "An officer's mark decides, of several the latest."
    (entry,) = shown["evidence"]
    assert (entry["by"], entry["note"], entry["decides"], entry["counts"]) == (OFFICER_USER, "power cut", True, True)
    assert mark(dashboard, event, MEMBER, "left_early", note="power cut").json() == shown
    assert dashboard.get(MEMBER, at(event, f"/{MEMBER}")).json()["status"] == "left_early"
    taken_back = mark(dashboard, event, MEMBER, "unmarked").json()
    assert (taken_back["status"], taken_back["reason"]) == ("unmarked", "not_closed")
    assert [one["counts"] for one in taken_back["evidence"]] == [False, False]
    assert taken_back["evidence"][1]["takes_back"] == [taken_back["evidence"][0]["entry_id"]]


def test_when_a_member_was_seen_is_told_and_a_time_that_cannot_be_is_refused(dashboard, event):
    seen_at = dashboard.now.isoformat()
    (entry,) = mark(dashboard, event, MEMBER, seen_at=seen_at).json()["evidence"]
    assert datetime.fromisoformat(entry["seen_at"]) == dashboard.now
    (row,) = dashboard.get(OFFICER_USER, at(event)).json()["rows"]
    assert row["observed_at"] == entry["seen_at"]
    for moment, code in (("20:25", "not_a_moment"), ("2026-12-01T12:00Z", "time_outside_event")):
        refused = mark(dashboard, event, MEMBER, seen_at=moment)
        assert (refused.status_code, refused.json()["code"]) == (422, code)


def test_an_open_event_shows_officers_the_silent_members_that_its_sheet_will_have(dashboard):
    dashboard.discord.members[GUILD] |= {"31": [ROLE], "32": []}
    wanted = EventRequest(title="Raid", time="in 2h", channel_id=CHANNEL, tracked_role_id=ROLE)
    tracked = create_event(dashboard.table, GUILD, officer(request_id="t"), NOW, wanted)
    dashboard.now = NOW + timedelta(hours=2)

    def rows():
        shown = dashboard.get(OFFICER_USER, at(tracked)).json()["rows"]
        return {row["user_id"]: (row["status"], row["early"], row["credit"]) for row in shown}

    before = rows()
    close_event(dashboard.table, GUILD, tracked.event_id, officer(), dashboard.now)
    complete_sheet(dashboard.table, wiring.discord(), GUILD, tracked.event_id, officer(), dashboard.now)
    assert before == rows()
    assert "31" in before
    assert "32" not in before


def test_what_the_closing_rule_decided_is_explained_too(dashboard, event):
    close_event(dashboard.table, GUILD, event.event_id, officer(), dashboard.now)
    shown = dashboard.get(OFFICER_USER, at(event, f"/{MEMBER}")).json()
    assert (shown["status"], shown["reason"], shown["final"], shown["evidence"]) == ("absent", "no_show", True, [])


def test_what_voice_samples_found_is_told_beside_the_verdict(dashboard):
    wanted = EventRequest(title="Raid", time="in 2h", channel_id=CHANNEL, voice_channel_id="55", voice_check=True)
    event = create_event(dashboard.table, GUILD, officer(), NOW, wanted)
    sign_up(dashboard.table, GUILD, event.event_id, yes("going"), member("M", user_id=MEMBER), NOW)
    dashboard.now = event.starts_at + timedelta(minutes=13)
    assert dashboard.get(MEMBER, at(event, f"/{MEMBER}")).json()["in_voice"] is None
    for minute, here in ((2, True), (7, False), (12, False)):
        there, away = frozenset({MEMBER} if here else ()), frozenset(() if here else {MEMBER})
        voice.record(dashboard.table, event, Look(event.starts_at + timedelta(minutes=minute), there, away), 0, [])
    shown = dashboard.get(MEMBER, at(event, f"/{MEMBER}")).json()
    assert (shown["status"], shown["in_voice"]) == ("unmarked", {"seen": 1, "samples": 3, "minutes": 5})


def test_a_member_asks_about_nobody_else(dashboard, event):
    mark(dashboard, event, OWNER)
    for path in (f"/{OWNER}", "/batches"):
        assert dashboard.get(MEMBER, at(event, path)).json()["capability"] == "attendance.manage"
    assert dashboard.get(OFFICER_USER, at(event, f"/{OUTSIDER}")).json()["code"] == "not_in_attendance"


@pytest.mark.parametrize(
    ("user_id", "status", "answer"),
    [
        (MEMBER, "asleep", (422, "unknown_status")),
        (MEMBER, "maybe", (409, "said_beforehand")),
        (OUTSIDER, "late", (404, "unknown_member")),
        ("Ann", "late", (404, "unknown_member")),
    ],
)
def test_each_mark_that_cannot_be_has_its_own_answer(dashboard, event, user_id, status, answer):
    refused = mark(dashboard, event, user_id, status)
    assert (refused.status_code, refused.json()["code"]) == answer


def test_before_check_in_opens_a_mark_and_a_batch_answer_409(dashboard, event):
    dashboard.now = NOW
    for refused in (mark(dashboard, event, MEMBER), batch(dashboard, event, (MEMBER, "late"))):
        assert (refused.status_code, refused.json()["code"]) == (409, "wrong_phase")
        assert "UTC" in refused.json()["detail"]
        assert refused.json()["opens_at"] == int((NOW + timedelta(minutes=105)).timestamp())


def test_a_batch_answers_row_by_row_and_once(dashboard, event):
    rows = [(MEMBER, "present"), (MEMBER, "late"), (OWNER, "maybe"), (OUTSIDER, "late"), ("x", "late"), ("31", "?")]
    done = batch(dashboard, event, *rows)
    assert done.status_code == 200
    shown = done.json()
    assert [row["result"] for row in shown["rows"]] == [
        "applied", "duplicate", "wrong_phase", "unknown_member", "invalid", "invalid",
    ]  # fmt: skip
    assert (shown["state"], shown["applied"], shown["counts"]["invalid"]) == ("done", 1, 2)
    assert batch(dashboard, event, *rows).json() == shown
    again = batch(dashboard, event, *rows, key="batch-key-2").json()
    assert again["rows"][0]["result"] == "unchanged"
    reused = batch(dashboard, event, (OWNER, "late"))
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency_key_reused")


def test_members_whom_discord_lists_are_marked_and_of_a_tracked_role_only_its_members(dashboard, event):
    dashboard.discord.members[GUILD] |= {"31": [ROLE], "32": []}
    tracked = create_event(
        dashboard.table, GUILD, officer(request_id="t"), NOW,
        EventRequest(title="Raid", time="in 2h", channel_id=CHANNEL, tracked_role_id=ROLE),
    )  # fmt: skip
    shown = batch(dashboard, tracked, ("31", "late"), ("32", "late"), ("33", "late")).json()
    assert [row["result"] for row in shown["rows"]] == ["applied", "not_tracked", "unknown_member"]
    refused = mark(dashboard, tracked, "32")
    assert (refused.status_code, refused.json()["code"]) == (409, "member_not_tracked")
    batch(dashboard, event, ("31", "late"), key="batch-key-2")
    lists = [call for call in dashboard.discord.calls if "members?" in call]
    assert len(lists) == 1  # for a minute


def test_without_the_members_intent_whoever_the_bot_has_met_is_marked(dashboard, event):
    dashboard.discord.lists_members = False
    shown = batch(dashboard, event, (MEMBER, "late"), ("31", "late")).json()
    assert [row["result"] for row in shown["rows"]] == ["applied", "unknown_member"]


def test_a_batch_is_listed_shown_and_undone(dashboard, event):
    made = batch(dashboard, event, (MEMBER, "present"), (OWNER, "late")).json()
    dashboard.now += timedelta(minutes=1)
    mark(dashboard, event, OWNER, "excused")
    listed = dashboard.get(OFFICER_USER, at(event, "/batches")).json()["items"]
    assert [(one["total"], one["by"]) for one in listed] == [(1, OFFICER_USER), (2, OFFICER_USER)]
    assert dashboard.get(OFFICER_USER, at(event, f"/batches/{made['batch_id']}")).json() == made
    undone = dashboard.post(OFFICER_USER, at(event, f"/batches/{made['batch_id']}/undo")).json()
    assert [row["undo"] for row in undone["rows"]] == ["undone", "later_mark_stands"]
    assert dashboard.post(OFFICER_USER, at(event, f"/batches/{made['batch_id']}/undo")).json() == undone
    assert dashboard.get(OFFICER_USER, at(event, f"/{OWNER}")).json()["status"] == "excused"


def test_a_batch_of_a_thousand_rows_fits_and_one_more_does_not(dashboard, event):
    rows = [(str(10**18 + number), "present") for number in range(1001)]
    assert batch(dashboard, event, *rows).status_code == 422
    done = batch(dashboard, event, *rows[:1000], key="batch-key-2").json()
    assert done["counts"] == {"unknown_member": 1000}
