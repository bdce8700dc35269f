"""Signing in: who may begin, who may finish, and what a code is worth."""

from __future__ import annotations

import itertools
import json
from datetime import timedelta

import pytest

from attendance.errors import Unauthenticated, Unavailable
from dashboard.app import handler
from tests.dashboard_driver import API, MEMBER, ORIGIN, Dashboard, query_of

VERIFIER = "v" * 43
COOKIE = "__Host-attendance_sign_in"


def test_a_member_signs_in_and_is_who_they_are(dashboard):
    me = dashboard.get(MEMBER, "/api/v1/me")

    assert me.json()["user_id"] == MEMBER
    assert me.json()["name"] == f"User {MEMBER}"


def test_the_dashboard_gets_its_own_state_back(dashboard):
    browser = dashboard.browser()
    state = query_of(dashboard.begin(browser, VERIFIER, state="back to /events"))["state"]
    back = browser.get("/auth/callback", params={"state": state, "code": f"code-of-{MEMBER}"})

    assert back.headers["location"].startswith(f"{ORIGIN}/auth/callback?code=")
    assert query_of(back)["state"] == "back to /events"


def test_the_cookie_is_held_to_this_host_and_hidden_from_scripts(dashboard):
    cookie = dashboard.begin(dashboard.browser(), VERIFIER).headers["set-cookie"]

    assert cookie.startswith(f"{COOKIE}=")
    for part in ("HttpOnly", "Secure", "Path=/", "SameSite=lax", "Max-Age=600"):
        assert part in cookie
    assert "Domain" not in cookie


def test_on_one_machine_the_cookie_works_without_https(moto_table, monkeypatch):
    dashboard = Dashboard(moto_table, monkeypatch, stage="local")
    set_cookie = dashboard.begin(dashboard.browser(), VERIFIER).headers["set-cookie"]

    assert set_cookie.startswith("attendance_sign_in=")
    assert "Secure" not in set_cookie
    assert "HttpOnly" in set_cookie


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "https://evil.example",
        "https://app.example.com.evil.example",
        "https://app.example.com@evil.example",
        "https://app.example.com/auth/callback/",
        "https://app.example.com/auth/callback?x=1",
        "https://app.example.com/auth/callback#x",
        "https://app.example.com/%2f%2fevil",
        "https://app.example.com//evil.example",
        "https://app.example.com\\evil",
        "https:app.example.com",
        "http://app.example.com",
        "HTTPS://app.example.com",
        "//app.example.com",
        "/auth/callback",
        "javascript:alert(1)",
        "null",
        "",
    ],
)
def test_a_sign_in_returns_only_to_the_exact_addresses(dashboard, redirect_uri):
    answer = dashboard.begin(dashboard.browser(), VERIFIER, redirect_uri=redirect_uri)

    assert answer.status_code == 422
    assert answer.json()["field"] == "redirect_uri"
    assert "location" not in answer.headers


@pytest.mark.parametrize("redirect_uri", [ORIGIN, f"{ORIGIN}/", f"{ORIGIN}/auth/callback", "https://other.example.com"])
def test_every_allowed_address_is_returned_to(dashboard, redirect_uri):
    assert dashboard.begin(dashboard.browser(), VERIFIER, redirect_uri=redirect_uri).status_code == 302


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("code_challenge_method", "plain"),
        ("code_challenge", "short"),
        ("code_challenge", "=" * 43),
        ("state", "x" * 513),
    ],
)
def test_a_sign_in_without_a_good_challenge_does_not_begin(dashboard, name, value):
    answer = dashboard.begin(dashboard.browser(), VERIFIER, **{name: value})

    assert answer.status_code == 422
    assert answer.json()["field"] == name


def test_a_state_works_once(dashboard):
    browser = dashboard.browser()
    state = query_of(dashboard.begin(browser, VERIFIER))["state"]
    query = {"state": state, "code": f"code-of-{MEMBER}"}

    assert browser.get("/auth/callback", params=query).status_code == 302
    again = browser.get("/auth/callback", params=query)
    assert again.status_code == 422
    assert again.json()["code"] == "sign_in_over"


@pytest.mark.parametrize("state", ["", "x", "A" * 43, "../" * 20, "\U0001f600"])
def test_a_state_that_we_never_gave_leads_nowhere(dashboard, state):
    answer = dashboard.client.get("/auth/callback", params={"state": state, "code": f"code-of-{MEMBER}"})

    assert answer.status_code == 422
    assert "location" not in answer.headers


def test_a_state_is_over_after_ten_minutes(dashboard):
    browser = dashboard.browser()
    state = query_of(dashboard.begin(browser, VERIFIER))["state"]
    dashboard.now += timedelta(minutes=10)

    answer = browser.get("/auth/callback", params={"state": state, "code": f"code-of-{MEMBER}"})
    assert answer.json()["code"] == "sign_in_over"


@pytest.mark.parametrize("cookie", [None, "B" * 43, ""])
def test_a_state_of_another_browser_is_refused_and_spent(dashboard, cookie):
    mine, other = dashboard.browser(), dashboard.browser()
    state = query_of(dashboard.begin(mine, VERIFIER))["state"]
    if cookie is not None:
        other.cookies.set(COOKIE, cookie)
    query = {"state": state, "code": f"code-of-{MEMBER}"}

    answer = other.get("/auth/callback", params=query)
    assert answer.status_code == 422
    assert answer.json()["code"] == "sign_in_foreign"
    assert mine.get("/auth/callback", params=query).status_code == 422


def test_two_tabs_may_sign_in_at_once(dashboard):
    browser = dashboard.browser()
    states = [query_of(dashboard.begin(browser, VERIFIER))["state"]]
    first_challenge = dashboard.provider.challenge
    states.append(query_of(dashboard.begin(browser, VERIFIER))["state"])
    second_challenge = dashboard.provider.challenge

    for state, challenge in zip(states, (first_challenge, second_challenge), strict=True):
        dashboard.provider.challenge = challenge
        assert "code" in query_of(browser.get("/auth/callback", params={"state": state, "code": f"code-of-{MEMBER}"}))


@pytest.mark.parametrize(
    ("query", "trouble", "error"),
    [
        ({"error": "access_denied"}, None, "access_denied"),
        ({"error": "<script>"}, None, "sign_in_failed"),
        ({}, None, "sign_in_failed"),
        ({"code": "bad"}, Unauthenticated("no"), "sign_in_failed"),
        ({"code": "good"}, Unavailable("busy"), "temporarily_unavailable"),
    ],
)
def test_a_sign_in_that_fails_at_discord_goes_back_with_a_reason(dashboard, query, trouble, error):
    browser = dashboard.browser()
    dashboard.provider.trouble = trouble
    state = query_of(dashboard.begin(browser, VERIFIER))["state"]
    back = query_of(browser.get("/auth/callback", params={"state": state, **query}))

    assert back == {"error": error, "state": "own"}


def test_a_person_in_a_browser_is_told_by_a_page_and_not_by_json(dashboard):
    answer = dashboard.client.get("/auth/callback", params={"state": "<b>"}, headers={"Accept": "text/html,*/*"})

    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("text/html")
    assert "sign in again" in answer.text


def test_a_code_works_once_and_only_with_its_verifier(dashboard):
    code = dashboard.one_time_code(MEMBER, VERIFIER)
    wrong = dashboard.client.post("/auth/token", json={"code": code, "code_verifier": "w" * 43})
    spent = dashboard.client.post("/auth/token", json={"code": code, "code_verifier": VERIFIER})

    assert (wrong.status_code, spent.status_code) == (401, 401)
    assert wrong.json()["code"] == spent.json()["code"] == "code_invalid"


def test_a_code_is_over_after_a_minute(dashboard):
    code = dashboard.one_time_code(MEMBER, VERIFIER)
    dashboard.now += timedelta(seconds=60)

    assert dashboard.client.post("/auth/token", json={"code": code, "code_verifier": VERIFIER}).status_code == 401


def test_a_cookie_opens_nothing(dashboard):
    browser = dashboard.browser()
    state = query_of(dashboard.begin(browser, VERIFIER))["state"]
    browser.get("/auth/callback", params={"state": state, "code": f"code-of-{MEMBER}"})
    token = dashboard.sign_in(MEMBER).access
    assert browser.cookies[COOKIE]
    for name in ("access_token", "session", "Authorization"):
        browser.cookies.set(name, token)

    assert browser.get("/api/v1/me").status_code == 401


def test_signing_in_has_a_pace_for_each_address(dashboard):
    statuses = [dashboard.begin(dashboard.client, VERIFIER).status_code for _ in range(31)]

    assert statuses[:30] == [302] * 30
    assert statuses[30] == 429


def test_the_table_never_holds_what_a_browser_was_given(dashboard, moto_table):
    browser = dashboard.browser()
    state = query_of(dashboard.begin(browser, VERIFIER))["state"]
    back = browser.get("/auth/callback", params={"state": state, "code": f"code-of-{MEMBER}"})
    code = query_of(back)["code"]
    dump = _dump(moto_table)
    tokens = dashboard.client.post("/auth/token", json={"code": code, "code_verifier": VERIFIER}).json()
    dump += _dump(moto_table)

    for secret in (state, browser.cookies[COOKIE], code, VERIFIER, tokens["access_token"], tokens["refresh_token"]):
        assert secret not in dump
    assert f"code-of-{MEMBER}" not in dump


def _dump(moto_table):
    client, name = moto_table
    return json.dumps(client.scan(TableName=name)["Items"])


_requests = itertools.count()


def gateway_event(path, query, **headers):
    """An HTTP API event of payload format 2.0."""
    return {
        "version": "2.0",
        "routeKey": "ANY /auth/{proxy+}",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"host": "api.example.com", "x-forwarded-proto": "https", **headers},
        "requestContext": {
            "http": {"method": "GET", "path": path, "sourceIp": "192.0.2.1", "protocol": "HTTP/1.1"},
            "requestId": f"r{next(_requests)}",
        },
        "isBase64Encoded": False,
    }


@pytest.mark.parametrize("as_list", [True, False], ids=["cookies of API Gateway", "cookie header of the emulator"])
def test_the_binding_cookie_is_read_as_either_gateway_sends_it(dashboard, as_list):
    browser = dashboard.browser()
    state = query_of(dashboard.begin(browser, VERIFIER))["state"]
    cookie = f"{COOKIE}={browser.cookies[COOKIE]}"
    event = gateway_event("/auth/callback", f"state={state}&code=code-of-{MEMBER}")
    if as_list:
        event["cookies"] = ["theme=dark", cookie]
    else:
        event["headers"]["cookie"] = f"theme=dark; {cookie}"
    answer = handler(event, None)

    assert answer["statusCode"] == 302
    assert answer["headers"]["location"].startswith(f"{ORIGIN}/auth/callback?code=")


@pytest.mark.usefixtures("dashboard")
def test_lambda_answers_set_the_cookie():
    query = f"redirect_uri={ORIGIN}&code_challenge={'A' * 43}"
    answer = handler(gateway_event("/auth/login", query), None)

    assert answer["statusCode"] == 302
    [cookie] = answer["cookies"]
    assert cookie.startswith(f"{COOKIE}=")
    assert API not in cookie
