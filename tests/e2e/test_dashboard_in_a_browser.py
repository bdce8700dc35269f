"""A dashboard in a real browser: its pages at one site (127.0.0.1), the API at another (localhost).

The JavaScript is that of API_DOCS.md where it has some. Nothing but the browser decides what a page may send and read.
Who signs in anew spends of the pace that signing in has for an address, so whoever can shares the officer's page.
"""

from __future__ import annotations

import re
import textwrap
import threading
import uuid
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.e2e import browser

pytestmark = [pytest.mark.stack, pytest.mark.full]

ORIGIN = "http://127.0.0.1:3000"
STRANGERS = ("http://127.0.0.1:3001", "http://dashboard.localhost:3000", "http://127.0.0.1.evil.example:3000")
GUIDE = Path(__file__).parents[2] / "API_DOCS.md"
BEGIN, EXCHANGE, LISTEN = (
    textwrap.dedent(one) for one in re.findall(r"```js\n(.+?)```", GUIDE.read_text("utf-8"), re.DOTALL)
)
PAGE = b"<!doctype html><title>A dashboard</title><link rel=icon href=data:,>"
KEY = str(uuid.uuid4())
CALL = """
var answer = await fetch(`${API}/api/v1${path}`, {method, headers: {...headers, ...more}, body});
var shown = {status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text()};
shown.body = shown.body ? JSON.parse(shown.body) : null;
shown
"""


class Pages(BaseHTTPRequestHandler):
    """Answers every address with the same empty page."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_arguments):
        pass


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    """A browser for which the dashboard's origin, and those of strangers, are served by this test."""
    installed = browser.program()
    if installed is None:
        pytest.skip("no Chromium or Chrome is installed: put one on the PATH to try the API in a browser")
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        served = {urlsplit(one).netloc: f"127.0.0.1:{server.server_port}" for one in (ORIGIN, *STRANGERS)}
        profile = tmp_path_factory.mktemp("browser") / "profile"
        profile.mkdir()
        try:
            with browser.running(installed, profile, served) as found:
                yield found
        finally:
            server.shutdown()


class Dashboard:
    """A page of the dashboard in which a member is signed in."""

    def __init__(self, page, stack, member):
        self.page = page
        self.guild_id = member.guild.id
        page.open(f"{ORIGIN}/calendar")
        page.run(BEGIN, API=stack.api_url)
        page.arrives(f"{stack.discord_url}/oauth2/authorize?")
        page.run("[...document.links].find(one => one.textContent === name).click()", name=member.name)
        self.came_back = page.arrives(f"{ORIGIN}/auth/callback?")
        code = parse_qs(urlsplit(self.came_back).query)["code"][0]
        page.run(EXCHANGE, API=stack.api_url, code=code)
        self.tokens = page.run("tokens")
        page.run("0", headers={"Authorization": f"Bearer {self.tokens['access_token']}"}, guild=self.guild_id)

    def call(self, method, path, body=None, **more):
        """Let the page call the API; a `{guild}` in the path is the member's."""
        written = None if body is None else self.page.run("JSON.stringify(given)", given=body)
        more = {name.replace("_", "-"): value for name, value in more.items()}
        if written is not None:
            more["Content-Type"] = "application/json"
        place = path.replace("{guild}", f"/guilds/{self.guild_id}")
        return self.page.run(CALL, method=method, path=place, body=written, more=more)

    def sign(self, what, body):
        """POST to a route of /auth, and return status and body."""
        script = (
            "var answer = await fetch(`${API}/auth/${what}`, {method: 'POST', body: JSON.stringify(given), "
            "headers: {'Content-Type': 'application/json'}}); "
            "[answer.status, answer.status == 204 ? null : await answer.json()]"
        )
        return self.page.run(script, what=what, given=body)


@contextmanager
def signed_in(chromium, stack, member):
    with chromium.page() as page:
        yield Dashboard(page, stack, member)


@pytest.fixture(scope="module")
def guild(discord):
    return discord.guild("Night Watch")


@pytest.fixture(scope="module")
def officer(chromium, stack, guild):
    with signed_in(chromium, stack, guild.member("Marek")) as dashboard:
        yield dashboard


@pytest.fixture(scope="module")
def event(officer):
    """The answer to planning an event from the page."""
    return officer.call("POST", "{guild}/events", {"title": "From a browser", "time": "in 3h"}, Idempotency_Key=KEY)


def test_a_person_signs_in_from_a_page_of_another_site_and_comes_back_to_where_they_were(officer, guild):
    query = parse_qs(urlsplit(officer.came_back).query)
    assert set(query) == {"code", "state"}
    assert query["state"] == ["/calendar"]
    me = officer.call("GET", "/me")
    assert (me["status"], me["body"]["user_id"]) == (200, guild.member("Marek").id)


def test_the_page_holds_no_cookie_and_the_state_is_one_of_the_apis_own(officer, stack):
    assert officer.page.run("document.cookie") == ""
    returned = [one for one in officer.page.sent() if one.url.startswith(f"{stack.api_url}/auth/callback?")]
    assert [one.headers["cookie"].partition("=")[0] for one in returned] == ["attendance_sign_in"]
    calls = [one for one in officer.page.sent() if "/api/v1/" in one.url]
    assert calls
    assert not any("cookie" in one.headers for one in calls)


def test_the_page_reads_the_headers_that_it_needs(event):
    assert event["status"] == 201
    assert event["headers"]["location"].endswith(event["body"]["event_id"])
    assert event["headers"]["etag"].startswith('"1-')
    assert re.fullmatch(r"[0-9a-f]{32}", event["headers"]["x-request-id"])
    assert "strict-transport-security" not in event["headers"]  # what is not exposed stays hidden


def test_a_page_that_asks_too_often_reads_when_to_come_back(chromium, stack, guild):
    with signed_in(chromium, stack, guild.member("Zoe")) as dashboard:
        answers = [dashboard.call("GET", "{guild}/analytics/trend") for _ in range(31)]
    assert answers[0]["status"] == 200
    assert answers[-1]["status"] == 429
    assert 1 <= int(answers[-1]["headers"]["retry-after"]) <= 60


def test_an_edit_asks_first_and_names_what_it_read(officer, event):
    place = f"{{guild}}/events/{event['body']['event_id']}"
    read = officer.call("GET", place)["headers"]["etag"]
    edited = officer.call("PATCH", place, {"title": "Renamed"}, If_Match=read, Idempotency_Key="in-passing")
    assert (edited["status"], edited["body"]["title"]) == (200, "Renamed")
    [asked] = [one for one in officer.page.sent() if one.method == "OPTIONS" and one.url.endswith(place[7:])][-1:]
    assert asked.headers["access-control-request-method"] == "PATCH"
    assert set(asked.headers["access-control-request-headers"].split(",")) == {
        "authorization", "content-type", "idempotency-key", "if-match",
    }  # fmt: skip
    again = officer.call("PATCH", place, {"title": "Again"}, If_Match=read)
    assert (again["status"], again["body"]["code"], again["body"]["changed"]) == (412, "stale", ["title"])


def test_the_same_key_from_a_page_plans_one_event(officer, event):
    body = {"title": "From a browser", "time": "in 3h"}
    again = officer.call("POST", "{guild}/events", body, Idempotency_Key=KEY)
    assert again["body"]["event_id"] == event["body"]["event_id"]
    other = officer.call("POST", "{guild}/events", {**body, "title": "Another"}, Idempotency_Key=KEY)
    assert (other["status"], other["body"]["code"]) == (422, "idempotency_key_reused")


def test_a_change_is_told_to_the_page_that_listens(officer, event):
    officer.page.run(LISTEN)
    officer.page.run(
        "var told = []; var wanted = null;"
        "socket.onmessage = ({data}) => { told.push(JSON.parse(data)); if (wanted) wanted(); };"
        "var until = async kind => { while (!told.some(one => one.type === kind)) await new Promise(go => wanted = go); }"
    )
    officer.page.run("await until('subscribed')")
    place = f"{{guild}}/events/{event['body']['event_id']}"
    officer.call("PATCH", place, {"title": "Told at once"}, If_Match="*")
    officer.page.run("await until('event.changed')")
    found = officer.page.run("told.find(one => one.type === 'event.changed')")
    assert (found["guild_id"], found["event_id"]) == (officer.guild_id, event["body"]["event_id"])
    assert found["data"]["title"] == "Told at once"


def test_each_refresh_gives_new_tokens_and_an_old_one_ends_the_session(chromium, stack, guild):
    with signed_in(chromium, stack, guild.member("Nia")) as dashboard:
        first = dashboard.tokens["refresh_token"]
        status, second = dashboard.sign("refresh", {"refresh_token": first})
        assert status == 200
        assert second["refresh_token"] != first
        status, third = dashboard.sign("refresh", {"refresh_token": second["refresh_token"]})
        assert status == 200
        status, _ = dashboard.sign("refresh", {"refresh_token": first})
        assert status == 401
        status, _ = dashboard.sign("refresh", {"refresh_token": third["refresh_token"]})
        assert status == 401


def test_signing_out_ends_the_tokens_that_the_page_holds(chromium, stack, guild):
    with signed_in(chromium, stack, guild.member("Nia")) as dashboard:
        assert dashboard.call("GET", "/me")["status"] == 200
        assert dashboard.sign("logout", {"refresh_token": dashboard.tokens["refresh_token"]}) == [204, None]
        over = dashboard.call("GET", "/me")
        assert (over["status"], over["body"]["code"]) == (401, "session_over")
        assert dashboard.sign("refresh", {"refresh_token": dashboard.tokens["refresh_token"]})[0] == 401


def test_a_code_from_the_history_is_worth_nothing(officer):
    code = parse_qs(urlsplit(officer.came_back).query)["code"][0]
    shown = officer.page.run("sessionStorage.getItem('verifier')")
    assert officer.sign("token", {"code": code, "code_verifier": shown})[0] == 401


def test_no_token_is_in_an_address_or_told_to_another_site(officer):
    page, first = officer.page, officer.tokens
    _, officer.tokens = officer.sign("refresh", {"refresh_token": first["refresh_token"]})
    page.run(LISTEN)
    page.run("await new Promise(go => socket.onmessage = go)")
    tokens = [pair[kind] for pair in (first, officer.tokens) for kind in ("access_token", "refresh_token")]
    sent = page.sent()
    addresses = [*page.addresses(), *(one.url for one in sent)]
    told = [(urlsplit(one.url), urlsplit(one.headers["referer"])) for one in sent if "referer" in one.headers]
    assert any("/auth/callback?" in one for one in addresses)
    assert any(one.startswith("ws://") for one in addresses)
    assert not [one for one in addresses for token in tokens if token in one]
    abroad = [here for to, here in told if to.netloc != here.netloc]
    assert urlsplit(f"{ORIGIN}/") in abroad
    assert {(here.path, here.query) for here in abroad} == {("/", "")}  # an origin: no path, and so no code


@pytest.mark.parametrize("stranger", STRANGERS)
def test_the_browser_shows_a_page_of_elsewhere_no_answer_and_sends_no_edit(officer, chromium, stack, event, stranger):
    place = f"/api/v1/guilds/{officer.guild_id}/events/{event['body']['event_id']}"
    stolen = {"Authorization": f"Bearer {officer.tokens['access_token']}"}
    edit = {"If-Match": "*", "Content-Type": "application/json"}
    with chromium.page() as page:
        page.open(f"{stranger}/")
        for attempt in (
            "await fetch(`${API}/health`)",
            "await fetch(`${API}${place}`, {headers: stolen})",
            "await fetch(`${API}${place}`, {method: 'PATCH', headers: {...stolen, ...edit}, body: '{\"title\": \"Theirs\"}'})",
        ):
            with pytest.raises(browser.ScriptFailed, match="Failed to fetch"):
                page.run(attempt, API=stack.api_url, place=place, stolen=stolen, edit=edit)
        assert page.refusals() == ["MissingAllowOriginHeader", *["PreflightMissingAllowOriginHeader"] * 2]
        assert {one.method for one in page.sent() if one.url.endswith(place)} == {"OPTIONS"}
    assert officer.call("GET", place.removeprefix("/api/v1"))["body"]["title"] != "Theirs"


def test_a_frame_without_an_origin_of_its_own_may_not_ask(officer, stack):
    script = """
    var frame = document.createElement("iframe");
    frame.sandbox = "allow-scripts";
    frame.srcdoc = `<script>fetch(${JSON.stringify(API + "/health")}).then(
        () => parent.postMessage([origin, "answered"], "*"), error => parent.postMessage([origin, error.message], "*"))</script>`;
    var said = new Promise(go => addEventListener("message", ({data}) => go(data), {once: true}));
    document.body.append(frame);
    await said
    """
    assert officer.page.run(script, API=stack.api_url) == ["null", "Failed to fetch"]


def test_a_page_that_sends_cookies_along_is_shown_no_answer(officer):
    with pytest.raises(browser.ScriptFailed, match="Failed to fetch"):
        officer.page.run("await fetch(`${API}/health`, {credentials: 'include'})")
    assert officer.page.run("(await fetch(`${API}/health`)).status") == 200


def test_a_socket_from_a_page_of_elsewhere_is_refused(officer, chromium):
    ticket = officer.call("POST", "{guild}/ticket", Idempotency_Key=str(uuid.uuid4()))
    opens = "await new Promise(go => { var one = new WebSocket(address); one.onopen = () => go('open'); one.onerror = () => go('refused'); })"
    address = f"{ticket['body']['url']}?ticket={ticket['body']['ticket']}"
    with chromium.page() as page:
        page.open(f"{STRANGERS[0]}/")
        assert page.run(opens, address=address) == "refused"
    assert officer.page.run(opens, address=address) == "open"  # the ticket was not spent
