"""What follows from sign-ups: invitations, warnings, and a card that opens by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from attendance.domain.choice import NO, yes
from attendance.services.editing import edit_event
from attendance.services.events import get_event
from attendance.services.offers import take_seat
from attendance.services.settings import change_settings
from attendance.services.sign_ups import sign_up
from attendance.storage import prompts
from tests.stories import GUILD, NOW, after, member, officer, raid, set_up
from tests.workers import Workers


@pytest.fixture
def workers(monkeypatch, moto_table):
    return Workers(monkeypatch, moto_table[1])


def said(workers, event, name, choice, request="r1"):
    actor = member(name, request_id=request)
    return sign_up(workers.table, GUILD, event.event_id, choice, actor, workers.now)


def titled(workers, words):
    return [one for one in workers.discord.shown() if one["embeds"][0]["title"].startswith(words)]


def test_invited_members_are_mentioned_once_with_the_card_and_who_is_added_later_too(workers):
    event = raid(workers.table, invited=("11", "12"))
    workers.run()
    (asked,) = titled(workers, "Invited")
    assert asked["allowed_mentions"]["users"] == ["11", "12"]
    card = next(one for one in workers.discord.messages if one.body["embeds"][0]["title"] == "Raid night")
    assert card.id in asked["embeds"][0]["url"]
    assert "Not answered yet 2" in [field["name"] for field in card.body["embeds"][0]["fields"]]
    edit_event(workers.table, GUILD, event.event_id, officer(), workers.now, {"invited": ["11", "12", "13"]})
    said(workers, event, "Ann", yes("tank"))
    workers.run()
    assert [one["allowed_mentions"]["users"] for one in titled(workers, "Invited")] == [["11", "12"], ["13"]]


def test_a_card_opens_by_itself_when_sign_up_does(workers):
    raid(workers.table, opens="30m", reminders="none")
    workers.run()
    (card,) = workers.discord.shown()
    assert card["components"] == []
    workers.now = after(30)
    workers.sweep()
    workers.run()
    (card,) = workers.discord.shown()
    assert [button["label"] for button in card["components"][1]["components"]] == ["Late", "Maybe", "No", "More"]


def test_a_missing_minimum_is_told_to_the_organiser_once_before_the_start(workers):
    event = raid(workers.table, time="in 4h", roles="tank 1-2, healer 2-3, dps 3")
    said(workers, event, "Ann", yes("healer"))
    workers.now = after(120)
    workers.sweep()
    workers.run()
    workers.sweep()
    workers.run()
    (warning,) = titled(workers, "Not enough yet")
    assert "**1 tank, 1 healer**" in warning["embeds"][0]["description"]
    assert warning["allowed_mentions"] == {"parse": [], "users": [officer().user_id]}


def test_nothing_is_told_when_no_minimum_is_missing_or_the_event_was_moved(workers):
    event = raid(workers.table, time="in 4h", roles="tank 1-2, dps 3")
    other = raid(workers.table, time="in 4h", roles="tank 1-2, dps 3", request_id="b")
    said(workers, event, "Ann", yes("tank"))
    workers.now = after(120)
    edit_event(workers.table, GUILD, other.event_id, officer(), workers.now, {"time": "in 4h"})
    workers.sweep()
    workers.run()
    assert titled(workers, "Not enough yet") == []
    workers.now = after(240)
    workers.sweep()
    workers.run()
    assert len(titled(workers, "Not enough yet")) == 1


def test_a_guild_can_be_warned_earlier_or_never(workers):
    set_up(workers.table)
    change_settings(workers.table, GUILD, officer(), NOW, {"warn_before": "off"})
    raid(workers.table, time="in 4h", roles="tank 1-2", request_id="b")
    workers.now = after(120)
    workers.sweep()
    workers.run()
    assert titled(workers, "Not enough yet") == []


def offer_of(workers, event):
    """Run the evening to the offer: Ann is the tank, Bob and Cat wait, Ann leaves."""
    for name in ("Ann", "Bob", "Cat"):
        said(workers, event, name, yes("tank"))
    workers.run()
    said(workers, event, "Ann", NO, "r2")
    workers.run()
    return workers.discord.shown("7" + member("Bob").user_id)[0]


def test_a_freed_seat_close_to_the_start_is_offered_confirmed_or_passed_on_and_told_once_each(workers):
    set_up(workers.table)
    change_settings(workers.table, GUILD, officer(), NOW, {"confirm_hours": 12})
    event = raid(workers.table, time="in 3h")
    asked = offer_of(workers, event)
    assert [button["label"] for button in asked["components"][0]["components"]] == ["Take the seat", "Pass it on"]
    assert titled(workers, "You have a seat") == []
    assert workers.discord.shown("7" + member("Cat").user_id) == []
    workers.now += timedelta(minutes=21)
    workers.sweep()
    workers.sweep()
    workers.run()
    assert len(workers.discord.shown("7" + member("Bob").user_id)) == 1
    (asked,) = workers.discord.shown("7" + member("Cat").user_id)
    card = next(one for one in workers.discord.shown() if one["embeds"][0]["title"] == "Raid night")
    assert "To be confirmed 1" in [field["name"] for field in card["embeds"][0]["fields"]]
    prompt = prompts.get(workers.table, asked["components"][0]["components"][0]["custom_id"].split(":")[2], workers.now)
    assert (prompt.guild_id, prompt.event_id, prompt.user_id) == (GUILD, event.event_id, member("Cat").user_id)
    take_seat(workers.table, GUILD, event.event_id, member("Cat").user_id, member("Cat"), workers.now)
    workers.run()
    assert len(titled(workers, "A seat for you?")) == 2


def test_an_offer_to_closed_direct_messages_is_made_in_the_channel(workers):
    set_up(workers.table)
    change_settings(workers.table, GUILD, officer(), NOW, {"confirm_hours": 12})
    workers.discord.closed.add(member("Bob").user_id)
    event = raid(workers.table, time="in 3h")
    for name in ("Ann", "Bob"):
        said(workers, event, name, yes("tank"))
    workers.run()
    said(workers, event, "Ann", NO, "r2")
    workers.run()
    (asked,) = titled(workers, "A seat for you?")
    assert asked["allowed_mentions"]["users"] == [member("Bob").user_id]


def test_who_waits_is_marked_when_the_last_hours_begin(workers):
    set_up(workers.table)
    change_settings(workers.table, GUILD, officer(), NOW, {"confirm_hours": 1})
    event = raid(workers.table, time="in 3h")
    for name in ("Ann", "Bob"):
        said(workers, event, name, yes("tank"))
    workers.run()
    assert get_event(workers.table, GUILD, event.event_id).pins == {}
    workers.now = after(120)
    workers.sweep()
    workers.run()
    assert get_event(workers.table, GUILD, event.event_id).pins == {member("Bob").user_id: "?2"}
