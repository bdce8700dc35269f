"""Everything we answer is something that Discord takes, and everything it sends is answered."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from attendance.discord.cards import event_card
from attendance.discord.custom_id import CustomId
from attendance.domain.event import Event
from attendance.domain.seats import GOING, parse_roles
from interactions import app
from tests.discord_driver import CHANNEL, CONTEXT, NOW, buttons, playing, send, signed

FIFTEEN = parse_roles(", ".join(f"r{number:02} a role with a long name 1-60" for number in range(15)))


@pytest.fixture
def discord(moto_table, monkeypatch):
    """Discord in front of an empty table."""
    with playing(moto_table, monkeypatch) as discord:
        yield discord


def test_every_answer_of_an_evening_is_a_callback_that_discord_takes(discord, spec):
    play_an_evening(discord)
    for answer in discord.answers:
        assert spec.complaints(answer, "InteractionCallback", "an answer") == [], answer
    assert {answer["type"] for answer in discord.answers} == {4, 5, 7, 8, 9}


def play_an_evening(discord) -> None:
    officer, nia = discord.officer(), discord.member("Nia")
    officer.command("create-event", title="X", time="in 2h")  # refused: not set up
    officer.command("settings setup", zone="Europe/Berlin", channel=CHANNEL, officer_role="1271415177216131080")
    officer.command("settings show")
    officer.complete("settings setup", "zone", zone="")
    officer.complete("settings setup", "zone", zone="america")
    nia.command("settings show")  # refused: no right
    officer.command("create-preset", name="Raid", game="WoW", roles="tank 1, healer 1-2, dps 3", party_size=5)
    officer.command("settings defaults", check_in="15, 20", deadline="2h")
    officer.command("settings rights add", right="events.manage", role="5")
    officer.command("settings clear", setting="deadline")
    officer.command("preset list")
    officer.command("preset edit", preset="Raid", description="`code` **bold** [x](y) " * 40, check_in="5, 5")
    officer.command("preset show", preset="Raid")
    exported = officer.command("preset export", preset="Raid")["data"]["embeds"][0]["description"]
    form = officer.command("preset import", existing="overwrite")["data"]["custom_id"]
    officer.submit(form, presets=exported)
    officer.submit(form, presets="nonsense")
    officer.complete("create-preset", "game", game="w")
    officer.command("help")
    officer.complete("create-event", "preset", preset="")
    for time in ("", "in 2h", "nonsense"):
        officer.complete("create-event", "time", time=time)
    officer.command("create-event", title="Raid *night*", time="in 2h", preset="Raid", code="owl")
    event_id = nia.complete("event show", "event", event="")[0]["value"]
    shown = nia.command("event show", event=event_id)
    nia.command("event list")
    for custom_id in buttons(shown).values():
        nia.click(custom_id)
    nia.click("v0:old")
    nia.submit(CustomId("late", event_id).encode(), minutes="15", select_role="tank")
    discord.now += timedelta(hours=2)
    nia.click(CustomId("check_in", event_id).encode())
    nia.submit(CustomId("code", event_id).encode(), code="bat")
    nia.command("attend", code="owl")
    officer.command("attendance mark", event=event_id, member=nia.user_id, status="late", note="`x`")
    picked = officer.command("attendance bulk", event=event_id, status="excused")["data"]["components"][0]["components"]
    officer.pick(picked[0]["custom_id"], nia, discord.member("Tomas"))
    officer.open_menu("Mark attendance", nia)
    officer.command("attendance show", event=event_id, member=nia.user_id)
    officer.command("attendance show", event=event_id)
    marks = officer.complete("attendance undo", "change", change="")
    officer.command("attendance undo", change=marks[0]["value"])
    officer.command("event close", event=event_id)
    nia.command("event show", event=event_id)
    officer.command("report export", event=event_id)
    officer.complete("report export", "event", event="raid")
    nia.command("help")


def cards():
    """Cards of every status, from nobody to a thousand members, with one role and with fifteen."""
    for roles in ((GOING,), parse_roles("tank 2, healer 2-3, dps 6"), FIFTEEN):
        for count in (0, 1, 45, 1000):
            for status, minutes in (("open", 0), ("open", 110), ("open", 125), ("closed", 300), ("cancelled", 0)):
                kinds = [f"{role.key}|{'15' if index % 2 else ''}" for index, role in enumerate(roles)] + ["?", "-"]
                choices = {str(10**18 + number): kinds[number % len(kinds)] for number in range(count)}
                yield minutes, Event(
                    guild_id="1", event_id="0123456789abcdef", title="**" * 50, game="[" * 64, zone="UTC", channel_id="2",
                    starts_at=NOW + timedelta(hours=2), ends_at=NOW + timedelta(hours=5), created_by="3", roles=roles,
                    choices=choices, places={user: number for number, user in enumerate(choices)}, status=status,
                    description="[x](y) <@1> " * 83, capacity=30, code="owl", sign_up_closes_at=NOW + timedelta(hours=1),
                )  # fmt: skip


def test_every_card_is_a_message_that_discord_takes(spec):
    for minutes, event in cards():
        card = event_card(event, NOW + timedelta(minutes=minutes), totals={"present": 1})
        assert spec.complaints(card, "MessageCreateRequest", "a card") == []
        assert spec.complaints(card, "EditMessage", "a card again") == []


def test_every_sample_of_what_discord_sends_is_answered(discord, spec, samples):
    for sample in samples:
        payload = json.loads(sample.read_text())
        path = "/discord/events" if "webhook_event" in sample.name else "/discord/interactions"
        response = send(payload, discord.now, path=path)
        assert response["statusCode"] == (204 if path.endswith("events") else 200), sample.name
        if path.endswith("interactions"):
            answer = json.loads(response["body"])
            assert spec.complaints(answer, "InteractionCallback", sample.name) == []
            assert (answer["type"] == 8) == (payload["type"] == 4)


def test_every_sample_is_refused_once_a_byte_was_changed(discord, samples):
    for sample in samples:
        event = signed(sample.read_bytes(), discord.now)
        assert app.handler(event | {"body": event["body"].replace("1", "2", 1)}, CONTEXT)["statusCode"] == 401
