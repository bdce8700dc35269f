"""Officers' marks: one member and many, before closing and after it, once each."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from attendance.domain.choice import yes
from attendance.domain.marking import MarkRow
from attendance.domain.rate import Mark
from attendance.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from attendance.services import marking
from attendance.services.check_ins import check_in
from attendance.services.closing import close_event, get_sheet
from attendance.services.editing import cancel_event
from attendance.services.marking import mark, mark_members
from attendance.services.sign_ups import sign_up
from attendance.storage import attendance, batches, dues, members
from tests.stories import GUILD, NOW, OTHER_GUILD, after, member, officer, raid

ANN, BOB = member("Ann"), member("Bob")


def marked(table, event, who, status, at=70, by="o1", **more):
    return mark(table, GUILD, event.event_id, who.user_id, officer(request_id=by), after(at), status=status, **more)


def ledger(table, event, who):
    return [(entry.source, entry.status) for entry in attendance.entries(table, GUILD, event.event_id, who.user_id)]


def statuses(table, event):
    return {row.user_id: row.status for row in get_sheet(table, GUILD, event.event_id).rows}


@pytest.fixture
def event(table):
    """A raid for which Ann and Bob signed up."""
    planned = raid(table)
    sign_up(table, GUILD, planned.event_id, yes("tank"), ANN, NOW)
    sign_up(table, GUILD, planned.event_id, yes("healer"), BOB, NOW)
    return planned


def test_an_officers_mark_stands_before_a_check_in_and_both_stay_in_the_ledger(table, event):
    check_in(table, GUILD, event.event_id, ANN, after(60))
    done = marked(table, event, ANN, "left_early", note="  power cut ")
    assert (done.changed, done.before.status, done.decision.status) == (True, "present", "left_early")
    assert (done.decision.by, done.decision.note) == (officer().user_id, "power cut")
    assert ledger(table, event, ANN) == [("button", "present"), ("officer", "left_early")]


def test_the_same_mark_again_changes_nothing_and_a_later_one_counts(table, event):
    assert marked(table, event, ANN, "late").changed
    assert not marked(table, event, ANN, "late").changed
    assert not marked(table, event, ANN, "Late", by="o2").changed
    assert marked(table, event, ANN, "excused", at=71, by="o3").decision.status == "excused"
    assert not marked(table, event, ANN, "late", at=72).changed  # the first request, delivered once more
    assert ledger(table, event, ANN) == [("officer", "late"), ("officer", "excused")]


def test_unmarked_takes_back_what_officers_said_and_leaves_the_check_in(table, event):
    check_in(table, GUILD, event.event_id, ANN, after(60))
    marked(table, event, ANN, "absent")
    done = marked(table, event, ANN, "unmarked", at=71, by="o2")
    assert (done.decision.source, done.decision.status) == ("button", "present")
    assert not marked(table, event, ANN, "unmarked", at=72, by="o3").changed
    marked(table, event, BOB, "present", at=73, by="o4")
    assert marked(table, event, BOB, "unmarked", at=74, by="o5").decision is None
    assert check_in(table, GUILD, event.event_id, BOB, after(75)).changed
    assert set(attendance.decisions(table, GUILD, event.event_id)) == {ANN.user_id, BOB.user_id}


def test_marks_are_refused_before_check_in_opens_with_the_windows_times(table, event):
    with pytest.raises(Conflict, match="check-in opens") as refused:
        marked(table, event, ANN, "present", at=44)
    assert (refused.value.code, refused.value.details["opens_at"]) == ("wrong_phase", int(after(45).timestamp()))
    assert marked(table, event, ANN, "present", at=45).changed


def test_when_a_member_was_seen_is_on_the_sheet_and_has_to_lie_within_the_event(table, event):
    def seen(moment, status="late", at=300):
        return mark(
            table, GUILD, event.event_id, ANN.user_id, officer(request_id=f"{moment}{status}"), after(at),
            status=status, seen_at=moment if isinstance(moment, str) else moment.isoformat(),
        )  # fmt: skip

    opens, ends = event.check_in.opens_at(event.starts_at), event.ends_at
    for moment, at in ((opens - timedelta(seconds=1), 300), (ends + timedelta(seconds=1), 300), (after(71), 70)):
        with pytest.raises(Invalid, match="UTC, from the opening of check-in") as refused:
            seen(moment, at=at)
        assert (refused.value.code, refused.value.field) == ("time_outside_event", "seen_at")
    for text, status, code in (("8pm", "late", "not_a_moment"), ("2026-12-01T19:25:00", "late", "not_a_moment"),
                               (ends.isoformat(), "absent", "time_not_wanted")):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            seen(text, status)
        assert refused.value.code == code
    close_event(table, GUILD, event.event_id, officer(), after(301))
    berlin = opens.astimezone(ZoneInfo("Europe/Berlin"))
    for at, moment in ((302, ends), (304, berlin)):
        assert seen(moment, at=at).changed
        assert not seen(moment, at=at + 1).changed
        (row,) = [row for row in get_sheet(table, GUILD, event.event_id).rows if row.user_id == ANN.user_id]
        assert (row.status, row.at) == ("late", moment)


def test_a_row_whose_time_lies_outside_the_event_is_reported_and_stops_no_other(table, event):
    rows = [
        MarkRow(ANN.user_id, "late", "", after(0).isoformat()),
        MarkRow(BOB.user_id, "late", "", after(66).isoformat()),
    ]
    done = batch(table, event, rows)
    assert [row.result for row in done.rows] == ["invalid", "applied"]
    assert "outside" in done.rows[0].problem
    assert attendance.entries(table, GUILD, event.event_id, BOB.user_id)[0].seen_at == after(66)


def test_each_kind_of_bad_input_has_its_own_answer(table, event):
    with pytest.raises(Invalid, match="present, late, left_early") as refused:
        marked(table, event, ANN, "asleep")
    assert refused.value.field == "status"
    with pytest.raises(Conflict, match="before an event") as early:
        marked(table, event, ANN, "yes")
    assert early.value.code == "said_beforehand"
    for stranger in ("999", "Ann"):
        with pytest.raises(NotFound, match=stranger) as unknown:
            mark(table, GUILD, event.event_id, stranger, officer(), after(70), status="late")
        assert unknown.value.code == "unknown_member"
    for guild, event_id in ((OTHER_GUILD, event.event_id), (GUILD, "0" * 16), (GUILD, "x")):
        with pytest.raises(NotFound, match="no such event"):
            mark(table, guild, event_id, ANN.user_id, officer(), after(70), status="late")
    with pytest.raises(Forbidden, match=r"attendance\.manage"):
        mark(table, GUILD, event.event_id, ANN.user_id, BOB, after(70), status="late")
    cancel_event(table, GUILD, event.event_id, officer(), after(20))
    with pytest.raises(Conflict, match="was cancelled"):
        marked(table, event, ANN, "late")
    assert ledger(table, event, ANN) == []


def test_members_whom_the_bot_met_or_discord_vouches_for_are_marked_without_a_sign_up(table, event):
    members.remember(table, GUILD, "31", "Cat", NOW)
    assert marked(table, event, member("Cat", user_id="31"), "present").changed
    assert marked(table, event, member("Dan", user_id="32"), "present", role_ids=frozenset()).changed


def test_who_lacks_the_tracked_role_is_not_marked_unless_they_checked_in_with_it(table):
    event = raid(table, tracked_role_id="55")
    tracked = replace(ANN, role_ids=frozenset({"55"}))
    with pytest.raises(Conflict, match="<@&55>") as refused:
        marked(table, event, ANN, "present", role_ids=frozenset({"56"}))
    assert refused.value.code == "member_not_tracked"
    check_in(table, GUILD, event.event_id, tracked, after(60))
    assert marked(table, event, ANN, "late", role_ids=frozenset()).changed


def test_a_correction_after_closing_rewrites_the_sheet_and_only_that_row(table, event):
    check_in(table, GUILD, event.event_id, ANN, after(60))
    closed = close_event(table, GUILD, event.event_id, officer(), after(90))
    assert marked(table, event, BOB, "excused", at=95).changed
    sheet = get_sheet(table, GUILD, event.event_id)
    assert statuses(table, event) == {ANN.user_id: "present", BOB.user_id: "excused"}
    assert (sheet.version, sheet.rows[0], sheet.rows[1].mark) == (2, closed.rows[0], Mark("excused"))
    marked(table, event, BOB, "unmarked", at=96, by="o2")
    assert statuses(table, event)[BOB.user_id] == "absent"  # by the closing rule, as before


def crowd(table, count):
    for number in range(count):
        members.remember(table, GUILD, str(10_000 + number), f"m{number}", NOW)
    return [MarkRow(str(10_000 + number), "present") for number in range(count)]


def batch(table, event, rows, at=70, request_id="b1", **more):
    return mark_members(table, GUILD, event.event_id, officer(request_id=request_id), after(at), rows, **more)


def test_a_batch_says_of_each_row_what_became_of_it(table, event):
    marked(table, event, ANN, "present")
    done = batch(
        table,
        event,
        [
            MarkRow(BOB.user_id, "late", "bus"),
            MarkRow(ANN.user_id, "present"),
            MarkRow(BOB.user_id, "absent"),
            MarkRow("999", "present"),
            MarkRow("Zoe", "present"),
            MarkRow("33", "asleep"),
            MarkRow("34", "maybe"),
        ],
    )
    assert [row.result for row in done.rows] == [
        "applied", "unchanged", "duplicate", "unknown_member", "invalid", "invalid", "wrong_phase",
    ]  # fmt: skip
    assert "asleep" in done.rows[5].problem
    assert (done.state, done.applied) == ("done", 1)
    assert ledger(table, event, BOB) == [("officer", "late")]


def test_a_batch_marks_only_members_of_the_tracked_role(table):
    event = raid(table, tracked_role_id="55")
    roles = {"31": frozenset({"55"}), "32": frozenset({"56"})}
    done = batch(table, event, [MarkRow("31", "late"), MarkRow("32", "late")], roles=roles)
    assert [row.result for row in done.rows] == ["applied", "not_tracked"]


def test_a_batch_sent_again_is_applied_once_and_answers_the_same(table, event, monkeypatch):
    monkeypatch.setattr(marking, "CHUNK", 3)
    rows = crowd(table, 7)
    first = batch(table, event, rows)
    marked(table, event, member("m0", user_id="10000"), "excused", at=71)
    assert batch(table, event, rows, at=72) == first
    assert first.applied == 7
    assert ledger(table, event, member("m0", user_id="10000")) == [("officer", "present"), ("officer", "excused")]
    assert batches.of_event(table, GUILD, event.event_id)[-1] == first


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_batch_cut_off_between_chunks_goes_on_where_it_was(table, event, monkeypatch, crash_at, number):
    monkeypatch.setattr(marking, "CHUNK", 3)
    rows = crowd(table, 7)
    close_event(table, GUILD, event.event_id, officer(), after(65))
    crash_at(number)
    with pytest.raises(Unavailable):
        batch(table, event, rows)
    assert len(attendance.decisions(table, GUILD, event.event_id)) == 3 * (number - 1)
    assert "settle" in [due.kind for due in dues.of_event(table, GUILD, event.event_id)]  # should nobody send it again
    done = batch(table, event, rows, at=75)
    assert (done.state, done.applied, done.step) == ("done", 7, 3)
    assert list(statuses(table, event).values()).count("present") == 7
    assert get_sheet(table, GUILD, event.event_id).version == 2


def test_a_batch_of_none_or_too_many_is_refused(table, event):
    for rows in ([], [MarkRow("1", "late")] * 1001):
        with pytest.raises(Invalid, match="1 to 1000 rows"):
            batch(table, event, rows)
