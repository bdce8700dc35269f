"""/characters, through the handler, with signed requests."""

from __future__ import annotations

import pytest

from tests.discord_driver import content, playing


@pytest.fixture
def discord(moto_table, monkeypatch):
    """Discord in front of an empty table."""
    with playing(moto_table, monkeypatch) as discord:
        yield discord


def test_a_character_is_linked_listed_shown_in_the_record_and_unlinked(discord):
    nia = discord.member("Nia")
    linked = content(nia.command("characters add", name="Thoradin", game="WoW", role="healer"))
    assert linked == f"**Thoradin** (WoW, healer) is linked to <@{nia.user_id}>."
    assert "Thoradin" in content(discord.member("Zoe").command("characters list", member=nia.user_id))
    assert "No character" in content(discord.member("Zoe").command("characters list"))
    assert "Characters: Thoradin" in content(nia.command("attendance me"))
    [choice] = nia.complete("characters remove", "character", character="thor")
    refused = content(discord.member("Zoe").command("characters remove", character=choice["value"]))
    assert "attendance.manage" in refused
    assert "linked to nobody" in content(nia.command("characters remove", character=choice["value"]))


def test_characters_are_spoken_of_in_french(discord):
    discord.locale = "fr"
    assert "est lié à" in content(discord.member("Nia").command("characters add", name="Thoradin", game="WoW"))
