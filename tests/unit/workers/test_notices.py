"""Notices hold Discord's limits and ping exactly whom they should."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendance.discord.notices import place_link, promotion, reminder, reminder_groups, report_state
from attendance.domain.event import MAX_TITLE, Event
from attendance.domain.report import ReportJob
from attendance.domain.seats import Role
from attendance.domain.selection import Selection

ALL = Selection(zone="UTC", first_day=date(2026, 1, 1), last_day=date(2026, 12, 31))
NOW = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)
LINK = place_link("1" * 20, "2" * 20, "3" * 20)
TANK = Role("tank", "Tank", 0, 2)
EVENT = Event(
    guild_id="1", event_id="e" * 16, title="Raid", game="", starts_at=NOW + timedelta(hours=1), ends_at=NOW + timedelta(hours=3),
    zone="UTC", channel_id="2", created_by="9", roles=(Role("tank", "Tank", 0, 1000),),
)  # fmt: skip


def signed_up(count, *, answer="tank|"):
    users = [str(9 * 10**18 + number) for number in range(count)]  # as long as ids are until 2084
    places = {user: place for place, user in enumerate(users, 1)}
    return replace(EVENT, choices=dict.fromkeys(users, answer), places=places), users


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1000), st.text(min_size=1, max_size=MAX_TITLE))
def test_a_reminder_mentions_everyone_seated_once_within_the_limits(count, title):
    event, users = signed_up(count)
    event = replace(event, title=title)
    mentioned: list[str] = []
    for group in reminder_groups(event):
        body = reminder(event, group, LINK, "r" * 16)
        assert len(body["content"]) <= 2000
        assert body["allowed_mentions"] == ({"parse": [], "users": list(group)} if group else {"parse": []})
        assert len(group) <= 100
        embed = body["embeds"][0]
        assert len(embed["title"]) <= 256
        assert len(embed["description"]) <= 4096
        mentioned += group
    assert mentioned == users


def test_who_does_not_come_is_not_pinged():
    event, _ = signed_up(3, answer="-")
    assert reminder_groups(event) == [()]


def test_a_promotion_pings_only_in_the_channel_and_carries_its_reference():
    direct = promotion(EVENT, "11", TANK, LINK, "r" * 16, in_channel=False)
    channel = promotion(EVENT, "11", TANK, LINK, "r" * 16, in_channel=True)
    assert (direct["content"], direct["allowed_mentions"]) == ("", {"parse": []})
    assert (channel["content"], channel["allowed_mentions"]) == ("<@11>", {"parse": [], "users": ["11"]})
    assert direct["embeds"][0]["url"].endswith("#" + "r" * 16)


@pytest.mark.parametrize(
    ("language", "rows", "told", "button"),
    [
        ("en", 1, "1 row.", "Get the file"),
        ("de", 1200, "1,200 Zeilen", "Datei holen"),
        ("fr", 1, "1 ligne", "Obtenir le fichier"),
    ],
)
def test_a_finished_report_is_told_in_the_language_of_who_asked(language, rows, told, button):
    job = ReportJob(
        guild_id="1", job_id="0123456789abcdef", format="csv", requested_by="2", requested_at=NOW, status="done",
        file_name="a.csv", row_count=rows, selection=ALL,
    )  # fmt: skip
    body = report_state(job, language)
    assert told in body["embeds"][0]["description"]
    assert body["components"][0]["components"][0]["label"] == button
