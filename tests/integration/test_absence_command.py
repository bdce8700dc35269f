"""/absence, through the handler, with signed requests."""

from __future__ import annotations

import pytest

from tests.discord_driver import CHANNEL, content, playing


@pytest.fixture
def guild(moto_table, monkeypatch):
    """Discord in front of a guild in Berlin."""
    with playing(moto_table, monkeypatch) as discord:
        discord.officer().command("settings setup", zone="Europe/Berlin", channel=CHANNEL)
        yield discord


def test_an_absence_is_announced_shown_to_who_plans_and_taken_back(guild):
    nia = guild.member("Nia")
    added = content(nia.command("absence add", **{"from": "24 dec", "until": "26 dec", "reason": "Family"}))
    assert f"<@{nia.user_id}> is away 2026-12-24 \u2013 2026-12-26" in added
    assert "Family" in content(nia.command("absence list"))
    planned = content(guild.officer().command("create-event", title="Raid", time="2026-12-25 20:00"))
    assert f"Away then: 1 (<@{nia.user_id}>)" in planned
    [choice] = nia.complete("absence remove", "absence", absence="")
    assert "Taken back" in content(nia.command("absence remove", absence=choice["value"]))
    assert "No absence is ahead" in content(nia.command("absence list"))


def test_who_is_away_at_the_new_time_is_shown_to_who_moves_or_copies_an_event(guild):
    nia = guild.member("Nia")
    nia.command("absence add", **{"from": "24 dec"})
    guild.officer().command("create-event", title="Raid", time="2026-12-20 20:00")
    moved = content(guild.officer().command("event edit", event="Raid", time="2026-12-24 20:00"))
    assert moved.endswith(f"Away then: 1 (<@{nia.user_id}>)")
    assert "Away then" not in content(guild.officer().command("event edit", event="Raid", description="Bring food"))
    copied = content(guild.officer().command("event copy", event="Raid", time="2026-12-24 22:00"))
    assert copied.endswith(f"Away then: 1 (<@{nia.user_id}>)")


def test_an_officer_enters_an_absence_for_a_member_and_a_member_for_nobody_else(guild):
    nia = guild.member("Nia").user_id
    assert f"<@{nia}>" in content(guild.officer().command("absence add", **{"from": "tomorrow", "member": nia}))
    refused = content(guild.member("Zoe").command("absence add", **{"from": "tomorrow", "member": nia}))
    assert "attendance.manage" in refused
    assert guild.member("Zoe").complete("absence remove", "absence", absence="") == []


def test_a_day_that_is_none_is_refused_with_an_example(guild):
    refused = content(guild.member("Nia").command("absence add", **{"from": "soonish"}))
    assert "“soonish” is not a day that I can read. Try 24 dec" in refused
    assert "No absence" in content(guild.member("Nia").command("absence list"))


def test_absences_are_spoken_of_in_german(guild):
    guild.locale = "de"
    assert "ist weg, 2026-12-24" in content(guild.member("Nia").command("absence add", **{"from": "24. dez"}))
