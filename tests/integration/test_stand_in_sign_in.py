"""The stand-in for Discord: OAuth2 with PKCE, bearer calls, and the install link."""

import base64
from urllib.parse import parse_qs, urlsplit

import pytest

from infra.local.discord import identity
from infra.local.discord.oauth import s256
from tests.stand_in import Harness, running

BACK = "http://localhost:4566/auth/callback"
VERIFIER = "v" * 43


@pytest.fixture
def discord(tmp_path):
    with running(tmp_path / "state") as harness:
        yield harness


def authorize(discord: Harness, who: str = "Nia", **changes):
    query = {
        "client_id": identity.APPLICATION_ID,
        "response_type": "code",
        "redirect_uri": BACK,
        "scope": "identify guilds",
        "state": "s1",
        "code_challenge": s256(VERIFIER),
        "code_challenge_method": "S256",
        "as": discord.person(who),
    }
    wanted = {key: value for key, value in (query | changes).items() if value is not None}
    return discord.request("GET", "/oauth2/authorize", params=wanted)


def code(discord: Harness, **changes):
    response = authorize(discord, **changes)
    assert response.status_code == 302, response.text
    query = parse_qs(urlsplit(response.headers["Location"]).query)
    assert query["state"] == ["s1"]
    return query["code"][0]


def exchange(discord: Harness, given: str, path: str = "/api/oauth2/token", **changes):
    form = {
        "grant_type": "authorization_code",
        "code": given,
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
        "client_id": identity.APPLICATION_ID,
        "client_secret": identity.CLIENT_SECRET,
    }
    wanted = {key: value for key, value in (form | changes).items() if value is not None}
    return discord.request("POST", path, data=wanted)


def bearer(discord: Harness, path: str, token: str):
    return discord.api("GET", path, Authorization=f"Bearer {token}")


def test_a_member_signs_in_and_their_token_reads_their_guilds(discord: Harness):
    for path in ("/api/oauth2/token", "/api/v10/oauth2/token"):
        tokens = exchange(discord, code(discord), path).json()
        assert (tokens["token_type"], tokens["expires_in"], tokens["scope"]) == ("Bearer", 604800, "identify guilds")
        me = bearer(discord, "/users/@me", tokens["access_token"]).json()
        assert (me["id"], me["global_name"]) == (discord.person(), "Nia")
        guild = bearer(discord, "/users/@me/guilds", tokens["access_token"]).json()[0]
        assert (guild["name"], guild["owner"]) == ("Night Watch", False)
    owner = exchange(discord, code(discord, who="Vera")).json()["access_token"]
    assert bearer(discord, "/users/@me/guilds", owner).json()[0]["owner"] is True


def test_a_code_works_once_for_a_minute_and_only_with_its_verifier_and_address(discord: Harness):
    used = code(discord)
    assert exchange(discord, used).status_code == 200
    assert exchange(discord, used).json()["error"] == "invalid_grant"
    for wrong in ({"code_verifier": "w" * 43}, {"code_verifier": None}, {"redirect_uri": BACK + "/other"}):
        given = code(discord)
        refused = exchange(discord, given, **wrong)
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
        assert exchange(discord, given).status_code == 400, "a failed try uses the code up"
    old = code(discord)
    discord.control("POST", "clock", offset_seconds=61)
    assert exchange(discord, old).status_code == 400


def test_the_client_proves_itself_in_the_form_or_by_basic_authentication(discord: Harness):
    wrong = exchange(discord, code(discord), client_secret="guess")
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    basic = base64.b64encode(f"{identity.APPLICATION_ID}:{identity.CLIENT_SECRET}".encode()).decode()
    form = {"grant_type": "authorization_code", "code": code(discord), "redirect_uri": BACK, "code_verifier": VERIFIER}
    header = {"Authorization": f"Basic {basic}"}
    assert discord.request("POST", "/api/oauth2/token", data=form, headers=header).status_code == 200
    broken = {"Authorization": "Basic %%%"}
    assert discord.request("POST", "/api/oauth2/token", data=form, headers=broken).status_code == 401


def test_the_token_endpoint_takes_forms_only(discord: Harness):
    response = discord.request("POST", "/api/oauth2/token", json={"grant_type": "authorization_code"})
    assert response.status_code == 415


def test_a_refresh_gives_a_new_pair_and_the_old_one_dies(discord: Harness):
    first = exchange(discord, code(discord)).json()
    fields = {"grant_type": "refresh_token", "code": None}
    second = exchange(discord, "", refresh_token=first["refresh_token"], **fields).json()
    assert bearer(discord, "/users/@me", second["access_token"]).status_code == 200
    assert bearer(discord, "/users/@me", first["access_token"]).status_code == 401
    assert exchange(discord, "", refresh_token=first["refresh_token"], **fields).status_code == 400


def test_revoking_one_token_revokes_all_of_that_person(discord: Harness):
    first, second = (exchange(discord, code(discord)).json() for _ in range(2))
    other = exchange(discord, code(discord, who="Lars")).json()
    exchange(discord, "", "/api/oauth2/token/revoke", token=first["refresh_token"])
    assert bearer(discord, "/users/@me", second["access_token"]).status_code == 401
    assert bearer(discord, "/users/@me", other["access_token"]).status_code == 200


def test_a_token_reads_only_what_its_scopes_allow(discord: Harness):
    token = exchange(discord, code(discord, scope="identify")).json()["access_token"]
    refused = bearer(discord, "/users/@me/guilds", token)
    assert (refused.status_code, refused.json()["code"]) == (403, 50026)
    assert bearer(discord, f"/guilds/{discord.guild()['id']}", token).status_code == 401, (
        "the bot's routes are the bot's"
    )
    discord.control("POST", "clock", offset_seconds=604_900)
    assert bearer(discord, "/users/@me", token).status_code == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "1"},
        {"redirect_uri": "https://evil.example/callback"},
        {"redirect_uri": "javascript:alert(1)"},
        {"redirect_uri": None},
        {"response_type": "token"},
        {"code_challenge_method": "plain"},
        {"scope": "identify everything"},
        {"scope": ""},
    ],
)
def test_a_wrong_authorization_request_is_shown_and_not_redirected(discord: Harness, changes):
    response = authorize(discord, **changes)
    assert response.status_code == 400
    assert "Location" not in response.headers


def test_the_consent_page_asks_which_member_signs_in(discord: Harness):
    page = authorize(discord, **{"as": None, "state": "<script>"})
    assert page.status_code == 200
    assert "Marek" in page.text
    assert f"as={discord.person('Marek')}" in page.text
    assert "<script>" not in page.text


def test_the_install_link_brings_the_bot_back_and_tells_the_application(discord: Harness):
    discord.connect()
    guild = discord.guild()["id"]
    discord.control("PATCH", "members", guild_id=guild, user_id=identity.APPLICATION_ID, gone=True)
    query = {"client_id": identity.APPLICATION_ID, "scope": "bot applications.commands"}
    chooser = discord.request("GET", "/oauth2/authorize", params=query)
    assert "Night Watch" in chooser.text
    done = discord.request("GET", "/oauth2/authorize", params=query | {"guild_id": guild})
    assert "The bot is in Night Watch" in done.text
    assert discord.api("GET", f"/guilds/{guild}").status_code == 200
    assert discord.application.events[0]["event"]["data"]["guild"]["id"] == guild
