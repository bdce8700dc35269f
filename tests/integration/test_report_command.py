"""/report list and the filters of /report and /stats, from the command to what is stored or shown."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from attendance.domain.ids import derive
from attendance.domain.report import FILE_LIFETIME, ReportJob
from attendance.domain.selection import select
from attendance.domain.sheet import Sheet, SheetRow
from attendance.errors import Forbidden
from attendance.services.analytics import Question, ranking_scope
from attendance.services.events import EventRequest
from attendance.services.series import create_series
from attendance.services.settings import change_settings
from attendance.storage import keys, members, reports, stats
from attendance.storage.sheets import put_sheet
from attendance.storage.table import Put, Table
from tests.discord_driver import NOW, Discord, buttons, content, playing
from tests.stories import GUILD, member, officer, raid, set_up

ROLE = "7001"


@pytest.fixture
def table(moto_table):
    client, name = moto_table
    found = Table(client, name, sleep=lambda _: None)
    set_up(found)
    return found


@pytest.fixture
def guild(moto_table, monkeypatch, table):  # noqa: ARG001 - set up
    with playing(moto_table, monkeypatch, discord=Discord(guild_id=GUILD)) as players:
        yield players


def a_report(table, number, *, status="done", kind="csv", ended=NOW, **more):
    """A report as its worker leaves it."""
    at = NOW - timedelta(minutes=60 - number)
    job = ReportJob(
        guild_id=GUILD, job_id=derive("report", str(number)), format=kind,
        selection=select(zone="Europe/Berlin", now=NOW, first=date(2026, 11, 1), **more.pop("criteria", {})),
        requested_by="900", requested_at=at, status=status, finished_at=ended if status in ("done", "failed") else None,
        file_name=f"r.{kind}", **more,
    )  # fmt: skip
    table.put(Put(reports.to_item(job)))
    return job


def shown(answer):
    return answer["data"]["embeds"][0]["description"]


def labels(answer):
    return [button["label"] for row in answer["data"].get("components", ()) for button in row["components"]]


def test_reports_are_listed_with_state_kind_filter_size_and_expiry_and_a_button_for_each_file(guild, table):
    event = raid(table)
    a_report(
        table,
        1,
        row_count=40_000,
        event_count=12,
        file_size=3_400_000,
        file_key="one",
        kind="xlsx",
        criteria={"games": ["WoW"]},
    )
    a_report(table, 2, status="running", progress=1200, criteria={"events": [event.event_id], "statuses": ["late"]})
    a_report(table, 3, status="failed", problem="x", problem_code="no_rows", criteria={"discord_roles": [ROLE]})
    a_report(table, 4, ended=NOW - FILE_LIFETIME, row_count=1, event_count=1, file_size=900)
    answer = guild.officer().command("report list")
    newest, third, second, first = shown(answer).split("\n\n")
    assert "**1. CSV** asked for by <@900>, <t:" in newest
    assert "rows: 1 · events: 1 · 900 B; its file is gone" in newest
    assert "failed: Nothing fits this report yet" in third
    assert f"<@&{ROLE}>" in third
    assert "being made · rows so far: 1,200" in second
    assert "Raid night, late" in second
    assert f"rows: 40,000 · events: 12 · 3.4 MB; its file goes <t:{int((NOW + FILE_LIFETIME).timestamp())}:R>" in first
    assert "2026-11-01 to 2026-12-01 (Europe/Berlin), WoW" in first
    assert labels(answer) == ["Get file 4"]
    assert answer["data"]["flags"] == 64


def test_a_file_of_the_list_is_signed_at_the_click_for_who_may_export(guild, table):
    a_report(table, 1, file_key="the-file", row_count=3)
    [got] = buttons(guild.officer().command("report list")).values()
    assert guild.links == []
    assert "the-file" in guild.officer().click(got)["data"]["embeds"][0]["description"]
    assert guild.links == ["the-file"]
    assert "reports.export" in content(guild.member("Nia").click(got))


def test_more_reports_than_fit_are_turned_page_by_page(guild, table):
    for number in range(12):
        a_report(table, number, row_count=number)
    answer, seen = guild.officer().command("report list"), []
    for _ in range(3):
        seen += [line.split()[3] for line in shown(answer).splitlines() if line.startswith("ready")]
        older = buttons(answer).get("Older")
        answer = guild.officer().click(older) if older else answer
    assert seen == [str(number) for number in range(11, -1, -1)]
    assert "Newest" in labels(answer)
    assert "Older" not in labels(answer)
    assert guild.officer().click(buttons(answer)["Newest"])["type"] == 7


def test_a_guild_without_reports_is_told_how_to_get_one_and_a_member_which_right_it_takes(guild, table):
    assert "`/report export`" in shown(guild.officer().command("report list"))
    refused = guild.member("Nia").command("report list")
    assert "reports.view" in content(refused)
    change_settings(table, GUILD, officer(), NOW, {"rights": {"reports.view": [ROLE]}})
    a_report(table, 1)
    answer = guild.member("Nia", roles=(ROLE,)).command("report list")
    assert "CSV" in shown(answer)
    assert labels(answer) == []


@pytest.fixture
def played(table):
    """A closed night in the past, a series, and a member whom the bot has met."""
    made = create_series(table, GUILD, officer(), NOW, EventRequest(title="Mondays", time="mon 20:00"), repeat="weekly")
    starts = NOW - timedelta(days=5)
    row = SheetRow(
        user_id="11", name="Ann", answer="yes", role="", late_minutes=0, status="present", source="officer", at=None
    )
    sheet = Sheet(
        guild_id=GUILD, event_id=derive("night", "1"), title="Night", game="Chess", starts_at=starts, ends_at=starts,
        zone="UTC", made_at=NOW, version=1, rows=(row,), series_id=made.series_id,
    )  # fmt: skip
    table.put(put_sheet(sheet, officer(), NOW))
    return made


@pytest.mark.parametrize("command", ["stats guild", "stats member", "stats coverage", "stats ranking", "report export"])
def test_every_filter_that_a_command_has_reaches_what_is_asked(guild, table, played, command):
    guild.officer().command("settings extras", rankings=True)
    event_id = raid(table, title="Named").event_id
    nia = guild.member("Nia", user_id="12345678")
    members.remember(table, GUILD, nia.user_id, "Nia", NOW)
    guild.now += timedelta(hours=2)
    guild.officer().command("event close", event=event_id)
    options = {
        "from": "1.11.2026", "to": "tomorrow", "event": "Named", "series": "mond", "game": "Go  ", "discord_role": ROLE,
        "status": "late", "member": nia.user_id,
    }  # fmt: skip
    left_out = {"stats guild": ["member"], "stats ranking": ["member", "status"]}.get(command, [])
    given = {name: value for name, value in options.items() if name not in left_out}
    assert guild.officer().command(command, picked=(nia,), **given)["type"] == 5
    kept = {item.get("entity"): item for item in table.query_all(keys.guild(GUILD))}
    asked = reports.from_item(kept["report"]) if command == "report export" else stats.from_item(kept["stats"])
    chosen = asked.selection
    assert (chosen.first_day, chosen.last_day) == (date(2026, 11, 1), date(2026, 12, 2))
    assert chosen.events == {event_id}
    assert chosen.series == {played.series_id}
    assert chosen.games == {"go"}
    assert chosen.discord_roles == {ROLE}
    assert chosen.statuses == ({"late"} if "status" in given else set())
    assert chosen.members == ({nia.user_id} if "member" in given else set())


@pytest.mark.usefixtures("played")
@pytest.mark.parametrize("command", ["stats coverage", "report export"])
def test_series_and_games_are_suggested_as_they_were_played(guild, table, command):
    event_id = raid(table, title="Named").event_id
    guild.now += timedelta(hours=2)
    guild.officer().command("event close", event=event_id)
    assert [one["name"] for one in guild.officer().complete(command, "series", series="mon")] == ["Mondays"]
    assert guild.officer().complete(command, "game", game="w") == [{"name": "WoW", "value": "WoW"}]
    assert guild.officer().complete(command, "game", game="q") == []
    assert [one["value"] for one in guild.officer().complete(command, "event", event="nam")] == [event_id]


def test_a_ranking_is_not_filtered_by_attendance_or_members_for_who_sees_only_rates(table):
    change_settings(table, GUILD, officer(), NOW, {"rankings": True})
    ann = member("Ann", user_id="11")
    for question in (Question(statuses=("late",)), Question(members=("11",))):
        with pytest.raises(Forbidden, match=r"reports\.view"):
            ranking_scope(table, GUILD, ann, NOW, question)
    assert ranking_scope(table, GUILD, ann, NOW, Question(discord_roles=(ROLE,))).selection.discord_roles == {ROLE}
