"""/privacy, through the handler, with signed requests."""

from __future__ import annotations

import pytest

from attendance import wiring
from attendance.storage import keys
from tests.discord_driver import CHANNEL, GUILD, buttons, content, playing


@pytest.fixture
def discord(moto_table, monkeypatch):
    """Discord in front of a guild."""
    with playing(moto_table, monkeypatch) as discord:
        discord.officer().command("settings setup", zone="Europe/Berlin", channel=CHANNEL)
        yield discord


def _under_way():
    return list(wiring.table().query_all(keys.guild(GUILD), prefix=keys.ERASURES))


def test_nothing_is_erased_before_the_member_says_so_once_more(discord):
    nia = discord.member("Nia")
    asked = nia.command("privacy erase")
    assert "for good" in content(asked)
    assert _under_way() == []
    assert "has begun" in content(nia.click(*buttons(asked).values()))
    assert len(_under_way()) == 1


def test_nobody_erases_somebody_else(discord):
    asked = discord.member("Nia").command("privacy erase")
    discord.member("Bo").click(*buttons(asked).values())
    assert _under_way() == []
