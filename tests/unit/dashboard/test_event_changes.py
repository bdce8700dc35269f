"""Editing, cancelling, reopening and copying events over REST."""

from __future__ import annotations

from datetime import timedelta

import pytest

from attendance.domain.choice import yes
from attendance.services.events import EventRequest, create_event
from attendance.services.sign_ups import sign_up
from attendance.storage import keys
from tests.dashboard_driver import MEMBER, OFFICER_USER, OWNER
from tests.stories import CHANNEL, GUILD, NOW, member, officer

EVENTS = f"/api/v1/guilds/{GUILD}/events"


def raid(dashboard, **changes):
    wanted = {"title": "Raid", "time": "in 2h", "channel_id": CHANNEL} | changes
    return create_event(dashboard.table, GUILD, officer(), NOW, EventRequest(**wanted))


def patch(dashboard, event, body, *, who=OWNER, if_match=None):
    return dashboard.call(
        who, "PATCH", f"{EVENTS}/{event.event_id}", body, **{"If-Match": if_match or f'"{event.version}"'}
    )


def test_an_edit_answers_the_event_with_its_new_etag(dashboard):
    event = raid(dashboard, code="owl")
    answer = patch(dashboard, event, {"title": "Onyxia", "code": None, "time": "23:30"})
    assert answer.status_code == 200
    assert answer.headers["ETag"].startswith('"2-')
    assert (answer.json()["title"], answer.json()["has_code"]) == ("Onyxia", False)
    assert answer.json()["starts_at"] == "2026-12-01T22:30:00Z"


def test_an_edit_may_say_that_nobody_is_told_of_the_new_time(dashboard):
    event = raid(dashboard)
    assert patch(dashboard, event, {"time": "23:30", "notify": False}).status_code == 200
    assert dashboard.table.get(keys.event(GUILD, event.event_id))["touched"]["silent"] is True
    assert patch(dashboard, event, {"time": "23:45"}, if_match="*").status_code == 200
    assert "silent" not in dashboard.table.get(keys.event(GUILD, event.event_id))["touched"]
    assert patch(dashboard, event, {"notify": "no"}, if_match="*").status_code == 422


def test_the_second_of_two_editors_is_told_what_changed(dashboard):
    event = raid(dashboard)
    assert patch(dashboard, event, {"title": "Ours"}).status_code == 200
    refused = patch(dashboard, event, {"title": "Theirs"}, who=OFFICER_USER)
    assert refused.status_code == 412
    assert (refused.json()["code"], refused.json()["changed"], refused.json()["version"]) == ("stale", ["title"], 2)
    assert patch(dashboard, event, {"title": "Theirs"}, if_match="*").status_code == 200


def test_an_edit_without_if_match_or_with_an_unknown_field_is_refused(dashboard):
    event = raid(dashboard)
    without = dashboard.call(OWNER, "PATCH", f"{EVENTS}/{event.event_id}", {"title": "x"}, **{"If-Match": ""})
    assert (without.status_code, without.json()["field"]) == (422, "If-Match")
    assert patch(dashboard, event, {"titel": "x"}).status_code == 422
    assert patch(dashboard, event, {"title": None}).status_code == 422
    foreign = patch(dashboard, event, {"voice_channel_id": "123456789012345678"})
    assert (foreign.status_code, foreign.json()["field"]) == (422, "voice_channel_id")


def test_taking_seats_needs_the_confirmation_of_the_names(dashboard):
    event = raid(dashboard)
    for name in ("Ann", "Bob"):
        sign_up(dashboard.table, GUILD, event.event_id, yes("going"), member(name), NOW)
    refused = patch(dashboard, event, {"capacity": 1})
    assert (refused.status_code, refused.json()["code"]) == (409, "would_displace")
    assert refused.json()["displaced"] == [member("Bob").user_id]
    done = patch(dashboard, event, {"capacity": 1, "confirm": refused.json()["confirm"]})
    assert [one["user_id"] for one in done.json()["roster"]["waiting"]] == [member("Bob").user_id]


@pytest.mark.parametrize(("action", "status"), [("cancel", "cancelled"), ("reopen", "open")])
def test_cancelling_and_reopening_do_it_once(dashboard, action, status):
    event = raid(dashboard)
    if action == "reopen":
        dashboard.post(OWNER, f"{EVENTS}/{event.event_id}/cancel")
    answers = [dashboard.post(OWNER, f"{EVENTS}/{event.event_id}/{action}") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json()["status"] == status
    assert answers[0].headers["ETag"] == answers[1].headers["ETag"]


def test_a_copy_is_made_once_a_key(dashboard):
    event = raid(dashboard)
    key = {"Idempotency-Key": "copy-of-the-raid"}
    body = {"time": "2026-12-08 20:00", "title": "Next"}
    copies = [dashboard.post(OWNER, f"{EVENTS}/{event.event_id}/copy", body, **key) for _ in range(2)]
    assert [copy.status_code for copy in copies] == [201, 201]
    assert copies[0].headers["Location"] == copies[1].headers["Location"] == f"{EVENTS}/{copies[0].json()['event_id']}"
    assert copies[0].json()["title"] == "Next"


@pytest.mark.parametrize("action", ["cancel", "reopen", "copy"])
def test_members_change_no_event(dashboard, action):
    event = raid(dashboard)
    body = {"time": "in 2d"} if action == "copy" else None
    refused = dashboard.post(MEMBER, f"{EVENTS}/{event.event_id}/{action}", body)
    assert (refused.status_code, refused.json()["capability"]) == (403, "events.manage")
    assert patch(dashboard, event, {"title": "Mine"}, who=MEMBER).json()["capability"] == "events.manage"


def test_an_edit_that_names_no_version_is_told_to(dashboard):
    event = raid(dashboard)
    answer = dashboard.client.request(
        "PATCH", f"{EVENTS}/{event.event_id}", json={"title": "Onyxia"}, headers=dashboard.shown(OWNER)
    )
    assert (answer.status_code, answer.json()["code"]) == (428, "precondition_required")
    assert dashboard.get(OWNER, f"{EVENTS}/{event.event_id}").json()["title"] == event.title


@pytest.mark.parametrize("undone_by", ["/reopen", "/bench", "/seat"])
def test_a_request_that_comes_again_late_does_not_undo_what_was_done_since(dashboard, undone_by):
    event = raid(dashboard)
    place = f"{EVENTS}/{event.event_id}"
    mine = f"{place}/sign-ups/{MEMBER}"
    seat, role = f"{mine}/seat", {"role": "going"}
    first, then, look = {
        "/reopen": ((f"{place}/cancel", None), (f"{place}/reopen", None), lambda answer: answer["status"]),
        "/bench": ((seat, role), (f"{mine}/bench", None), lambda answer: answer["standing"]),
        "/seat": ((f"{mine}/bench", None), (seat, role), lambda answer: answer["standing"]),
    }[undone_by]
    key = {"Idempotency-Key": "late-and-again"}
    if undone_by == "/seat":
        dashboard.post(OWNER, seat, role)
    done = dashboard.post(OWNER, *first, **key)
    assert dashboard.post(OWNER, *first, **key).json() == done.json()
    since = dashboard.post(OWNER, *then)
    assert look(since.json()) != look(done.json())
    late = dashboard.post(OWNER, *first, **key)
    assert (late.status_code, look(late.json())) == (200, look(since.json()))


def test_what_was_reopened_is_not_closed_by_a_request_that_comes_again(dashboard):
    event = raid(dashboard)
    place = f"{EVENTS}/{event.event_id}"
    dashboard.now += timedelta(hours=3)
    key = {"Idempotency-Key": "late-and-again"}
    assert dashboard.post(OWNER, f"{place}/close", **key).status_code == 200
    assert dashboard.post(OWNER, f"{place}/reopen").json()["status"] == "open"
    late = dashboard.post(OWNER, f"{place}/close", **key)
    assert (late.status_code, late.json()["final"]) == (200, False)
    assert dashboard.get(OWNER, place).json()["status"] == "open"


@pytest.mark.parametrize("cut_off_at", ["attendance.services.editing.cancel_event", "dashboard.deps.request_done"])
def test_what_was_cut_off_is_done_when_it_comes_again(dashboard, monkeypatch, cut_off_at):
    event = raid(dashboard)
    place = f"{EVENTS}/{event.event_id}"
    key = {"Idempotency-Key": "late-and-again"}
    with monkeypatch.context() as broken:
        broken.setattr(cut_off_at, lambda *_: 1 / 0)
        assert dashboard.post(OWNER, f"{place}/cancel", **key).status_code == 500
    again = dashboard.post(OWNER, f"{place}/cancel", **key)
    assert (again.status_code, again.json()["status"]) == (200, "cancelled")
