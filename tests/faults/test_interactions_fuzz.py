"""Thousands of damaged requests, forged and validly signed: never a 5xx, never an error of ours, never a change unasked for.

Each request starts as one that works and is then damaged: values of its JSON are replaced, removed or swapped, or bytes of
its text are. Most are signed afterwards, so that what is judged is our reading and not only the signature; the rest must
be refused before anything is read. Every write that the store accepts is seen on the way to it.
"""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import pytest

from attendance import wiring
from attendance.discord.custom_id import CustomId
from attendance.domain.choice import decode
from attendance.storage import events
from interactions import app
from tests.discord_driver import CHANNEL, CONTEXT, GUILD, NOW, playing, signed

SEED = 20261201
HOSTILE: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2, 5, 2**53, 2**70, -(2**70), 0.5, 1e308, "", " ", "0", "-1", "\ud800", "\udfff\ud800", "\x00",
    "\u202e\u200b", "A" * 4000, "'; DROP TABLE", "=1+1", "@everyone", "<@&1>", "../../etc/passwd", "{{7*7}}", [], {}, [None],
    [[[[]]]], {"S": "x"}, {"a": {"b": {}}}, "1195917705216131999", "0123456789abcdef", "v1:yes:0123456789abcdef:tank", "v1:no:", "?",
    "tank|", "+", "tank+healer", "1e9", "٣", "99999999999999999999", "in -5h", "2026-02-30 25:61", "tank 2-1, , ;", "\U0001f44b" * 100,
)  # fmt: skip
CONFIRMS = ("Saved.", "is saved", "is planned", "You are checked in", "is closed")
WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems")


@pytest.fixture
def discord(moto_table, monkeypatch):
    """Discord in front of a guild with an event."""
    with playing(moto_table, monkeypatch) as discord:
        officer = discord.officer()
        officer.command("settings setup", zone="Europe/Berlin", channel=CHANNEL, officer_role="1271415177216131080")
        officer.command("create-preset", name="Raid", game="WoW", roles="tank 1, healer 1-2, dps 3")
        officer.command("create-event", title="Raid", time="in 10m", preset="Raid")
        yield discord


@pytest.fixture
def written(moto_table):
    """The names of the writes that the store has accepted."""
    accepted: list[str] = []

    def saw(http_response, model, **_):
        if http_response.status_code == 200 and model.name in WRITES:
            accepted.append(model.name)

    moto_table[0].meta.events.register("after-call.dynamodb", saw)
    return accepted


def templates(discord) -> list[dict[str, Any]]:
    """Requests that work, one of each kind."""
    officer, nia = discord.officer(), discord.member("Nia")
    event_id = nia.complete("event show", "event", event="")[0]["value"]
    sent: list[dict[str, Any]] = []

    def remember(kind, data, interaction_id=""):
        sent.append(type(nia).payload(nia if kind in (3, 5) else officer, kind, data, interaction_id))
        return {"type": 8, "data": {"choices": []}}

    for player in (officer, nia):
        player.send = remember
    officer.command("settings setup", zone="UTC", channel=CHANNEL, reminders="1h")
    officer.command("settings show")
    officer.command("create-preset", name="Other", game="g", roles="tank 2", party_size=4)
    officer.command("create-event", title="X", time="tomorrow 20:00", preset="Raid", capacity=5, channel=CHANNEL)
    officer.command("event show", event=event_id)
    officer.command("event list")
    officer.command("report export", format="csv")
    officer.command("attend", event=event_id)
    officer.command("help")
    officer.complete("create-event", "time", time="in 2h")
    officer.complete("settings setup", "zone", zone="eur")
    for action, arg in (("yes", "tank"), ("yes", "dps"), ("maybe", ""), ("no", ""), ("late", ""), ("check_in", "")):
        nia.click(CustomId(action, event_id, arg).encode())
    nia.click(CustomId("file", event_id).encode())
    nia.submit(CustomId("late", event_id).encode(), minutes="15", select_role="healer")
    nia.submit(CustomId("code", event_id).encode(), code="owl")
    return sent


def places_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value in a JSON document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*([path] if path else []), *(one for key, below in inner for one in places_in(below, (*path, key)))]


def damaged(template: dict[str, Any], dice: random.Random) -> bytes:
    """The body of a request after one to three accidents."""
    payload = copy.deepcopy(template)
    for _ in range(dice.randint(1, 3)):
        *above, last = dice.choice(places_in(payload))
        holder = payload
        for step in above:
            holder = holder[step]
        if dice.random() < 0.2:
            del holder[last]
        else:
            holder[last] = copy.deepcopy(dice.choice(HOSTILE))
        if not payload:
            break
    body = bytearray(json.dumps(payload).encode())
    for _ in range(dice.choice((0, 0, 0, 1, 3))):
        at = dice.randrange(len(body))
        body[at : at + dice.choice((0, 1, 1, 5))] = dice.choice(
            (b"", b"\\", b'"', b"\xff", b"9", b"]", b"\\ud800", b"NaN")
        )
    return bytes(body)


def forged(event: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """The request with a signature that is not Discord's."""
    headers = dict(event["headers"])
    kind = dice.randrange(5)
    name = dice.choice(("x-signature-ed25519", "x-signature-timestamp"))
    if kind == 0:
        del headers[name]
    elif kind == 1:
        at = dice.randrange(len(headers[name]))
        headers[name] = headers[name][:at] + dice.choice("0123456789abcdefg \ud800") + headers[name][at:]
    elif kind == 2:
        headers["x-signature-ed25519"] = dice.randbytes(64).hex()
    elif kind == 3:
        headers["x-signature-timestamp"] = dice.choice(
            ("", "1", "-1", "9" * 30, "\ud800", "1e9", str(int(NOW.timestamp()) + 1))
        )
    else:
        return event | {"body": event["body"] + dice.choice((" ", "=", "A", "\ud800"))}
    return event | {"headers": headers}


def fuzz(discord, written: list[str], count: int, seed: int = SEED) -> dict[int, int]:
    """Send `count` damaged requests and return how often each status came back."""
    dice = random.Random(seed)
    requests = templates(discord)
    written.clear()
    statuses: dict[int, int] = {}
    for number in range(count):
        template = dice.choice(requests) | {"id": discord.next_id()}
        path = "/discord/events" if number % 50 == 0 else "/discord/interactions"
        event = signed(damaged(template, dice), discord.now, path=path, plain=False)
        forge = number % 3 == 0
        before = len(written)
        response = app.handler(forged(event, dice) if forge else event, CONTEXT)
        status = response["statusCode"]
        statuses[status] = statuses.get(status, 0) + 1
        text = response.get("body", "")
        assert status == 401 if forge else status in (200, 204, 400), (number, response)
        assert "our side" not in text, (number, event)
        if len(written) > before:
            answer = json.loads(text)
            assert answer["type"] in (5, 7) or any(words in text for words in CONFIRMS), (number, text)
    return statuses


def check_what_is_stored(moto_table) -> None:
    """Every sign-up is one that a card could have offered."""
    client, name = moto_table
    found, _ = events.list_between(
        wiring.table(), GUILD, since=NOW.replace(year=2020), until=NOW.replace(year=2030), limit=1000
    )
    assert found
    for item in found:
        event = events.get(wiring.table(), GUILD, item["event_id"])
        assert event is not None
        keys = {role.key for role in event.roles}
        assert all(set(decode(choice).roles) <= keys for choice in event.choices.values())
        assert set(event.places) == set(event.choices)
        assert event.seq >= len(event.choices)
    pages = client.get_paginator("scan").paginate(TableName=name)
    assert all(item["pk"]["S"].startswith(("G#", "DUE#")) for page in pages for item in page["Items"])


def test_damaged_requests_are_refused_or_answered_and_change_nothing_unasked(discord, written, moto_table):
    statuses = fuzz(discord, written, 5_000)
    assert min(statuses[status] for status in (200, 400, 401)) > 500, statuses
    assert written  # else the damage was too great to judge anything
    check_what_is_stored(moto_table)


@pytest.mark.full
@pytest.mark.parametrize("part", range(1, 5))
def test_twenty_thousand_damaged_requests_in_four_parts(discord, written, moto_table, part):
    fuzz(discord, written, 5_000, SEED + part)
    check_what_is_stored(moto_table)
