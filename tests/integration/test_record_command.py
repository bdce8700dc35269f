"""/attendance me and /attendance member, and the same over REST's door: words that say what a figure is made of."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.discord_driver import CHANNEL, content, playing
from tests.stories import NOW


@pytest.fixture
def guild(moto_table, monkeypatch):
    """Discord in front of a guild in which Nia came to one of two events."""
    with playing(moto_table, monkeypatch) as discord:
        officer = discord.officer()
        officer.command("settings setup", zone="Europe/Berlin", channel=CHANNEL)
        for title in ("First", "Second"):
            discord.now = NOW
            officer.command("create-event", title=title, time="in 1h")
            event = officer.complete("event show", "event", event=title)[0]["value"]
            discord.member("Nia").click(f"v1:yes:{event}:going")
            if title == "First":
                discord.now = NOW + timedelta(hours=1)
                discord.member("Nia").click(f"v1:check_in:{event}")
            discord.now = NOW + timedelta(hours=2)
            officer.command("event close", event=event)
        discord.now = NOW + timedelta(days=1)
        yield discord


def test_a_member_reads_their_rate_with_numerator_denominator_and_formula(guild):
    guild.officer().command("create-event", title="Third", time="in 2h")
    event = guild.officer().complete("event show", "event", event="Third")[0]["value"]
    guild.member("Nia").click(f"v1:yes:{event}:going")
    shown = guild.member("Nia").command("attendance me")
    assert shown["data"]["flags"] == 64
    text = content(shown)
    assert "**Nia**: **50.0 %**, 1 of 2 events since" in text
    assert "credit / eligible (v1)" in text
    assert "\u2705 present 1 \u00b7 \u274c absent 1" in text
    assert "Ahead: **Third**" in text


def test_nobody_counts_as_nothing_and_not_as_zero(guild):
    assert "no rate yet" in content(guild.member("Zoe").command("attendance me"))


def test_an_officer_reads_anybodys_record_and_a_member_only_their_own(guild):
    nia = guild.member("Nia").user_id
    assert "1 of 2" in content(guild.officer().command("attendance member", member=nia))
    assert "attendance.manage" in content(guild.member("Zoe").command("attendance member", member=nia))
    assert "1 of 2" in content(guild.member("Nia").command("attendance member", member=nia))
    assert "no such member" in content(guild.officer().command("attendance member", member="77"))
    assert "missing" in content(guild.officer().command("attendance member"))


def test_a_record_is_read_in_the_members_language(guild):
    guild.locale = "de"
    assert "1 von 2 Events seit" in content(guild.member("Nia").command("attendance me"))
