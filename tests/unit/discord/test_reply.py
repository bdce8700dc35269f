"""Replies hold Discord's limits, whatever they are filled with."""

from __future__ import annotations

from attendance.discord.install import PERMISSIONS, install_link
from attendance.discord.reply import Choices, Deferred, Message, Modal, Redraw, select, text_input
from attendance.discord.texts import escaped, escaped_links


def test_a_message_is_the_members_own_and_pings_nobody():
    assert Message("hi").payload() == {
        "type": 4,
        "data": {"content": "hi", "flags": 64, "allowed_mentions": {"parse": []}},
    }
    assert "flags" not in Message("hi", ephemeral=False).payload()["data"]


def test_an_over_long_message_is_cut():
    content = Message("x" * 5000).payload()["data"]["content"]
    assert len(content) == 2000
    assert content.endswith("\u2026")


def test_no_words_hide_a_links_address():
    assert "](" not in Message("[x](https://evil.example) ](]( [](").payload()["data"]["content"]


def test_a_redraw_pings_nobody_even_if_its_body_would():
    redrawn = Redraw({"embeds": [], "allowed_mentions": {"parse": ["everyone"]}}).payload()
    assert redrawn == {"type": 7, "data": {"embeds": [], "allowed_mentions": {"parse": []}}}


def test_a_deferred_answer_fixes_who_sees_it():
    assert Deferred().payload()["data"] == {"flags": 64}
    assert Deferred(ephemeral=False).payload()["data"] == {}


def test_choices_are_cut_to_what_discord_takes():
    pairs = [
        ("n" * 300, "v"),
        (" ", "v"),
        ("name", ""),
        ("name", "v" * 101),
        *((f"n{number}", "v") for number in range(40)),
    ]
    choices = Choices(pairs).payload()["data"]["choices"]
    assert len(choices) == 25
    assert all(0 < len(one["name"]) <= 100 and 0 < len(one["value"]) <= 100 for one in choices)
    assert choices[1]["name"] == "n0"


def test_a_modal_labels_its_parts():
    parts = [
        text_input("minutes", "How late?", limit=4, placeholder="15"),
        select("role", "Role", [("Tank", "tank")], chosen=["tank"]),
    ]
    payload = Modal("v1:late:x", "t" * 60, parts).payload()
    assert payload["type"] == 9
    assert len(payload["data"]["title"]) == 45
    assert [part["type"] for part in payload["data"]["components"]] == [18, 18]
    assert payload["data"]["components"][1]["component"]["options"] == [
        {"label": "Tank", "value": "tank", "default": True}
    ]


def test_text_is_escaped_where_it_is_shown():
    assert escaped("**a** [b](c) <@1> \\") == "\\*\\*a\\*\\* \\[b\\](c) \\<@1\\> \\\\"
    assert escaped_links("**a** [b](c) <@1> \\[") == "**a** \\[b\\](c) \\<@1> \\\\\\["


def test_the_install_link_asks_for_the_documented_permissions_and_no_more():
    view, send, embed, history, connect = 1 << 10, 1 << 11, 1 << 14, 1 << 16, 1 << 20
    events, threads = 1 << 33 | 1 << 44, 1 << 34 | 1 << 35 | 1 << 38
    assert view | send | embed | history | connect | events | threads == PERMISSIONS
    assert install_link("42").endswith(f"client_id=42&scope=bot%20applications.commands&permissions={PERMISSIONS}")
