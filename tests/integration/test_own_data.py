"""A member's own data in a file: all that is kept of them, nothing of others, for them alone."""

from __future__ import annotations

import inspect
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from attendance.domain.erasure import mentions
from attendance.errors import Conflict, NotFound
from attendance.services import own_data_making
from attendance.services.own_data import ask_own_data, get_own_data, link_to_own_data
from attendance.services.own_data_file import EXPORTED, LEFT_OUT, own_data
from attendance.storage import keys, own_exports, sheets
from attendance.storage.values import item_from_wire
from tests.lives import Lives
from tests.stories import GUILD, NOW, member, officer, raid
from tests.workers_in_memory import WorkersInMemory

NIA = member("Niamh", user_id="80351110224678912", request_id="nia")
OTHERS = [member(name, user_id=f"8035111022467891{place}") for place, name in enumerate(("Annika", "Benedikt"), 3)]
STORAGE = Path(keys.__file__).parents[1]
KINDS = {
    "access": "access", "absence": "absence", "api_key": "key", "api_key_by_hash": "key_by_hash", "asked": "asked",
    "attendance": "attendance", "audit": "audit", "away": "away", "batch": "batch", "bot_gone": "bot_gone", "call": "call", "called": "called", "card": "card", "character": "character",
    "code_tries": "code_tries", "connection": "connection", "correction": "correction", "delivery": "delivery", "direct": "direct",
    "discord_limit": "discord_limit", "due": "due", "erased": "erased", "erasure": "erasure", "event": "event",
    "evidence": "evidence", "feed": "feed", "feed_of_user": "feed", "guilds_of_user": "guilds_of_user", "installation": "guild",
    "member": "member", "member_list": "member_list", "note": "note", "notice": "notice", "nudged": "nudged", "once": "ticket",
    "own_export": "own_export", "own_zone": "own_zone", "preset": "preset", "prompt": "prompt", "rate_limit": "limit", "departure": "departure",
    "report": "report", "report_wanted": "reporting", "restoration": "restoration", "series": "series", "serving": "line", "session": "session",
    "session_of_user": "session_of_user", "settings": "settings", "sheet": "sheet", "stats": "stats",
    "subscription": "subscription", "table_shape": "shape", "voice_sample": "voice_sample", "waiting": "waiting", "webhook": "webhook",
    "webhook_delivery": "webhook_delivery", "webhook_replay": "replay",
}  # fmt: skip
"""Each shape of a key, and what stands under it."""


@pytest.fixture
def workers(monkeypatch):
    return WorkersInMemory(monkeypatch)


def test_every_shape_of_a_key_is_in_the_file_or_left_out_for_a_reason():
    shapes = {
        name
        for name, one in vars(keys).items()
        if inspect.isfunction(one) and one.__annotations__.get("return") == "Key"
    }
    assert shapes == KINDS.keys()
    assert set(KINDS.values()) <= EXPORTED.keys() | LEFT_OUT.keys()


def test_every_kind_of_item_is_in_the_file_or_left_out_for_a_reason():
    texts = [path.read_text() for path in STORAGE.glob("*.py")]
    written = {name for text in texts for name in re.findall(r'"(?::?entity)": "(\w+)"', text)}
    assert written - EXPORTED.keys() - LEFT_OUT.keys() == set()
    assert EXPORTED.keys() & LEFT_OUT.keys() == set()


def _kept(workers):
    """How much of each kind the table has of the member, counted item by item."""
    found: Counter[str] = Counter()
    owners = {
        "absence": "user_id", "attendance": "user_id", "audit": "actor_id", "character": "user_id", "correction": "user_id",
        "evidence": "user_id", "feed": "user_id", "key": "created_by", "report": "requested_by", "session": "user_id",
    }  # fmt: skip
    for item in map(item_from_wire, workers.dynamodb.scan()["Items"]):
        entity = item.get("entity")
        if entity in owners and item[owners[entity]] == NIA.user_id and not (entity == "feed" and item["pk"][0] == "F"):
            found[EXPORTED[entity]] += 1
        if entity == "sheet":
            found["closed_events"] += sum(row.user_id == NIA.user_id for row in sheets.from_item(item).rows)
        if entity == "event":
            found["sign_ups"] += NIA.user_id in item["choices"]
    return found


@pytest.mark.parametrize("seed", range(6))
def test_all_that_is_kept_of_a_member_after_any_history_is_in_their_file(workers, seed):
    boss = replace(NIA, capabilities=officer().capabilities) if seed % 2 else officer()
    Lives(workers, Random(seed), [NIA, *OTHERS], [boss, officer()]).live(deeds=60)
    told = own_data(workers.table, GUILD, NIA.user_id, workers.now)
    kept = _kept(workers)
    assert {name: len(value) for name, value in told.items() if isinstance(value, list) and value} == dict(kept)
    notes = {
        item["text"]
        for item in map(item_from_wire, workers.dynamodb.scan()["Items"])
        if item.get("entity") == "note" and item["user_id"] == NIA.user_id
    }
    assert {one["note"] for one in told["sign_ups"] if "note" in one} == notes
    assert told["member"]["name"] == "Niamh"


def test_nobody_else_is_in_it_and_no_key_or_token(workers):
    Lives(workers, Random(3), [NIA, *OTHERS], [officer()]).live(deeds=60)
    text = json.dumps(own_data(workers.table, GUILD, NIA.user_id, workers.now))
    assert [one.name for one in OTHERS if mentions(text, one.user_id) or one.name in text] == []
    hidden = {"digest", "token_hash", "reply_token", "pk", "sk", "touched"}
    assert [name for name in hidden if f'"{name}"' in text] == []


def _asked(workers, request_id="ask", **more):
    return ask_own_data(workers.table, GUILD, replace(NIA, request_id=request_id), workers.now, **more)


def test_a_file_is_made_once_a_day_and_handed_out_by_a_link_of_five_minutes(workers):
    raid(workers.table)
    first, begun = _asked(workers)
    assert begun
    with pytest.raises(Conflict, match="not there yet"):
        link_to_own_data(workers.table, workers.files, GUILD, NIA, workers.now)
    assert _asked(workers, "again") == (first, False)
    workers.run()
    export, link = link_to_own_data(workers.table, workers.files, GUILD, NIA, workers.now)
    assert link == f"https://files.test/{export.file_key}?for=300"
    assert json.loads(workers.files.kept[export.file_key])["format"] == "attendance-tracker/own-data"
    assert _asked(workers, "third")[0].export_id == first.export_id
    workers.now += timedelta(days=1)
    anew, begun = _asked(workers, "tomorrow")
    assert begun
    assert anew.export_id != first.export_id
    assert len(workers.files.kept) == 1


def test_nobody_gets_the_file_of_somebody_else(workers):
    raid(workers.table)
    _asked(workers)
    workers.run()
    with pytest.raises(NotFound):
        link_to_own_data(workers.table, workers.files, GUILD, OTHERS[0], workers.now)
    with pytest.raises(NotFound):
        get_own_data(workers.table, GUILD, officer(), workers.now)


def test_a_message_that_comes_twice_makes_one_file_and_answers_once(workers):
    raid(workers.table)
    _asked(workers, reply_token="tok", locale="de")
    workers.discord.interactions["tok"] = {}
    workers.run()
    assert "Alles, was auf diesem Server" in workers.discord.interactions["tok"]["content"]
    workers.discord.interactions["tok"] = {}
    first, second = (one for one in workers.queues["reports"].sent if one["kind"] == "own_export")
    assert first == second  # the second look, two minutes later
    workers.queues["reports"].send(first)
    workers.run()
    assert len(workers.files.kept) == 1
    assert workers.discord.interactions["tok"] == {}
    assert own_exports.get(workers.table, GUILD, NIA.user_id).reply_token is None


def test_what_cannot_be_made_is_told_and_may_be_asked_for_anew(workers, monkeypatch):
    raid(workers.table)

    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(own_data_making, "own_data", broken)
    _asked(workers)
    workers.run()
    assert get_own_data(workers.table, GUILD, NIA, workers.now).status == "failed"
    monkeypatch.undo()
    assert _asked(workers, "again")[1]


def test_asking_is_in_no_audit_log_and_told_to_nobody(workers):
    raid(workers.table)
    workers.run()
    before = len(list(workers.table.query_all(keys.audit_of(GUILD)))), len(workers.sockets.pushed)
    _asked(workers)
    workers.run()
    assert (len(list(workers.table.query_all(keys.audit_of(GUILD)))), len(workers.sockets.pushed)) == before
    assert workers.now >= NOW
