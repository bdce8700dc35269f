"""Notices to many: where the guild wants them, to whom it wants them, and on record with what became of each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from attendance import wiring
from attendance.domain.choice import MAYBE, yes
from attendance.services.editing import cancel_event, edit_event
from attendance.services.events import get_event, list_events
from attendance.services.own_notices import mute_topic
from attendance.services.presets import create_preset
from attendance.services.settings import change_settings
from attendance.services.sign_ups import sign_up
from attendance.services.told import list_notices
from attendance.storage import dues, told
from tests.discord_driver import content, playing
from tests.stories import CHANNEL, GUILD, NOW, after, member, officer, raid, set_up
from tests.workers import Workers

ROLE = "1271415177216131080"
OTHER_CHANNEL = "1221083529216131099"


@pytest.fixture
def workers(monkeypatch, moto_table):
    return Workers(monkeypatch, moto_table[1])


@pytest.fixture
def discord(moto_table, monkeypatch):
    with playing(moto_table, monkeypatch) as discord:
        yield discord


def planned(workers, settings, **event):
    """A raid of Ann (seated) and Bob (maybe) in a guild with these settings, its card posted."""
    set_up(workers.table)
    change_settings(workers.table, GUILD, officer(), NOW, settings)
    made = raid(workers.table, **event)
    sign_up(workers.table, GUILD, made.event_id, yes("tank"), member("Ann", user_id="11"), NOW)
    sign_up(workers.table, GUILD, made.event_id, MAYBE, member("Bob", user_id="12"), NOW)
    workers.run()
    return made


def at(workers, minutes):
    """The minute comes, and everything that follows."""
    workers.now = after(minutes)
    workers.sweep()
    workers.run()


def titles(workers, channel):
    return [body["embeds"][0]["title"] for body in workers.discord.shown(channel)]


def records(workers, event):
    found, _ = list_notices(workers.table, GUILD, event.event_id, officer(), limit=25)
    return [(one.kind, {name: count for name, count in one.counts.items() if count}) for one in found]


def test_reminders_by_direct_message_reach_who_is_seated_and_leave_the_channel_alone(workers):
    event = planned(workers, {"reminder_place": "direct"}, reminders="30m")
    at(workers, 30)
    assert titles(workers, "711") == ["Reminder: Raid night"]
    assert workers.discord.shown("711")[0]["content"] == ""
    assert titles(workers, "712") == []
    assert titles(workers, CHANNEL) == ["Raid night"]
    assert records(workers, event) == [("reminder", {"direct": 1})]


def test_in_both_places_closed_direct_messages_need_no_second_one_in_the_channel(workers):
    workers.discord.closed.add("11")
    event = planned(workers, {"reminder_place": "both"}, reminders="30m")
    at(workers, 30)
    assert titles(workers, CHANNEL) == ["Raid night", "Reminder: Raid night"]
    assert records(workers, event) == [("reminder", {"posts": 1, "mentioned": 1, "closed": 1})]


def test_several_with_closed_direct_messages_share_one_message_in_the_channel(workers):
    workers.discord.closed |= {"11", "13"}
    event = planned(workers, {"reminder_place": "direct"}, reminders="30m")
    for user_id in ("13", "14"):
        sign_up(workers.table, GUILD, event.event_id, yes("dps"), member("Cy", user_id=user_id), NOW)
    mute_topic(workers.table, GUILD, member("Di", user_id="14"), "reminders", muted=True)
    at(workers, 30)
    told_there = workers.discord.shown(CHANNEL)[1:]
    assert [body["allowed_mentions"] for body in told_there] == [{"parse": [], "users": ["11", "13"]}]
    assert records(workers, event) == [("reminder", {"channel": 2, "muted": 1})]


@pytest.mark.parametrize(
    ("mentions", "event", "allowed", "text"),
    [
        ("members", {"tracked_role_id": ROLE}, {"parse": [], "users": ["11"]}, "<@11>"),
        ("role", {"tracked_role_id": ROLE}, {"parse": [], "roles": [ROLE]}, f"<@&{ROLE}>"),
        ("role", {}, {"parse": []}, ""),
        ("nobody", {"tracked_role_id": ROLE}, {"parse": []}, ""),
    ],
)
def test_exactly_whom_the_guild_asked_for_is_mentioned(workers, mentions, event, allowed, text):
    planned(workers, {"mentions": mentions}, reminders="30m", **event)
    at(workers, 30)
    reminder = workers.discord.shown(CHANNEL)[1]
    assert (reminder["allowed_mentions"], reminder["content"]) == (allowed, text)


def test_an_event_says_itself_where_its_notices_go_and_whom_they_mention(workers):
    event = planned(
        workers,
        {"reminder_place": "direct", "mentions": "members"},
        reminders="30m, 20m",
        reminder_place="both",
        mentions="role",
        tracked_role_id=ROLE,
    )
    at(workers, 30)
    assert workers.discord.shown(CHANNEL)[1]["allowed_mentions"] == {"parse": [], "roles": [ROLE]}
    assert titles(workers, "711") == ["Reminder: Raid night"]
    edit_event(workers.table, GUILD, event.event_id, officer(), workers.now, {"reminder_place": None, "mentions": None})
    at(workers, 40)  # as the guild says again
    assert len(workers.discord.shown(CHANNEL)) == 2
    assert len(titles(workers, "711")) == 2


def test_an_event_has_its_presets_plan_of_asking_and_telling_unless_it_says_otherwise(workers):
    set_up(workers.table)
    change_settings(workers.table, GUILD, officer(), NOW, {"nudges": "50m"})
    plan = {"nudges": "40m", "reminder_place": "both", "mentions": "nobody"}
    create_preset(workers.table, GUILD, officer(), NOW, name="Farm", game="WoW", roles="dps 5", **plan)
    own = {"nudges": "none", "reminder_place": "channel", "mentions": "members"}
    made = [raid(workers.table, preset="Farm", request_id=str(number), **one) for number, one in enumerate(({}, own))]
    assert [(one.nudges, one.reminder_place, one.mentions) for one in made] == [
        ((40,), "both", "nobody"), ((), "channel", "members"),
    ]  # fmt: skip
    assert [one.offset for one in dues.of_event(workers.table, GUILD, made[0].event_id) if one.kind == "nudge"] == [40]


def test_a_reminder_at_zero_says_that_it_starts(workers):
    event = planned(workers, {"reminders": "0"})
    at(workers, 61)
    assert titles(workers, CHANNEL)[1:] == ["It starts now: Raid night"]
    assert records(workers, event) == [("start", {"posts": 1, "mentioned": 1})]


def test_a_start_that_is_late_goes_within_the_grace_and_is_dropped_with_a_reason_after_it(workers, caplog):
    caplog.set_level("INFO")
    planned(workers, {"reminders": "0"})
    at(workers, 71)
    assert titles(workers, CHANNEL) == ["Raid night"]
    assert [one.reason for one in caplog.records if one.message == "reminder_dropped"] == ["it is too late"]


def test_a_cancellation_goes_where_reminders_go(workers):
    event = planned(workers, {"reminder_place": "direct"})
    cancel_event(workers.table, GUILD, event.event_id, officer(), NOW)
    workers.run()
    assert titles(workers, "711") == titles(workers, "712") == ["Cancelled: Raid night"]
    assert records(workers, event) == [("cancelled", {"direct": 2})]


def test_a_new_time_goes_where_reminders_go_with_the_time_before_it(workers):
    event = planned(workers, {"reminder_place": "direct"})
    edit_event(workers.table, GUILD, event.event_id, officer(), NOW, {"time": "in 3h"})
    workers.run()
    assert titles(workers, "711") == ["New time: Raid night"]
    assert f"<t:{int(event.starts_at.timestamp())}:F>" in workers.discord.shown("711")[0]["embeds"][0]["description"]
    assert records(workers, event) == [("rescheduled", {"direct": 2})]


def test_a_notice_that_comes_twice_is_shown_and_counted_once(workers):
    event = planned(workers, {"reminder_place": "both"}, reminders="30m")
    at(workers, 30)
    for message in [one for one in workers.queues["notifications"].sent if one["kind"] in ("reminder", "direct")]:
        workers.queues["notifications"].send(message)
    workers.run()
    assert len(workers.discord.shown("711")) == 1
    assert records(workers, event) == [("reminder", {"posts": 1, "mentioned": 1, "direct": 1})]


def test_a_channel_that_is_lost_is_told_to_the_organiser_once_and_on_record(workers):
    event = planned(workers, {}, reminders="30m, 20m")
    workers.discord.forbidden.add(CHANNEL)
    at(workers, 30)
    at(workers, 40)
    assert titles(workers, "7900") == ["I cannot post for Raid night"]
    assert records(workers, event) == [("reminder", {"failed": 1})] * 2
    found, _ = told.list_page(workers.table, GUILD, event.event_id, limit=1)
    assert found[0].problem == "no_access"
    assert workers.queues["notifications"].waiting == []


def test_an_organiser_without_direct_messages_reads_it_in_the_guilds_other_channel(workers):
    workers.discord.closed.add("900")
    workers.discord.forbidden.add(OTHER_CHANNEL)
    planned(workers, {}, channel_id=OTHER_CHANNEL, reminders="30m")
    at(workers, 30)
    assert titles(workers, CHANNEL) == ["I cannot post for Raid night"]
    assert workers.discord.shown(CHANNEL)[0]["allowed_mentions"] == {"parse": [], "users": ["900"]}


def test_a_guild_that_removed_the_bot_is_asked_nothing_again_and_again(workers):
    planned(workers, {}, reminders="30m, 20m, 10m")
    workers.discord.forbidden |= {CHANNEL, "7900"}
    workers.discord.scripted["POST /channels/7900/messages"] = [(403, {"code": 50278})] * 9
    for minutes in (30, 40, 50):
        at(workers, minutes)
    assert workers.discord.calls["POST /channels/7900/messages"] == 1
    assert workers.queues["notifications"].waiting == []
    assert workers.queues["notifications"].dead == []


def test_the_record_is_paged_newest_first(workers):
    event = planned(workers, {"reminders": "30m, 20m, 10m"})
    for minutes in (30, 40, 50):
        at(workers, minutes)
    first, cursor = list_notices(workers.table, GUILD, event.event_id, officer(), limit=2)
    rest, none = list_notices(workers.table, GUILD, event.event_id, officer(), limit=2, cursor=cursor)
    assert [one.at for one in (*first, *rest)] == [event.starts_at - timedelta(minutes=one) for one in (10, 20, 30)]
    assert none is None


def test_officers_read_on_the_event_what_was_told_and_members_do_not(discord, workers):
    event = planned(workers, {}, reminders="30m")
    at(workers, 30)
    discord.now = workers.now
    assert "**Reminder**: 1 in the channel, 1 mentioned" in content_of(discord.officer(), event)
    assert "Reminder" not in content_of(discord.member("Nia"), event)


def content_of(player, event):
    return content(player.command("event show", event=event.event_id))


def test_where_an_events_notices_go_is_planned_and_edited_by_command(discord):
    player = discord.officer()
    player.command("settings setup", zone="UTC", channel=CHANNEL)
    player.command("create-event", title="Raid", time="in 2h", nudges="90m", reminder_place="direct", mentions="nobody")
    found, _ = list_events(wiring.table(), GUILD, since=NOW, until=after(600))
    event_id = found[0]["event_id"]
    said = content(player.command("event edit", event=event_id, nudges="60m", mentions="role", clear="reminder_place"))
    assert "mentions, nudges, reminder_place" in said
    event = get_event(wiring.table(), GUILD, event_id)
    assert (event.nudges, event.reminder_place, event.mentions) == ((60,), None, "role")


def test_settings_of_reminders_are_set_and_shown(discord):
    asked = {"reminders": "24h, 0", "place": "both", "mentions": "role", "nudges": "48h", "digest": "Monday 18"}
    shown = content(discord.officer().command("settings reminders", **asked))
    for line in (
        "Reminders before the start: 1440 min, 0 min",
        "go: into the channel and by direct message",
        "mention: the role that the event is for",
        "asked before the start: 2880 min",
        "Weekly digest: Mondays at 18:00",
    ):
        assert line in shown
    assert "mon 18" in content(discord.officer().command("settings reminders", digest="someday"))
    assert "none of channel, direct, both" in content(discord.officer().command("settings reminders", place="moon"))
