"""From a missed event to a corrected record: told once, asked once, decided once, and everybody knows."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from attendance import wiring
from attendance.domain.choice import NO, yes
from attendance.errors import Conflict, Forbidden, Invalid, NotFound
from attendance.services.check_ins import check_in
from attendance.services.closing import close_event
from attendance.services.corrections import decide_correction, list_corrections, request_correction
from attendance.services.editing import cancel_event, reopen_event
from attendance.services.marking import mark
from attendance.services.settings import change_settings
from attendance.services.sign_ups import sign_up
from attendance.storage import attendance, keys, sheets
from tests.discord_driver import Discord, playing, send
from tests.discord_in_memory import APPLICATION
from tests.stories import CHANNEL, GUILD, NOW, after, member, officer, raid
from tests.workers import Workers

ANN, BOB = member("Ann", user_id="11"), member("Bob", user_id="12")


@pytest.fixture
def workers(monkeypatch, moto_table):
    monkeypatch.setattr(keys.dues, "DUE_SHARDS", 1)
    return Workers(monkeypatch, moto_table[1])


def missed(workers, *people):
    """A raid that closed without these, who had said yes, and their messages sent."""
    event = raid(workers.table, roles="dps 25", reminders="none")
    for who in people or (ANN,):
        sign_up(workers.table, GUILD, event.event_id, yes("dps"), who, NOW)
    workers.run()
    close(workers, event, 90)
    return event


def close(workers, event, minute, request_id="close"):
    close_event(workers.table, GUILD, event.event_id, officer(request_id=request_id), after(minute))
    workers.now = after(minute)
    workers.run()
    workers.sweep()
    workers.run()


def told(workers, user):
    return [one["embeds"][0]["title"] for one in workers.discord.shown("7" + user)]


def verdict(workers, event, user):
    return {row.user_id: (row.status, row.source) for row in sheets.get(workers.table, event).rows}[user]


def asks(workers, event, who=ANN, wish="present", words="I was on call", minute=100, **more):
    return request_correction(workers.table, GUILD, event.event_id, who, after(minute), wish=wish, words=words, **more)


def decides(workers, done, accept, who=None, **more):
    table, wanted = workers.table, done.correction.correction_id
    return decide_correction(table, GUILD, wanted, who or officer(), after(110), accept=accept, **more)


# The message


def test_who_said_yes_and_never_came_is_told_once_though_everything_comes_twice(workers):
    event = missed(workers, ANN, BOB)
    assert told(workers, "11") == told(workers, "12") == ["Missed: Raid night"]
    for kind, more in (("missed", {}), ("missed_by", {"user_id": "11"})):
        workers.queues["notifications"].send(
            {"v": 1, "kind": kind, "guild_id": GUILD, "event_id": event.event_id} | more
        )
    workers.run()
    assert told(workers, "11") == ["Missed: Raid night"]
    labels = [one["label"] for one in workers.discord.shown("711")[0]["components"][0]["components"]]
    assert labels == ["I was there", "Excuse me"]


def test_nobody_else_is_told(workers):
    event = raid(workers.table, roles="dps 25", reminders="none")
    sign_up(workers.table, GUILD, event.event_id, yes("dps"), ANN, NOW)
    sign_up(workers.table, GUILD, event.event_id, NO, BOB, NOW)
    check_in(workers.table, GUILD, event.event_id, ANN, after(60))
    close(workers, event, 90)
    assert told(workers, "11") == told(workers, "12") == []


def test_a_check_in_under_way_at_closing_spares_the_message(workers):
    event = raid(workers.table, roles="dps 25", reminders="none")
    sign_up(workers.table, GUILD, event.event_id, yes("dps"), ANN, NOW)
    close_event(workers.table, GUILD, event.event_id, officer(), after(61))
    workers.now = after(61)
    mark(workers.table, GUILD, event.event_id, "11", officer(request_id="m"), after(61), status="present")
    workers.run()
    assert told(workers, "11") == []


def test_closed_direct_messages_fall_back_once_to_the_channel(workers):
    workers.discord.closed.add("11")
    missed(workers)
    found = [one for one in workers.discord.shown(CHANNEL) if one["embeds"][0]["title"] == "Missed: Raid night"]
    assert [one["allowed_mentions"]["users"] for one in found] == [["11"]]


def test_a_server_that_does_not_want_it_sends_none(workers):
    raid(workers.table)
    change_settings(workers.table, GUILD, officer(), NOW, {"missed_message": False})
    missed(workers)
    assert told(workers, "11") == []


def test_reopened_and_closed_again_only_who_is_newly_absent_is_told(workers):
    event = raid(workers.table, roles="dps 25", reminders="none")
    for who in (ANN, BOB):
        sign_up(workers.table, GUILD, event.event_id, yes("dps"), who, NOW)
    mark(workers.table, GUILD, event.event_id, "12", officer(request_id="m"), after(60), status="present")
    close(workers, event, 90)
    assert (told(workers, "11"), told(workers, "12")) == (["Missed: Raid night"], [])
    reopen_event(workers.table, GUILD, event.event_id, officer(request_id="r"), after(95))
    mark(workers.table, GUILD, event.event_id, "12", officer(request_id="n"), after(96), status="unmarked")
    close(workers, event, 100, "again")
    assert told(workers, "11") == told(workers, "12") == ["Missed: Raid night"]


def test_an_event_of_last_month_that_is_closed_late_tells_nobody(workers):
    event = raid(workers.table, roles="dps 25", reminders="none")
    sign_up(workers.table, GUILD, event.event_id, yes("dps"), ANN, NOW)
    close(workers, event, 60 + 8 * 24 * 60 + 121)
    assert told(workers, "11") == []


# Its buttons, in direct messages


@pytest.fixture
def discord(monkeypatch, moto_table, workers):
    with playing(moto_table, monkeypatch, discord=Discord(guild_id=GUILD)) as players:
        monkeypatch.setattr(wiring, "table", lambda: workers.table)
        monkeypatch.setattr(wiring, "now", workers.clock)
        monkeypatch.setenv("DISCORD_APPLICATION_ID", APPLICATION)
        yield players


def button(workers, index=0, user="11"):
    return workers.discord.shown("7" + user)[0]["components"][0]["components"][index]["custom_id"]


def direct(player, custom_id, *, locale="en-US", **fields):
    """What the bot answers to a click or a form in direct messages, which name a user and neither guild nor member."""
    data = {"custom_id": custom_id, "component_type": 2}
    if fields:
        inputs = [{"type": 18, "component": {"type": 4, "custom_id": name, "value": v}} for name, v in fields.items()]
        data = {"custom_id": custom_id, "components": inputs}
    payload = player.payload(5 if fields else 3, data) | {"locale": locale}
    user = payload.pop("member")["user"]
    del payload["guild_id"]
    return json.loads(send(payload | {"user": user}, player.discord.now)["body"])


def acts(workers, discord):
    discord.now = workers.now
    return discord


def test_the_button_in_direct_messages_asks_for_a_few_words_and_makes_the_request(workers, discord):
    event = missed(workers)
    ann = acts(workers, discord).member("Ann", user_id="11")
    form = direct(ann, button(workers))
    assert (form["type"], form["data"]["title"]) == (9, "I was there")
    answer = direct(ann, form["data"]["custom_id"], words="I was on the second call")
    assert "**Raid night** is with the officers" in answer["data"]["content"]
    assert "already" in direct(ann, form["data"]["custom_id"], words="again")["data"]["content"]
    ((asked,), after_it) = list_corrections(workers.table, GUILD, officer())
    assert (asked.event_id, asked.user_id, asked.wish, asked.words) == (
        event.event_id, "11", "present", "I was on the second call",
    )  # fmt: skip
    assert after_it is None


def test_the_button_of_a_message_works_for_its_member_alone_and_for_a_week(workers, discord):
    missed(workers)
    bob = acts(workers, discord).member("Bob", user_id="12")
    assert "somebody else" in direct(bob, button(workers))["data"]["content"]
    assert "too old" in direct(bob, "v1:there:0000000000000000")["data"]["content"]
    workers.now = after(60 + 8 * 24 * 60 + 180)
    ann = acts(workers, discord).member("Ann", user_id="11")
    assert "too old" in direct(ann, button(workers))["data"]["content"]
    assert list_corrections(workers.table, GUILD, officer()) == ([], None)


def test_an_officer_decides_in_discord_and_the_member_is_told_in_their_language(workers, discord):
    event = missed(workers, ANN, BOB)
    ann, bob = (acts(workers, discord).member(name, user_id=user) for name, user in (("Ann", "11"), ("Bob", "12")))
    direct(ann, button(workers), locale="de", words="Ich war da")
    direct(bob, button(workers, 1, "12"), words="Power cut")
    workers.run()
    queue = acts(workers, discord).officer().command("attendance requests")
    assert [len(row["components"]) for row in queue["data"]["components"]] == [3, 2]
    accept_late = queue["data"]["components"][0]["components"][1]["custom_id"]
    decline = queue["data"]["components"][1]["components"][1]["custom_id"]
    done = discord.officer().click(accept_late)
    assert "is **late** at **Raid night** now" in done["data"]["content"]
    assert len(done["data"]["components"]) == 1
    form = discord.officer().click(decline)
    assert form["type"] == 9
    left = discord.officer().submit(form["data"]["custom_id"], answer="Please say so before")
    assert left["data"]["components"] == []
    workers.run()
    assert verdict(workers, event, "11") == ("late", "officer")
    assert verdict(workers, event, "12") == ("absent", "rule")
    assert told(workers, "11")[1:] == ["Deine Bitte: Raid night"]
    assert told(workers, "12")[1:] == ["Your request: Raid night"]
    assert "Please say so before" in workers.discord.shown("712")[1]["embeds"][0]["description"]


def test_a_member_without_the_message_asks_by_command_and_sees_no_queue(workers, discord):
    missed(workers)
    ann = acts(workers, discord).member("Ann", user_id="11")
    answer = ann.command("attendance request", event="Raid night", wish="excused", words="Power cut")
    assert "is with the officers" in answer["data"]["content"]
    assert "attendance.manage" in ann.command("attendance requests")["data"]["content"]


def test_the_queue_turns_its_page(workers, discord):
    people = [member(f"m{number}", user_id=str(20 + number)) for number in range(6)]
    event = missed(workers, *people)
    for number, who in enumerate(people):
        asks(workers, event, who, minute=100 + number)
    workers.now = after(120)
    first = acts(workers, discord).officer().command("attendance requests")["data"]["components"]
    second = discord.officer().click(first[-1]["components"][0]["custom_id"])["data"]["components"]
    assert (len(first), len(second)) == (5, 2)


# Officers are told


OFFICERS = "1221083529216131999"


def heard(workers, channel):
    """What officers were told of requests there."""
    titles = "Corrections are asked for"
    return [one for one in workers.discord.shown(channel) if one["embeds"][0]["title"] == titles]


def test_officers_are_told_once_in_their_channel_of_all_who_asked_within_minutes(workers):
    event = missed(workers, ANN, BOB)
    change_settings(workers.table, GUILD, officer(), NOW, {"officer_channel_id": OFFICERS})
    asks(workers, event, ANN, minute=101)
    asks(workers, event, BOB, minute=104, wish="excused")
    workers.run()
    (message,) = heard(workers, OFFICERS)
    lines = message["embeds"][0]["description"].splitlines()
    assert lines == [
        "Requests to decide: **2**. `/attendance requests` shows them.",
        "<@11> · Raid night · I was there",
        "<@12> · Raid night · Excuse me",
    ]
    assert message["allowed_mentions"] == {"parse": []}
    workers.queues["notifications"].send(workers.queues["notifications"].sent[-1])
    workers.run()
    assert len(heard(workers, OFFICERS)) == 1


def test_a_request_of_later_minutes_is_told_again_and_one_that_is_decided_by_then_is_not(workers):
    event = missed(workers, ANN, BOB)
    change_settings(workers.table, GUILD, officer(), NOW, {"officer_channel_id": OFFICERS})
    decides(workers, asks(workers, event, ANN, minute=101), accept=True)
    workers.run()
    assert heard(workers, OFFICERS) == []
    asks(workers, event, BOB, minute=125)
    workers.run()
    assert len(heard(workers, OFFICERS)) == 1


@pytest.mark.parametrize("forbidden", [False, True])
def test_without_a_channel_that_takes_it_who_planned_the_event_is_told_and_no_names(workers, forbidden):
    event = missed(workers)
    if forbidden:
        change_settings(workers.table, GUILD, officer(), NOW, {"officer_channel_id": OFFICERS})
        workers.discord.forbidden.add(OFFICERS)
    asks(workers, event)
    workers.run()
    (message,) = heard(workers, "7900")
    assert message["embeds"][0]["description"] == "Requests to decide: **1**. `/attendance requests` shows them."
    assert heard(workers, CHANNEL) == []


# The request


def test_a_request_is_one_however_often_it_is_asked(workers):
    event = missed(workers)
    first = asks(workers, event)
    again = asks(workers, event, replace(ANN, request_id="other"), wish="excused", words="oh")
    assert (first.made, again.made) == (True, False)
    assert again.correction == first.correction


def test_accepting_adds_an_officers_mark_that_quotes_the_member_and_changes_the_sheet_in_the_same_write(workers):
    event = missed(workers)
    before = sheets.get(workers.table, event).version
    decided = decides(workers, asks(workers, event), accept=True)
    assert (decided.status, decided.decision, decided.decided_by) == ("accepted", "present", "900")
    assert verdict(workers, event, "11") == ("present", "officer")
    assert sheets.get(workers.table, event).version == before + 1
    (entry,) = attendance.entries(workers.table, GUILD, event.event_id, "11")
    assert (entry.source, entry.note) == ("officer", "asked: I was on call")


def test_excuse_me_becomes_excused_and_an_officers_own_words_are_the_note(workers):
    event = missed(workers)
    decides(workers, asks(workers, event, wish="excused"), accept=True, answer="Told us on the phone")
    assert verdict(workers, event, "11") == ("excused", "officer")
    (entry,) = attendance.entries(workers.table, GUILD, event.event_id, "11")
    assert entry.note == "Told us on the phone"


def test_of_two_officers_who_decide_at_once_one_wins_and_the_other_is_told_who(workers):
    event = missed(workers)
    done = asks(workers, event)
    real, met = workers.table.write_together, list[int]()

    def meet(*writes, **more):
        if not met:
            met.append(1)
            decides(workers, done, accept=False, who=replace(officer("Ole"), user_id="901"))
        return real(*writes, **more)

    workers.table.write_together = meet
    with pytest.raises(Conflict, match="Ole declined this request already"):
        decides(workers, done, accept=True)
    assert verdict(workers, event, "11") == ("absent", "rule")
    assert attendance.entries(workers.table, GUILD, event.event_id, "11") == []


def test_the_same_decision_again_changes_nothing_and_another_is_refused(workers):
    event = missed(workers)
    done = asks(workers, event)
    first = decides(workers, done, accept=True)
    assert decides(workers, done, accept=True) == first
    with pytest.raises(Conflict, match="already"):
        decides(workers, done, accept=False)
    workers.run()
    assert told(workers, "11") == ["Missed: Raid night", "Your request: Raid night"]


def test_what_is_decided_is_on_record_with_before_and_after(workers):
    event = missed(workers)
    decides(workers, asks(workers, event), accept=False, answer="no")
    workers.run()
    entries = [one for one in workers.table.query_all(keys.audit_of(GUILD)) if one["of"] == "correction"]
    assert [(one["actor_name"], one["after"].get("status")) for one in entries] == [
        ("Ann", "open"),
        ("Olga", "declined"),
    ]


def test_accepting_what_an_officer_marked_meanwhile_closes_the_request_all_the_same(workers):
    event = missed(workers)
    done = asks(workers, event)
    mark(
        workers.table,
        GUILD,
        event.event_id,
        "11",
        officer(request_id="m"),
        after(105),
        status="present",
        note="asked: I was on call",
    )
    assert decides(workers, done, accept=True).status == "accepted"
    assert list_corrections(workers.table, GUILD, officer())[0] == []


def test_a_declined_request_may_be_asked_again_a_few_times(workers):
    event = missed(workers)
    for number in range(3):
        who = replace(ANN, request_id=f"ask{number}")
        done = asks(workers, event, who)
        assert done.made
        decides(workers, done, accept=False)
        assert not asks(workers, event, who).made  # the same request delivered again is no new one
    with pytest.raises(Conflict) as refused:
        asks(workers, event, replace(ANN, request_id="ask4"))
    assert refused.value.code == "asked_enough"


def test_closed_direct_messages_keep_a_decision_out_of_the_channel(workers):
    workers.discord.closed.add("11")
    event = missed(workers)
    before = len(workers.discord.shown(CHANNEL))
    decides(workers, asks(workers, event), accept=False, answer="You were seen elsewhere")
    workers.run()
    assert len(workers.discord.shown(CHANNEL)) == before


def test_each_bad_request_has_its_own_answer_and_leaves_nothing(workers):
    event = raid(workers.table, roles="dps 25", reminders="none", tracked_role_id="77")
    raider = replace(ANN, role_ids=frozenset({"77"}))
    sign_up(workers.table, GUILD, event.event_id, yes("dps"), raider, NOW)
    with pytest.raises(Conflict) as early:
        asks(workers, event, raider, minute=1)
    assert early.value.code == "wrong_phase"
    for wish, words, field in (("late", "x", "wish"), ("present", " ", "words"), ("present", "x" * 151, "words")):
        with pytest.raises(Invalid) as invalid:
            asks(workers, event, raider, wish=wish, words=words)
        assert invalid.value.field == field
    with pytest.raises(Forbidden) as untracked:
        asks(workers, event, BOB)
    assert untracked.value.code == "not_tracked"
    check_in(workers.table, GUILD, event.event_id, raider, after(60))
    with pytest.raises(Conflict) as so:
        asks(workers, event, raider)
    assert so.value.code == "already_so"
    with pytest.raises(Conflict) as late:
        asks(workers, event, raider, wish="excused", minute=32 * 24 * 60)
    assert late.value.code == "too_late_to_ask"
    with pytest.raises(NotFound):
        request_correction(workers.table, "9", event.event_id, ANN, after(90), wish="present", words="x")
    cancel_event(workers.table, GUILD, event.event_id, officer(), after(70))
    with pytest.raises(Conflict) as cancelled:
        asks(workers, event, raider)
    assert cancelled.value.code == "event_cancelled"
    assert list_corrections(workers.table, GUILD, officer()) == ([], None)


def test_each_bad_decision_has_its_own_answer_and_decides_nothing(workers):
    event = missed(workers)
    done = asks(workers, event)
    with pytest.raises(Forbidden):
        decides(workers, done, accept=True, who=BOB)
    with pytest.raises(Invalid) as status:
        decides(workers, done, accept=True, status="excused")
    assert status.value.field == "status"
    with pytest.raises(Invalid) as answer:
        decides(workers, done, accept=False, answer="x" * 201)
    assert answer.value.field == "answer"
    for wanted in ("0000000000000000", "../x"):
        with pytest.raises(NotFound):
            decide_correction(workers.table, GUILD, wanted, officer(), after(110), accept=True)
    assert [one.status for one in list_corrections(workers.table, GUILD, officer())[0]] == ["open"]
