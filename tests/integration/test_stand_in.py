"""The stand-in for Discord, its REST half: codes, limits, nonces, permissions, failures, memory."""

import pytest
import requests

from infra.local.discord import identity
from tests.stand_in import BOT, ENDPOINT, Harness, running, spec_dir

CREATE = "POST /channels/{channel_id}/messages"


@pytest.fixture
def discord(tmp_path):
    with running(tmp_path / "state") as harness:
        yield harness


def code(response: requests.Response) -> tuple[int, int]:
    return response.status_code, response.json()["code"]


def test_a_call_without_the_bots_token_is_401_in_discords_shape(discord: Harness):
    for credentials in ("", "Bot wrong", f"Bearer {identity.BOT_TOKEN}", identity.BOT_TOKEN):
        response = discord.api("GET", "/users/@me", Authorization=credentials)
        assert response.status_code == 401
        assert response.json() == {"message": "401: Unauthorized", "code": 0}


def test_a_call_without_a_bots_user_agent_is_blocked(discord: Harness):
    assert code(discord.api("GET", "/users/@me", **{"User-Agent": "python-requests/2"})) == (403, 40333)


def test_unknown_things_have_their_own_codes(discord: Harness):
    guild, channel = discord.guild()["id"], discord.channel()
    assert code(discord.api("GET", "/channels/1")) == (404, 10003)
    assert code(discord.api("GET", "/guilds/1")) == (404, 10004)
    assert code(discord.api("GET", f"/guilds/{guild}/members/1")) == (404, 10013)
    assert code(discord.api("GET", f"/channels/{channel}/messages/1")) == (404, 10008)
    assert code(discord.api("GET", f"/guilds/{guild}/voice-states/{discord.person()}")) == (404, 10065)
    assert code(discord.api("GET", f"/guilds/{guild}/scheduled-events/1")) == (404, 10070)
    assert discord.api("GET", "/no/such/route").json() == {"message": "404: Not Found", "code": 0}


def test_a_message_can_be_made_read_edited_listed_and_deleted(discord: Harness):
    made = discord.post("First").json()
    path = f"/channels/{made['channel_id']}/messages/{made['id']}"
    row = {"type": 1, "components": [{"type": 2, "style": 3, "label": "Yes", "custom_id": "yes"}]}
    edited = discord.api("PATCH", path, {"content": "Second", "components": [row]}).json()
    assert edited["content"] == "Second"
    assert edited["edited_timestamp"]
    assert [part["id"] for part in (edited["components"][0], edited["components"][0]["components"][0])] == [1, 2]
    assert discord.api("PATCH", path, {"content": "Third"}).json()["components"], "what is not named stays"
    assert discord.api("PATCH", path, {"components": []}).json()["components"] == []
    newer = discord.post("Newer").json()
    listed = discord.api("GET", f"/channels/{made['channel_id']}/messages?limit=2").json()
    assert [one["id"] for one in listed] == [newer["id"], made["id"]]
    assert discord.api("DELETE", path).status_code == 204
    assert code(discord.api("PATCH", path, {"content": "Gone"})) == (404, 10008)


def test_an_empty_message_is_refused_and_bodies_must_be_json(discord: Harness):
    path = f"/channels/{discord.channel()}/messages"
    assert discord.post("").json()["code"] in (50006, 50035)
    form = discord.request(
        "POST",
        f"/api/v10{path}",
        data=b"content=x",
        headers=BOT | {"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert code(form) == (400, 50035)
    broken = discord.request("POST", f"/api/v10{path}", data=b"{", headers=BOT | {"Content-Type": "application/json"})
    assert code(broken) == (400, 50109)


def test_an_enforced_nonce_makes_one_message_for_two_minutes(discord: Harness):
    first = discord.post("Once", nonce="n1", enforce_nonce=True).json()
    again = discord.post("Twice", nonce="n1", enforce_nonce=True).json()
    assert (again["id"], again["content"]) == (first["id"], "Once")
    plain = [discord.post("Thrice", nonce="n2").json()["id"] for _ in range(2)]
    assert plain[0] != plain[1], "a nonce alone dedupes nothing"
    discord.control("POST", "clock", offset_seconds=119)
    assert discord.post("Late", nonce="n1", enforce_nonce=True).json()["id"] == first["id"]
    discord.control("POST", "clock", offset_seconds=121)
    assert discord.post("Later", nonce="n1", enforce_nonce=True).json()["id"] != first["id"]


def test_the_nonce_of_a_deleted_message_does_not_make_it_again(discord: Harness):
    made = discord.post("Once", nonce="n1", enforce_nonce=True).json()
    discord.api("DELETE", f"/channels/{made['channel_id']}/messages/{made['id']}")
    assert code(discord.post("Once", nonce="n1", enforce_nonce=True)) == (404, 10008)


def test_a_bucket_that_is_empty_answers_429_and_says_when_to_come_back(discord: Harness):
    discord.control("POST", "limits", route=CREATE, calls=2, seconds=30)
    left = [discord.post().headers["X-RateLimit-Remaining"] for _ in range(2)]
    assert left == ["1", "0"]
    refused = discord.post()
    assert refused.status_code == 429
    assert refused.json()["global"] is False
    assert 29 < refused.json()["retry_after"] <= 30
    assert refused.headers["Retry-After"] == "30"
    assert refused.headers["X-RateLimit-Scope"] == "user"
    assert discord.post(channel=discord.channel("general")).status_code == 200, "another channel, another bucket"
    discord.control("POST", "clock", offset_seconds=31)
    assert discord.post().status_code == 200


def test_the_bots_fifty_first_call_in_a_second_meets_the_global_limit(discord: Harness, monkeypatch):
    channels = [discord.channel("raids"), discord.channel("general")]
    discord.control("POST", "limits", route="GET /channels/{channel_id}", calls=1000, seconds=60)
    stopped = discord.stand_in.clock.seconds()
    monkeypatch.setattr(discord.stand_in.clock, "seconds", lambda: stopped)
    answers = [discord.api("GET", f"/channels/{channels[one % 2]}") for one in range(51)]
    assert [one.status_code for one in answers] == [200] * 50 + [429]
    assert answers[-1].headers["X-RateLimit-Global"] == "true"
    assert answers[-1].json()["global"] is True


def test_closed_direct_messages_refuse_with_50007_after_the_channel_opened(discord: Harness):
    nia = discord.person("Nia")
    opened = discord.api("POST", "/users/@me/channels", {"recipient_id": nia}).json()
    assert opened["type"] == 1
    assert discord.api("POST", "/users/@me/channels", {"recipient_id": nia}).json()["id"] == opened["id"]
    assert discord.post(channel=opened["id"]).status_code == 200
    discord.control("POST", "direct-messages", user_id=nia, closed=True)
    assert code(discord.post(channel=opened["id"])) == (403, 50007)
    assert code(discord.api("POST", "/users/@me/channels", {"recipient_id": "1"})) == (400, 50033)


def test_a_channel_may_be_hidden_from_the_bot_or_closed_to_its_messages(discord: Harness):
    channel = discord.channel()
    discord.control("POST", "permissions", channel_id=channel, deny=["SEND_MESSAGES"])
    assert code(discord.post()) == (403, 50013)
    assert discord.api("GET", f"/channels/{channel}").status_code == 200
    discord.control("POST", "permissions", channel_id=channel, deny=["VIEW_CHANNEL"])
    assert code(discord.api("GET", f"/channels/{channel}")) == (403, 50001)


def test_a_guild_that_removed_the_bot_is_unknown_to_it(discord: Harness):
    guild, bot, channel = discord.guild()["id"], identity.APPLICATION_ID, discord.channel()
    discord.control("PATCH", "members", guild_id=guild, user_id=bot, gone=True)
    assert discord.api("GET", "/users/@me/guilds").json() == []
    assert code(discord.api("GET", f"/guilds/{guild}")) == (404, 10004)
    assert code(discord.post(channel=channel)) == (403, 50001)


def test_members_are_paged_by_id_and_need_the_privileged_switch(discord: Harness):
    guild = discord.guild()
    assert len(discord.api("GET", f"/guilds/{guild['id']}/members").json()) == 1, "the default limit is one"
    seen: list[str] = []
    while page := discord.api("GET", f"/guilds/{guild['id']}/members?limit=7&after={seen[-1] if seen else 0}").json():
        seen += [one["user"]["id"] for one in page]
    assert sorted(seen) == sorted(one["id"] for one in guild["members"])
    assert code(discord.api("GET", f"/guilds/{guild['id']}/members?limit=many")) == (400, 50035)
    discord.api("PATCH", "/applications/@me", {"flags": 0})
    assert code(discord.api("GET", f"/guilds/{guild['id']}/members")) == (403, 50001)


def test_a_voice_state_tells_the_channel_while_the_bot_may_connect(discord: Harness):
    guild, nia, raid = discord.guild()["id"], discord.person(), discord.channel("Raid")
    discord.control("POST", "voice", guild_id=guild, user_id=nia, channel_id=raid)
    path = f"/guilds/{guild}/voice-states/{nia}"
    assert discord.api("GET", path).json()["channel_id"] == raid
    for denied in ("CONNECT", "VIEW_CHANNEL"):
        discord.control("POST", "permissions", channel_id=raid, deny=[denied])
        assert code(discord.api("GET", path)) == (403, 50001)
    discord.control("POST", "voice", guild_id=guild, user_id=nia, channel_id=None)
    assert code(discord.api("GET", path)) == (404, 10065)
    discord.control("PATCH", "members", guild_id=guild, user_id=nia, gone=True)
    assert code(discord.api("GET", path)) == (404, 10007)
    assert code(discord.api("GET", f"/guilds/{guild}/voice-states/1")) == (404, 10013)


def test_an_ordered_failure_hits_its_route_as_often_as_asked(discord: Harness):
    discord.control("POST", "failures", route=CREATE, times=2, status=503, body="<html>busy</html>")
    assert [discord.post().status_code for _ in range(3)] == [503, 503, 200]
    discord.control("POST", "failures", route="*", status=429, headers={"Retry-After": "2"}, body={"retry_after": 1.5})
    assert discord.api("GET", "/users/@me").headers["Retry-After"] == "2"


def test_a_lost_answer_had_its_effect(discord: Harness):
    discord.control("POST", "failures", route=CREATE, lost=True)
    with pytest.raises(requests.RequestException):
        discord.post("Sent once", nonce="n1", enforce_nonce=True)
    messages = discord.control("GET", "messages", channel_id=discord.channel())
    assert [one["content"] for one in messages] == ["Sent once"]
    assert discord.post("Again", nonce="n1", enforce_nonce=True).json()["id"] == messages[0]["id"]


def test_refused_calls_are_counted_as_discord_counts_them(discord: Harness):
    discord.api("GET", "/users/@me", Authorization="Bot wrong")
    discord.api("GET", "/channels/1")
    listed = discord.control("GET", "requests")
    assert listed["invalid"] == 1, "401 counts, 404 does not"
    assert [one["route"] for one in listed["requests"]] == ["GET /users/@me", "GET /channels/{channel_id}"]
    assert identity.BOT_TOKEN not in str(listed)


@pytest.mark.skipif(spec_dir() is None, reason="Discord's spec is not at hand")
def test_a_body_that_breaks_discords_spec_is_50035_and_recorded(discord: Harness):
    refused = discord.post("x", embeds=[{"title": "t", "fields": [{"name": "n", "valeu": "v"}]}])
    assert code(refused) == (400, 50035)
    assert "fields" in str(refused.json()["errors"])
    violations = discord.control("GET", "violations")
    assert violations["checked"] is True
    assert violations["violations"][0]["where"] == CREATE
    assert discord.post("x" * 2001).status_code == 400, "2,000 characters are the limit for applications"


def test_commands_keep_their_ids_when_registered_again(discord: Harness):
    first = {one["name"]: one["id"] for one in discord.commands(*map(_command, ("help", "event")))}
    second = {one["name"]: one["id"] for one in discord.commands(*map(_command, ("event", "report")))}
    assert second["event"] == first["event"]
    assert set(second) == {"event", "report"}
    path = f"/applications/{identity.APPLICATION_ID}/commands"
    assert "name_localizations" not in discord.api("GET", path).json()[0]
    assert "name_localizations" in discord.api("GET", f"{path}?with_localizations=true").json()[0]
    assert code(discord.api("GET", "/applications/1/commands")) == (403, 20012)


def test_a_thread_has_its_messages_id_and_there_is_one_per_message(discord: Harness):
    made = discord.post().json()
    path = f"/channels/{made['channel_id']}/messages/{made['id']}/threads"
    thread = discord.api("POST", path, {"name": "Raid talk"}).json()
    assert (thread["id"], thread["type"], thread["parent_id"]) == (made["id"], 11, made["channel_id"])
    assert discord.post("In the thread", channel=thread["id"]).status_code == 200
    assert code(discord.api("POST", path, {"name": "Another"})) == (400, 160004)


def test_a_thread_is_renamed_locked_and_opened_again_and_takes_members_while_it_is_open(discord: Harness):
    made = discord.post().json()
    path = f"/channels/{made['channel_id']}/messages/{made['id']}/threads"
    thread = f"/channels/{discord.api('POST', path, {'name': 'Raid talk'}).json()['id']}"
    somebody = next(one["id"] for one in discord.guild()["members"] if not one["bot"])
    assert discord.api("PUT", f"{thread}/thread-members/{somebody}").status_code == 204
    assert code(discord.api("PUT", f"{thread}/thread-members/1")) == (404, 10013)
    locked = discord.api("PATCH", thread, {"archived": True, "locked": True}).json()
    assert locked["thread_metadata"]["locked"] is True
    assert locked["member_count"] == 2
    assert code(discord.api("PATCH", thread, {"name": "Later"})) == (400, 50083)
    assert code(discord.api("PUT", f"{thread}/thread-members/{somebody}")) == (400, 50083)
    assert discord.api("PATCH", thread, {"name": "Later", "archived": False}).json()["name"] == "Later"
    assert code(discord.api("PATCH", "/channels/1", {"name": "x"})) == (404, 10003)
    assert code(discord.api("PATCH", f"/channels/{made['channel_id']}", {"name": "x"})) == (403, 50013)


def test_a_scheduled_event_goes_forward_only(discord: Harness):
    path = f"/guilds/{discord.guild()['id']}/scheduled-events"
    body = {
        "name": "Raid night",
        "privacy_level": 2,
        "entity_type": 3,
        "scheduled_start_time": "2030-01-01T20:00:00+00:00",
        "scheduled_end_time": "2030-01-01T23:00:00+00:00",
        "entity_metadata": {"location": "In game"},
    }
    event = discord.api("POST", path, body).json()
    assert event["status"] == 1
    assert discord.api("POST", path, body | {"entity_metadata": {"location": ""}}).status_code == 400
    past = {"scheduled_start_time": "2020-01-01T20:00:00+00:00"}
    assert code(discord.api("POST", path, body | past)) == (400, 50035)
    assert [one["id"] for one in discord.api("GET", path).json()] == [event["id"]]
    assert discord.api("PATCH", f"{path}/{event['id']}", {"status": 3}).status_code == 400
    assert discord.api("PATCH", f"{path}/{event['id']}", {"status": 4}).json()["status"] == 4
    assert code(discord.api("PATCH", f"{path}/{event['id']}", {"name": "Late"})) == (400, 180000)
    assert discord.api("GET", path).json() == []
    assert discord.api("DELETE", f"{path}/{event['id']}").status_code == 204
    there = discord.stand_in.world.guilds[discord.guild()["id"]].scheduled_events
    there |= {str(number): event for number in range(100)}
    assert code(discord.api("POST", path, body)) == (400, 30038)


def test_an_endpoint_is_accepted_only_when_it_refuses_a_wrong_signature(discord: Harness):
    discord.connect()
    assert discord.api("GET", "/applications/@me").json()["interactions_endpoint_url"] == ENDPOINT
    discord.application.public_key = "00" * 32
    body = {"interactions_endpoint_url": ENDPOINT + "?other"}
    assert code(discord.api("PATCH", "/applications/@me", body)) == (400, 50035)
    discord.application.trusting = True
    assert code(discord.api("PATCH", "/applications/@me", body)) == (400, 50035)
    assert discord.api("GET", "/applications/@me").json()["interactions_endpoint_url"] == ENDPOINT


def test_a_restart_keeps_the_guild_the_messages_and_the_key(tmp_path):
    with running(tmp_path) as before:
        made = before.post("Kept", nonce="n1", enforce_nonce=True).json()
        before.commands(_command("help"))
        key = before.control("GET", "health")["public_key"]
    with running(tmp_path) as after:
        path = f"/channels/{made['channel_id']}/messages/{made['id']}"
        assert after.api("GET", path).json()["content"] == "Kept"
        assert after.post("Again", nonce="n1", enforce_nonce=True).json()["id"] == made["id"]
        assert after.control("GET", "snapshot")["commands"][0]["name"] == "help"
        assert after.control("GET", "health")["public_key"] == key
    assert (tmp_path / "public_key").read_text().strip() == key
    assert (tmp_path / "signing_key").stat().st_mode & 0o077 == 0


def test_a_reset_makes_a_new_guild_and_forgets_what_happened(discord: Harness):
    before = discord.guild()["id"]
    discord.post()
    discord.control("POST", "failures", route="*", status=500)
    discord.control("POST", "reset")
    assert discord.guild()["id"] != before
    assert discord.post().status_code == 200
    assert len(discord.guild()["members"]) >= 14


def _command(name):
    return {"name": name, "description": "What it does", "type": 1}
