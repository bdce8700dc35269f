"""The buttons of an offered seat: in a direct message, from that member alone, and with a word when it is over."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from attendance import wiring
from attendance.domain.choice import NO, yes
from attendance.services.events import get_event
from attendance.services.offers import settle_seats
from attendance.services.settings import change_settings
from attendance.services.sign_ups import sign_up
from attendance.storage import prompts
from attendance.storage.prompts import Prompt
from tests.discord_driver import GUILD, Discord, content, playing, send
from tests.stories import NOW, member, officer, raid, set_up

PROMPT = "0123456789abcdef"


@pytest.fixture
def discord(moto_table, monkeypatch):
    with playing(moto_table, monkeypatch) as discord:
        yield discord


@pytest.fixture
def offered(discord: Discord):
    """A raid whose tank's seat is offered to Bob."""
    table, bob = wiring.table(), discord.member("Bob").user_id
    set_up(table)
    change_settings(table, GUILD, officer(), NOW, {"confirm_hours": 12})
    event = raid(table)
    for actor, choice in ((member("Ann"), yes("tank")), (member("Bob", user_id=bob), yes("tank")), (member("Ann"), NO)):
        sign_up(table, GUILD, event.event_id, choice, actor, NOW)
        settle_seats(table, GUILD, event.event_id, NOW)
    until = NOW + timedelta(days=1)
    prompts.keep(
        table,
        Prompt(prompt_id=PROMPT, kind="offer", guild_id=GUILD, event_id=event.event_id, user_id=bob, until=until),
    )
    return event


def press(discord: Discord, name: str, action: str, *, prompt: str = PROMPT) -> dict:
    """Press a button in a direct message, which has neither a guild nor a member."""
    player = discord.member(name)
    data = {"custom_id": f"v1:{action}:{prompt}", "component_type": 2, "id": 2}
    payload = player.payload(3, data) | {"context": 1, "user": {"id": player.user_id, "username": name}}
    response = send({key: value for key, value in payload.items() if key not in ("guild_id", "member")}, discord.now)
    assert response["statusCode"] == 200, response
    answer: dict = json.loads(response["body"])
    return answer


def test_a_member_takes_the_seat_from_a_direct_message(discord, offered):
    answer = press(discord, "Bob", "take")
    assert (answer["type"], answer["data"]["components"]) == (7, [])
    assert "You have the seat of **tank**" in content(answer)
    assert get_event(wiring.table(), GUILD, offered.event_id).roster().seat_of(discord.member("Bob").user_id)
    assert "You have the seat" in content(press(discord, "Bob", "take"))
    assert "Change your answer" in content(press(discord, "Bob", "pass_on"))


def test_a_member_passes_the_seat_on_and_is_told_how_to_queue_again(discord, offered):
    discord.locale = "de"
    assert "weitergegeben" in content(press(discord, "Bob", "pass_on"))
    assert "nicht mehr angeboten" in content(press(discord, "Bob", "take"))
    assert get_event(wiring.table(), GUILD, offered.event_id).roster().offered == ()


def test_nobody_else_answers_and_a_made_up_question_is_over(discord, offered):
    assert "for somebody else" in content(press(discord, "Cat", "take"))
    assert "too old" in content(press(discord, "Bob", "take", prompt="f" * 16))
    assert "too old" in content(press(discord, "Bob", "take", prompt="x"))
    assert get_event(wiring.table(), GUILD, offered.event_id).roster().offered


def test_the_question_in_the_channel_belongs_to_its_own_server(discord, offered):
    discord.guild_id = "1195917705216131999"
    assert "is over" in content(discord.member("Bob").click(f"v1:take:{PROMPT}"))
    discord.guild_id = GUILD
    assert "You have the seat" in content(discord.member("Bob").click(f"v1:take:{PROMPT}"))
    assert get_event(wiring.table(), GUILD, offered.event_id).roster().offered == ()


def test_after_the_start_or_a_cancellation_the_buttons_explain_themselves(discord, offered):
    discord.now = offered.starts_at
    assert "ended" in content(press(discord, "Bob", "take"))
    discord.now = NOW
    discord.officer().command("event cancel", event=offered.event_id)
    for action in ("take", "pass_on"):
        assert "was cancelled" in content(press(discord, "Bob", action))
