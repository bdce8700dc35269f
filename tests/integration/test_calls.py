"""An officer's message to an event's members: previewed, confirmed, told once, and on record."""

from __future__ import annotations

import json

import pytest

from attendance import wiring
from attendance.domain.choice import MAYBE, NO, yes
from attendance.domain.erasure import Erasure, pseudonym_of
from attendance.services.absences import add_absence
from attendance.services.check_ins import check_in
from attendance.services.editing import cancel_event, edit_event
from attendance.services.own_notices import mute_topic
from attendance.services.settings import change_settings
from attendance.services.sign_ups import sign_up
from attendance.services.told import list_notices
from attendance.storage import direct_messages, keys
from attendance.storage.erasing import erase_from
from tests.discord_driver import content, playing
from tests.stories import CHANNEL, GUILD, NOW, after, member, officer, raid, set_up
from tests.workers import Workers

ROLE = "1271415177216131080"
TOKEN = "an-interaction-token"
NOBODY_PINGED: dict[str, list[str]] = {"parse": []}


@pytest.fixture
def discord(moto_table, monkeypatch):
    with playing(moto_table, monkeypatch) as discord:
        yield discord


@pytest.fixture
def workers(discord, monkeypatch, moto_table):  # noqa: ARG001 - its clock is set before ours
    """The workers beside the commands, on one clock; six members hold the role."""
    workers = Workers(monkeypatch, moto_table[1])
    workers.discord.members = [
        {"user": {"id": str(number), "username": f"m{number}"}, "roles": [ROLE]} for number in range(11, 17)
    ]
    workers.discord.interactions[TOKEN] = {}
    set_up(workers.table)
    return workers


def planned(workers, settings=None, **event):
    """A raid of the role's members whose card is posted."""
    if settings:
        change_settings(workers.table, GUILD, officer(), NOW, settings)
    made = raid(workers.table, **({"tracked_role_id": ROLE, "reminders": "none"} | event))
    workers.run(longest=60)
    return made


def preview(discord, workers, event, audience="unanswered", **options):
    """What the officer is shown: the embed's text, and the button's custom id."""
    discord.now = workers.now
    workers.discord.interactions[TOKEN] = {}
    answer = discord.officer().command("event remind", event=event.event_id, audience=audience, **options)
    assert answer == {"type": 5, "data": {"flags": 64}}, answer
    workers.run(longest=60)
    shown = workers.discord.interactions[TOKEN]
    text = "".join(embed["title"] + "\n" + embed["description"] for embed in shown.get("embeds", []))
    buttons = [one["custom_id"] for row in shown["components"] for one in row["components"]]
    return text or shown["content"], (buttons or [""])[0]


def confirmed(discord, workers, button):
    discord.now = workers.now
    answer = discord.officer().click(button)
    workers.run(longest=60)
    return answer


def called(discord, workers, event, audience="unanswered", **options):
    """Preview and confirm; returns what the channel shows beside the card."""
    _, button = preview(discord, workers, event, audience, **options)
    confirmed(discord, workers, button)
    return workers.discord.shown(CHANNEL)[1:]


def records(workers, event):
    found, _ = list_notices(workers.table, GUILD, event.event_id, officer(), limit=25)
    return [(one.kind, {name: count for name, count in one.counts.items() if count}) for one in found]


def members_of_all_kinds(workers, event):
    """11 and 16 said nothing; 12 said no, 13 is away, 14 muted it, 15 takes no direct messages."""
    sign_up(workers.table, GUILD, event.event_id, NO, member("No", user_id="12"), NOW)
    add_absence(workers.table, GUILD, member("Away", user_id="13"), NOW, first="2026-12-01")
    mute_topic(workers.table, GUILD, member("Mute", user_id="14"), "nudges", muted=True)
    direct_messages.remember_closed(workers.table, GUILD, "15", NOW)
    workers.discord.closed.add("15")


def test_an_officer_sees_by_name_who_would_be_reached_how_before_anybody_is(discord, workers):
    event = planned(workers, {"reminder_place": "direct"})
    members_of_all_kinds(workers, event)
    text, button = preview(discord, workers, event, text="we need you")
    for line in (
        "Message to members: Raid night",
        "To who has not answered yet.",
        "Would be told: **3**",
        "By direct message: 2 (m11, m16)",
        "Muted it, no direct message: 1 (m14)",
        "Direct messages are closed, read it in the channel: 1 (m15)",
        "Away, left alone: 1 (m13)",
        "Said no, left alone: 1 (m12)",
        "> we need you",
    ):
        assert line in text
    assert button
    assert len(workers.discord.messages) == 1  # the card
    assert records(workers, event) == []


def test_what_is_confirmed_reaches_exactly_those_and_is_on_record(discord, workers):
    event = planned(workers, {"reminder_place": "direct"})
    members_of_all_kinds(workers, event)
    _, button = preview(discord, workers, event, text="we need @everyone <@&1> **now**")
    assert "on its way" in confirmed(discord, workers, button)["data"]["content"]
    told = {user: len(workers.discord.shown(f"7{user}")) for user in range(11, 17)}
    assert told == {11: 1, 12: 0, 13: 0, 14: 0, 15: 0, 16: 1}
    (there,) = workers.discord.shown(CHANNEL)[1:]
    assert (there["content"], there["allowed_mentions"]) == ("<@15>", NOBODY_PINGED)
    said = workers.discord.shown("711")[0]["embeds"][0]
    assert said["title"] == "A message from the officers: Raid night"
    assert "> we need @everyone \\<@&1\\> \\*\\*now\\*\\*" in said["description"]
    assert records(workers, event) == [("call", {"direct": 2, "channel": 1, "muted": 1})]
    discord.now = workers.now
    assert "**Asked by an officer**: 2 directly" in content(
        discord.officer().command("event show", event=event.event_id)
    )


def test_a_call_is_an_audit_entry_once_it_goes_out_and_holds_no_token(discord, workers):
    event = planned(workers)
    preview(discord, workers, event, text="come")
    entries = [one for one in workers.table.query_all(keys.audit_of(GUILD)) if one["of"] == "call"]
    assert entries == []
    _, button = preview(discord, workers, event, text="come")
    confirmed(discord, workers, button)
    (entry,) = [one for one in workers.table.query_all(keys.audit_of(GUILD)) if one["of"] == "call"]
    assert (entry["before"], entry["made"]) == ({}, True)
    assert (entry["after"]["audience"], entry["after"]["text"]) == ("unanswered", "come")
    assert entry["actor_name"] == "Olga"
    assert TOKEN not in json.dumps(workers.table.query_all(keys.event_items(GUILD, event.event_id)), default=str)


def test_confirming_twice_and_hearing_of_it_twice_tells_once(discord, workers):
    event = planned(workers, {"reminder_place": "both", "mentions": "members"})
    _, button = preview(discord, workers, event, mention=True)
    for _ in range(2):
        confirmed(discord, workers, button)
    queue = workers.queues["notifications"]
    for message in [one for one in queue.sent if one["kind"] in ("call", "direct", "call_preview")]:
        queue.send(message)
    workers.run()
    assert [len(workers.discord.shown(f"7{user}")) for user in range(11, 17)] == [1] * 6
    assert len(workers.discord.shown(CHANNEL)) == 2
    assert records(workers, event) == [("call", {"posts": 1, "mentioned": 6, "direct": 6})]


def test_the_same_members_are_not_called_again_within_ten_minutes(discord, workers):
    event = planned(workers)
    _, second = preview(discord, workers, event)
    called(discord, workers, event)
    assert "only just now" in content(confirmed(discord, workers, second))
    refused = discord.officer().command("event remind", event=event.event_id, audience="unanswered")
    assert "only just now" in content(refused)
    sign_up(workers.table, GUILD, event.event_id, yes("tank"), member("Ann", user_id="11"), workers.now)
    assert preview(discord, workers, event, "signed_up")[1]  # others than those
    workers.wait(600)
    assert len(called(discord, workers, event)) == 2


@pytest.mark.parametrize(
    ("mention", "mentions", "allowed", "text"),
    [
        (False, "members", NOBODY_PINGED, ""),
        (True, "members", {"parse": [], "users": ["11", "12", "13", "14", "15", "16"]}, "<@11>"),
        (True, "role", {"parse": [], "roles": [ROLE]}, f"<@&{ROLE}>"),
        (True, "nobody", NOBODY_PINGED, ""),
    ],
)
def test_mentions_take_an_officer_who_asks_for_them_and_settings_that_let_them(
    discord, workers, mention, mentions, allowed, text
):
    event = planned(workers, {"mentions": mentions})
    (there,) = called(discord, workers, event, mention=mention)
    assert there["allowed_mentions"] == allowed
    assert there["content"].startswith(text)
    assert bool(there["content"]) == bool(text)


def test_an_officer_may_choose_another_place_than_the_reminders(discord, workers):
    event = planned(workers)
    assert called(discord, workers, event, place="direct") == []
    assert records(workers, event) == [("call", {"direct": 6})]


def test_who_answered_after_the_preview_is_left_alone(discord, workers):
    event = planned(workers, {"reminder_place": "direct"})
    _, button = preview(discord, workers, event)
    sign_up(workers.table, GUILD, event.event_id, yes("tank"), member("Ann", user_id="11"), workers.now)
    confirmed(discord, workers, button)
    assert records(workers, event) == [("call", {"direct": 5})]


def test_who_answered_while_discord_was_down_is_left_alone(discord, workers):
    event = planned(workers, {"reminder_place": "direct"})
    _, button = preview(discord, workers, event)
    workers.discord.scripted["POST /users/@me/channels"] = [(503, {})]
    discord.officer().click(button)
    workers.run(longest=1)
    sign_up(workers.table, GUILD, event.event_id, yes("tank"), member("Ann", user_id="11"), workers.now)
    workers.run()
    assert [len(workers.discord.shown(f"7{user}")) for user in range(11, 17)] == [0, 1, 1, 1, 1, 1]


def test_who_signed_up_may_be_called_and_who_declined_or_is_away_is_not(discord, workers):
    event = planned(workers, {"reminder_place": "direct"})
    for user_id, choice in (("11", yes("tank")), ("12", yes("tank")), ("14", MAYBE), ("15", NO)):
        sign_up(workers.table, GUILD, event.event_id, choice, member("Any", user_id=user_id), NOW)
    text, button = preview(discord, workers, event, "signed_up")
    assert "By direct message: 3" in text  # seated, waiting, maybe
    assert "Said no, left alone: 1" in text
    confirmed(discord, workers, button)
    assert [bool(workers.discord.shown(f"7{user}")) for user in range(11, 17)] == [
        True,
        True,
        False,
        True,
        False,
        False,
    ]


def test_who_has_a_seat_and_is_not_checked_in_may_be_called_while_check_in_is_open(discord, workers):
    event = planned(workers, {"reminder_place": "direct"})
    for user_id in ("11", "12"):
        who = member("Any", user_id=user_id, role_ids=frozenset({ROLE}))
        sign_up(workers.table, GUILD, event.event_id, yes("dps"), who, NOW)
    discord.now = workers.now
    refused = discord.officer().command("event remind", event=event.event_id, audience="not_checked_in")
    assert "Check-in for “Raid night” opens" in content(refused)
    workers.now = after(50)
    check_in(workers.table, GUILD, event.event_id, member("Ann", user_id="11", role_ids=frozenset({ROLE})), workers.now)
    called(discord, workers, event, "not_checked_in")
    assert [len(workers.discord.shown(f"7{user}")) for user in (11, 12)] == [0, 1]


def test_a_call_of_nobody_has_no_button(discord, workers):
    event = planned(workers)
    text, button = preview(discord, workers, event, "signed_up")
    assert "Would be told: **0**" in text
    assert button == ""


def test_without_the_list_of_members_the_officer_is_told_that_only_the_invited_are_known(discord, workers):
    workers.discord.members = None
    event = planned(workers, invited=("11",))
    text, _ = preview(discord, workers, event)
    assert "Would be told: **1**" in text
    assert "Server Members Intent" in text


def test_a_preview_is_its_officers_own_and_ends_after_a_quarter_of_an_hour(discord, workers):
    event = planned(workers)
    _, button = preview(discord, workers, event)
    assert "somebody else's" in content(discord.officer("Otto").click(button))
    assert "events.manage" in content(discord.member("Olga").click(button))
    workers.wait(900)
    assert "too old" in content(confirmed(discord, workers, button))
    assert records(workers, event) == []


def test_a_member_without_the_right_is_told_which_one_it_is(discord, workers):
    event = planned(workers)
    refused = discord.member("Nia").command("event remind", event=event.event_id, audience="unanswered")
    assert "events.manage" in content(refused)


def test_an_event_that_was_called_off_meanwhile_is_not_told_of_and_the_reason_is_logged(discord, workers, caplog):
    caplog.set_level("INFO")
    event = planned(workers)
    _, button = preview(discord, workers, event)
    discord.officer().click(button)
    cancel_event(workers.table, GUILD, event.event_id, officer(), workers.now)
    workers.run()
    assert [one.reason for one in caplog.records if one.message == "call_dropped"] == ["event_cancelled"]
    assert "call" not in [kind for kind, _ in records(workers, event)]
    discord.now = workers.now
    refused = discord.officer().command("event remind", event=event.event_id, audience="unanswered")
    assert "No event" in content(refused) or "cancelled" in content(refused)


def test_the_officer_is_told_in_their_language_and_the_members_in_the_servers(discord, workers):
    event = planned(workers, {"language": "fr", "reminder_place": "direct"})
    discord.locale = "de"
    text, button = preview(discord, workers, event)
    assert "Würden es erfahren: **6**" in text
    confirmed(discord, workers, button)
    assert workers.discord.shown("711")[0]["embeds"][0]["title"] == "Message des officiers : Raid night"


def test_a_lost_channel_is_on_record_with_the_call_and_told_to_the_organiser(discord, workers):
    event = planned(workers)
    _, button = preview(discord, workers, event)
    workers.discord.forbidden.add(CHANNEL)
    confirmed(discord, workers, button)
    assert records(workers, event) == [("call", {"failed": 1})]
    assert [body["embeds"][0]["title"] for body in workers.discord.shown("7900")] == ["I cannot post for Raid night"]


def test_what_an_option_cannot_be_is_refused(discord, workers):
    event = planned(workers)
    ask = discord.officer().command
    assert "unanswered" in content(ask("event remind", event=event.event_id, audience="the moon"))
    assert "500" in content(ask("event remind", event=event.event_id, audience="unanswered", text="x" * 501))
    assert "both" in content(ask("event remind", event=event.event_id, audience="unanswered", place="moon"))
    assert list(wiring.table().query_all(keys.event_items(GUILD, event.event_id), prefix="CALL#")) == []


def test_an_invited_member_who_left_is_nobody_to_be_called(discord, workers):
    event = planned(workers)
    edit_event(workers.table, GUILD, event.event_id, officer(), workers.now, {"invited": ("99",)})
    text, _ = preview(discord, workers, event)
    assert "Would be told: **6**" in text


def test_an_officer_who_is_erased_leaves_neither_their_id_nor_their_words_in_a_call(discord, workers):
    event = planned(workers)
    called(discord, workers, event, text="bring flasks")
    (item,) = workers.table.query_all(keys.event_items(GUILD, event.event_id), prefix="CALL#")
    erasure = Erasure(
        guild_id=GUILD, erasure_id="e", user_id=item["asked_by"], pseudonym=pseudonym_of(bytes(8)), requested_at=NOW
    )
    left = erase_from(item, erasure)
    assert left is not None
    assert (left["asked_by"], left["text"]) == (erasure.pseudonym, "")
    assert item["asked_by"] not in json.dumps(left)
