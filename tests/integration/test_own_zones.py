"""A member's own time zone, and what autocomplete makes of the times that they type."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from attendance import wiring
from attendance.services.events import get_event
from tests.discord_driver import CHANNEL, GUILD, Discord, content, playing


@pytest.fixture
def guild(moto_table, monkeypatch):
    """Discord in front of a guild in Berlin; it is 1 December 2026, 18:00 UTC."""
    with playing(moto_table, monkeypatch) as discord:
        discord.officer().command("settings setup", zone="Europe/Berlin", channel=CHANNEL)
        yield discord


def _planned(discord: Discord, time: str) -> datetime:
    officer = discord.officer()
    answer = officer.command("create-event", title="Raid", time=time)
    assert "Its card goes to" in content(answer), answer
    event_id = officer.complete("event show", "event", event="Raid")[0]["value"]
    return get_event(wiring.table(), GUILD, event_id).starts_at


def test_a_time_is_read_in_the_members_own_zone_once_they_have_one(guild):
    officer = guild.officer()
    assert "where it is 13:00 now" in content(officer.command("zone set", zone="america/new_york"))
    assert _planned(guild, "tomorrow 20:00") == datetime(2026, 12, 3, 1, 0, tzinfo=UTC)


def test_without_an_own_zone_the_guilds_counts_and_after_clearing_again(guild):
    officer = guild.officer()
    assert "**Europe/Berlin**" in content(officer.command("zone show"))
    officer.command("zone set", zone="Asia/Tokyo")
    assert "**Asia/Tokyo**, your own zone" in content(officer.command("zone show"))
    officer.command("zone clear")
    assert "server's zone" in content(officer.command("zone clear"))
    assert _planned(guild, "tomorrow 20:00") == datetime(2026, 12, 2, 19, 0, tzinfo=UTC)


def test_a_zone_is_a_persons_and_counts_in_every_guild(guild):
    guild.member("Nia").command("zone set", zone="Asia/Tokyo")
    assert "Europe/Berlin" in content(guild.member("Bo").command("zone show"))
    guild.guild_id = "1195917705216131999"
    assert "Asia/Tokyo" in content(guild.member("Nia").command("zone show"))
    assert "neither has this server" in content(guild.member("Bo").command("zone show"))


def test_a_zone_that_there_is_not_is_refused_with_an_example(guild):
    assert "Europe/Berlin or America/New_York" in content(guild.officer().command("zone set", zone="Middle/Earth"))
    assert "Berlin" in guild.officer().complete("zone set", "zone", zone="berl")[0]["value"]


def _offered(discord: Discord, time: str) -> list[str]:
    return [one["name"] for one in discord.officer().complete("create-event", "time", time=time)]


def test_every_reading_of_a_time_is_offered_in_words_and_sent_as_the_instant(guild):
    offered = guild.officer().complete("create-event", "time", time="3/12 20:00")
    assert [one["name"] for one in offered] == [
        "Thursday 3 December 2026, 20:00 (Europe/Berlin, UTC+1)",
        "Friday 12 March 2027, 20:00 (Europe/Berlin, UTC+1)",
    ]
    assert _planned(guild, offered[1]["value"]) == datetime(2027, 3, 12, 19, 0, tzinfo=UTC)


def test_both_instants_of_a_doubled_hour_are_offered_and_differ(guild):
    assert _offered(guild, "31.10.2027 2:30") == [
        "Sunday 31 October 2027, 02:30 (Europe/Berlin, UTC+2)",
        "Sunday 31 October 2027, 02:30 (Europe/Berlin, UTC+1)",
    ]


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("de", "Freitag, 4. Dezember 2026, 20:00 Uhr (Asia/Kathmandu, UTC+5:45)"),
        ("fr", "vendredi 4 décembre 2026 à 20:00 (Asia/Kathmandu, UTC+5:45)"),
        ("en-GB", "Friday 4 December 2026, 20:00 (Asia/Kathmandu, UTC+5:45)"),
        ("xx", "Friday 4 December 2026, 20:00 (Asia/Kathmandu, UTC+5:45)"),
    ],
)
def test_times_are_offered_in_the_members_language_and_zone(guild, locale, words):
    guild.officer().command("zone set", zone="Asia/Kathmandu")
    guild.locale = locale
    assert _offered(guild, "fri 20:00") == [words]


def test_what_is_wrong_with_a_time_stands_beside_it(guild):
    [offered] = guild.officer().complete("create-event", "time", time="28.3.2027 2:30")
    assert "does not exist in Europe/Berlin" in offered["name"]
    assert offered["value"] == "28.3.2027 2:30"
    assert len(_offered(guild, "")) == 6


def test_a_new_time_for_an_event_keeps_its_date_as_the_edit_itself_does(guild):
    officer = guild.officer()
    officer.command("create-event", title="Raid", time="2026-12-04T19:00Z")
    event_id = officer.complete("event show", "event", event="Raid")[0]["value"]
    [offered] = officer.complete("event edit", "time", event=event_id, time="20h30")
    assert offered["name"] == "Friday 4 December 2026, 20:30 (Europe/Berlin, UTC+1)"
    officer.command("event edit", event=event_id, time="20h30")
    assert get_event(wiring.table(), GUILD, event_id).starts_at == datetime.fromisoformat(offered["value"])
    assert officer.complete("event edit", "time", event="", time="20:30") == []


def test_events_are_suggested_with_their_start_in_the_members_words_and_zone(guild):
    officer, nia = guild.officer(), guild.member("Nia")
    for title in ("Raid", "x" * 100):
        officer.command("create-event", title=title, time="3 Dec 2026 20:00")
    shown = {one["name"] for one in nia.complete("event show", "event", event="")}
    assert "Raid (Thursday 3 December 2026, 20:00, UTC+1)" in shown
    nia.command("zone set", zone="Asia/Kathmandu")
    guild.locale = "de"
    offered = [one["name"] for one in nia.complete("event show", "event", event="")]
    assert "Raid (Freitag, 4. Dezember 2026, 00:45 Uhr, UTC+5:45)" in offered
    assert all(len(name) <= 100 and name.endswith("00:45 Uhr, UTC+5:45)") for name in offered)
