"""Reading what Discord sends."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.discord.payloads import Member, decode_body, read_interaction
from attendance.errors import Invalid

USER = {"id": "944259465216131083", "username": "bob.k", "global_name": "Bob"}
PAYLOAD: dict[str, Any] = {
    "id": "1573408840089731187",
    "type": 2,
    "token": "t",
    "guild_id": "1195917705216131074",
    "member": {"user": USER, "nick": None, "permissions": "32", "roles": ["1271415177216131080"]},
    "data": {"name": "help", "type": 1},
}

TRAPS = {
    "NaN": b'{"a":NaN}',
    "Infinity": b'{"a":-Infinity}',
    "a key twice": b'{"type":1,"type":2}',
    "a key twice further in": b'{"a":[{"b":1,"b":1}]}',
    "depth": b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "5,000 digits": b'{"a":' + b"9" * 5000 + b"}",
    "half a surrogate pair": b'{"a":"\\ud800"}',
    "half a surrogate pair as a key": b'{"\\uDC00":1}',
    "half a surrogate pair in bytes": b'{"a":"\xed\xa0\x80"}',
    "no UTF-8": b'{"a":"\xff"}',
    "UTF-16": '{"type":1}'.encode("utf-16"),
    "no object": b"[1]",
    "nothing": b"",
    "trailing comma": b'{"a":1,}',
    "two objects": b"{}{}",
    "single quotes": b"{'a':1}",
    "a control character": b'{"a":"\x00"}',
}


@pytest.mark.parametrize("body", TRAPS.values(), ids=TRAPS.keys())
def test_json_that_readers_disagree_on_is_refused(body):
    with pytest.raises(Invalid):
        decode_body(body)


@pytest.mark.parametrize("body", [b'\xef\xbb\xbf{"a":1}', b'{\r\n  "a": 1\r\n}', b' {"a":1} ', b'{"\\u0061":1}'])
def test_json_is_read_however_it_is_spaced(body):
    assert decode_body(body) == {"a": 1}


def test_a_whole_surrogate_pair_is_an_emoji():
    assert decode_body(b'{"a":"\\ud83d\\udc4b"}') == {"a": "\U0001f44b"}


@given(st.binary(max_size=60))
def test_any_bytes_are_decoded_or_refused(body):
    with contextlib.suppress(Invalid):
        assert isinstance(decode_body(body), dict)


def test_a_member_is_read_from_the_signed_body():
    read = read_interaction(PAYLOAD)
    assert read.guild_id == "1195917705216131074"
    assert read.member == Member("944259465216131083", "Bob", 32, frozenset({"1271415177216131080"}))


@pytest.mark.parametrize(
    ("nick", "global_name", "name"),
    [("Nick\n name", "Bob", "Nick name"), (" ", "Bob", "Bob"), (None, None, "bob.k"), ("", 5, "bob.k")],
)
def test_a_member_is_called_what_the_guild_calls_them(nick, global_name, name):
    member = PAYLOAD["member"] | {"nick": nick, "user": USER | {"global_name": global_name}}
    assert read_interaction(PAYLOAD | {"member": member}).member.name == name


def test_a_direct_message_has_a_user_and_no_rights():
    payload = {key: value for key, value in PAYLOAD.items() if key not in ("guild_id", "member")} | {"user": USER}
    read = read_interaction(payload)
    assert (read.guild_id, read.member.user_id, read.member.permissions) == ("", USER["id"], 0)


@pytest.mark.parametrize(
    "change",
    [
        {"id": 5}, {"id": "x"}, {"id": "9" * 30}, {"type": True}, {"type": 1.0}, {"type": "2"}, {"type": None},
        {"token": None}, {"guild_id": 7}, {"guild_id": ""}, {"member": None}, {"member": []}, {"data": []}, {"data": None},
        {"member": {"user": USER, "permissions": 8, "roles": []}},
        {"member": {"user": USER, "permissions": "-8", "roles": []}},
        {"member": {"user": USER, "permissions": "9" * 5000, "roles": []}},
        {"member": {"user": USER, "permissions": "8", "roles": "12"}},
        {"member": {"user": USER, "permissions": "8", "roles": [[]]}},
        {"member": {"user": {"id": 3}, "permissions": "8", "roles": []}},
        {"data": {"name": 5}}, {"data": {"name": "a", "options": {}}}, {"data": {"name": "a", "options": [5]}},
        {"data": {"name": "a", "options": [{"name": None}]}}, {"data": {"custom_id": 5}},
        {"data": {"custom_id": "a", "components": [3]}}, {"data": {"custom_id": "a", "components": [{"components": 3}]}},
    ],
)  # fmt: skip
def test_a_body_that_makes_no_sense_is_refused(change):
    with pytest.raises(Invalid):
        read_interaction(PAYLOAD | change)


def test_unknown_keys_are_welcome():
    assert read_interaction(PAYLOAD | {"vad_colors": [None], "data": {"name": "help", "new": {}}}).command == ("help",)


def test_groups_and_subcommands_and_the_option_in_focus_are_read():
    inner = {"name": "close", "type": 1, "options": [{"name": "event", "type": 3, "value": "x", "focused": True}]}
    read = read_interaction(
        PAYLOAD | {"data": {"name": "event", "options": [{"name": "group", "type": 2, "options": [inner]}]}}
    )
    assert (read.command, read.options, read.focused) == (("event", "group", "close"), {"event": "x"}, "event")


def test_a_modals_answers_are_read_from_labels_and_from_rows():
    components = [
        {"type": 18, "component": {"type": 4, "custom_id": "a", "value": "1"}},
        {"type": 1, "components": [{"type": 4, "custom_id": "b", "value": "2"}]},
        {"type": 18, "component": {"type": 3, "custom_id": "c", "values": ["3"]}},
        {"type": 18, "component": {"type": 3, "custom_id": "d", "values": []}},
        {"type": 10, "id": 4},
    ]
    read = read_interaction(PAYLOAD | {"type": 5, "data": {"custom_id": "v1:late:x", "components": components}})
    assert read.fields == {"a": "1", "b": "2", "c": "3"}


@pytest.mark.parametrize(
    ("read", "value"),
    [
        ("text", 5),
        ("text", True),
        ("whole_number", "5"),
        ("whole_number", True),
        ("whole_number", 1.5),
        ("snowflake", "general"),
    ],
)
def test_an_option_of_another_type_than_the_command_asks_for_is_refused(read, value):
    interaction = read_interaction(PAYLOAD | {"data": {"name": "x", "options": [{"name": "o", "value": value}]}})
    with pytest.raises(Invalid) as refused:
        getattr(interaction, read)("o")
    assert refused.value.field == "o"


def test_an_option_left_out_is_none_unless_it_is_required():
    interaction = read_interaction(PAYLOAD)
    assert [interaction.text("o"), interaction.whole_number("o"), interaction.snowflake("o")] == [None, None, None]
    with pytest.raises(Invalid):
        interaction.required("o")
