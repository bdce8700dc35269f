"""What is taken for all of a guild is all of it: a new partition has to be named here and in `whole.of_guild`."""

from __future__ import annotations

import inspect
import re

from attendance.storage import whole
from attendance.storage.keys import guilds

IN_AN_INDEX = {"BATCHES", "CORRECTIONS", "EVENTS", "M", "REPORTS", "W#FAILED"}
IN_THE_TABLE = {"AUDIT", "E", "SOCKETS", "W"}


def test_every_partition_of_a_guild_is_an_index_or_is_read_for_all_of_it():
    found = re.findall(r'f"G#\{guild_id\}#([^"]+)"', inspect.getsource(guilds))
    named = {re.sub(r"#?\{\w+\}", "", name).strip("#") for name in found}
    assert named == IN_AN_INDEX | IN_THE_TABLE


def test_a_partition_says_whose_it_is():
    assert [whole.guild_of(pk) for pk in ("G#1", "G#1#E#2", "G#1#W#3", "USER#1", "DUE#1")] == [
        "1",
        "1",
        "1",
        None,
        None,
    ]


def test_sign_ins_and_sockets_are_worth_nothing_elsewhere_and_events_are():
    assert whole.is_passing("SESSION#1", "SESSION")
    assert whole.is_passing("G#1#SOCKETS", "abc")
    assert whole.is_passing("USER#1", "ASKED#1")
    assert not whole.is_passing("G#1", "EVENT#1")
    assert not whole.is_passing("USER#1", "ZONE")
