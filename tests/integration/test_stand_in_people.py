"""The stand-in for Discord as people meet it: the page, the player and the picture of a card."""

import pytest

from infra.local.card_picture import WIDTH, render_card, width
from infra.local.discord import markup
from infra.local.player import PlayFailed, Server, wait_for
from tests.stand_in import CARD, MODAL, SHOW, Harness, running

HOSTILE = "<img src=x onerror=alert(1)>'\"&"


@pytest.fixture
def discord(tmp_path):
    with running(tmp_path / "state") as harness:
        harness.connect()
        harness.commands({"name": "help", "description": HOSTILE}, SHOW)
        yield harness


@pytest.fixture
def guild(discord: Harness):
    return Server(discord.url).guild("Night Watch")


def test_a_member_plays_by_the_names_of_things(discord: Harness, guild):
    answers = {
        2: {"type": 4, "data": {"content": f"You are **seated**, <@{guild.member('Nia').id}>", "flags": 64}},
        3: {
            "type": 7,
            "data": {"embeds": [{"title": "Raid night", "fields": [{"name": "Tank (1/2)", "value": "Nia"}]}]},
        },
        4: {"type": 8, "data": {"choices": [{"name": "Raid night", "value": "e1"}]}},
    }
    discord.application.replies = lambda payload: answers[payload["type"]]
    discord.post("", **CARD)
    nia = guild.member("Nia")
    shown = nia.command("event show", event="e1", member=guild.member("Lars"), role=guild.role("Raider"))
    assert shown.text == "You are seated, @Nia"
    assert shown.message.ephemeral
    card = nia.click(guild.channel("raids").card("Raid night"), "Tank").message
    assert card.field("tank") == "Nia"
    assert nia.reread(card).field("tank") == "Nia"
    assert nia.autocomplete("event show", "event", "ra") == [{"name": "Raid night", "value": "e1"}]
    assert Server(discord.url).violations() == []


def test_a_modal_is_opened_and_submitted_by_the_same_member(discord: Harness, guild):
    discord.application.replies = lambda payload: (
        {"type": 9, "data": MODAL} if payload["type"] == 2 else {"type": 4, "data": {"content": "Noted"}}
    )
    assert guild.member("Nia").command("help").modal["title"] == "A note"
    with pytest.raises(PlayFailed, match="no modal"):
        guild.member("Lars").submit_modal(note="Mine")
    with pytest.raises(PlayFailed, match="required"):
        guild.member("Nia").submit_modal()
    guild.member("Nia").command("help")
    assert guild.member("Nia").submit_modal(note="Late by 10").text == "Noted"


def test_failures_are_sentences(discord: Harness, guild):
    discord.post("", **CARD)
    nia, card = guild.member("Nia"), guild.channel("raids").card("Raid night")
    with pytest.raises(PlayFailed, match="no member is called 'Nobody'"):
        guild.member("Nobody")
    with pytest.raises(PlayFailed, match=r"no button 'Healer' \(it has: \['Tank'\]\)"):
        nia.click(card, "Healer")
    with pytest.raises(PlayFailed, match="no card called 'Other'"):
        guild.channel("raids").card("Other")
    with pytest.raises(PlayFailed, match="is it running"):
        Server("http://127.0.0.1:9").snapshot()
    with pytest.raises(PlayFailed, match=r"waited 0.1 s for the moon, in vain"):
        wait_for(lambda: None, 0.1, "the moon", pause=0.05)
    discord.application.replies = lambda _payload: {"type": 8}
    with pytest.raises(PlayFailed, match="Nia got no answer to 'help'"):
        nia.command("help")


def test_direct_messages_reach_their_reader(discord: Harness, guild):
    assert guild.member("Nia").direct_messages() == []
    opened = discord.api("POST", "/users/@me/channels", {"recipient_id": guild.member("Nia").id}).json()
    discord.post("The raid starts <t:0:R>", channel=opened["id"])
    assert [one.json["content"] for one in guild.member("Nia").direct_messages()] == ["The raid starts <t:0:R>"]


def test_the_picture_of_a_card_keeps_its_frame(guild):
    fields = [{"name": f"⚔️ Role {one}", "value": "日本語のなまえ " * 4, "inline": True} for one in range(4)]
    message = {
        "content": "",
        "embeds": [
            {"title": "Raid night", "description": "**Bring** food <t:1796155200:R> " + "x" * 90, "fields": fields}
        ],
        "components": [
            {"type": 1, "components": [{"type": 2, "style": 1, "label": f"Role {one}"} for one in range(5)]}
        ],
    }
    picture = render_card(message, guild.name_of, now=1796155200 - 7200)
    assert "Raid night" in picture
    assert "in 2 hours" in picture
    assert {width(line) for line in picture.splitlines()} == {WIDTH + 4}


def test_text_is_cut_into_its_pieces_and_unknown_marks_stay_text():
    assert "".join(piece.text for piece in markup.pieces(r"\*\*not bold\*\* \<@1> a\b")) == "**not bold** <@1> a\\b"
    text = "a <@1> **b** <t:5:R> [c](https://d.e/f) <t:x> </event show:9> `g` ~~h~~"
    kinds = [(piece.kind, piece.text) for piece in markup.pieces(text) if piece.text.strip()]
    assert kinds == [
        ("text", "a "), ("user", "1"), ("bold", "b"), ("time", "5"), ("link", "c"), ("text", " <t:x> "),
        ("command", "event show"), ("code", "g"), ("strike", "h"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("seconds", "style", "shown"),
    [
        (3600, "R", "in 1 hour"),
        (-90, "R", "2 minutes ago"),
        (5, "R", "in 5 seconds"),
        (0, "F", "Thursday, 01 January 1970 00:00 UTC"),
        (10**12, "f", "<t:1000000000000>"),
    ],
)
def test_a_timestamp_reads_as_discord_shows_it(seconds, style, shown):
    assert markup.shown_time(seconds, style, 0) == shown


def test_the_page_shows_the_guild_and_escapes_what_came_from_outside(discord: Harness):
    card = discord.post(
        HOSTILE,
        embeds=[{"title": HOSTILE, "description": f"<@{discord.person()}> <t:0:F>", "footer": {"text": HOSTILE}}],
        components=[{"type": 1, "components": [{"type": 2, "style": 1, "label": HOSTILE[:80], "custom_id": HOSTILE}]}],
    ).json()
    assert card["id"]
    page = discord.request("GET", "/", params={"notice": HOSTILE})
    assert "<img" not in page.text
    assert "@Nia" in page.text
    assert "Thursday, 01 January 1970" in page.text
    assert "/event show" in page.text
    place = f"https://discord.com/channels/{discord.guild()['id']}/{card['channel_id']}/{card['id']}"
    discord.post("", embeds=[{"title": "Reminder", "url": f"{place}#r1", "description": f"[The card]({place})"}])
    linked = discord.request("GET", "/", params={"as": discord.person()}).text
    here = f"/?as={discord.person()}&amp;channel={card['channel_id']}#m{card['id']}"
    assert linked.count(f"href='{here}'") == 2
    assert f"id='m{card['id']}'" in linked
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    for name in ("page.css", "page.js"):
        assert discord.request("GET", f"/_stand-in/{name}").status_code == 200


def test_buttons_and_commands_work_from_the_page(discord: Harness):
    discord.application.replies = lambda payload: (
        {"type": 7, "data": {"embeds": [{"title": "Seated"}]}}
        if payload["type"] == 3
        else {"type": 4, "data": {"content": "For you", "flags": 64}}
    )
    card = discord.post("", **CARD).json()
    who = {"as": discord.person(), "channel": discord.channel()}
    form = {"kind": "component", "message_id": card["id"], "custom_id": "v1:tank"}
    clicked = discord.request("POST", "/_stand-in/page", data=who | form)
    assert clicked.status_code == 303
    assert "Seated" in discord.request("GET", clicked.headers["Location"]).text
    command = {"kind": "command", "name": "event show", "option.event": "e1", "option.page": ""}
    ran = discord.request("POST", "/_stand-in/page", data=who | command)
    assert "Only you can see this" in discord.request("GET", ran.headers["Location"]).text
    lacking = discord.request("POST", "/_stand-in/page", data=who | {"kind": "command", "name": "event show"})
    assert "is required" in discord.request("GET", lacking.headers["Location"]).text
    foreign = discord.request("POST", "/_stand-in/page", data=who | form, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403


def test_a_modal_is_filled_in_on_the_page(discord: Harness):
    discord.application.replies = lambda payload: (
        {"type": 9, "data": MODAL} if payload["type"] == 2 else {"type": 4, "data": {"content": "Noted"}}
    )
    who = {"as": discord.person(), "channel": discord.channel()}
    opened = discord.request("POST", "/_stand-in/page", data=who | {"kind": "command", "name": "help"})
    assert "A note" in discord.request("GET", opened.headers["Location"]).text
    lars = discord.person("Lars")
    filled = who | {"kind": "modal", "input.note": "Late by 10", "input.who": lars}
    sent = discord.request("POST", "/_stand-in/page", data=filled)
    assert "Noted" in discord.request("GET", sent.headers["Location"]).text
    answers = [one["component"] for one in discord.application.received[-1]["data"]["components"]]
    assert (answers[0]["value"], answers[2]["values"]) == ("Late by 10", [lars])
    assert answers[1]["values"] == ["healer"], "what the form had chosen already"
    again = discord.request("POST", "/_stand-in/page", data=who | {"kind": "command", "name": "help"})
    assert "Healer" in discord.request("GET", again.headers["Location"]).text
    sent = discord.request("POST", "/_stand-in/page", data=who | {"kind": "dismiss"})
    assert "A note" not in discord.request("GET", sent.headers["Location"]).text
    assert [one["type"] for one in discord.application.received] == [2, 5, 2]
