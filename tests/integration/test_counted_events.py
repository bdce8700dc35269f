"""Events that count for nobody's rate, and what attendance is worth: from the command to the sheet."""

from __future__ import annotations

from datetime import timedelta

import pytest

from attendance import wiring
from attendance.services.closing import get_sheet
from attendance.services.events import get_event
from attendance.services.settings import show_settings
from tests.discord_driver import CHANNEL, GUILD, content, playing
from tests.stories import NOW


@pytest.fixture
def guild(moto_table, monkeypatch):
    """Discord in front of a guild with a preset whose events do not count."""
    with playing(moto_table, monkeypatch) as discord:
        officer = discord.officer()
        officer.command("settings setup", zone="Europe/Berlin", channel=CHANNEL)
        officer.command("create-preset", name="Fun night", game="Any", roles="going 9", counted=False)
        yield discord


def plan(guild, **more):
    guild.officer().command("create-event", title="Raid", time="2026-12-01T20:00Z", **more)
    [event] = guild.officer().complete("event show", "event", event="Raid")
    return event["value"]


@pytest.mark.parametrize(
    ("options", "counted"),
    [
        ({}, True),
        ({"counted": False}, False),
        ({"preset": "Fun night"}, False),
        ({"preset": "Fun night", "counted": True}, True),
    ],
)
def test_an_event_counts_as_it_says_or_else_as_its_preset_does(guild, options, counted):
    event_id = plan(guild, **options)
    assert get_event(wiring.table(), GUILD, event_id).counted is counted
    shown = content(guild.officer().command("event show", event=event_id))
    assert ("not counted in the rate" in shown) is not counted


def test_the_sheet_keeps_what_an_edit_said(guild):
    event_id = plan(guild)
    assert "counted" in content(guild.officer().command("event edit", event=event_id, counted=False))
    guild.now = NOW + timedelta(hours=3)
    guild.officer().command("event close", event=event_id)
    assert get_sheet(wiring.table(), GUILD, event_id).counted is False


def test_a_preset_shows_and_changes_whether_its_events_count(guild):
    assert "Counts for the rate: no" in content(guild.officer().command("preset show", preset="Fun night"))
    edited = content(guild.officer().command("preset edit", preset="Fun night", counted=True))
    assert "Counts for the rate: yes" in edited


def test_what_attendance_is_worth_is_set_shown_and_kept_where_it_is_not_named(guild):
    officer = guild.officer()
    shown = content(officer.command("settings attendance", late="50 %", unmarked=True))
    assert "late 0.5, left early 1, benched 1, absent 0; excused, on leave not counted" in shown
    officer.command("settings attendance", benched="0.25")
    rate = show_settings(wiring.table(), GUILD).rate
    assert (rate.late, rate.benched, rate.unmarked, rate.excused) == (50, 25, True, False)


def test_a_credit_that_is_none_changes_nothing_and_says_what_is_accepted(guild):
    refused = content(guild.officer().command("settings attendance", late="much", excused=True))
    assert "0 to 1" in refused
    assert "much" in refused
    assert show_settings(wiring.table(), GUILD).rate.excused is False
