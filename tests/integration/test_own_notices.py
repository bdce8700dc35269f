"""A member's own notifications: what they mute is not sent, and closed direct messages are noticed open again."""

from __future__ import annotations

import pytest

from attendance import wiring
from attendance.domain.choice import NO, yes
from attendance.services.own_notices import mute_topic, show_own_notices
from attendance.services.sign_ups import sign_up
from attendance.storage import direct_messages
from tests.discord_driver import buttons, content, playing
from tests.stories import CHANNEL, GUILD, NOW, member, raid
from tests.workers import Workers


@pytest.fixture
def workers(monkeypatch, moto_table):
    return Workers(monkeypatch, moto_table[1])


@pytest.fixture
def discord(moto_table, monkeypatch):
    with playing(moto_table, monkeypatch) as discord:
        yield discord


def promote_bob(workers, request="a"):
    """Bob moves up into the one seat that Ann leaves."""
    event = raid(workers.table)
    ann, bob = (member(name, user_id=user, request_id=request) for name, user in (("Ann", "11"), ("Bob", "12")))
    for who in (ann, bob):
        sign_up(workers.table, GUILD, event.event_id, yes("tank"), who, NOW)
    sign_up(workers.table, GUILD, event.event_id, NO, ann, NOW)
    workers.run()
    sign_up(workers.table, GUILD, event.event_id, NO, bob, NOW)
    workers.run()


def test_a_muted_topic_is_told_neither_directly_nor_in_the_channel(workers):
    mute_topic(workers.table, GUILD, member("Bob", user_id="12"), "seats", muted=True)
    promote_bob(workers)
    assert workers.discord.shown("712") == []
    assert [body["embeds"][0]["title"] for body in workers.discord.shown(CHANNEL)] == ["Raid night"]


def test_another_topic_that_is_muted_changes_nothing(workers):
    mute_topic(workers.table, GUILD, member("Bob", user_id="12"), "nudges", muted=True)
    promote_bob(workers)
    assert len(workers.discord.shown("712")) == 1


def test_closed_direct_messages_are_remembered_of_who_was_never_met_too(workers):
    direct_messages.remember_closed(workers.table, GUILD, "12", NOW)
    assert not direct_messages.get(workers.table, GUILD, "12").takes(NOW)
    assert direct_messages.get(workers.table, GUILD, "12").takes(NOW + direct_messages.CLOSED_FOR)


def test_messages_that_arrive_again_after_a_week_are_no_longer_closed(workers):
    direct_messages.remember_closed(workers.table, GUILD, "12", NOW - direct_messages.CLOSED_FOR)
    promote_bob(workers)
    assert direct_messages.get(workers.table, GUILD, "12").closed_until is None


def test_who_left_the_server_is_not_mentioned_in_its_channel(workers):
    workers.discord.scripted["POST /channels/712/messages"] = [(403, {"code": 50278})]
    promote_bob(workers)
    assert workers.discord.shown("712") == []
    assert all(not body["allowed_mentions"].get("users") for body in workers.discord.shown(CHANNEL))


def test_topics_are_muted_and_heard_again_by_command(discord):
    nia = discord.member("Nia")
    assert "Seats that you gain or lose: **muted**" in content(nia.command("notifications mute", topic="seats"))
    everything = content(nia.command("notifications mute", topic="all"))
    assert everything.count("**muted**") == 5
    shown = content(nia.command("notifications unmute", topic="missed"))
    assert shown.count("**muted**") == 4
    assert content(nia.command("notifications show")) == shown
    assert "**muted**" not in content(discord.member("Bo").command("notifications show"))
    assert "nothing that can be muted" in content(nia.command("notifications mute", topic="weather"))


def test_a_member_reads_that_their_messages_are_closed_and_says_that_they_are_open(discord):
    nia = discord.member("Nia")
    direct_messages.remember_closed(wiring.table(), GUILD, nia.user_id, discord.now)
    shown = nia.command("notifications show")
    assert "take no direct messages" in content(shown)
    answer = nia.click(buttons(shown)["My direct messages are open"])
    assert answer["type"] == 7
    assert "take no direct messages" not in answer["data"]["content"]
    assert direct_messages.get(wiring.table(), GUILD, nia.user_id).takes(discord.now)


def test_muting_again_what_is_muted_changes_nothing(workers):
    table, nia = workers.table, member("Nia", user_id="11")
    for topic in ("seats", "missed", "seats"):
        mute_topic(table, GUILD, nia, topic, muted=True)
    found = show_own_notices(table, GUILD, nia)
    assert (found.muted, found.version) == (("seats", "missed"), 2)
