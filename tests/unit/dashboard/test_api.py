"""What holds for every request: origins, headers, problems, limits, keys of repetition, cursors, tags."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from attendance import wiring
from attendance.domain.choice import yes
from attendance.errors import Unavailable
from attendance.services.check_ins import check_in
from attendance.services.events import EventRequest, create_event
from attendance.services.sign_ups import sign_up
from attendance.storage import reports
from dashboard.app import app
from tests.dashboard_driver import MEMBER, OFFICER_USER, ORIGIN, OWNER
from tests.stories import CHANNEL, GUILD, NOW, member, officer

BASE = f"/api/v1/guilds/{GUILD}"
EVENT = {"title": "Raid", "time": "in 2h"}


def raid(dashboard, request_id="raid", **changes):
    wanted = {"title": "Raid", "time": "in 2h"} | changes
    return create_event(dashboard.table, GUILD, officer(request_id=request_id), NOW, EventRequest(**wanted))


# --- origins


@pytest.mark.parametrize("origin", [ORIGIN, "https://other.example.com"])
def test_a_page_of_a_dashboard_may_call_and_read(dashboard, origin):
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "Idempotency-Key",
    }
    preflight = dashboard.client.request("OPTIONS", f"{BASE}/events", headers=asked)
    answer = dashboard.get(OWNER, f"{BASE}/events", Origin=origin)

    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == answer.headers["access-control-allow-origin"] == origin
    assert "Idempotency-Key" in preflight.headers["access-control-allow-headers"]
    assert {"ETag", "Location", "Retry-After"} <= set(answer.headers["access-control-expose-headers"].split(", "))
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin",
    [
        "https://app.example.com.evil.com",
        "https://evil.com",
        "http://app.example.com",
        "https://app.example.com:444",
        "https://APP.example.com",
        "https://app.example.com/",
        "https://xapp.example.com",
        "null",
        "*",
        "",
        "file://",
        "https://app.example.com, https://evil.com",
        "https://evil.com, https://app.example.com",
        "https://app.example.com https://evil.com",
        "https://app.example.com@evil.com",
        "https://app.example.com%2eevil.com",
        "https://app.example.com%00.evil.com",
        "https://app.example.com_.evil.com",
        "https://app.example.com`.evil.com",
        "https://app-example.com",
        "https://appxexample.com",
        "https://example.com",
        "https://sub.app.example.com",
        "https://app.example.com.",
        "https://app.example.com:443",
        "https://app.example.com?x",
        "https://app.example.com#x",
        "https://app.example",
        "https:app.example.com",
        "//app.example.com",
        "app.example.com",
        "wss://app.example.com",
        "chrome-extension://app.example.com",
    ],
)
def test_a_page_of_elsewhere_may_not(dashboard, origin):
    headers = {"Origin": origin, "Access-Control-Request-Method": "GET"}
    preflight = dashboard.client.request("OPTIONS", "/api/v1/me", headers=headers)
    answer = dashboard.get(OWNER, "/api/v1/me", Origin=origin)

    for one in (preflight, answer):
        assert "access-control-allow-origin" not in one.headers


def test_a_page_of_ours_can_read_an_answer_of_last_resort(dashboard, monkeypatch):
    monkeypatch.setattr(wiring, "token_keys", lambda: 1 / 0)
    answer = dashboard.get(None, "/api/v1/me", Authorization="Bearer x.y.z", Origin=ORIGIN)

    assert answer.status_code == 500
    assert answer.headers["access-control-allow-origin"] == ORIGIN


# --- headers and problems

PLACES = [
    ("GET", "/health"),
    ("GET", "/api/v1/me"),
    ("GET", "/nowhere"),
    ("PATCH", "/api/v1/me"),
    ("OPTIONS", "/api/v1/me"),
    ("GET", "/auth/login"),
    ("POST", "/auth/token"),
]


@pytest.mark.parametrize(("method", "path"), PLACES)
def test_every_answer_has_the_security_headers(dashboard, method, path):
    headers = dashboard.call(None, method, path).headers

    assert int(headers["strict-transport-security"].partition("=")[2].partition(";")[0]) >= 31_536_000
    for directive in ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert directive in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert len(headers["x-request-id"]) == 32


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/me", 401, "token_missing"),
        ("GET", "/nowhere", 404, "not_found"),
        ("PATCH", "/api/v1/me", 405, "method_not_allowed"),
        ("GET", "/auth/login", 422, "invalid"),
        ("GET", "/docs", 404, "not_found"),
        ("GET", "/openapi.json", 404, "not_found"),
    ],
)
def test_every_refusal_is_a_problem_with_a_stable_code(dashboard, method, path, status, code):
    answer = dashboard.call(None, method, path)
    problem = answer.json()

    assert answer.status_code == problem["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["code"] == code
    assert problem["detail"].endswith(".")
    assert problem["request_id"] == answer.headers["x-request-id"]


def test_a_method_that_an_address_does_not_take_is_told_which_it_does(dashboard):
    answer = dashboard.call(OWNER, "PATCH", f"{BASE}/events")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, POST"


def test_what_nobody_foresaw_is_a_problem_that_tells_nothing(dashboard, monkeypatch, caplog):
    def fail():
        raise RuntimeError("the secret is hunter2")

    monkeypatch.setattr(wiring, "token_keys", fail)
    answer = dashboard.get(None, "/api/v1/me", Authorization="Bearer x.y.z")

    assert answer.status_code == 500
    assert "hunter2" not in answer.text
    assert answer.json()["code"] == "internal"
    assert answer.json()["request_id"] in answer.json()["detail"]
    assert answer.json()["request_id"] in {record.request_id for record in caplog.records}


def test_a_busy_store_is_503_with_a_time_to_come_back(dashboard, monkeypatch):
    access = dashboard.sign_in(OWNER).access

    def busy(*_args, **_options):
        raise Unavailable("The store is busy right now.")

    monkeypatch.setattr(dashboard.table, "get", busy)
    answer = dashboard.get(None, "/api/v1/me", Authorization=f"Bearer {access}")

    assert answer.status_code == 503
    assert answer.json()["code"] == "unavailable"
    assert int(answer.headers["retry-after"]) > 0


def test_a_sentence_for_discord_reads_well_on_the_web(dashboard):
    event = raid(dashboard)
    answer = dashboard.post(OWNER, f"{BASE}/events/{event.event_id}/close")

    assert answer.json()["code"] == "too_early_to_close"
    assert "2026-12-01 19:45 UTC" in answer.json()["detail"]
    assert "<t:" not in answer.text


def test_health_asks_nothing_behind_it(dashboard, monkeypatch):
    monkeypatch.setattr(wiring, "table", lambda: pytest.fail("the table was asked"))
    answer = dashboard.get(None, "/health")

    assert answer.json() == {"status": "ok", "stage": "dev", "version": "1.0.0"}


def test_the_contract_is_served_everywhere_but_in_production(dashboard, monkeypatch):
    assert dashboard.get(None, "/api/v1/openapi.json").json()["openapi"].startswith("3.")
    monkeypatch.setenv("STAGE", "prod")
    assert dashboard.get(None, "/api/v1/openapi.json").status_code == 404


def test_every_operation_documents_every_status_as_a_problem():
    for path, item in app.openapi()["paths"].items():
        for method, operation in item.items():
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    assert set(answer["content"]) == {"application/problem+json"}, f"{method} {path} {status}"
            assert operation["summary"]
            assert operation["description"]


# --- bodies


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b"[" * 20_000,
        b'{"title": "\\ud800", "time": "in 2h"}',
        b'{"title": "x", "time": "in 2h", "capacity": NaN}',
        b'{"title": "x", "time": "in 2h", "capacity": 1e999}',
        b'{"title": "x", "time": "in 2h", "capacity": ' + b"9" * 5000 + b"}",
        b'{"title": "x", "time": "in 2h", "capacity": true}',
        b"null",
        b"[]",
        b'"x"',
        b"",
        b'{"title": {"$ne": ""}, "time": "in 2h"}',
        b'{"title": "' + b"x" * 101 + b'", "time": "in 2h"}',
        b'{"title": "x", "time": "in 2h", "channel_id": "0x1"}',
        b'{"title": "x", "time": "in 2h", "channel_id": 1221083529216131075}',
    ],
)
def test_a_body_that_makes_no_sense_is_refused_with_a_reason(dashboard, body):
    dashboard.get(OWNER, BASE)
    headers = {
        "Authorization": f"Bearer {dashboard._tokens[OWNER].access}",
        "Content-Type": "application/json",
        "Idempotency-Key": "a-good-key",
    }
    answer = dashboard.client.request("POST", f"{BASE}/events", content=body, headers=headers)

    assert answer.status_code in (400, 422), answer.text
    assert answer.json()["code"] in ("malformed", "invalid")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", [f"{BASE}/events", "/auth/token"])
def test_a_body_above_64_kb_is_refused(dashboard, path):
    answer = dashboard.post(OWNER, path, {"title": "x" * 65_537})

    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"


@pytest.mark.parametrize(
    "name",
    ["guild_id", "event_id", "created_by", "version", "seq", "status", "places", "choices", "pins", "touched", "pk"],
)
def test_what_a_client_may_not_set_is_refused(dashboard, name):
    answer = dashboard.post(OWNER, f"{BASE}/events", EVENT | {name: "1"})

    assert answer.status_code == 422
    assert answer.json()["field"] == name


def test_an_event_goes_to_no_channel_of_another_guild(dashboard):
    for field, foreign in (("channel_id", "77"), ("voice_channel_id", "77"), ("tracked_role_id", "77")):
        answer = dashboard.post(OWNER, f"{BASE}/events", EVENT | {field: foreign})
        assert answer.status_code == 422
        assert answer.json()["field"] == field
    good = dashboard.post(OWNER, f"{BASE}/events", EVENT | {"channel_id": CHANNEL, "tracked_role_id": "5001"})
    assert good.status_code == 201


# --- repetition


def test_the_same_key_makes_one_event_and_gives_the_same_answer(dashboard):
    answers = [dashboard.post(OWNER, f"{BASE}/events", EVENT, **{"Idempotency-Key": "key-one-1"}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201] * 3
    assert answers[0].json() == answers[1].json() == answers[2].json()
    assert len(dashboard.get(OWNER, f"{BASE}/events").json()["items"]) == 1
    assert dashboard.get(OWNER, answers[0].headers["location"]).json() == answers[0].json()


def test_a_key_is_of_its_user_and_its_operation(dashboard):
    headers = {"Idempotency-Key": "key-one-1"}
    mine = dashboard.post(OWNER, f"{BASE}/events", EVENT, **headers).json()
    theirs = dashboard.post(OFFICER_USER, f"{BASE}/events", EVENT, **headers).json()
    report = dashboard.post(OWNER, f"{BASE}/reports", {}, **headers)

    assert mine["event_id"] != theirs["event_id"]
    assert report.status_code == 202


def test_a_key_with_another_body_is_refused(dashboard):
    headers = {"Idempotency-Key": "key-one-1"}
    dashboard.post(OWNER, f"{BASE}/events", EVENT, **headers)
    answer = dashboard.post(OWNER, f"{BASE}/events", EVENT | {"title": "Other"}, **headers)

    assert answer.status_code == 422
    assert answer.json()["code"] == "idempotency_key_reused"


@pytest.mark.parametrize("key", ["short", "x" * 101, "with space in it", "with\ttab-in-it"])
def test_a_key_has_a_shape(dashboard, key):
    answer = dashboard.post(OWNER, f"{BASE}/events", EVENT, **{"Idempotency-Key": key})

    assert answer.status_code == 422
    assert answer.json()["field"] == "Idempotency-Key"


def test_making_something_without_a_key_says_what_is_missing(dashboard):
    answer = dashboard.call(OWNER, "POST", f"{BASE}/events", EVENT, **{"Idempotency-Key": ""})

    assert answer.status_code == 422
    assert answer.json()["field"] == "Idempotency-Key"


def test_a_webhooks_secret_is_shown_once(dashboard):
    body = {"url": "https://example.org/hook", "topics": ["sheet", "series", "event", "event"]}
    first, again = (
        dashboard.post(OWNER, f"{BASE}/webhooks", body, **{"Idempotency-Key": "key-one-1"}) for _ in range(2)
    )
    listed = dashboard.get(OWNER, f"{BASE}/webhooks").json()["items"]

    assert len(first.json()["secret"]) >= 43
    assert again.json()["webhook_id"] == first.json()["webhook_id"]
    assert first.json()["topics"] == ["event", "series", "sheet"]
    assert [again.json()["secret"], *(one["secret"] for one in listed)] == [None, None]


# --- pace


def test_a_user_has_a_pace(dashboard, monkeypatch):
    monkeypatch.setattr("dashboard.deps.USER_REQUESTS_A_MINUTE", 3)
    statuses = [dashboard.get(OWNER, "/api/v1/me").status_code for _ in range(3)]
    late = dashboard.get(OWNER, "/api/v1/me")

    assert statuses == [200, 200, 200]
    assert late.status_code == 429
    assert 1 <= int(late.headers["retry-after"]) <= 60
    assert dashboard.get(MEMBER, "/api/v1/me").status_code == 200
    dashboard.now += timedelta(seconds=int(late.headers["retry-after"]))
    assert dashboard.get(OWNER, "/api/v1/me").status_code == 200


def test_a_guild_has_a_pace_that_outsiders_cannot_use_up(dashboard, monkeypatch):
    monkeypatch.setattr("dashboard.deps.GUILD_REQUESTS_A_MINUTE", 2)
    for _ in range(5):
        dashboard.get("904", BASE)
    statuses = [dashboard.get(who, BASE).status_code for who in (OWNER, MEMBER, OFFICER_USER)]

    assert statuses == [200, 200, 429]


# --- lists


def test_pages_follow_one_another_without_gap_or_double(dashboard):
    made = [raid(dashboard, f"r{number}", time=f"in {number + 2}h").event_id for number in range(7)]
    seen, cursor = [], None
    for _ in range(4):
        page = dashboard.get(OWNER, f"{BASE}/events?limit=2" + (f"&cursor={cursor}" if cursor else "")).json()
        seen += [one["event_id"] for one in page["items"]]
        cursor = page["next"]

    assert seen == made
    assert cursor is None


def test_a_filtered_list_reads_on(dashboard):
    for number in range(5):
        raid(dashboard, f"r{number}", time=f"in {number + 2}h")
    answer = dashboard.get(OWNER, f"{BASE}/events?status=closed&limit=2").json()

    assert answer == {"items": [], "next": None}


def test_an_order_and_a_range_bound_the_list(dashboard):
    made = [raid(dashboard, f"r{number}", time=f"in {number + 2}h").event_id for number in range(3)]
    listed = dashboard.get(OWNER, f"{BASE}/events?sort=-starts_at&until=2026-12-01T21:00:00Z").json()["items"]

    assert [one["event_id"] for one in listed] == [made[1], made[0]]


@pytest.mark.parametrize(
    "query",
    [
        "cursor=x",
        "cursor=" + "A" * 201,
        "cursor=MjAyNi0xMi0wMVQyMDowMDowMC4wMDBaI3p6enp6enp6enp6enp6enp&since=2027-01-01T00:00:00Z",
        "cursor=%00",
        "limit=0",
        "limit=101",
        "limit=x",
        "since=2026-12-01",
        "since=0001-01-01T00:00:00%2B14:00",
        "until=9999-12-31T23:59:59-14:00",
        "since=1e999",
        "status=present",
        "sort=title",
    ],
)
def test_a_question_that_makes_no_sense_is_refused(dashboard, query):
    answer = dashboard.get(OWNER, f"{BASE}/events?{query}")

    assert answer.status_code == 422
    assert answer.json()["field"] == query.partition("=")[0]


# --- what is shown


def test_the_code_is_shown_to_those_who_hand_it_out(dashboard):
    event = raid(dashboard, code="onyx")
    shown = {who: dashboard.get(who, f"{BASE}/events/{event.event_id}").json() for who in (OWNER, OFFICER_USER, MEMBER)}

    assert [shown[who]["code"] for who in (OWNER, OFFICER_USER, MEMBER)] == ["onyx", "onyx", None]
    assert shown[MEMBER]["has_code"] is True
    assert "onyx" not in json.dumps(shown[MEMBER])


def test_members_see_their_own_attendance_and_officers_all(dashboard):
    event = raid(dashboard)
    for user_id in (MEMBER, OWNER):
        actor = member(f"User {user_id}", user_id=user_id)
        sign_up(dashboard.table, GUILD, event.event_id, yes("going"), actor, NOW)
    dashboard.now = NOW + timedelta(hours=2)
    check_in(dashboard.table, GUILD, event.event_id, member("x", user_id=MEMBER), dashboard.now)
    path = f"{BASE}/events/{event.event_id}/attendance"
    so_far = dashboard.get(OWNER, path).json()
    own = dashboard.get(MEMBER, path).json()

    assert {row["user_id"]: row["status"] for row in so_far["rows"]} == {MEMBER: "present", OWNER: "absent"}
    assert [row["user_id"] for row in own["rows"]] == [MEMBER]
    assert own["totals"] == {"present": 1}
    assert so_far["final"] is False
    closed = dashboard.post(OFFICER_USER, f"{path.removesuffix('attendance')}close")
    assert closed.json()["final"] is True
    assert closed.headers["etag"].startswith('"1-')
    assert dashboard.post(OWNER, f"{path.removesuffix('attendance')}close").json() == closed.json()
    assert [row["user_id"] for row in dashboard.get(MEMBER, path).json()["rows"]] == [MEMBER]


def test_the_version_follows_edits_and_live_version_the_roster_too(dashboard):
    event = raid(dashboard)
    path = f"{BASE}/events/{event.event_id}"
    before = dashboard.get(OWNER, path)
    sign_up(dashboard.table, GUILD, event.event_id, yes("going"), member("Ayla", user_id=MEMBER), NOW)
    after = dashboard.get(OWNER, path)

    assert [one.headers["etag"].partition("-")[0] for one in (before, after)] == ['"1', '"1']
    assert after.json()["live_version"] == before.json()["live_version"] + 1
    assert [seat["user_id"] for seat in after.json()["roster"]["seated"]] == [MEMBER]


def test_a_report_is_followed_to_its_link(dashboard):
    asked = dashboard.post(OFFICER_USER, f"{BASE}/reports", {"from": "2026-11-01", "format": "xlsx"})
    path = asked.headers["location"]
    assert (asked.status_code, asked.json()["status"], asked.json()["link"]) == (202, "queued", None)

    job = reports.claim(dashboard.table, GUILD, asked.json()["report_id"], "m1", officer(), NOW)
    assert job is not None
    reports.finish(dashboard.table, replace(job, status="done", file_key=f"{GUILD}/x", row_count=3), officer(), NOW)
    done = dashboard.get(OFFICER_USER, path).json()
    listed = dashboard.get(OFFICER_USER, f"{BASE}/reports").json()["items"]

    assert (done["status"], done["row_count"]) == ("done", 3)
    assert done["link"] == f"https://files.test/{GUILD}/x?for=300"
    assert [(one["report_id"], one["status"]) for one in listed] == [(asked.json()["report_id"], "done")]
    dashboard.set_up(GUILD, rights=["reports.view"])
    assert dashboard.get(OFFICER_USER, path).json()["link"] is None


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://localhost/",
        "https://a.localhost/",
        "https://x.internal/",
        "https://user:pass@example.org/",
        "https://example.org:8443/",
        "https://example.org:bad/",
        "https://example.org\\@evil/",
        "https://exam ple.org/",
        "https://",
        "https://example/",
        "ftp://example.org",
        "//example.org",
        "https://example.org/#x",
        "https://\u0435xample.org/",
        "https://example.org/" + "x" * 500,
    ],
)
def test_a_webhook_goes_to_a_public_host_only(dashboard, url):
    answer = dashboard.post(OWNER, f"{BASE}/webhooks", {"url": url, "topics": ["event"]})

    assert answer.status_code == 422
    assert answer.json()["field"] == "url"


def test_a_guild_has_ten_webhooks_at_most(dashboard):
    body = {"url": "https://example.org/hook", "topics": ["event"]}
    keys = [uuid.UUID(int=number).hex for number in range(11)]
    statuses = [dashboard.post(OWNER, f"{BASE}/webhooks", body, **{"Idempotency-Key": key}).status_code for key in keys]

    assert statuses == [201] * 10 + [409]


def _patched(dashboard, body):
    return dashboard.call(OWNER, "PATCH", f"{BASE}/settings", body, **{"If-Match": "*"})


def test_keeping_less_is_confirmed_first_over_the_api_too(dashboard):
    asked = _patched(dashboard, {"keep_months": 12})
    assert (asked.status_code, asked.json()["code"]) == (409, "removal_unconfirmed")
    assert {"before", "events", "entries"} <= asked.json().keys()
    assert dashboard.get(OWNER, f"{BASE}/settings").json()["keep_months"] == 0
    done = _patched(dashboard, {"keep_months": 12, "confirm_removal": True})
    assert (done.status_code, done.json()["keep_months"]) == (200, 12)
    assert _patched(dashboard, {"keep_months": 2, "confirm_removal": True}).status_code == 422
    assert _patched(dashboard, {"keep_months": 0}).json()["keep_months"] == 0
