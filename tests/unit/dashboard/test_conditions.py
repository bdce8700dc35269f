"""Media types, and answers that are sent only where they changed."""

from __future__ import annotations

import re

import pytest

from attendance.domain.choice import yes
from attendance.services.events import EventRequest, create_event
from attendance.services.sign_ups import sign_up
from dashboard.app import app
from dashboard.conditions import SEVERAL
from tests.dashboard_driver import MEMBER, ORIGIN, OWNER
from tests.stories import GUILD, NOW, officer
from tests.stories import member as person

BASE = f"/api/v1/guilds/{GUILD}"


@pytest.fixture
def event(dashboard):
    """A raid, and its address."""
    made = create_event(dashboard.table, GUILD, officer(), NOW, EventRequest(title="Raid", time="in 2h", code="onyx"))
    return made, f"{BASE}/events/{made.event_id}"


def tag_of(dashboard, path, who=OWNER):
    return dashboard.get(who, path).headers["etag"]


def test_who_has_the_answer_already_is_not_sent_it_again(dashboard, event):
    _, path = event
    tag = tag_of(dashboard, path)
    for shown in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = dashboard.get(OWNER, path, **{"If-None-Match": shown, "Origin": ORIGIN})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert again.headers["access-control-allow-origin"] == ORIGIN
        assert "content-type" not in again.headers
    assert re.fullmatch(r'"1-[0-9a-f]{16}"', tag)


@pytest.mark.parametrize("shown", ['"1"', '"1-0000000000000000"', "1", "", "x" * 9000])
def test_who_shows_another_tag_is_sent_the_answer(dashboard, event, shown):
    assert dashboard.get(OWNER, event[1], **{"If-None-Match": shown}).status_code == 200


def test_a_sign_up_is_news_to_a_reader_and_refuses_no_edit(dashboard, event):
    made, path = event
    tag = tag_of(dashboard, path)
    sign_up(dashboard.table, GUILD, made.event_id, yes("going"), person("Ayla"), NOW)

    assert dashboard.get(OWNER, path, **{"If-None-Match": tag}).status_code == 200
    assert dashboard.call(OWNER, "PATCH", path, {"title": "Onyxia"}, **{"If-Match": tag}).status_code == 200
    assert dashboard.call(OWNER, "PATCH", path, {"title": "Raid"}, **{"If-Match": tag}).status_code == 412


def test_an_edit_answers_with_the_tag_that_a_read_has(dashboard, event):
    _, path = event
    edited = dashboard.call(OWNER, "PATCH", path, {"title": "Onyxia"})

    assert edited.headers["etag"] == tag_of(dashboard, path)
    assert dashboard.call(OWNER, "PATCH", path, {}, **{"If-None-Match": edited.headers["etag"]}).status_code == 200


def test_who_is_shown_more_has_another_tag(dashboard, event):
    assert tag_of(dashboard, event[1], OWNER) != tag_of(dashboard, event[1], MEMBER)


@pytest.mark.parametrize("path", ["settings", "events/{id}", "events/{id}/attendance"])
def test_every_tagged_read_is_answered_so(dashboard, event, path):
    address = f"{BASE}/{path.format(id=event[0].event_id)}"
    assert dashboard.get(OWNER, address, **{"If-None-Match": tag_of(dashboard, address)}).status_code == 304


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json", ""]
)
@pytest.mark.parametrize("path", [f"{BASE}/events", "/auth/token"])
def test_a_body_that_is_not_sent_as_json_is_refused(dashboard, kind, path):
    headers = dashboard.shown(OWNER) | {"Content-Type": kind, "Idempotency-Key": "k" * 8}
    answer = dashboard.client.post(path, content=b'{"title": "Raid", "time": "in 2h"}', headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON"])
def test_json_is_json_however_it_is_called(dashboard, kind):
    headers = dashboard.shown(OWNER) | {"Content-Type": kind, "Idempotency-Key": "k" * 8}
    answer = dashboard.client.post(f"{BASE}/events", content=b'{"title": "Raid", "time": "in 2h"}', headers=headers)
    assert answer.status_code == 201


def test_what_has_no_body_needs_no_media_type(dashboard, event):
    assert dashboard.post(OWNER, f"{event[1]}/cancel").status_code == 200


@pytest.mark.parametrize("accept", ["text/html", "application/xml, text/*;q=0.5", "application/json;q=0", "*/*;q=0.0"])
def test_who_takes_no_json_is_told_so(dashboard, accept):
    answer = dashboard.get(OWNER, BASE, Accept=accept)

    assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "accept",
    ["", "*/*", "application/*", "text/html, application/json;q=0.1", "text/html, */*;q=0.8", "Application/JSON"],
)
def test_who_takes_json_among_others_gets_it(dashboard, accept):
    assert dashboard.get(OWNER, BASE, Accept=accept).status_code == 200


@pytest.mark.parametrize("query", ["game=a&game=b", "limit=5&limit=5", "game=a&status=open&game=null", "x=1&x=2"])
def test_a_parameter_that_is_given_twice_is_refused_and_none_is_dropped_unseen(dashboard, query):
    answer = dashboard.get(OWNER, f"/api/v1/guilds/{GUILD}/events?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.json()["field"] == query.partition("=")[0]


def test_filters_that_may_be_given_several_times_stand_where_that_is_allowed_and_nowhere_else():
    several = {
        path
        for path, operations in app.openapi()["paths"].items()
        for operation in operations.values()
        for one in operation.get("parameters", ())
        if one["in"] == "query" and "'array'" in str(one["schema"])
    }
    assert several == {path for path in app.openapi()["paths"] if SEVERAL in path}
