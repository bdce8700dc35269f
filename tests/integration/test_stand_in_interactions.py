"""The stand-in for Discord, its other half: payloads as Discord builds them, and what answers do."""

import asyncio
import json
import re

import jsonschema
import pytest
from discord_interactions import verify_key
from starlette.responses import Response

from infra.local.discord import identity
from tests.stand_in import BUTTON, CARD, ENDPOINT, MODAL, SHOW, Harness, running, spec_dir


@pytest.fixture
def discord(tmp_path):
    with running(tmp_path / "state") as harness:
        harness.connect()
        harness.commands(
            {"name": "help", "description": "Help"},
            SHOW,
            {"name": "Show attendance", "type": 2},
            {"name": "Make event", "type": 3},
        )
        yield harness


@pytest.fixture(scope="module")
def schema():
    directory = spec_dir()
    if directory is None:
        pytest.skip("the schema of incoming interactions is not at hand")
    return jsonschema.Draft202012Validator(json.loads((directory / "interaction.schema.json").read_text()))


def says(discord: Harness, answer):
    discord.application.replies = lambda _payload: answer


def refused(discord: Harness, kind: str, **data):
    body = {"kind": kind, "user_id": discord.person(), "channel_id": discord.channel(), "data": data}
    response = discord.request("POST", "/_stand-in/interact", json=body)
    assert response.status_code == 422, response.text
    return response.json()["error"]


def test_every_kind_of_payload_is_shaped_as_discord_shapes_it(discord: Harness, schema):
    card = discord.post("", **CARD).json()
    select = {"type": 5, "custom_id": "v1:who", "max_values": 2}
    picker = discord.post("Who?", components=[{"type": 1, "components": [select]}]).json()
    discord.act("component", message_id=card["id"], custom_id="v1:tank")
    discord.act("component", message_id=picker["id"], custom_id="v1:who", values=[discord.person("Lars")])
    discord.act("command", "Vera", name="help")
    options = {"event": "e1", "page": 2, "member": discord.person("Zoe"), "role": discord.role("Raider")}
    discord.act("command", name="event show", options=options | {"channel": discord.channel("general")})
    discord.act("command", name="Show attendance", target_id=discord.person("Lars"))
    discord.act("command", name="Make event", target_id=card["id"])
    says(discord, {"type": 8, "data": {"choices": []}})
    discord.act("autocomplete", name="event show", options={"event": "ra", "page": "1"}, focused="event")
    says(discord, {"type": 9, "data": MODAL})
    discord.act("command", name="help")
    says(discord, {"type": 4, "data": {"content": "Noted"}})
    discord.act("modal", values={"note": "Late by 10", "who": [discord.person("Lars")]})
    opened = discord.api("POST", "/users/@me/channels", {"recipient_id": discord.person()}).json()
    discord.act("command", channel=opened["id"], name="help")
    received = discord.application.received
    assert [one["type"] for one in received] == [3, 3, 2, 2, 2, 2, 4, 2, 5, 2]
    for payload in received:
        schema.validate(payload)
    assert set(received[3]["data"]["resolved"]) == {"users", "members", "roles", "channels"}
    assert received[8]["data"]["components"][0]["component"]["value"] == "Late by 10"
    assert "member" not in received[-1]
    assert received[-1]["context"] == 1


def test_a_member_carries_the_rights_of_their_roles_in_that_channel(discord: Harness):
    guild, channel = discord.guild()["id"], discord.channel()
    role = discord.control("POST", "roles", guild_id=guild, name="Planner", permissions=1 << 5)
    nia = discord.person()
    discord.control("PATCH", "members", guild_id=guild, user_id=nia, role_ids=[role["id"]])
    discord.control("POST", "permissions", channel_id=channel, target_id=nia, deny=["EMBED_LINKS"])
    discord.act("command", "Nia", name="help")
    discord.act("command", "Lars", name="help")
    discord.act("command", "Vera", name="help")
    planner, member, owner = (int(one["member"]["permissions"]) for one in discord.application.received)
    assert planner & (1 << 5)
    assert not planner & (1 << 14)
    assert member & (1 << 14)
    assert not member & (1 << 5)
    assert owner == (1 << 54) - 1
    assert discord.application.received[0]["member"]["roles"] == [role["id"]]


def test_overwrites_count_in_discords_order_everyone_then_roles_then_the_member(discord: Harness):
    channel, nia, view, send = discord.channel(), discord.person("Nia"), 1 << 10, 1 << 11
    steps = [
        (discord.guild()["id"], {"deny": ["SEND_MESSAGES"]}, view),
        (discord.role("Raider"), {"allow": ["SEND_MESSAGES"]}, view | send),
        (nia, {"deny": ["SEND_MESSAGES"]}, view),
        (nia, {"allow": ["SEND_MESSAGES"], "deny": 0}, view | send),
    ]
    for target, overwrite, left in steps:
        discord.control("POST", "permissions", channel_id=channel, target_id=target, **overwrite)
        discord.act("command", name="help")
        bits = int(discord.application.received[-1]["member"]["permissions"])
        assert bits & (view | send) == left, (target, overwrite)


def test_an_answer_with_a_message_is_shown_to_all_or_only_to_its_asker(discord: Harness):
    channel, nia, lars = discord.channel(), discord.person("Nia"), discord.person("Lars")
    discord.act("command", name="help")
    says(discord, {"type": 4, "data": {"content": "Psst", "flags": 64}})
    outcome = discord.act("command", name="help")
    assert outcome["status"] == "answered"
    assert outcome["message"]["content"] == "Psst"
    seen = {who: discord.control("GET", "messages", channel_id=channel, **{"as": who}) for who in (nia, lars)}
    assert [one["content"] for one in seen[nia]] == ["Hello", "Psst"]
    assert [one["content"] for one in seen[lars]] == ["Hello"]
    listed = discord.api("GET", f"/channels/{channel}/messages").json()
    assert [one["content"] for one in listed] == ["Hello"]
    ephemeral = discord.api("GET", f"/channels/{channel}/messages/{outcome['message']['id']}")
    assert ephemeral.status_code == 404


def test_a_click_answered_with_an_update_redraws_the_message(discord: Harness):
    card = discord.post("", **CARD).json()
    says(discord, {"type": 7, "data": {"embeds": [{"title": "Raid night: 1 seated"}]}})
    outcome = discord.act("component", message_id=card["id"], custom_id="v1:tank")
    assert outcome["message"]["id"] == card["id"]
    now = discord.api("GET", f"/channels/{card['channel_id']}/messages/{card['id']}").json()
    assert now["embeds"][0]["title"] == "Raid night: 1 seated"
    assert now["components"], "what the update does not name stays"


def test_an_answer_may_come_with_a_picture_that_its_readers_see(discord: Harness):
    says(discord, {"type": 5})
    shown = discord.act("command", name="help")
    path = f"/webhooks/{identity.APPLICATION_ID}/{discord.application.received[-1]['token']}/messages/@original"
    told = {"content": "Here", "attachments": [{"id": "0", "filename": "stats.png", "description": "A chart"}]}
    form = {"payload_json": (None, json.dumps(told)), "files[0]": ("stats.png", b"not really one", "image/png")}
    edited = discord.request("PATCH", f"/api/v10{path}", files=form, headers={"User-Agent": "DiscordBot (x, 1)"})
    assert edited.status_code == 200, edited.text
    (picture,) = edited.json()["attachments"]
    assert (picture["filename"], picture["size"]) == ("stats.png", 14)
    assert picture["url"].startswith("data:image/png;base64,")
    assert f"src='{picture['url']}'" in discord.request("GET", f"/?as={discord.person()}").text
    stray = {"payload_json": (None, json.dumps({"content": "x"})), "files[0]": ("a.png", b"x", "image/png")}
    lost = discord.request("PATCH", f"/api/v10{path}", files=stray, headers={"User-Agent": "DiscordBot (x, 1)"})
    assert (lost.status_code, lost.json()["code"]) == (400, 50035)
    assert shown


def test_a_deferred_answer_thinks_until_it_is_edited(discord: Harness):
    says(discord, {"type": 5, "data": {"flags": 64}})
    outcome = discord.act("command", name="help")
    assert outcome["message"]["flags"] == 64 | 128
    token = discord.application.received[0]["token"]
    path = f"/webhooks/{identity.APPLICATION_ID}/{token}/messages/@original"
    edited = discord.api("PATCH", path, {"content": "Done"}, Authorization="").json()
    assert (edited["content"], edited["flags"]) == ("Done", 64)
    follow_up = discord.api("POST", f"/webhooks/{identity.APPLICATION_ID}/{token}", {"content": "And more"}).json()
    assert follow_up["id"] != edited["id"]
    one = f"/webhooks/{identity.APPLICATION_ID}/{token}/messages/{follow_up['id']}"
    assert discord.api("GET", one).json()["content"] == "And more"
    assert discord.api("DELETE", path).status_code == 204
    assert discord.api("GET", path).json()["code"] == 10008


def test_a_token_is_unknown_before_the_answer_and_invalid_after_fifteen_minutes(discord: Harness):
    seen = []

    def reply(payload):
        path = f"/webhooks/{identity.APPLICATION_ID}/{payload['token']}/messages/@original"

        async def ask_first():
            seen.append(await asyncio.to_thread(discord.api, "PATCH", path, {"content": "Too early"}))
            return {"type": 5}

        return ask_first()

    discord.application.replies = reply
    discord.act("command", name="help")
    assert (seen[0].status_code, seen[0].json()["code"]) == (404, 10015)
    token = discord.application.received[0]["token"]
    path = f"/webhooks/{identity.APPLICATION_ID}/{token}/messages/@original"
    discord.control("POST", "clock", offset_seconds=15 * 60 - 5)
    assert discord.api("PATCH", path, {"content": "In time"}).status_code == 200
    discord.control("POST", "clock", offset_seconds=15 * 60 + 5)
    late = discord.api("PATCH", path, {"content": "Too late"})
    assert (late.status_code, late.json()["code"]) == (401, 50027)
    unknown = discord.api("PATCH", f"/webhooks/{identity.APPLICATION_ID}/nope/messages/@original", {"content": "x"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, 10015)


def test_the_callback_route_answers_once(discord: Harness):
    second = []

    def reply(payload):
        path = f"/interactions/{payload['id']}/{payload['token']}/callback"
        answer = {"type": 4, "data": {"content": "By request"}}

        async def by_request():
            second.extend([await asyncio.to_thread(discord.api, "POST", path, answer) for _ in range(2)])
            return Response(status_code=202)

        return by_request()

    discord.application.replies = reply
    outcome = discord.act("command", name="help")
    assert (outcome["http_status"], outcome["status"]) == (202, "answered")
    assert [one.status_code for one in second] == [204, 400]
    assert second[1].json()["code"] == 40060
    assert discord.control("GET", "messages", channel_id=discord.channel())[-1]["content"] == "By request"


def test_an_answer_that_is_late_broken_or_of_the_wrong_type_is_no_answer(discord: Harness):
    says(discord, {"type": 7, "data": {"content": "x"}})
    assert "does not answer" in discord.act("command", name="help")["error"]
    says(discord, {"type": 4, "data": {"content": "x", "embeds": "none"}})
    if spec_dir():
        assert discord.act("command", name="help")["status"] == "failed"
    says(discord, Response(status_code=500))
    assert "500" in discord.act("command", name="help")["error"]
    discord.stand_in.answer_seconds = 0.2
    discord.application.replies = lambda _payload: _slowly()
    late = discord.act("command", name="help")
    assert late["status"] == "failed"
    assert "did not respond" in late["error"]
    token = discord.application.received[-1]["token"]
    path = f"/webhooks/{identity.APPLICATION_ID}/{token}/messages/@original"
    assert discord.api("PATCH", path, {"content": "x"}).json()["code"] == 10015
    assert discord.control("GET", "messages", channel_id=discord.channel()) == []
    assert discord.control("GET", "deliveries")[-1]["error"]


async def _slowly():
    await asyncio.sleep(1)
    return {"type": 4, "data": {"content": "Sorry"}}


def test_what_discords_client_would_not_send_never_reaches_the_application(discord: Harness):
    says(discord, {"type": 4, "data": {"content": "Buttons", "components": [_greyed()], "flags": 64}})
    message = discord.act("command", "Lars", name="help")["message"]
    card = discord.post("Card", components=[_greyed()]).json()
    sent = len(discord.application.received)
    assert "required" in refused(discord, "command", name="event show")
    assert "no option 'evnt'" in refused(discord, "command", name="event show", options={"evnt": "x"})
    assert "no subcommand" in refused(discord, "command", name="event hide")
    assert "needs one of its subcommands: show" in refused(discord, "command", name="event")
    assert "no command /nothing" in refused(discord, "command", name="nothing")
    assert "value of 'page'" in refused(discord, "command", name="event show", options={"event": "e", "page": 0})
    assert "does not take" in refused(discord, "command", name="event show", options={"event": "e", "page": "two"})
    assert "nothing here" in refused(discord, "command", name="event show", options={"event": "e", "member": "1"})
    assert "greyed out" in refused(discord, "component", message_id=card["id"], custom_id="v1:closed")
    assert "no component" in refused(discord, "component", message_id=card["id"], custom_id="v1:tnak")
    assert "someone else" in refused(discord, "component", message_id=message["id"], custom_id="v1:closed")
    assert "no modal" in refused(discord, "modal", values={})
    assert len(discord.application.received) == sent


def _greyed():
    return {"type": 1, "components": [{**BUTTON, "custom_id": "v1:closed", "disabled": True}]}


def test_choices_of_an_autocomplete_come_back(discord: Harness):
    says(discord, {"type": 8, "data": {"choices": [{"name": "Raid night", "value": "e1"}]}})
    outcome = discord.act("autocomplete", name="event show", options={"event": "ra"}, focused="event")
    assert outcome["choices"] == [{"name": "Raid night", "value": "e1"}]
    option = discord.application.received[0]["data"]["options"][0]["options"][0]
    assert option == {"name": "event", "type": 3, "value": "ra", "focused": True}


def test_a_payload_can_be_signed_without_being_sent(discord: Harness):
    body = {"kind": "command", "user_id": discord.person(), "channel_id": discord.channel(), "data": {"name": "help"}}
    built = discord.control("POST", "interact", **body, send=False)
    headers, key = built["headers"], discord.stand_in.signer.public_key
    text = built["body"].encode()
    assert verify_key(text, headers["X-Signature-Ed25519"], headers["X-Signature-Timestamp"], key)
    assert json.loads(text) == built["payload"]
    assert discord.application.received == []
    own = discord.control("POST", "sign", body="not JSON", timestamp=1)["headers"]
    assert verify_key(b"not JSON", own["X-Signature-Ed25519"], "1", key)
    assert not verify_key(b"not json", own["X-Signature-Ed25519"], "1", key)


def test_the_signature_carries_the_stand_ins_own_clock(discord: Harness):
    before = int(discord.control("POST", "sign", body="x")["headers"]["X-Signature-Timestamp"])
    discord.control("POST", "clock", offset_seconds=-400)
    after = int(discord.control("POST", "sign", body="x")["headers"]["X-Signature-Timestamp"])
    assert 395 <= before - after <= 405


def test_webhook_events_reach_their_own_address(discord: Harness):
    guild, vera = discord.guild()["id"], discord.person("Vera")
    sent = discord.control("POST", "webhook-event", type="APPLICATION_AUTHORIZED", user_id=vera, guild_id=guild)
    assert sent["status"] == "accepted"
    event = discord.application.events[0]["event"]
    assert event["type"] == "APPLICATION_AUTHORIZED"
    assert event["data"]["guild"]["id"] == guild
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?", event["timestamp"]), "Discord gives no zone"


def test_nothing_is_sent_before_an_endpoint_is_set(tmp_path):
    with running(tmp_path) as fresh:
        fresh.commands({"name": "help", "description": "Help"})
        assert "no interactions endpoint" in refused(fresh, "command", name="help")
        assert fresh.api("PATCH", "/applications/@me", {"interactions_endpoint_url": ENDPOINT}).status_code == 200
