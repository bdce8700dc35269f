"""Figures out of the table: the same as members' records and the sheets, over what was asked for, to whom they may be shown."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from attendance.discord.digest_view import digest_text, digest_title
from attendance.domain.ids import derive
from attendance.domain.rate import count_marks
from attendance.domain.seats import Role
from attendance.domain.sheet import Sheet, SheetRow
from attendance.errors import Conflict, Forbidden, Invalid, NotFound
from attendance.services import analytics
from attendance.services.analytics import Question, scope_of
from attendance.services.events import EventRequest, create_event
from attendance.services.records import show_record
from attendance.services.settings import change_settings
from attendance.storage import members, sheets
from attendance.storage.sheets import put_sheet
from tests.stories import GUILD, NOW, OTHER_GUILD, after, member, officer, set_up

ANN, BOB, CLEO = member("Ann"), member("Bob"), member("Cleo")
PEOPLE = (ANN, BOB, CLEO)
LATER = NOW + timedelta(days=9)
WEEK = Question(first=date(2026, 11, 30), last=date(2026, 12, 10))


PARTY = (Role("tank", "Tank", 1, 1), Role("dps", "Damage", 1, 3))
SEATS = {ANN: ("yes", "tank"), BOB: ("late", "dps"), CLEO: ("no", "")}


def starts(number):
    return after(60 + 1440 * number)


def night(table, number, marks, *, game="WoW", counted=True):
    """The sheet of an event of that day, at which everybody of `marks` was as it says."""
    rows = tuple(
        SheetRow(
            user_id=person.user_id, name=person.name, answer=SEATS[person][0], role=SEATS[person][1], late_minutes=0,
            status=status, source="officer", at=None,
        )
        for person, status in marks.items()
    )  # fmt: skip
    sheet = Sheet(
        guild_id=GUILD, event_id=derive("night", str(number)), title=f"Night {number}", game=game, starts_at=starts(number),
        ends_at=starts(number), zone="UTC", made_at=NOW, version=1, rows=rows, counted=counted, party_roles=PARTY,
    )  # fmt: skip
    table.put(put_sheet(sheet, officer(), NOW))


@pytest.fixture
def guild(table):
    set_up(table)
    for person in PEOPLE:
        members.remember(table, GUILD, person.user_id, person.name, NOW)
    night(table, 0, {ANN: "present", BOB: "excused"})
    night(table, 1, {ANN: "late", BOB: "absent", CLEO: "unmarked"}, game="Chess")
    night(table, 2, {ANN: "absent", BOB: "late"})
    night(table, 3, {ANN: "present", BOB: "present"}, counted=False)
    night(table, 4, {BOB: "left_early"})
    create_event(table, GUILD, officer(), NOW, EventRequest(title="Open", time="in 2d"))
    return table


def scope(table, actor=None, question=WEEK, **asked):
    return scope_of(table, GUILD, actor or officer(), LATER, question._replace(**asked))


def test_a_summary_has_every_figure_with_what_it_is_made_of(guild):
    found = analytics.show_summary(guild, scope(guild), LATER)
    figures = found.figures
    assert (figures.rate.points, figures.rate.eligible) == (4, 6)
    assert figures.late == (2, 4)
    assert figures.shown == (4, 6)
    assert figures.counts == {
        "present": 1, "late": 2, "left_early": 1, "excused": 1, "absent": 2, "unmarked": 1, "not_counted": 2,
    }  # fmt: skip
    assert (found.events, found.uncounted, found.members, found.unclosed) == (4, 1, 2, 1)
    assert found.before.rows == 0


def test_only_what_began_and_is_asked_for_is_missing_as_not_closed(guild):
    assert analytics.show_summary(guild, scope(guild), NOW + timedelta(days=1)).unclosed == 0
    assert analytics.show_summary(guild, scope(guild), NOW + timedelta(days=2)).unclosed == 0
    assert analytics.show_summary(guild, scope(guild), NOW + timedelta(days=2, minutes=1)).unclosed == 1
    assert analytics.show_summary(guild, scope(guild, games=("Chess",)), LATER).unclosed == 0


def test_members_come_in_pages_each_of_them_once(guild):
    found, cursor = analytics.show_members(guild, scope(guild), limit=1)
    pages = [found]
    while cursor and len(pages) < 9:
        found, cursor = analytics.show_members(guild, scope(guild), limit=1, cursor=cursor)
        pages.append(found)
    assert [[one.user_id for one in page] for page in pages] == [[one] for one in sorted(who.user_id for who in PEOPLE)]


def test_members_agree_with_what_their_own_record_says(guild):
    change_settings(guild, GUILD, officer(), NOW, {"rate": {"late": "0.33", "left_early": "0.17", "excused": True}})
    chosen = scope(guild)
    found, _ = analytics.show_members(guild, chosen, limit=10)
    assert {one.name for one in found} == {"Ann", "Bob", "Cleo"}
    for one in found:
        span = {"since": chosen.selection.since, "until": chosen.selection.until}
        record = show_record(guild, GUILD, one.user_id, officer(), LATER, **span).record
        assert (one.figures.rate, one.streak, one.figures.counts) == (record.rate, record.streak, record.counts)


def test_a_period_is_compared_with_the_one_before_it(guild):
    chosen = scope(guild, question=Question(first=date(2026, 12, 3), last=date(2026, 12, 4)))
    ann, bob = (
        next(one for one in analytics.show_members(guild, chosen, limit=9)[0] if one.user_id == person.user_id)
        for person in (ANN, BOB)
    )
    assert (ann.before[:2], ann.figures.rate[:2], ann.change) == ((200, 2), (0, 1), -1)
    assert (bob.before[:2], bob.figures.rate[:2], bob.change) == ((0, 1), (100, 1), 1)
    assert analytics.show_summary(guild, chosen, LATER).before.rate[:2] == (200, 3)


def test_figures_by_game_and_by_party_role(guild):
    games = {one.label: one.figures.rate[:2] for one in analytics.show_breakdown(guild, scope(guild), "game")}
    assert games == {"WoW": (300, 4), "Chess": (100, 2)}
    roles = {one.key: one.label for one in analytics.show_breakdown(guild, scope(guild), "party_role")}
    assert roles == {"": "", "dps": "Damage", "tank": "Tank"}
    assert [one.events for one in analytics.show_trend(guild, scope(guild), "event")] == [1] * 5


def test_coverage_names_the_roles_that_were_short_and_when(guild):
    found = analytics.show_coverage(guild, scope(guild), officer())
    assert {one.role: tuple(one.short) for one in found.roles} == {"tank": (2, 5), "dps": (2, 5)}
    assert [(one.title, one.role, one.seated, one.missing) for one in found.shortages] == [
        ("Night 0", "dps", 1, 1), ("Night 1", "dps", 1, 1), ("Night 2", "tank", 1, 1), ("Night 4", "tank", 0, 1),
    ]  # fmt: skip


def test_a_matrix_is_paged_by_member_and_has_every_event(guild):
    first, cursor = analytics.show_matrix(guild, scope(guild), limit=2)
    rest, end = analytics.show_matrix(guild, scope(guild), limit=2, cursor=cursor)
    assert len(first.events) == len(rest.events) == 5
    assert end is None
    cells = {row.name: row.cells for row in (*first.rows, *rest.rows)}
    assert cells["Ann"] == ("present", "late", "absent", "not_counted", None)
    assert cells["Cleo"] == (None, "unmarked", None, None, None)
    with pytest.raises(Invalid, match="another list"):
        analytics.show_matrix(guild, scope(guild), limit=2, cursor="x")


def test_who_lacks_the_right_sees_themself_in_every_figure_and_nobody_else(guild):
    own = scope(guild, BOB)
    assert own.own
    assert [one.name for one in analytics.show_members(guild, own, limit=9)[0]] == ["Bob"]
    assert analytics.show_summary(guild, own, LATER).figures.rate.eligible == 3
    with pytest.raises(Forbidden, match=r"reports\.view"):
        scope(guild, BOB, members=(ANN.user_id,))
    with pytest.raises(Forbidden):
        analytics.show_coverage(guild, own, BOB)


def test_a_ranking_is_there_where_it_was_switched_on_and_then_for_everyone(guild):
    with pytest.raises(Conflict, match="switches them on"):
        analytics.show_ranking(guild, GUILD, officer(), LATER, WEEK)
    change_settings(guild, GUILD, officer(), NOW, {"rankings": True})
    _, found = analytics.show_ranking(guild, GUILD, BOB, LATER, WEEK)
    assert {(one.place, one.name, one.rate[:2]) for one in found} == {(1, "Ann", (200, 3)), (1, "Bob", (200, 3))}


def test_named_events_span_their_own_days_and_unknown_ids_are_unknown(guild):
    event = create_event(guild, GUILD, officer(request_id="ahead"), NOW, EventRequest(title="Ahead", time="in 6d"))
    found = scope(guild, question=Question(events=(event.event_id,)))
    assert found.selection.first_day == found.selection.last_day == date(2026, 12, 7)
    for asked in ({"events": ("z" * 16,)}, {"series": ("z" * 16,)}, {"members": ("12345",)}):
        with pytest.raises(NotFound):
            scope(guild, **asked)
    with pytest.raises(NotFound):
        scope_of(guild, OTHER_GUILD, officer(), LATER, WEEK._replace(events=(event.event_id,)))
    elsewhere = scope_of(guild, OTHER_GUILD, officer(), LATER, WEEK)
    assert analytics.show_summary(guild, elsewhere, LATER).figures.rows == 0


def test_marks_counted_for_rates_and_facts_read_for_figures_are_the_same(guild):
    span = (NOW, LATER)
    marks = count_marks((one.user_ids, one.marks) for one in sheets.marks_between(guild, GUILD, *span))
    facts = count_marks((one.user_ids, one.marks) for one in sheets.facts_between(guild, GUILD, *span))
    assert marks == facts


def test_a_weeks_digest_says_what_happened_in_it_and_names_members_only_where_they_are_ranked(guild):
    monday = NOW + timedelta(days=6)
    found = analytics.weekly_digest(guild, GUILD, monday)
    assert (found.first_day, found.last_day) == (date(2026, 11, 30), date(2026, 12, 6))
    assert found.summary == analytics.show_summary(
        guild, scope(guild, question=WEEK._replace(last=date(2026, 12, 6))), monday
    )
    assert found.steady == ()
    text = digest_text(found, "en")
    assert "Attendance: **66.7 %** (4/6)" in text
    assert "Too few as **Tank**: at 2 of 5 events, 2 missing in all" in text
    assert "Not closed yet, so not in here: 1" in text
    assert digest_title(found, "de") == "Die Woche vom 30.11.2026 bis 6.12.2026"
    change_settings(guild, GUILD, officer(), NOW, {"rankings": True})
    night(guild, 5, {CLEO: "present"})
    night(guild, 5.1, {CLEO: "late"})
    assert analytics.weekly_digest(guild, GUILD, monday).steady == (CLEO.user_id,)
    assert f"<@{CLEO.user_id}>" in digest_text(analytics.weekly_digest(guild, GUILD, monday), "fr")


def test_a_week_without_closed_events_has_no_digest(guild):
    assert analytics.weekly_digest(guild, GUILD, NOW + timedelta(days=60)) is None
