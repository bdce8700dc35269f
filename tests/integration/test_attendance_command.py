"""/attendance and the context menu: officers mark, look, and take back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from attendance.discord.custom_id import CustomId
from tests.discord_driver import CHANNEL, content, playing

START = datetime(2026, 12, 1, 20, 0, tzinfo=UTC)


@pytest.fixture
def guild(moto_table, monkeypatch):
    """Discord in front of a guild in Berlin whose raid, which Nia and Tomas signed up for, has just begun."""
    with playing(moto_table, monkeypatch) as discord:
        discord.officer().command("settings setup", zone="Europe/Berlin", channel=CHANNEL)
        plan(discord, "Raid")
        for name in ("Nia", "Tomas"):
            discord.member(name).click(CustomId("yes", event_id(discord), "going").encode())
        discord.now = START
        yield discord


def plan(discord, title, **more):
    discord.officer().command("create-event", title=title, time="2026-12-01T20:00Z", **more)


def event_id(discord, title="Raid"):
    return discord.officer().complete("event show", "event", event=title)[0]["value"]


def mark(discord, who, status, **more):
    return content(
        discord.officer().command(
            "attendance mark", picked=(who,), event="Raid", member=who.user_id, status=status, **more
        )
    )


def test_an_officer_marks_a_member_and_reads_what_changed(guild):
    nia = guild.member("Nia")
    assert mark(guild, nia, "late") == f"<@{nia.user_id}> is **late** at **Raid** now."
    assert "already; nothing changed" in mark(guild, nia, "late")
    guild.now = START.replace(minute=1)
    assert "now (before: late)" in mark(guild, nia, "excused")
    assert "is taken back" in mark(guild, nia, "unmarked")


def test_when_a_member_was_seen_is_read_in_the_events_zone_and_shown_with_the_mark(guild):
    nia = guild.member("Nia")
    guild.now = START.replace(hour=23)
    wrong = mark(guild, nia, "late", seen="2026-12-01T19:30Z")
    assert "Nobody was seen at" in wrong
    assert "is **late**" in mark(guild, nia, "late", seen="2026-12-01T20:25Z")
    shown = content(guild.officer().command("attendance show", event="Raid", member=nia.user_id))
    assert f"seen at <t:{int(START.replace(minute=25).timestamp())}:t>" in shown


def test_the_members_verdict_is_explained_entry_by_entry(guild):
    nia = guild.member("Nia")
    nia.click(CustomId("check_in", event_id(guild)).encode())
    guild.now = START.replace(hour=21)
    mark(guild, nia, "left_early", note="*power* cut")
    shown = content(guild.officer().command("attendance show", event="Raid", member=nia.user_id))
    assert f"<@{nia.user_id}> is **left early** at **Raid**." in shown
    assert "An officer's mark decides, of several the latest." in shown
    assert "They had answered: yes." in shown
    entries = shown.splitlines()[-2:]
    assert "check-in: present" in entries[0]
    assert entries[1].startswith("**\u2192**")
    assert entries[1].endswith("\u201c\\*power\\* cut\u201d")
    mine = content(nia.command("attendance show", event="Raid"))
    assert "left early" in mine
    assert "attendance.manage" in content(
        guild.member("Tomas").command("attendance show", event="Raid", member=nia.user_id)
    )


def test_an_events_attendance_names_its_members_by_status(guild):
    nia, tomas = guild.member("Nia"), guild.member("Tomas")
    nia.click(CustomId("check_in", event_id(guild)).encode())
    shown = content(guild.officer().command("attendance show", event="Raid")).splitlines()
    assert f"**present** (1): <@{nia.user_id}>" in shown
    assert f"**absent** (1): <@{tomas.user_id}>" in shown


def test_rounds_of_members_are_marked_in_one_message_that_counts(guild):
    crew = [guild.member(f"M{number}") for number in range(27)]
    opened = guild.officer().command("attendance bulk", event="Raid", status="present")
    assert "up to 25 at a time" in content(opened)
    assert opened["data"]["flags"] == 64
    select = opened["data"]["components"][0]["components"][0]
    assert (select["type"], select["max_values"]) == (5, 25)
    first = guild.officer().pick(select["custom_id"], *crew[:25], interaction_id="77")
    assert first["type"] == 7
    assert "25 marked as **present**" in content(first)
    assert guild.officer().pick(select["custom_id"], *crew[:25], interaction_id="77") == first
    again = first["data"]["components"][0]["components"][0]["custom_id"]
    second = content(guild.officer().pick(again, *crew[24:]))
    assert "27 marked as **present**" in second
    assert f"Like that already: <@{crew[24].user_id}>" in second


def test_marks_are_taken_back_by_picking_them_from_a_list(guild):
    nia, tomas = guild.member("Nia"), guild.member("Tomas")
    select = CustomId("bulk", event_id(guild), "excused.0").encode()
    guild.officer().pick(select, nia, tomas)
    guild.now = START.replace(minute=1)
    mark(guild, tomas, "late")
    offered = guild.officer().complete("attendance undo", "change", change="rai")
    assert [one["name"] for one in offered] == [
        "Raid: 1 (Tuesday 1 December 2026, 21:01, UTC+1)",
        "Raid: 2 (Tuesday 1 December 2026, 21:00, UTC+1)",
    ]
    batch = next(one["value"] for one in offered if ": 2 (" in one["name"])
    done = content(guild.officer().command("attendance undo", change=batch))
    assert "Taken back at **Raid**" in done
    assert guild.member("Eve").complete("attendance undo", "change", change="") == []
    assert "attendance.manage" in content(guild.member("Eve").command("attendance undo", change=batch))
    assert "no such marks" in content(guild.officer().command("attendance undo", change="nonsense"))


def test_the_context_menu_opens_a_form_with_the_events_that_the_member_can_be_marked_at(guild):
    guild.now = START.replace(hour=18)
    plan(guild, "Guild council", tracked_role="55")
    guild.now = START
    nia = guild.member("Nia")
    form = guild.officer().open_menu("Mark attendance", nia)["data"]
    events = form["components"][0]["component"]["options"]
    assert [(one["label"], one.get("default")) for one in events] == [("Raid (01 Dec 20:00 UTC)", True)]
    answer = guild.officer().submit(
        form["custom_id"], select_event=events[0]["value"], select_status="benched", note="too many healers"
    )
    assert content(answer).startswith(f"<@{nia.user_id}> is **benched** at **Raid** now")
    with_role = guild.member("Nia", roles=("55",))
    offered = guild.officer().open_menu("Mark attendance", with_role)["data"]["components"][0]["component"]["options"]
    assert len(offered) == 2


def test_what_cannot_be_marked_is_refused_with_its_own_reason(guild):
    eve = guild.member("Eve")
    assert "attendance.manage" in content(
        eve.command("attendance mark", event="Raid", member=eve.user_id, status="present")
    )
    assert "attendance.manage" in content(eve.open_menu("Mark attendance", eve))
    assert "attendance.manage" in content(eve.command("attendance bulk", event="Raid", status="present"))
    stranger = guild.officer().command("attendance mark", event="Raid", member="999", status="present")
    assert "Nobody here knows a member 999" in content(stranger)
    assert "There are: present, late" in mark(guild, eve, "asleep")
    guild.now = START.replace(hour=19, minute=44)
    assert "when its check-in opens" in mark(guild, eve, "present")
    assert "when its check-in opens" in content(
        guild.officer().command("attendance bulk", event="Raid", status="present")
    )
    assert "could be marked" in content(guild.officer().open_menu("Mark attendance", eve))


@pytest.mark.parametrize(
    ("locale", "words"),
    [("de", "jetzt bei **Raid** als **verspätet** vermerkt"), ("fr", "maintenant noté **en retard**")],
)
def test_officers_read_their_own_language(guild, locale, words):
    guild.locale = locale
    assert words in mark(guild, guild.member("Nia"), "late")
