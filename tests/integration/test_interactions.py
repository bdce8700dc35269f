"""What members and officers do in Discord, through the handler, with signed requests."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from attendance import wiring
from attendance.discord.custom_id import CustomId
from attendance.services.closing import get_sheet
from attendance.services.events import get_event
from attendance.storage import keys, reports
from tests.discord_driver import CHANNEL, GUILD, NOW, Discord, buttons, content, field_names, playing

ROLE = "1271415177216131080"
RAID = {"title": "Molten Core", "time": "2026-12-01T20:00Z", "preset": "Raid"}


@pytest.fixture
def discord(moto_table, monkeypatch):
    """Discord in front of an empty table."""
    with playing(moto_table, monkeypatch) as discord:
        yield discord


@pytest.fixture
def guild(discord: Discord):
    """The same, set up with a preset."""
    officer = discord.officer()
    officer.command("settings setup", zone="Europe/Berlin", channel=CHANNEL, officer_role=ROLE, reminders="1h, 15m")
    officer.command("create-preset", name="Raid", game="WoW", roles="tank 1, healer 1-2, dps 3", duration="3h")
    return discord


def plan(discord: Discord, **changes: object) -> str:
    """Plan an event and return its id."""
    answer = discord.officer().command("create-event", **(RAID | changes))
    assert "Its card goes to" in content(answer), answer
    found = discord.officer().complete("event show", "event", event=str(changes.get("title", RAID["title"])))
    return found[-1]["value"]


def sign_up_as(discord: Discord, event_id: str, name: str, role: str) -> dict:
    return discord.member(name).click(CustomId("yes", event_id, role).encode())


def only_to_the_member(answer: dict) -> bool:
    return bool(answer["type"] == 4 and answer["data"].get("flags") == 64)


def test_the_main_story_from_set_up_to_report(guild):
    event_id = plan(guild)
    card = sign_up_as(guild, event_id, "Nia", "tank")
    assert card["type"] == 7
    assert field_names(card) == ["tank 1/1", "healer 0/2 (needs 1 more)", "dps 0/3"]
    assert field_names(sign_up_as(guild, event_id, "Bo", "tank"))[-1] == "Waiting 1"
    guild.now = datetime(2026, 12, 1, 19, 50, tzinfo=UTC)
    checked = guild.member("Nia").click(CustomId("check_in", event_id).encode())
    assert only_to_the_member(checked)
    assert "**present**" in content(checked)
    guild.now = datetime(2026, 12, 1, 23, 0, tzinfo=UTC)
    closed = guild.officer().command("event close", event=event_id)
    assert "1 present, 1 absent" in content(closed)
    deferred = guild.officer().command("report export", event=event_id)
    assert deferred == {"type": 5, "data": {"flags": 64}}
    jobs, _ = reports.newest(wiring.table(), GUILD, limit=5)
    job = reports.get(wiring.table(), GUILD, jobs[0]["sk"].removeprefix("REPORT#"))
    assert job is not None
    assert (job.status, job.selection.events) == ("queued", frozenset({event_id}))
    assert [asker.token for asker in job.askers.values()] == ["an-interaction-token"]


def test_a_setup_is_shown_and_says_what_is_missing(discord):
    answer = discord.officer().command("settings setup", channel=CHANNEL)
    assert only_to_the_member(answer)
    assert "Time zone: **not set**" in content(answer)
    discord.officer().command("settings setup", zone="europe/berlin", reminders="1h, 15m")
    shown = content(discord.officer().command("settings show"))
    assert "Europe/Berlin" in shown
    assert f"<#{CHANNEL}>" in shown
    assert "60 min, 15 min" in shown


def test_an_event_before_set_up_says_how_to_set_up(discord):
    answer = discord.officer().command("create-event", title="X", time="in 2h")
    assert "/settings setup" in content(answer)


def test_who_lacks_a_right_is_told_which_one(guild):
    answer = guild.member("Nia").command("create-event", **RAID)
    assert only_to_the_member(answer)
    assert "events.manage" in content(answer)
    assert "events.manage" in content(
        guild.member("Nia", roles=("1271415177216131999",)).command("create-event", **RAID)
    )
    assert "settings.manage" in content(guild.member("Nia", roles=(ROLE,)).command("settings setup", zone="UTC"))


def test_the_officer_role_gives_the_right_to_plan(guild):
    answer = guild.member("Nia", roles=(ROLE,)).command("create-event", **RAID)
    assert "Its card goes to" in content(answer)


@pytest.mark.parametrize("permissions", [1 << 3, 1 << 5, (1 << 54) - 1])
def test_who_may_manage_the_server_may_do_all(discord, permissions):
    assert "Saved" in content(discord.member("Root", permissions=permissions).command("settings setup", zone="UTC"))


def test_the_same_interaction_delivered_twice_makes_one_event(guild):
    one = guild.next_id()
    first = guild.officer().command("create-event", interaction_id=one, **RAID)
    again = guild.officer().command("create-event", interaction_id=one, **RAID)
    assert first == again
    assert len(guild.officer().complete("event show", "event", event="")) == 1


def test_the_same_click_delivered_twice_takes_one_place(guild):
    event_id = plan(guild)
    one = guild.next_id()
    click = CustomId("yes", event_id, "tank").encode()
    assert guild.member("Nia").click(click, interaction_id=one) == guild.member("Nia").click(click, interaction_id=one)
    assert get_event(wiring.table(), GUILD, event_id).seq == 1


def test_the_same_export_delivered_twice_is_one_job(guild):
    one = guild.next_id()
    for _ in range(2):
        assert guild.officer().command("report export", interaction_id=one)["type"] == 5
    jobs, _ = reports.newest(wiring.table(), GUILD, limit=5)
    assert len(jobs) == 1


def test_another_guilds_event_reads_as_an_unknown_one(guild):
    event_id = plan(guild)
    unknown = "0123456789abcdef"
    for action in ("yes", "maybe", "late", "check_in"):
        answers = []
        for wanted, home in ((event_id, "1195917705216131999"), (unknown, GUILD)):
            guild.guild_id = home
            pressed = CustomId(action, wanted, "tank" if action == "yes" else "").encode()
            answers.append(guild.member("Nia").click(pressed))
        assert answers[0] == answers[1], action
        assert only_to_the_member(answers[0])
    guild.guild_id = GUILD
    assert get_event(wiring.table(), GUILD, event_id).seq == 0


def test_a_refused_click_is_told_to_the_member_alone(guild):
    event_id = plan(guild)
    guild.now = datetime(2026, 12, 1, 20, 1, tzinfo=UTC)
    answer = sign_up_as(guild, event_id, "Nia", "tank")
    assert only_to_the_member(answer)
    assert "Sign-up for" in content(answer)


def test_late_asks_for_minutes_and_role_and_is_a_sign_up(guild):
    event_id = plan(guild)
    sign_up_as(guild, event_id, "Nia", "healer")
    form = guild.member("Nia").click(CustomId("late", event_id).encode())
    assert form["type"] == 9
    chosen = [one for one in form["data"]["components"][1]["component"]["options"] if one.get("default")]
    assert [one["value"] for one in chosen] == ["healer"]
    card = guild.member("Nia").submit(form["data"]["custom_id"], minutes="15", select_role="healer")
    assert card["type"] == 7
    assert "(15 min late)" in card["data"]["embeds"][0]["fields"][1]["value"]


def test_more_asks_for_roles_minutes_and_a_note_in_one_form(guild):
    event_id = plan(guild)
    more = CustomId("more", event_id).encode()
    sign_up_as(guild, event_id, "Nia", "tank")
    form = guild.member("Bo").click(more)
    assert form["type"] == 9
    assert [one["component"]["custom_id"] for one in form["data"]["components"]] == ["role", "also", "minutes", "note"]
    card = guild.member("Bo").submit(
        more, select_role="tank", select_also=["tank", "healer"], minutes="15", note="brings snacks"
    )
    assert card["type"] == 7
    assert field_names(card)[1] == "healer 1/2"
    again = guild.member("Bo").click(more)["data"]["components"]
    chosen = [[o["value"] for o in one["component"]["options"] if o.get("default")] for one in again[:2]]
    assert chosen == [["tank"], ["healer"]]
    assert [one["component"]["value"] for one in again[2:]] == ["15", "brings snacks"]
    shown = guild.member("Zed").command("event show", event=event_id)
    assert "brings snacks" in content(shown)
    late = CustomId("late", event_id).encode()
    options = guild.member("Bo").click(late)["data"]["components"][1]["component"]["options"]
    assert options[0] == {"label": "tank, healer", "value": "=", "default": True}
    guild.member("Bo").submit(late, minutes="20", select_role="=")
    event = get_event(wiring.table(), GUILD, event_id)
    assert "tank+healer|20*" in event.choices.values()
    guild.member("Bo").click(CustomId("no", event_id).encode())  # on another device, while the form is open
    refused = guild.member("Bo").submit(late, minutes="20", select_role="=")
    assert "Name 1 to" in content(refused), "a form that is older than the answer puts nobody into a role unasked"


def test_late_without_party_roles_asks_for_minutes_only(guild):
    event_id = plan(guild, title="Quiz", preset="Raid", time="2026-12-01T21:00Z")
    guild.officer().command("create-event", title="Chess", time="2026-12-02T20:00Z")
    event_id = guild.officer().complete("event show", "event", event="Chess")[0]["value"]
    form = guild.member("Nia").click(CustomId("late", event_id).encode())
    assert len(form["data"]["components"]) == 1
    card = guild.member("Nia").submit(form["data"]["custom_id"], minutes="20m")
    assert field_names(card) == ["Going 1"]


@pytest.mark.parametrize("minutes", ["", "soon", "0", "9999", "-5", "15h 99d"])
def test_nonsense_minutes_are_answered_with_what_is_accepted(guild, minutes):
    event_id = plan(guild)
    answer = guild.member("Nia").submit(CustomId("late", event_id).encode(), minutes=minutes, select_role="tank")
    assert only_to_the_member(answer)
    assert "minutes" in content(answer)
    assert get_event(wiring.table(), GUILD, event_id).seq == 0


def test_maybe_and_no_are_answers(guild):
    event_id = plan(guild)
    assert field_names(guild.member("Nia").click(CustomId("maybe", event_id).encode()))[-1] == "Maybe 1"
    assert field_names(guild.member("Nia").click(CustomId("no", event_id).encode()))[-1] == "Not coming 1"


def test_a_card_offers_check_in_only_while_the_window_is_open(guild):
    event_id = plan(guild)
    offered = {}
    for minutes in (-16, -15, 20, 21):
        guild.now = datetime(2026, 12, 1, 20, 0, tzinfo=UTC) + timedelta(minutes=minutes)
        answer = guild.member("Nia").command("event show", event=event_id)
        offered[minutes] = "Check in" in buttons(answer) if "components" in answer["data"] else False
    assert offered == {-16: False, -15: True, 20: True, 21: False}


def test_check_in_outside_the_window_names_its_times(guild):
    event_id = plan(guild)
    answer = guild.member("Nia").click(CustomId("check_in", event_id).encode())
    opens = int(datetime(2026, 12, 1, 19, 45, tzinfo=UTC).timestamp())
    assert f"<t:{opens}:t>" in content(answer)


def test_an_event_with_a_code_asks_for_it(guild):
    event_id = plan(guild, code="Owl 7")
    guild.now = datetime(2026, 12, 1, 20, 0, tzinfo=UTC)
    form = guild.member("Nia").click(CustomId("check_in", event_id).encode())
    assert form["type"] == 9
    assert "not the code" in content(guild.member("Nia").submit(form["data"]["custom_id"], code="bat"))
    assert "**present**" in content(guild.member("Nia").submit(form["data"]["custom_id"], code="owl 7"))
    assert "already" in content(guild.member("Nia").command("attend", code="owl 7"))


def test_attend_finds_the_one_event_whose_check_in_is_open(guild):
    assert "No event is open" in content(guild.member("Nia").command("attend"))
    plan(guild)
    assert re.search(r"next one opens <t:\d+:R>", content(guild.member("Nia").command("attend")))
    guild.now = datetime(2026, 12, 1, 20, 6, tzinfo=UTC)
    assert "**late**" in content(guild.member("Nia").command("attend"))
    guild.now = NOW
    plan(guild, title="Second", time="2026-12-01T20:10Z")
    guild.now = datetime(2026, 12, 1, 20, 6, tzinfo=UTC)
    answer = content(guild.member("Bo").command("attend"))
    assert "“Second”" in answer
    assert "**present**" in content(guild.member("Bo").command("attend", event="second"))


def test_only_the_tracked_role_checks_in(guild):
    event_id = plan(guild, tracked_role=ROLE)
    guild.now = datetime(2026, 12, 1, 20, 0, tzinfo=UTC)
    assert f"<@&{ROLE}>" in content(guild.member("Nia").click(CustomId("check_in", event_id).encode()))
    allowed = guild.member("Bo", roles=(ROLE,)).click(CustomId("check_in", event_id).encode())
    assert "**present**" in content(allowed)


def test_closing_twice_gives_the_same_sheet(guild):
    event_id = plan(guild)
    sign_up_as(guild, event_id, "Nia", "tank")
    assert "has not begun" in content(guild.officer().command("event close", event=event_id))
    guild.now = datetime(2026, 12, 1, 23, 0, tzinfo=UTC)
    assert guild.officer().command("event close", event=event_id) == guild.officer().command(
        "event close", event=event_id
    )
    sheet = get_sheet(wiring.table(), GUILD, event_id)
    assert sheet is not None
    assert sheet.version == 1
    shown = guild.member("Nia").command("event show", event=event_id)
    assert shown["data"]["embeds"][0]["title"] == "Closed: Molten Core"
    assert "components" not in shown["data"]
    assert field_names(shown)[-1] == "Attendance"


def test_events_are_listed_and_completed(guild):
    assert "No event is planned" in content(guild.member("Nia").command("event list"))
    plan(guild)
    plan(guild, title="Karazhan *10*", time="tomorrow 20:00")
    listed = content(guild.member("Nia").command("event list"))
    assert "Karazhan \\*10\\*" in listed
    assert [
        one["name"].split(" (")[0] for one in guild.member("Nia").complete("event show", "event", event="kara")
    ] == ["Karazhan *10*"]
    assert guild.member("Nia").complete("report export", "event", event="") == []


def test_times_and_presets_and_zones_complete_as_they_are_typed(guild):
    officer = guild.officer()
    [time] = officer.complete("create-event", "time", title="X", time="tomorrow 20:30")
    assert time["name"] == "Wednesday 2 December 2026, 20:30 (Europe/Berlin, UTC+1)"
    assert datetime.fromisoformat(time["value"]) == datetime(2026, 12, 2, 19, 30, tzinfo=UTC)
    [unclear] = officer.complete("create-event", "time", title="X", time="raid o'clock")
    assert "could not read" in unclear["name"]
    assert len(officer.complete("create-event", "time", time="")) > 3
    assert [one["value"] for one in officer.complete("create-event", "preset", preset="ra")] == ["Raid"]
    assert officer.complete("create-event", "preset", preset="zzz") == []
    assert {"name": "Europe/Berlin", "value": "Europe/Berlin"} in officer.complete(
        "settings setup", "zone", zone="berl"
    )
    assert officer.complete("no-such-command", "x", x="") == []


def test_a_finished_report_is_handed_out_by_a_link_signed_at_the_click(guild):
    guild.officer().command("report export")
    [job], _ = reports.newest(wiring.table(), GUILD, limit=1)
    officer = guild.officer()
    click = CustomId("file", job["sk"].removeprefix("REPORT#")).encode()
    assert "still being made" in content(officer.click(click))
    finish(job["sk"].removeprefix("REPORT#"))
    answer = officer.click(click)
    assert only_to_the_member(answer)
    assert "https://files.example/reports/x.csv?lifetime=0:05:00" in content(answer)
    assert "reports.export" in content(guild.member("Nia").click(click))
    assert guild.links == ["reports/x.csv"]


def finish(job_id: str) -> None:
    """Finish a job as the worker does."""
    from dataclasses import replace

    from attendance.domain.actor import system

    claimed = reports.claim(wiring.table(), GUILD, job_id, "m1", system("w"), NOW)
    assert claimed is not None
    done = replace(claimed, status="done", file_key="reports/x.csv", file_name="x.csv", finished_at=NOW)
    reports.finish(wiring.table(), done, system("w"), NOW)


def test_help_names_an_install_link_with_the_permissions_needed(discord):
    words = content(discord.member("Nia").command("help"))
    assert "client_id=1346912649216131073&scope=bot%20applications.commands&permissions=17927194627072" in words


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("create-event", {}),
        ("create-event", {"title": 5, "time": "in 2h"}),
        ("create-event", {"title": "X", "time": "in 2h", "capacity": "many"}),
        ("create-event", {"title": "X", "time": "in 2h", "capacity": True}),
        ("create-event", {"title": "X", "time": "in 2h", "channel": "general"}),
        ("create-event", {"title": "X" * 6000, "time": "in 2h"}),
        ("create-event", {"title": "\u200b", "time": "in 2h"}),
        ("create-event", {"title": "X", "time": "in 2h", "preset": "nothing"}),
        ("create-preset", {"name": "R", "game": "g", "roles": "tank tank"}),
        ("settings setup", {}),
        ("settings setup", {"zone": "Mars/Olympus"}),
        ("event dance", {}),
        ("event show", {"event": "no such title"}),
        ("report export", {"event": "no such title"}),
        ("report export", {"format": "exe"}),
        ("no-such-command", {}),
    ],
)
def test_bad_options_get_a_friendly_answer_and_change_nothing(guild, moto_table, command, options):
    client, name = moto_table
    before = client.scan(TableName=name)["Items"]
    answer = guild.officer().command(command, **options)
    assert only_to_the_member(answer)
    assert "our side" not in content(answer)
    assert client.scan(TableName=name)["Items"] == before


@pytest.mark.parametrize(
    "pressed", ["v0:yes:x", "join", "v1:dance:0123456789abcdef", "v1:yes", "v2:yes:a:b", "ev:42:join"]
)
def test_a_button_of_another_age_is_called_out_of_date(guild, pressed):
    assert "out of date" in content(guild.member("Nia").click(pressed))


def test_a_command_outside_a_guild_says_where_to_use_it(discord):
    payload = discord.member("Nia").payload(2, {"id": "1", "name": "help", "type": 1})
    payload["user"] = payload.pop("member")["user"]
    del payload["guild_id"]
    from tests.discord_driver import send

    response = send(payload, discord.now)
    assert "in your server" in response["body"]


def test_an_error_of_ours_is_answered_with_a_reference_and_never_as_a_5xx(guild, monkeypatch, caplog):
    def broken():
        raise RuntimeError("boom")

    monkeypatch.setattr(wiring, "table", broken)
    answer = guild.member("Nia").click(CustomId("yes", "0123456789abcdef", "tank").encode())
    assert only_to_the_member(answer)
    assert "5f1d7a52-0000-4000-8000-00000000c0de" in content(answer)
    assert "boom" not in content(answer)
    assert "RuntimeError: boom" in caplog.text
    assert guild.member("Nia").complete("event show", "event", event="") == []


def test_a_check_in_is_stored_with_who_and_when(guild):
    event_id = plan(guild)
    guild.now = datetime(2026, 12, 1, 19, 50, tzinfo=UTC)
    nia = guild.member("Nia")
    nia.click(CustomId("check_in", event_id).encode())
    item = wiring.table().get(keys.attendance(GUILD, event_id, nia.user_id))
    assert item is not None
    assert (item["status"], item["source"], item["touched"]["name"]) == ("present", "button", "Nia")


def test_a_report_of_another_guild_is_unknown(guild):
    guild.officer().command("report export")
    [job], _ = reports.newest(wiring.table(), GUILD, limit=1)
    guild.guild_id = "1195917705216131999"
    assert "no such report" in content(
        guild.officer().click(CustomId("file", job["sk"].removeprefix("REPORT#")).encode())
    )
