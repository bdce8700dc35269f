"""/calendar, through the handler, with signed requests."""

from __future__ import annotations

import re

import pytest

from attendance import wiring
from tests.discord_driver import GUILD, content, playing

ADDRESS = re.compile(r"https://bot\.example\.org/calendar/[A-Za-z0-9_-]{43}\.ics")
EPHEMERAL = 64


@pytest.fixture
def discord(moto_table, monkeypatch):
    """Discord in front of an empty table."""
    monkeypatch.setenv("PUBLIC_URL", "https://bot.example.org")
    with playing(moto_table, monkeypatch) as discord:
        yield discord


def test_a_member_gets_an_address_for_themselves_and_it_is_shown_once(discord):
    nia = discord.member("Nia")
    answer = nia.command("calendar link", feed="mine")
    assert answer["data"]["flags"] & EPHEMERAL
    assert ADDRESS.search(content(answer))
    again = content(nia.command("calendar link", feed="mine"))
    assert "shown once only" in again
    assert not ADDRESS.search(again)
    assert "Events that you answered" in content(nia.command("calendar list"))
    assert ADDRESS.search(content(discord.member("Tomas").command("calendar link", feed="mine")))


def test_an_address_is_renewed_and_revoked(discord):
    nia = discord.member("Nia")
    first = ADDRESS.search(content(nia.command("calendar link", feed="guild")))[0]
    second = ADDRESS.search(content(nia.command("calendar renew", feed="guild")))[0]
    assert first != second
    assert "has ended" in content(nia.command("calendar revoke", feed="guild"))
    assert "no such calendar" in content(nia.command("calendar revoke", feed="guild"))
    assert "no calendar" in content(nia.command("calendar list"))
    assert "guild (all events)" in content(nia.command("calendar link", feed="everything"))


def test_a_member_reads_it_in_their_language(discord):
    discord.locale = "de"
    nia = discord.member("Nia")
    assert "abonnierten Kalender" in content(nia.command("calendar link", feed="mine"))
    (stored,) = (item for item in wiring.table().query_all(f"USER#{nia.user_id}") if item["entity"] == "feed")
    assert (stored["guild_id"], stored["locale"]) == (GUILD, "de")
