"""Discord's OAuth2, faked at the transport: what we send, and that nothing strange in an answer gets anybody in."""

from __future__ import annotations

import io
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from requests.adapters import BaseAdapter
from urllib3.response import HTTPResponse

from attendance.discord.oauth import MAX_ANSWER_BYTES, DiscordOAuth
from attendance.errors import Unauthenticated, Unavailable

USER = {"id": "901", "username": "olga", "global_name": "Olga", "email": "o@example.org"}
GUILDS = [{"id": "42", "name": "Night Watch", "icon": "abc", "owner": True, "permissions": "8"}]
GRANTED = {"access_token": "discord-token", "token_type": "Bearer", "scope": "guilds identify", "refresh_token": "r"}


class Transport(BaseAdapter):
    """Answers the three calls of a sign-in, or what a test says instead."""

    def __init__(self):
        super().__init__()
        self.answers: dict[str, Any] = {"/oauth2/token": GRANTED, "/users/@me": USER, "/users/@me/guilds": GUILDS}
        self.statuses: dict[str, int] = {}
        self.sent = []

    # The signature is requests' own.
    def send(self, request, stream=False, timeout=None, verify=True, cert=None, proxies=None):  # noqa: ARG002, FBT002
        self.sent.append((request, timeout))
        path = urlsplit(request.url).path.removeprefix("/api/v10")
        answer = self.answers[path]
        if isinstance(answer, Exception):
            raise answer
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        response = requests.Response()
        response.status_code = self.statuses.get(path, 200)
        response.raw = HTTPResponse(io.BytesIO(body), preload_content=False, status=response.status_code)
        response.url = request.url
        return response

    def close(self):
        """Nothing is open."""


class Secret:
    def read(self, *, fresh=False):
        return {"client_secret": "new" if fresh else "hush"}


@pytest.fixture
def transport():
    return Transport()


@pytest.fixture
def oauth(transport):
    session = requests.Session()
    session.mount("https://", transport)
    return DiscordOAuth("https://discord.com/api/v10", "1190", Secret(), session)


def identify(oauth):
    return oauth.identify(code="c", redirect_uri="https://api.example.com/auth/callback", verifier="v" * 43)


def test_the_browser_is_sent_to_discord_with_the_least_scopes_and_a_challenge(oauth):
    url = oauth.authorize_url(redirect_uri="https://api.example.com/auth/callback", state="s", challenge="c" * 43)
    parts = urlsplit(url)

    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://discord.com/oauth2/authorize"
    assert {name: values[0] for name, values in parse_qs(parts.query).items()} == {
        "response_type": "code",
        "client_id": "1190",
        "scope": "identify guilds",
        "redirect_uri": "https://api.example.com/auth/callback",
        "state": "s",
        "code_challenge": "c" * 43,
        "code_challenge_method": "S256",
    }


def test_a_code_becomes_a_name_and_guilds(oauth):
    who = identify(oauth)

    assert (who.user_id, who.name) == ("901", "Olga")
    assert [(one.guild_id, one.name, one.icon) for one in who.guilds] == [("42", "Night Watch", "abc")]


def test_the_token_endpoint_gets_a_form_with_our_verifier(oauth, transport):
    identify(oauth)
    request, timeout = transport.sent[0]

    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert request.headers["User-Agent"].startswith("DiscordBot (https://discord.com/")
    form = {name: values[0] for name, values in parse_qs(request.body).items()}
    assert form["code_verifier"] == "v" * 43
    assert form["client_secret"] == "hush"
    assert timeout == (3.05, 6)
    assert "hush" not in request.url


@pytest.mark.parametrize("path", ["/oauth2/token", "/users/@me", "/users/@me/guilds"])
@pytest.mark.parametrize("status", [400, 401, 403])
def test_what_discord_refuses_is_no_sign_in(oauth, transport, path, status):
    transport.statuses[path] = status
    with pytest.raises(Unauthenticated):
        identify(oauth)


@pytest.mark.parametrize("path", ["/oauth2/token", "/users/@me", "/users/@me/guilds"])
@pytest.mark.parametrize("status", [302, 404, 429, 500, 503])
def test_trouble_at_discord_is_unavailable(oauth, transport, path, status):
    transport.statuses[path] = status
    with pytest.raises(Unavailable):
        identify(oauth)


@pytest.mark.parametrize("trouble", [requests.ConnectionError("x"), requests.Timeout("x"), OSError("x")])
def test_no_answer_is_unavailable(oauth, transport, trouble):
    transport.answers["/users/@me"] = trouble
    with pytest.raises(Unavailable):
        identify(oauth)


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/oauth2/token", {}),
        ("/oauth2/token", []),
        ("/oauth2/token", GRANTED | {"access_token": 7}),
        ("/oauth2/token", GRANTED | {"scope": "identify"}),
        ("/users/@me", None),
        ("/users/@me", {}),
        ("/users/@me", {"id": "x"}),
        ("/users/@me", {"id": ["901"]}),
        ("/users/@me", b"<html>busy</html>"),
        ("/users/@me", b"[" * 100_000),
        ("/users/@me", b"x" * (MAX_ANSWER_BYTES + 1)),
        ("/users/@me/guilds", {}),
        ("/users/@me/guilds", b"\xff"),
    ],
)
def test_an_answer_that_makes_no_sense_signs_nobody_in(oauth, transport, path, answer):
    transport.answers[path] = answer
    with pytest.raises((Unauthenticated, Unavailable)):
        identify(oauth)


def test_strange_guilds_are_left_out_and_long_lists_cut(oauth, transport):
    transport.answers["/users/@me/guilds"] = [None, {"id": "../1"}, {"name": "x"}, *GUILDS * 300]

    assert {one.guild_id for one in identify(oauth).guilds} == {"42"}
    assert len(identify(oauth).guilds) <= 200


def test_discords_token_stays_where_it_is(oauth):
    assert "discord-token" not in repr(identify(oauth))
    assert "discord-token" not in repr(vars(oauth))
