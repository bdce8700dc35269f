"""/privacy, through the handler, with signed requests."""

from __future__ import annotations

from dataclasses import replace

import pytest

from attendance import wiring
from attendance.storage import keys, own_exports
from tests.discord_driver import CHANNEL, GUILD, NOW, buttons, content, playing


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


def test_a_file_of_ones_own_data_is_promised_and_then_handed_out_with_each_click(discord):
    nia, other = discord.member("Nia"), discord.member("Bo")
    promised = nia.command("privacy export")
    assert (promised["type"], promised["data"]["flags"]) == (5, 64)
    assert "is being made" in content(nia.command("privacy export"))
    export = own_exports.get(wiring.table(), GUILD, nia.user_id)
    assert export is not None
    done = replace(export, status="done", file_key="own/x.json", file_name="x.json", finished_at=NOW)
    own_exports.finish(wiring.table(), done)
    shown = nia.command("privacy export")
    assert shown["data"]["flags"] == 64
    (button,) = buttons(shown).values()
    assert "https://files.example/own/x.json?lifetime=0:05:00" in content(nia.click(button))
    assert "files.example" not in content(other.click(button))
    assert discord.links == ["own/x.json"]
