"""Undoing marks: nothing is deleted, later marks stand, and half of it is finished when it is asked for again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from attendance.domain.marking import MarkRow
from attendance.errors import Conflict, Forbidden, NotFound, Unavailable
from attendance.services import marking, undoing
from attendance.services.check_ins import check_in
from attendance.services.closing import close_event, get_sheet
from attendance.services.marking import mark, mark_members
from attendance.services.undoing import list_batches, recent_batches, undo_batch
from attendance.storage import attendance, keys, members
from tests.stories import GUILD, NOW, OTHER_GUILD, after, member, officer, raid

PEOPLE = [member(f"m{number}", user_id=str(10_000 + number)) for number in range(7)]


@pytest.fixture
def event(table):
    """A raid in a guild where the bot has met seven people, the first of whom checked in."""
    planned = raid(table)
    for who in PEOPLE:
        members.remember(table, GUILD, who.user_id, who.name, NOW)
    check_in(table, GUILD, planned.event_id, PEOPLE[0], after(60))
    return planned


def batch(table, event, status="excused", people=PEOPLE, request_id="b1", at=70):
    rows = [MarkRow(who.user_id, status) for who in people]
    return mark_members(table, GUILD, event.event_id, officer(request_id=request_id), after(at), rows)


def undo(table, event, done, at=80, request_id="u1"):
    return undo_batch(table, GUILD, event.event_id, done.batch_id, officer(request_id=request_id), after(at))


def verdicts(table, event):
    return {user: entry.status for user, entry in attendance.decisions(table, GUILD, event.event_id).items()}


def test_undoing_a_batch_brings_back_what_was_before_and_deletes_nothing(table, event):
    before = verdicts(table, event)
    done = undo(table, event, batch(table, event))
    assert {row.undo for row in done.rows} == {"undone"}
    assert (done.state, done.undone_by) == ("undone", officer().user_id)
    assert verdicts(table, event) == before == {PEOPLE[0].user_id: "present"}
    ledger = attendance.entries(table, GUILD, event.event_id, PEOPLE[0].user_id)
    assert [entry.status for entry in ledger] == ["present", "excused", "unmarked"]
    assert undo(table, event, done, at=90, request_id="u2") == done


def test_what_members_had_before_is_read_for_all_of_a_chunk_at_once(table, event, monkeypatch):
    done, queries, query = batch(table, event, people=PEOPLE[::2]), [], table.query

    def counted(*given, **options):
        queries.append(given)
        return query(*given, **options)

    monkeypatch.setattr(table, "query", counted)
    assert {row.undo for row in undo(table, event, done).rows} == {"undone"}
    assert len(queries) == 1
    assert verdicts(table, event) == {PEOPLE[0].user_id: "present"}


def test_a_later_mark_stands_and_is_reported(table, event):
    first = batch(table, event)
    mark(table, GUILD, event.event_id, PEOPLE[1].user_id, officer(request_id="m"), after(75), status="late")
    done = undo(table, event, first)
    assert [row.undo for row in done.rows][:3] == ["undone", "later_mark_stands", "undone"]
    assert verdicts(table, event) == {PEOPLE[0].user_id: "present", PEOPLE[1].user_id: "late"}


def test_what_is_taken_back_under_a_later_mark_is_on_record_beside_it(table, event):
    def passed_over(who):
        return table.get(keys.attendance(GUILD, event.event_id, who.user_id)).get("passed_over")

    first, who = batch(table, event), PEOPLE[1]
    assert passed_over(who) is None
    mark(table, GUILD, event.event_id, who.user_id, officer(request_id="m"), after(75), status="late")
    undo(table, event, first)
    taken_back = passed_over(who)
    assert (taken_back["status"], taken_back["takes_back"]) == ("unmarked", [first.batch_id])
    assert passed_over(PEOPLE[2]) is None
    check_in(table, GUILD, event.event_id, who, after(65))  # the officer's mark decides still
    assert passed_over(who)["source"] == "button"


def test_undoing_what_took_marks_back_brings_them_back(table, event):
    batch(table, event, people=PEOPLE[1:3])
    cleared = batch(table, event, "unmarked", PEOPLE[1:3], "b2", at=71)
    assert verdicts(table, event) == {PEOPLE[0].user_id: "present"}
    assert {row.undo for row in undo(table, event, cleared).rows} == {"undone"}
    assert verdicts(table, event)[PEOPLE[1].user_id] == "excused"


def test_an_undo_reaches_the_sheet_of_a_closed_event(table, event):
    done = batch(table, event)
    close_event(table, GUILD, event.event_id, officer(), after(75))
    undo(table, event, done)
    assert [(row.user_id, row.status) for row in get_sheet(table, GUILD, event.event_id).rows] == [
        (PEOPLE[0].user_id, "present")
    ]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_an_undo_that_was_cut_off_goes_on_where_it_was(table, event, monkeypatch, crash_at, number):
    monkeypatch.setattr(undoing, "CHUNK", 3)
    done = batch(table, event)
    crash_at(number)
    with pytest.raises(Unavailable):
        undo(table, event, done)
    assert {row.undo for row in undo(table, event, done, at=81).rows} == {"undone"}
    assert verdicts(table, event) == {PEOPLE[0].user_id: "present"}


def test_a_batch_that_was_undone_half_way_is_not_finished_afterwards(table, event, monkeypatch, crash_at):
    monkeypatch.setattr(marking, "CHUNK", 3)
    crash_at(2)
    with pytest.raises(Unavailable):
        batch(table, event)
    (half,), _ = list_batches(table, GUILD, event.event_id, officer(), limit=10)
    assert (half.state, half.applied) == ("running", 3)
    undo(table, event, half)
    with pytest.raises(Conflict, match="taken back"):
        batch(table, event)
    assert verdicts(table, event) == {PEOPLE[0].user_id: "present"}


def test_after_thirty_days_and_without_the_right_nothing_is_undone(table, event):
    done = batch(table, event)
    with pytest.raises(Conflict, match="older than 30 days"):
        undo_batch(table, GUILD, event.event_id, done.batch_id, officer(), done.made_at + timedelta(days=30, seconds=1))
    with pytest.raises(Forbidden, match=r"attendance\.manage"):
        undo_batch(table, GUILD, event.event_id, done.batch_id, PEOPLE[0], after(80))
    for guild, batch_id in ((OTHER_GUILD, done.batch_id), (GUILD, "0" * 16), (GUILD, "x")):
        with pytest.raises(NotFound):
            undo_batch(table, guild, event.event_id, batch_id, officer(), after(80))
    assert (
        undo_batch(table, GUILD, event.event_id, done.batch_id, officer(), done.made_at + timedelta(days=30)).state
        == "undone"
    )


def test_batches_are_listed_the_newest_first_a_page_at_a_time(table, event):
    made = [batch(table, event, "late", PEOPLE[n : n + 2], f"b{n}", at=70 + n) for n in range(3)]
    page, cursor = list_batches(table, GUILD, event.event_id, officer(), limit=2)
    rest, end = list_batches(table, GUILD, event.event_id, officer(), limit=2, cursor=cursor)
    assert [*page, *rest] == made[::-1]
    assert end is None
    undo(table, event, made[2])
    recent = recent_batches(table, GUILD, officer(), after(90), limit=25)
    assert [(item["gsi1sk"].rpartition("#")[2], item["row_count"], item["title"]) for item in recent] == [
        (one.batch_id, one.applied, "Raid night") for one in made[1::-1]
    ]
