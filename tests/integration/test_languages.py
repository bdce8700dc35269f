"""Replies in the language of who reads them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from attendance.discord.custom_id import CustomId
from tests.discord_driver import CHANNEL, Discord, buttons, content, playing

START = datetime(2026, 12, 1, 20, 0, tzinfo=UTC)


@pytest.fixture
def guild(moto_table, monkeypatch):
    """Discord in front of a guild in Berlin; it is 1 December 2026, 18:00 UTC."""
    with playing(moto_table, monkeypatch) as discord:
        discord.officer().command("settings setup", zone="Europe/Berlin", channel=CHANNEL)
        yield discord


def _plan(guild: Discord, **more: str) -> str:
    officer = guild.officer()
    officer.command("create-event", title="Raid", time="2026-12-01T20:00Z", **more)
    event_id: str = officer.complete("event show", "event", event="Raid")[0]["value"]
    return event_id


def _check_in(guild: Discord, event_id: str, locale: str) -> str:
    guild.locale = locale
    return content(guild.member("Nia").click(CustomId("check_in", event_id).encode()))


@pytest.mark.parametrize(
    ("locale", "early", "done", "again", "over"),
    [
        ("en-US", "opens <t:", "as **present**", "already; nothing changed", "An officer can still mark you"),
        ("de", "Der Check-in für „Raid“ öffnet <t:", "als **anwesend** eingecheckt", "nichts geändert", "von <t:"),
        ("fr", "Le pointage de « Raid » ouvre <t:", "notée : **présent**", "rien n'a changé", "était ouvert de <t:"),
    ],
)
def test_checking_in_is_answered_in_the_members_language(guild, locale, early, done, again, over):
    event_id = _plan(guild)
    assert early in _check_in(guild, event_id, locale)
    guild.now = START
    assert done in _check_in(guild, event_id, locale)
    assert again in _check_in(guild, event_id, locale)
    guild.now = START.replace(hour=21)
    assert over in _check_in(guild, event_id, locale)


@pytest.mark.parametrize(("locale", "words"), [("de", "Versuche übrig: 4"), ("fr", "essais restants : 4")])
def test_a_wrong_code_is_refused_in_the_members_language(guild, locale, words):
    event_id = _plan(guild, code="owl")
    guild.now, guild.locale = START, locale
    asked = guild.member("Nia").click(CustomId("check_in", event_id).encode())
    assert asked["data"]["title"] in ("Einchecken", "Pointer")
    refused = guild.member("Nia").submit(CustomId("code", event_id).encode(), code="bat")
    assert words in content(refused)
    assert "bat" in content(refused)


def test_signing_up_too_late_and_without_a_right_is_refused_in_german(guild):
    event_id = _plan(guild)
    guild.now, guild.locale = START, "de"
    late = content(guild.member("Nia").click(CustomId("yes", event_id, "going").encode()))
    assert late.startswith(f"Die Anmeldung für „Raid“ endete <t:{int(START.timestamp())}:R>.")
    refused = content(guild.member("Nia").command("create-event", title="X", time="fr 20 uhr"))
    assert refused.startswith("Dafür brauchst du das Recht „events.manage“.")


@pytest.mark.parametrize(
    ("time", "words"),
    [
        ("irgendwann", "„irgendwann“ konnte ich nicht als Zeit lesen"),
        ("freitag", "„freitag“ nennt einen Tag und keine Uhrzeit"),
        ("28.3.2027 2:30", "2027-03-28 02:30 gibt es in Europe/Berlin nicht"),
        ("heute 9:00", "als 2026-12-01 09:00 (Europe/Berlin) verstanden, und das ist vorbei"),
    ],
)
def test_times_are_refused_in_german(guild, time, words):
    guild.locale = "de"
    assert words in content(guild.officer().command("create-event", title="X", time=time))
    [beside] = guild.officer().complete("create-event", "time", time=time)
    assert words in beside["name"]


def test_commands_are_named_as_the_readers_discord_names_them(guild):
    guild.locale = "de"
    assert "`/zeitzone setzen` setzt deine eigene" in content(guild.member("Nia").command("zone show"))
    guild.locale = "en-GB"
    assert "`/zone set` sets your own" in content(guild.member("Nia").command("zone show"))


def test_what_a_name_stands_for_is_refused_in_french(guild):
    guild.locale = "fr"
    assert "Il n'y a pas de modèle « nope » ici" in content(
        guild.officer().command("create-event", title="X", time="demain 20h", preset="nope")
    )


def test_the_card_is_the_same_for_every_reader(guild):
    event_id = _plan(guild)
    drawn = []
    for locale in ("de", "en-US"):
        guild.locale = locale
        drawn.append(guild.member("Nia").click(CustomId("maybe", event_id).encode()))
    assert drawn[0]["data"] == drawn[1]["data"]
    assert "Maybe" in buttons(drawn[0])


def test_the_form_for_coming_late_is_in_the_members_language(guild):
    event_id = _plan(guild)
    guild.locale = "fr"
    form = guild.member("Nia").click(CustomId("late", event_id).encode())
    assert form["data"]["title"] == "J'arrive en retard"
