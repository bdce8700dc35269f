"""/stats from the command to the picture: refused at once or promised, and answered once, whatever goes wrong between."""

from __future__ import annotations

from datetime import timedelta

import pytest

import reports.app
from attendance.domain.ids import derive
from attendance.domain.seats import Role
from attendance.domain.sheet import Sheet, SheetRow
from attendance.errors import Forbidden, Unavailable
from attendance.services.analytics import Question
from attendance.services.settings import change_settings
from attendance.services.stats import ask_stats
from attendance.services.stats_answers import make_answer
from attendance.storage import keys, stats
from attendance.storage.sheets import put_sheet
from tests.discord_driver import Discord, content, playing
from tests.stories import GUILD, NOW, member, officer, set_up
from tests.workers import Workers

ANN, BOB = member("Ann", user_id="11"), member("Bob", user_id="12")
PNG = b"\x89PNG\r\n\x1a\n"
DEFERRED = 5
ASKED = "stats-interaction"


@pytest.fixture
def workers(monkeypatch, moto_table):
    monkeypatch.setattr(keys.dues, "DUE_SHARDS", 1)
    return Workers(monkeypatch, moto_table[1])


@pytest.fixture
def guild(workers):
    """Four nights of two members, in two games, within the weeks before now."""
    set_up(workers.table)
    for number, statuses in enumerate(
        (("present", "absent"), ("late", "present"), ("present", "present"), ("absent", "late"))
    ):
        starts_at = NOW - timedelta(days=28 - 7 * number)
        rows = tuple(
            SheetRow(
                user_id=who.user_id, name=who.name, answer="yes", role=role, late_minutes=0, status=status, source="officer",
                at=None, discord_roles=("7001",),
            )
            for who, role, status in zip((ANN, BOB), ("tank", "dps"), statuses, strict=True)
        )  # fmt: skip
        sheet = Sheet(
            guild_id=GUILD, event_id=derive("night", str(number)), title=f"Night {number}", game=("WoW", "Chess")[number % 2],
            starts_at=starts_at, ends_at=starts_at, zone="UTC", made_at=NOW, version=1, rows=rows,
            party_roles=(Role("tank", "Tank", 1, 1), Role("dps", "Damage", 0, 2)),
        )  # fmt: skip
        workers.table.put(put_sheet(sheet, officer(), NOW))
    workers.run()
    return workers


def answered(workers, name=ASKED):
    """What an interaction shows: its words and its files."""
    shown = dict(workers.discord.interactions[name])
    return shown.get("content", ""), shown.get("files", [])


def ask(workers, view, *, actor=None, by="week", question=None, name=ASKED, locale="en-GB"):
    workers.discord.interactions.setdefault(name, {})
    return ask_stats(
        workers.table, GUILD, actor or officer(), workers.now, question or Question(), view=view, by=by, reply_token=name,
        locale=locale,
    )  # fmt: skip


@pytest.mark.usefixtures("guild")
def test_a_command_is_promised_at_once_and_seen_by_who_gave_it_alone(moto_table, monkeypatch):
    with playing(moto_table, monkeypatch, discord=Discord(guild_id=GUILD)) as players:
        players.now = NOW
        promise = players.officer().command("stats guild", by="game", **{"from": "60d"})
    assert promise == {"type": DEFERRED, "data": {"flags": 64}}


def test_the_servers_figures_have_numerators_denominators_and_the_formula(guild):
    ask(guild, "guild")
    guild.run()
    text, [(name, kind, picture)] = answered(guild)
    assert "Attendance: **75.0 %** (6/8)" in text
    assert "Signed up and came: **75.0 %** (6/8)" in text
    assert "Came late: **33.3 %** (2/6)" in text
    assert "credit / eligible (v1)" in text
    assert (name, kind, picture[:8]) == ("stats.png", "image/png", PNG)
    shown = guild.discord.interactions[ASKED]
    assert shown["attachments"][0]["description"].startswith("Chart: Attendance by week")
    assert shown["allowed_mentions"] == {"parse": []}
    assert stats.get(guild.table, GUILD, derive("stats", GUILD, "900", "r1")).reply_token is None


@pytest.mark.parametrize(
    "by", ["week", "month", "event", "game", "series", "weekday", "hour", "weekday_hour", "party_role", "discord_role"]
)
def test_every_division_is_drawn_in_every_language(guild, by):
    drawn = []
    for language in ("en", "de", "fr"):
        request = ask(guild, "guild", by=by, actor=officer(request_id=language), name=language, locale=language)
        answer = make_answer(guild.table, request, guild.now)
        assert answer.chart is not None
        assert not answer.chart.is_empty
        drawn.append(answer)
    assert len({answer.chart.title for answer in drawn}) == 3
    if by == "discord_role":
        assert "1 = <@&7001>" in drawn[0].text


def test_events_of_one_day_are_told_apart_by_their_clock_times(guild):
    at = NOW - timedelta(days=28)
    for number, hours in enumerate((2, 4)):
        sheet = Sheet(
            guild_id=GUILD, event_id=derive("late", str(number)), title="Late", game="WoW", starts_at=at + timedelta(hours=hours),
            ends_at=at, zone="UTC", made_at=NOW, version=1,
            rows=(SheetRow(user_id="11", name="Ann", answer="yes", role="", late_minutes=0, status="late", source="rule", at=None),),
        )  # fmt: skip
        guild.table.put(put_sheet(sheet, officer(), NOW))
    labels = make_answer(guild.table, ask(guild, "guild", by="event"), guild.now).chart.labels
    assert labels[:3] == ("3 Nov. 19:00", "3 Nov. 21:00", "3 Nov. 23:00")
    chosen = Question(first=NOW.date() - timedelta(days=25))
    later = ask(guild, "guild", by="event", question=chosen, actor=officer(request_id="later"))
    assert make_answer(guild.table, later, guild.now).chart.labels == ("10 Nov.", "17 Nov.", "24 Nov.")


def test_a_member_sees_themself_and_is_told_why_they_see_no_others(guild):
    ask(guild, "member", actor=ANN, by="month", question=Question(members=(ANN.user_id,)))
    guild.run()
    text, files = answered(guild)
    assert "<@11>: Attendance: **75.0 %** (3/4)" in text
    assert "In a row: 0" in text
    assert "Your own attendance" in text
    assert len(files) == 1
    with pytest.raises(Forbidden, match=r"reports\.view"):
        ask(guild, "member", actor=ANN, question=Question(members=(BOB.user_id,)))


def test_coverage_and_ranking_are_shown_to_whom_they_may_be(guild):
    ask(guild, "coverage")
    guild.run()
    assert "**Tank**: short at 1 of 4 events, 1 missing in all; 3 of 4 seats came" in answered(guild)[0]
    with pytest.raises(Forbidden, match=r"reports\.view"):
        ask(guild, "coverage", actor=ANN)
    change_settings(guild.table, GUILD, officer(), NOW, {"rankings": True})
    ask(guild, "ranking", actor=BOB, name="ranking")
    guild.run()
    text, files = answered(guild, "ranking")
    assert "1. <@11> **75.0 %** (3/4)" in text
    assert "1. <@12> **75.0 %** (3/4)" in text
    assert len(files) == 1


def test_a_span_without_events_is_answered_in_words_without_a_picture(guild):
    for view in ("guild", "member", "coverage"):
        question = Question(games=("Go",), members=(officer().user_id,) if view == "member" else ())
        ask(guild, view, actor=officer(request_id=view), question=question, name=view)
        guild.run()
        text, files = answered(guild, view)
        assert text
        assert files == []


def test_asking_changes_nothing_that_anybody_is_told_of(guild):
    before = len(list(guild.table.query_all(keys.audit_of(GUILD))))
    pushed = len(guild.sockets.pushed)
    ask(guild, "guild")
    guild.run()
    assert len(list(guild.table.query_all(keys.audit_of(GUILD)))) == before
    assert len(guild.sockets.pushed) == pushed


def test_discord_that_is_slow_to_know_its_interaction_or_busy_is_tried_again(guild):
    path = "PATCH /webhooks"
    guild.discord.scripted[path] = [(404, {"code": 10015}), (502, {}), (429, {"retry_after": 2})]
    ask(guild, "guild")
    guild.run()
    assert len(answered(guild)[1]) == 1
    assert sum(times for name, times in guild.discord.calls.items() if name.startswith(path)) == 4


def test_an_interaction_that_is_over_is_given_up_and_its_token_forgotten(guild):
    request = ask(guild, "guild")
    guild.now += timedelta(minutes=16)
    guild.run()
    assert answered(guild) == ("", [])
    assert stats.get(guild.table, GUILD, request.stats_id).reply_token is None


def test_figures_that_cannot_be_drawn_are_told_once_with_a_reference(guild, monkeypatch):
    def broken(_chart):
        raise RuntimeError("no ink")

    monkeypatch.setattr(reports.app, "draw", broken)
    request = ask(guild, "guild", locale="de")
    guild.run()
    text, files = answered(guild)
    assert request.stats_id in text
    assert files == []
    assert not guild.queues["reports"].dead


def test_a_question_whose_worker_failed_is_answered_while_somebody_waits(guild, monkeypatch):
    def down(*_args, **_kwargs):
        raise Unavailable("The store is busy.")

    ask(guild, "guild")
    with monkeypatch.context() as trouble:
        trouble.setattr("attendance.services.stats_answers.make_answer", down)
        guild.run(longest=60)
    assert answered(guild)[0] == ""
    guild.run(longest=180)
    assert "Attendance: **75.0 %** (6/8)" in answered(guild)[0]


def test_a_message_that_comes_twice_is_answered_once(guild):
    ask(guild, "guild")
    guild.run()
    calls = guild.discord.calls.total()
    message = next(one for one in guild.queues["reports"].sent if one["kind"] == "stats")
    guild.queues["reports"].send(message)
    guild.run()
    assert guild.discord.calls.total() == calls


@pytest.mark.usefixtures("guild")
@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"from": "2026-11-30", "to": "2026-11-01"}, "ends before it begins"),
        ({"from": "2020-01-01", "to": "2026-12-01"}, "up to"),
        ({"from": "soon"}, "not a day"),
        ({"from": "9999w"}, "out of reach"),
        ({"to": "31.2.2026"}, "not a day"),
        ({"by": "mood"}, "Figures are by"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_once_and_in_private(moto_table, monkeypatch, options, says):
    with playing(moto_table, monkeypatch, discord=Discord(guild_id=GUILD)) as players:
        players.now = NOW
        refused = players.officer().command("stats guild", **options)
    assert refused["type"] == 4
    assert says in content(refused)
