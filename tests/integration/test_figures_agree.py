"""One truth: CSV, XLSX, PDF, REST and /stats say the same of a random history, and so does adding its sheets up by hand.

The second calculation is `Plain`, below: it walks every row of every event's own sheet and decides with ifs, as SPEC's table
of defaults reads. Nothing of the analytics, of the reports' totals or of their way of reading sheets is in it.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, defaultdict
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pypdf import PdfReader

from attendance.discord.locales import say
from attendance.domain.analytics import KINDS
from attendance.domain.analytics_groups import BREAKDOWNS, PERIODS
from attendance.domain.rate import RateRules, changed_rules
from attendance.domain.verdict import STATUSES
from attendance.services.analytics import Question
from attendance.services.closing import find_sheet
from attendance.services.events import get_event
from attendance.services.report_building import build_report
from attendance.services.reports import request_report
from attendance.services.stats import ask_stats
from attendance.services.stats_answers import make_answer
from attendance.storage.table import Table
from reports.app import BUILDERS
from tests.dashboard_driver import OFFICER_ROLE, OFFICER_USER, Dashboard
from tests.dynamodb_in_memory import DynamoDBInMemory
from tests.histories import FRIEND, PEOPLE, RAIDER, History, histories, live
from tests.stories import GUILD, member, officer

CAME = ("present", "late", "left_early", "benched")
ZONE = ZoneInfo("Europe/Berlin")


class Plain:
    """What rows, pairs of a sheet and one of its rows, add up to under a guild's rules."""

    def __init__(self, pairs, rate):
        rules = changed_rules(RateRules(), rate)
        self.rows, self.credit, self.eligible = 0, 0, 0
        self.late, self.came, self.shown, self.signed_up = 0, 0, 0, 0
        self.kinds: Counter[str] = Counter()
        self.statuses: Counter[str] = Counter()
        self.counted: set[str] = set()
        self.uncounted: set[str] = set()
        self.who = defaultdict(list)
        for sheet, row in pairs:
            self.rows += 1
            self.who[row.user_id].append((sheet, row))
            (self.counted if sheet.counted else self.uncounted).add(sheet.event_id)
            self.statuses[row.status] += 1
            if not sheet.counted or row.early:
                self.kinds["not_counted"] += 1
                continue
            self.kinds["on_leave" if row.on_leave else row.status] += 1
            if row.on_leave and not rules.on_leave:
                continue
            if row.status in ("excused", "unmarked") and not getattr(rules, row.status):
                continue
            self.eligible += 1
            worth = {"present": 100, "late": rules.late, "left_early": rules.left_early, "benched": rules.benched}
            self.credit += worth.get(row.status, 0)
            self.late += row.status == "late"
            self.came += row.status in CAME
            self.signed_up += row.answer in ("yes", "late")
            self.shown += row.answer in ("yes", "late") and row.status in CAME

    @property
    def rate(self):
        return (self.credit / 100, self.eligible)

    @property
    def figures(self):
        """As the API has them."""
        return {
            "rate": self.rate, "late": (self.late, self.came), "shown": (self.shown, self.signed_up), "counts": dict(self.kinds),
        }  # fmt: skip


def picked(sheets, question):
    """The rows that a question asks for, found by walking through all of them."""
    found = []
    for sheet in sheets:
        day = sheet.starts_at.astimezone(ZONE).date()
        if not question.first <= day <= question.last:
            continue
        if question.events and sheet.event_id not in question.events:
            continue
        if question.series and sheet.series_id not in question.series:
            continue
        if question.games and sheet.game.lower() not in [game.lower() for game in question.games]:
            continue
        for row in sheet.rows:
            if question.members and row.user_id not in question.members:
                continue
            if question.statuses and row.status not in question.statuses:
                continue
            if question.discord_roles and not set(question.discord_roles) & set(row.discord_roles or ()):
                continue
            found.append((sheet, row))
    return found


KEYS = {
    "event": lambda sheet, _: [sheet.event_id],
    "week": lambda sheet, _: [f"{sheet.starts_at.astimezone(ZONE):%G-W%V}"],
    "month": lambda sheet, _: [f"{sheet.starts_at.astimezone(ZONE):%Y-%m}"],
    "game": lambda sheet, _: [sheet.game.lower()],
    "series": lambda sheet, _: [sheet.series_id or ""],
    "weekday": lambda sheet, _: [str(sheet.starts_at.astimezone(ZONE).weekday())],
    "hour": lambda sheet, _: [f"{sheet.starts_at.astimezone(ZONE):%H}"],
    "weekday_hour": lambda sheet, _: [f"{sheet.starts_at.astimezone(ZONE).weekday()}-{sheet.starts_at.astimezone(ZONE):%H}"],
    "party_role": lambda _, row: [row.role],
    "discord_role": lambda _, row: [""] if row.discord_roles is None else row.discord_roles,
}  # fmt: skip


def test_every_grouping_has_a_second_calculation():
    assert set(KEYS) == {*PERIODS, *BREAKDOWNS}


def grouped(pairs, by):
    found = defaultdict(list)
    for sheet, row in pairs:
        for key in KEYS[by](sheet, row):
            found[key].append((sheet, row))
    return found


class Asked:
    """One question about one history, to every surface."""

    def __init__(self, dashboard: Dashboard, history: History, draw):
        self.dashboard, self.rate = dashboard, history.rate
        dashboard.table = Table(DynamoDBInMemory(), "attendance", sleep=lambda _: None)
        dashboard._tokens.clear()
        held = dashboard.discord.members[GUILD]
        held.clear()
        held.update(
            {OFFICER_USER: [OFFICER_ROLE]} | {PEOPLE[name].user_id: list(roles) for name, roles in history.held.items()}
        )
        dashboard.set_up(GUILD)
        planned, dashboard.now = live(dashboard.table, dashboard.discord, history)
        self.events = [get_event(dashboard.table, GUILD, event.event_id) for event in planned]
        self.sheets = [sheet for event in self.events if (sheet := find_sheet(dashboard.table, event))]
        known = sorted(one.user_id for name, one in PEOPLE.items() if name != history.erased)
        self.question = draw(questions(self.events, known))
        self.pairs = picked(self.sheets, self.question)
        self.plain = Plain(self.pairs, history.rate)

    def file(self, kind):
        """The job of a file, and the file; None where nothing fits."""
        table, files, who = self.dashboard.table, self.dashboard.files, officer(request_id=kind)
        job = request_report(table, GUILD, who, self.dashboard.now, file_format=kind, question=self.question)
        done = build_report(table, files, BUILDERS, GUILD, job.job_id, "worker", lambda: self.dashboard.now)
        assert done is not None
        if done.status == "failed":
            assert done.problem_code == "no_rows"
            return done, None
        return done, files.kept[done.file_key]

    def api(self, kind, **more):
        self.dashboard.now += timedelta(seconds=10)
        query = {
            "from": self.question.first, "to": self.question.last, "event": self.question.events,
            "series": self.question.series, "game": self.question.games, "discord_role": self.question.discord_roles,
            "member": self.question.members, "status": self.question.statuses, **more,
        }  # fmt: skip
        answer = self.dashboard.client.get(
            f"/api/v1/guilds/{GUILD}/analytics/{kind}",
            params={name: value for name, value in query.items() if value},
            headers=self.dashboard.shown(OFFICER_USER),
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def stats(self, view, by="week", question=None, who=None):
        who = who or officer(request_id=f"{view}{by}")
        request = ask_stats(
            self.dashboard.table, GUILD, who, self.dashboard.now, question or self.question, view=view, by=by,
            reply_token="t", locale="en-US",
        )  # fmt: skip
        return make_answer(self.dashboard.table, request, self.dashboard.now)


@st.composite
def questions(draw, events, known):
    """What somebody asks about these events: everything, or filtered."""
    days = sorted(event.starts_at.astimezone(ZONE).date() for event in events)
    of = {
        "events": [event.event_id for event in events],
        "series": sorted({event.series_id for event in events if event.series_id}),
        "games": ["WoW", "CHESS", "Go"],
        "discord_roles": [RAIDER, FRIEND],
        "members": known,
        "statuses": STATUSES,
    }
    filtered = draw(st.sets(st.sampled_from(sorted(of)), max_size=2))
    least = min(2, *(len(of[name]) for name in filtered)) if filtered else 0  # one open event alone is no report
    chosen = {name: tuple(draw(st.lists(st.sampled_from(of[name]), min_size=least, unique=True))) for name in filtered}
    return Question(
        first=draw(st.sampled_from([days[0], days[2]])), last=draw(st.sampled_from([days[-1], days[5]])), **chosen
    )


def number(text):
    return float(text) if text else None


def check_csv(asked, content):
    plain = asked.plain
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    end = next(place for place, line in enumerate(lines) if not line[0])
    rows = [dict(zip(lines[0], line, strict=True)) for line in lines[1:end]]
    worth_of_rows = [number(row["Credit"]) for row in rows if row["Credit"]]
    assert [(row["Event id"], row["Member id"]) for row in rows] == [(s.event_id, r.user_id) for s, r in asked.pairs]
    assert (round(100 * sum(worth_of_rows)), len(worth_of_rows)) == (plain.credit, plain.eligible)
    assert Counter(row["Attendance"] for row in rows) == plain.statuses
    about = {line[0]: line[1] for line in lines[end + 2 :]}
    check_facts(plain, about, float)


def check_facts(plain, about, read):
    """What a file says that it adds up to."""
    assert {name: int(read(about[name])) for name in ("Events", "Events not counted", "Members", "Rows", "Eligible")} == {
        "Events": len(plain.counted), "Events not counted": len(plain.uncounted), "Members": len(plain.who),
        "Rows": plain.rows, "Eligible": plain.eligible,
    }  # fmt: skip
    assert read(about["Credit"]) == plain.credit / 100
    labels = {kind: say("en", f"status.{kind}").capitalize() for kind in KINDS}
    assert {kind: int(read(about[label])) for kind, label in labels.items() if label in about} == plain.kinds
    if plain.eligible:
        assert read(about["Rate"]) == pytest.approx(plain.credit / 100 / plain.eligible, abs=0.0006)
    else:
        assert about["Rate"] == "none: nothing is eligible"


def check_xlsx(asked, content):
    plain, book = asked.plain, load_workbook(io.BytesIO(content))
    heading, *rows = book["Attendance"].values
    places = {name: heading.index(name) for name in ("Credit", "Member id", "Event id", "Attendance")}
    worth_of_rows = [row[places["Credit"]] for row in rows if row[places["Credit"]] is not None]
    assert [(row[places["Event id"]], row[places["Member id"]]) for row in rows] == [
        (sheet.event_id, row.user_id) for sheet, row in asked.pairs
    ]
    assert (round(100 * sum(worth_of_rows)), len(worth_of_rows)) == (plain.credit, plain.eligible)
    check_facts(plain, {line[0]: line[1] for line in book["About this file"].values}, float)
    head, *lines = book["Members"].values
    by_id = {line[1]: dict(zip(head, line, strict=True)) for line in lines}
    assert set(by_id) == set(plain.who)
    for user_id, pairs in plain.who.items():
        one, line = Plain(pairs, asked.rate), by_id[user_id]
        assert (line["Credit"], line["Eligible"]) == one.rate
        assert line["Rate"] == (pytest.approx(one.credit / 100 / one.eligible) if one.eligible else None)
        assert {kind: line[say("en", f"status.{kind}").capitalize()] for kind in KINDS} == {
            kind: one.kinds[kind] for kind in KINDS
        }


def check_pdf(asked, content):
    plain = asked.plain
    whole = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    totals, _, after = whole.partition("How much")[2].partition("Credit / eligible")
    labels = [
        *(say("en", f"status.{kind}").capitalize() for kind in KINDS),
        "Events",
        "Events not counted",
        "Members",
        "Rows",
    ]
    labels += ["Credit", "Eligible", "Rate"]
    about = {}
    for label in labels:
        if found := re.search(rf"^{label}\n(\S.*)$", totals, re.MULTILINE):
            about[label] = found[1]
    check_facts(plain, about, lambda text: float(text[:-1]) / 100 if text.endswith("%") else float(text))
    for pairs in plain.who.values():
        one, name = Plain(pairs, asked.rate), pairs[-1][1].name
        shown = "" if not one.eligible else rf"{100 * one.credit / 100 / one.eligible:.1f}%\s+"
        assert re.search(rf"^{name}\n{shown}{one.credit / 100:g} / {one.eligible}$", after, re.MULTILINE), name


def as_pairs(figures):
    return {
        **{name: (figures[name]["numerator"], figures[name]["denominator"]) for name in ("rate", "late", "shown")},
        "counts": figures["counts"],
    }


def check_api(asked):
    plain, rate = asked.plain, asked.rate
    summary = asked.api("summary")
    assert as_pairs(summary["figures"]) == plain.figures
    assert (summary["events"], summary["uncounted"]) == (len(plain.counted), len(plain.uncounted))
    assert summary["members"] == sum(1 for pairs in plain.who.values() if Plain(pairs, rate).eligible)
    listed = {one["user_id"]: one for one in asked.api("members")["items"]}
    matrix = asked.api("matrix")
    assert set(listed) == {row["user_id"] for row in matrix["items"]} == set(plain.who)
    for row in matrix["items"]:
        figures = Plain(plain.who[row["user_id"]], rate).figures
        assert as_pairs(row["figures"]) == as_pairs(listed[row["user_id"]]["figures"]) == figures
        assert Counter(cell for cell in row["cells"] if cell) == figures["counts"]
    for by in KEYS:
        groups = asked.api("trend" if by in PERIODS else "breakdown", by=by)["groups"]
        wanted = {key: Plain(pairs, rate).figures for key, pairs in grouped(asked.pairs, by).items()}
        assert {one["key"]: as_pairs(one["figures"]) for one in groups if one["events"]} == wanted, by
    for role in asked.api("coverage")["roles"]:
        seated = [row for _, row in asked.pairs if row.role == role["role"]]
        assert role["seated"]["numerator"] == len(seated)
        assert role["came"]["numerator"] == sum(1 for row in seated if row.status in CAME)


def rate_in(text):
    found = re.search(r"\*\*([\d.]+) %\*\* \(([\d.]+)/(\d+)\)", text)
    return (float(found[2]), int(found[3])) if found else None


def check_stats(asked):
    plain = asked.plain
    answer = asked.stats("guild", "month")
    first, *rest = answer.text.splitlines()
    assert rate_in(first) == (plain.rate if plain.eligible else None)
    told = "\n".join(rest)
    for kind, count in plain.kinds.items():
        assert re.search(rf"{say('en', f'status.{kind}')} {count}\b", told), kind
    [measure] = answer.chart.measures
    parts = [detail.split("/") for detail in measure.details]
    assert sum(float(part) for part, _ in parts) == pytest.approx(plain.credit / 100)
    assert sum(int(whole) for _, whole in parts) == plain.eligible
    for user_id in sorted(set(plain.who) & {one.user_id for one in PEOPLE.values()}):
        own = Plain(plain.who[user_id], asked.rate)
        who = member("who", user_id=user_id, request_id=f"own{user_id}")
        text = asked.stats("guild", question=asked.question._replace(members=()), who=who).text
        assert rate_in(text.splitlines()[0]) == (own.rate if own.eligible else None)


def check_everything(dashboard, history, data):
    asked = Asked(dashboard, history, data.draw)
    check_api(asked)
    check_stats(asked)
    for kind, check in (("csv", check_csv), ("xlsx", check_xlsx), ("pdf", check_pdf)):
        job, content = asked.file(kind)
        plain = asked.plain
        if content is None:
            assert not asked.pairs
            continue
        assert (job.row_count, job.member_count, job.credit, job.eligible) == (
            plain.rows, len(plain.who), plain.credit, plain.eligible,
        )  # fmt: skip
        check(asked, content)


QUIETLY = {
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    "phases": [Phase.explicit, Phase.generate],
}  # fmt: skip


@pytest.fixture
def dashboard(monkeypatch):
    return Dashboard((DynamoDBInMemory(), "attendance"), monkeypatch)


@settings(max_examples=10, **QUIETLY)
@given(history=histories, data=st.data())
def test_files_the_api_and_stats_agree_with_each_other_and_with_adding_up_by_hand(dashboard, history, data):
    check_everything(dashboard, history, data)


@pytest.mark.full
@pytest.mark.timeout(1200)
@settings(max_examples=150, **QUIETLY)
@given(history=histories, data=st.data())
def test_files_the_api_and_stats_agree_for_many_histories(dashboard, history, data):
    check_everything(dashboard, history, data)
