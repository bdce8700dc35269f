"""Figures agree with a plain second calculation for random histories, and with what a member's own record says.

The second calculation walks every row of every sheet and decides with ifs, as SPEC's table of defaults reads.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendance.domain.analytics import UNCOUNTED, chosen, kind_of, rows_asked_for, summary
from attendance.domain.analytics_coverage import coverage
from attendance.domain.analytics_groups import BREAKDOWNS, PERIODS, breakdown, trend
from attendance.domain.analytics_members import LEAST_ELIGIBLE, MAX_MATRIX_EVENTS, Row, matrix, members, ranking
from attendance.domain.rate import DEFAULT_RULES, RateRules
from attendance.domain.record import Entry, make_record
from attendance.domain.report_totals import Totals
from attendance.domain.seats import Role
from attendance.domain.selection import select
from attendance.domain.sheet import Sheet, SheetRow
from attendance.domain.verdict import STATUSES
from attendance.errors import Invalid
from attendance.storage.sheets import facts_from_item, put_sheet
from tests.stories import GUILD, officer

ZONE = "Europe/Berlin"
FIRST = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
PARTY = (Role("tank", "Tank", 1, 2), Role("dps", "Damage", 0, 3))
CAME = ("present", "late", "left_early", "benched")

rows = st.builds(
    lambda user, answer, status, seat, away, early, held: SheetRow(
        user_id=user, name=f"N{user}", answer=answer, role=seat, late_minutes=0, status=status, source="rule", at=None,
        on_leave=away, early=early, discord_roles=held,
    ),
    st.sampled_from([str(1000 + number) for number in range(6)]),
    st.sampled_from(["", "yes", "late", "maybe", "no"]),
    st.sampled_from(STATUSES),
    st.sampled_from(["", "tank", "dps"]),
    st.booleans(),
    st.booleans(),
    st.sampled_from([None, (), ("7",), ("7", "8")]),
)  # fmt: skip


@st.composite
def histories(draw):
    """Sheets in order of start over a quarter or so, with two games, a series, and events that do not count."""
    hours = sorted(draw(st.sets(st.integers(0, 24 * 100), max_size=8)))
    return [
        Sheet(
            guild_id=GUILD, event_id=f"{number:0>16}", title=f"Night {number}", game=draw(st.sampled_from(["WoW", "wow", "Chess"])),
            starts_at=FIRST + timedelta(hours=hour), ends_at=FIRST + timedelta(hours=hour + 2), zone="UTC", made_at=FIRST,
            version=1, rows=tuple(draw(st.lists(rows, max_size=6, unique_by=lambda row: row.user_id))),
            counted=draw(st.integers(0, 4)) > 0, series_id=draw(st.sampled_from([None, "s" * 16])), party_roles=PARTY,
        )
        for number, hour in enumerate(hours)
    ]  # fmt: skip


rules = st.builds(
    RateRules,
    late=st.integers(0, 100), left_early=st.integers(0, 100), benched=st.integers(0, 100),
    unmarked=st.booleans(), excused=st.booleans(), on_leave=st.booleans(),
)  # fmt: skip


def stored(sheets):
    """What figures read of sheets, through the shape in which they are stored."""
    return [facts_from_item(put_sheet(sheet, officer(), FIRST).item) for sheet in sheets]


def asked(first=date(2026, 1, 1), last=date(2026, 6, 30), **criteria):
    return select(zone=ZONE, now=FIRST, first=first, last=last, **criteria)


def picked(sheets, selection):
    return [facts for one in stored(sheets) if (facts := chosen(one, selection)) is not None]


class Plain:
    """The second calculation: sums over (sheet, row) pairs."""

    def __init__(self, pairs, under):
        self.credit = self.eligible = self.late = self.came = self.signed_up = self.shown = 0
        for sheet, row in pairs:
            if not sheet.counted or row.early:
                continue
            if row.on_leave and not under.on_leave:
                continue
            if row.status == "excused" and not under.excused:
                continue
            if row.status == "unmarked" and not under.unmarked:
                continue
            self.eligible += 1
            self.credit += {
                "present": 100, "late": under.late, "left_early": under.left_early, "benched": under.benched,
            }.get(row.status, 0)  # fmt: skip
            self.came += row.status in CAME
            self.late += row.status == "late"
            if row.answer in ("yes", "late"):
                self.signed_up += 1
                self.shown += row.status in CAME

    def says(self, figures):
        return (
            figures.rate[:2] == (self.credit, self.eligible)
            and figures.late == (self.late, self.came)
            and figures.shown == (self.shown, self.signed_up)
        )


def pairs_of(sheets):
    return [(sheet, row) for sheet in sheets for row in sheet.rows]


def grouped(sheets, key_of):
    found = defaultdict(list)
    for sheet, row in pairs_of(sheets):
        for key in key_of(sheet, row):
            found[key].append((sheet, row))
    return found


def local(sheet):
    return sheet.starts_at.astimezone(ZoneInfo(ZONE))


KEYS = {
    "event": lambda sheet, _: [sheet.event_id],
    "week": lambda sheet, _: [f"{local(sheet):%G-W%V}"],
    "month": lambda sheet, _: [f"{local(sheet):%Y-%m}"],
    "game": lambda sheet, _: [sheet.game.lower()],
    "series": lambda sheet, _: [sheet.series_id or ""],
    "weekday": lambda sheet, _: [str(local(sheet).weekday())],
    "hour": lambda sheet, _: [f"{local(sheet):%H}"],
    "weekday_hour": lambda sheet, _: [f"{local(sheet).weekday()}-{local(sheet):%H}"],
    "party_role": lambda _, row: [row.role],
    "discord_role": lambda _, row: [""] if row.discord_roles is None else row.discord_roles,
}


def test_every_grouping_has_a_second_calculation():
    assert set(KEYS) == {*PERIODS, *BREAKDOWNS}


@settings(max_examples=60)
@given(histories(), rules)
def test_groups_agree_with_a_plain_second_calculation(sheets, under):
    facts = picked(sheets, asked())
    for by, key_of in KEYS.items():
        make = trend if by in PERIODS else breakdown
        found = {group.key: group for group in make(facts, by, ZONE, under)}
        wanted = grouped(sheets, key_of)
        assert set(wanted) <= set(found)
        for key, group in found.items():
            assert Plain(wanted.get(key, []), under).says(group.figures), (by, key)
            assert group.events == len({sheet.event_id for sheet, _ in wanted.get(key, [])})
            assert group.figures.rows == len(wanted.get(key, []))


@settings(max_examples=60)
@given(histories(), rules)
def test_members_agree_with_their_records_and_with_a_plain_second_calculation(sheets, under):
    selection = asked(date(2026, 2, 15), date(2026, 4, 4))
    facts = picked(sheets, selection)
    there = [sheet for sheet in sheets if sheet.starts_at >= selection.since]
    before = [sheet for sheet in sheets if sheet.starts_at < selection.since]
    wanted, earlier = (grouped(some, lambda _, row: [row.user_id]) for some in (there, before))
    found = members(facts, selection.since, under)
    assert [one.user_id for one in found] == sorted(wanted)
    for one in found:
        record = make_record(
            (
                Entry(sheet.event_id, sheet.title, sheet.game, sheet.starts_at, sheet.counted, row.mark)
                for sheet, row in wanted[one.user_id]
            ),
            under,
        )
        assert (one.figures.rate, one.streak, one.figures.counts) == (record.rate, record.streak, record.counts)
        assert Plain(wanted[one.user_id], under).says(one.figures)
        plain = Plain(earlier.get(one.user_id, []), under)
        assert one.before[:2] == (plain.credit, plain.eligible)


@settings(max_examples=60)
@given(histories(), rules)
def test_the_whole_is_the_sum_of_every_division_of_it(sheets, under):
    selection = asked(date(2026, 2, 1))
    facts = picked(sheets, selection)
    there = [sheet for sheet in sheets if sheet.starts_at >= selection.since]
    whole = summary(facts, selection.since, under)
    assert Plain(pairs_of(there), under).says(whole.figures)
    assert Plain(pairs_of(sheet for sheet in sheets if sheet not in there), under).says(whole.before)
    assert whole.events == sum(1 for sheet in there if sheet.counted and sheet.rows)
    shown = [one for one in facts if one.starts_at >= selection.since]
    eligible = [one for one in members(shown, selection.since, under) if one.figures.rate.eligible]
    assert whole.members == len(eligible)
    for parts in (
        trend(shown, "week", ZONE, under),
        breakdown(shown, "party_role", ZONE, under),
        matrix(shown, under).rows,
    ):
        assert sum(part.figures.rate.credit for part in parts) == whole.figures.rate.credit
        assert sum(part.figures.shown.whole for part in parts) == whole.figures.shown.whole
        assert sum(part.figures.rows for part in parts) == whole.figures.rows


@settings(max_examples=40)
@given(histories(), st.sets(st.sampled_from(STATUSES)), st.sets(st.sampled_from(["7", "8"])), st.booleans())
def test_filters_leave_the_same_rows_as_walking_through_them_does(sheets, statuses, discord_roles, of_series):
    selection = asked(
        statuses=statuses, discord_roles=discord_roles, games=["WOW"], series=["s" * 16] if of_series else []
    )
    left = [
        replace(
            sheet,
            rows=tuple(
                row
                for row in sheet.rows
                if (not statuses or row.status in statuses)
                and (not discord_roles or discord_roles & set(row.discord_roles or ()))
            ),
        )
        for sheet in sheets
        if sheet.game.lower() == "wow" and (not of_series or sheet.series_id)
    ]
    found = summary(picked(sheets, selection), selection.since, DEFAULT_RULES)
    assert Plain(pairs_of(left), DEFAULT_RULES).says(found.figures)
    assert found.figures.rows == len(pairs_of(left))


@settings(max_examples=40)
@given(histories())
def test_coverage_agrees_with_counting_seats(sheets):
    found = coverage(stored(sheets))
    for role in found.roles:
        seated = [row for sheet in sheets for row in sheet.rows if row.role == role.role]
        assert role.seated.part == len(seated)
        assert role.came.part == len([row for row in seated if row.status in CAME])
        assert role.events == len(sheets)
        minimum, seats = {"tank": (1, 2), "dps": (0, 3)}[role.role]
        assert (role.seated.whole, role.came.whole) == (seats * len(sheets),) * 2
        assert role.short.whole == (len(sheets) if minimum else 0)
    empty = [s for s in sheets if not any(row.role == "tank" and row.status in CAME for row in s.rows)]
    assert [one.event_id for one in found.shortages] == [sheet.event_id for sheet in empty]
    assert all((one.role, one.minimum, one.missing) == ("tank", 1, 1) for one in found.shortages)


@settings(max_examples=40)
@given(histories(), st.sets(st.sampled_from(["7", "8"]), min_size=1))
def test_coverage_by_some_members_counts_nobody_else_and_uncounted_events_too(sheets, discord_roles):
    selection = asked(discord_roles=discord_roles)
    found = coverage([facts for one in stored(sheets) if (facts := rows_asked_for(one, selection)) is not None])
    for role in found.roles:
        seated = [
            row
            for sheet in sheets
            for row in sheet.rows
            if row.role == role.role and discord_roles & set(row.discord_roles or ())
        ]
        assert (role.seated.part, role.came.part) == (len(seated), len([row for row in seated if row.status in CAME]))
        assert role.events == len(sheets)


def night(number, *people, starts_at=None, counted=True):
    """A sheet at which each of `people` (id, status) was as it says."""
    rows_there = tuple(
        SheetRow(
            user_id=user, name=f"N{user}", answer="yes", role="", late_minutes=0, status=status, source="rule", at=None
        )
        for user, status in people
    )
    starts_at = starts_at or FIRST + timedelta(days=number)
    return Sheet(
        guild_id=GUILD, event_id=f"{number:0>16}", title=f"Night {number}", game="WoW", starts_at=starts_at,
        ends_at=starts_at, zone="UTC", made_at=FIRST, version=1, rows=rows_there, counted=counted,
    )  # fmt: skip


def test_weeks_and_months_follow_each_other_without_a_gap_and_begin_in_the_guilds_zone():
    late_sunday = datetime(2026, 1, 4, 23, 30, tzinfo=UTC)
    sheets = picked(
        [night(1, ("1", "present")), night(2, ("1", "absent"), starts_at=late_sunday), night(60, ("1", "late"))],
        asked(),
    )
    weeks = trend(sheets, "week", ZONE, DEFAULT_RULES)
    assert [(one.key, one.events) for one in weeks[:3]] == [("2026-W01", 1), ("2026-W02", 1), ("2026-W03", 0)]
    assert [one.first_day for one in weeks[:2]] == [date(2025, 12, 29), date(2026, 1, 5)]
    assert weeks[2].figures.rate.share is None
    assert weeks[-1].key == "2026-W10"
    assert [one.key for one in trend(sheets, "month", ZONE, DEFAULT_RULES)] == ["2026-01", "2026-02", "2026-03"]
    assert trend([], "month", ZONE, DEFAULT_RULES) == []


def test_a_matrix_shows_what_each_member_was_at_each_event():
    found = matrix(
        picked(
            [
                night(1, ("1", "present")),
                night(2, ("2", "late"), ("1", "absent")),
                night(3, ("2", "present"), counted=False),
            ],
            asked(),
        ),
        DEFAULT_RULES,
    )
    assert [row.cells for row in found.rows] == [("present", "absent", None), (None, "late", "not_counted")]
    assert [one.counted for one in found.events] == [True, True, False]
    assert kind_of(UNCOUNTED) == "not_counted"


@settings(max_examples=60)
@given(histories(), rules, st.integers(1, 3))
def test_the_pages_of_a_matrix_are_the_whole_of_it(sheets, under, most):
    facts = picked(sheets, asked())
    whole, behind = matrix(facts, under), ""
    pages: list[Row] = []
    while page := matrix(facts, under, behind=behind, most=most):
        assert page.events == whole.events
        pages += page.rows
        if len(page.rows) < most:
            break
        behind = page.rows[-1].user_id
    assert tuple(pages) == whole.rows


def test_members_with_the_same_rate_share_a_place_and_few_events_give_none():
    sheets = [
        night(number, ("1", "present"), ("2", "present"), ("3", "absent" if number else "present"))
        for number in range(4)
    ]
    sheets[0] = night(0, ("1", "present"), ("3", "present"), ("4", "present"))
    found = ranking(members(picked(sheets, asked()), FIRST - timedelta(days=1), DEFAULT_RULES))
    assert [(one.place, one.user_id) for one in found] == [(1, "1"), (1, "2"), (3, "3")]
    assert LEAST_ELIGIBLE == 3


def test_an_event_at_the_very_beginning_of_a_period_is_in_it_and_not_in_the_one_before():
    since = FIRST + timedelta(days=5)
    facts = picked([night(1, ("1", "present")), night(5, ("1", "absent"), starts_at=since)], asked())
    found = summary(facts, since, DEFAULT_RULES)
    assert (found.figures.rate[:2], found.before.rate[:2]) == ((0, 1), (100, 1))
    [one] = members(facts, since, DEFAULT_RULES)
    assert (one.figures.rate[:2], one.before[:2]) == ((0, 1), (100, 1))


def test_what_changed_its_name_is_called_as_it_was_last():
    sheets = [
        replace(night(1, ("1", "present")), game="WOW"),
        replace(night(2, ("1", "present")), game="WoW", party_roles=PARTY),
    ]
    renamed = [
        replace(sheet, rows=(replace(sheet.rows[0], name=f"Name {place}", role="tank"),))
        for place, sheet in enumerate(sheets)
    ]
    facts = picked(renamed, asked())
    assert [group.label for group in breakdown(facts, "game", ZONE, DEFAULT_RULES)] == ["WoW"]
    assert [group.label for group in breakdown(facts, "party_role", ZONE, DEFAULT_RULES)] == ["Tank"]
    assert [one.name for one in members(facts, FIRST, DEFAULT_RULES)] == ["Name 1"]
    assert [row.name for row in matrix(facts, DEFAULT_RULES).rows] == ["Name 1"]


def test_a_matrix_has_up_to_500_events_and_is_refused_with_advice_beyond():
    [facts] = picked([night(1, ("1", "present"))], asked())
    assert len(matrix([facts] * MAX_MATRIX_EVENTS, DEFAULT_RULES).events) == MAX_MATRIX_EVENTS == 500
    with pytest.raises(Invalid, match="shorter range"):
        matrix([facts] * (MAX_MATRIX_EVENTS + 1), DEFAULT_RULES)


def test_the_months_of_a_file_are_those_of_the_guilds_zone():
    totals = Totals(rules=DEFAULT_RULES, zone=ZONE)
    [facts] = picked([night(1, ("1", "present"), starts_at=datetime(2026, 1, 31, 23, 30, tzinfo=UTC))], asked())
    totals.add(facts)
    assert [(month.key, month.figures.rate[:2]) for month in totals.months] == [("2026-02", (100, 1))]


def test_a_change_needs_a_rate_in_both_periods():
    sheets = [night(1, ("1", "present")), night(40, ("1", "absent"), ("2", "present"))]
    one, two = members(picked(sheets, asked()), FIRST + timedelta(days=30), DEFAULT_RULES)
    assert (one.before.share, one.change) == (1.0, -1.0)
    assert two.change is None
