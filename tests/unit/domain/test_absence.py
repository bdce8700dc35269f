"""Absences: the days that a text means, what they cover, and ids in the order of their ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.domain.absence import end_mark, plan_absence
from attendance.domain.choice import AWAY, NO, decode
from attendance.domain.event import Event
from attendance.domain.ids import is_id
from attendance.errors import Invalid

NOW = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)


def planned(first, last=None, *, zone="Europe/Berlin", now=NOW, **more):
    return plan_absence("1", "42", "r", first=first, last=last, reason="", zone=zone, now=now, **more)


def event(starts_at, minutes=120) -> Event:
    return Event(
        guild_id="1", event_id="e" * 16, title="Raid", game="", starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes), zone="UTC", channel_id="2", created_by="3",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2026-12-24", None, (date(2026, 12, 24), date(2026, 12, 24))),
        ("24 dec", "2 jan", (date(2026, 12, 24), date(2027, 1, 2))),
        ("24.12.", "26.12.2026", (date(2026, 12, 24), date(2026, 12, 26))),
        ("today", "tomorrow", (date(2026, 12, 1), date(2026, 12, 2))),
        ("fri", "fri", (date(2026, 12, 4), date(2026, 12, 4))),
    ],
)
def test_days_are_read_as_people_write_them_and_the_last_is_included(first, last, days):
    absence = planned(first, last)
    assert (absence.first_day, absence.last_day) == days
    assert is_id(absence.absence_id)


def test_whole_days_are_the_members_own_and_have_23_hours_when_clocks_go_forward():
    absence = planned("2027-03-28")
    assert absence.starts_at == datetime(2027, 3, 27, 23, 0, tzinfo=UTC)
    assert absence.ends_at - absence.starts_at == timedelta(hours=23)


@pytest.mark.parametrize(
    ("first", "last", "field", "words"),
    [
        ("whenever", None, "from", "not a day"),
        ("24 dec 20:00", None, "from", "not a day"),
        ("", None, "from", "not a day"),
        ("12/1", None, "from", r"\w"),
        ("2026-12-24", "2026-12-23", "until", "ends on its first day or later"),
        ("2026-11-01", "2026-11-30", "until", "is over"),
        ("2026-12-24", "2028-01-24", "until", "up to 366 days"),
        ("2036-12-24", None, "from", "too far away"),
        ("9999-12-31", None, "from", "too far away"),
        ("0001-01-01", None, "from", "too far away"),
    ],
)
def test_days_that_make_no_absence_are_refused_by_their_field(first, last, field, words):
    with pytest.raises(Invalid, match=words) as refused:
        planned(first, last)
    assert refused.value.field == field


def test_an_officer_enters_an_absence_that_is_over():
    assert planned("2026-11-01", "2026-11-30", past=True).last_day == date(2026, 11, 30)


def test_it_covers_what_overlaps_it_and_began_after_it_was_announced():
    absence = planned("2026-12-24")
    starts, ends = absence.starts_at, absence.ends_at
    hour = timedelta(hours=1)
    assert absence.covers(event(starts - hour))  # reaches into it
    assert not absence.covers(event(starts - 2 * hour))
    assert absence.covers(event(ends - hour))
    assert not absence.covers(event(ends))
    late = replace(absence, announced_at=starts + hour)
    assert not late.covers(event(starts))
    assert late.covers(event(starts + hour))
    assert replace(late, past=True).covers(event(starts))


def test_taken_back_it_keeps_what_had_begun_unless_it_never_was():
    absence = planned("2026-12-24")
    noon = absence.starts_at + timedelta(hours=12)
    removed = replace(absence, removed_at=noon)
    assert removed.covers(event(noon - timedelta(hours=1)))
    assert not removed.covers(event(noon))
    assert not replace(removed, void=True).covers(event(noon - timedelta(hours=1)))


@given(st.lists(st.datetimes(datetime(2000, 1, 1), datetime(2999, 1, 1)), min_size=2, max_size=2))  # noqa: DTZ001
def test_marks_of_ends_are_in_the_order_of_time(moments):
    one, other = (moment.replace(tzinfo=UTC, microsecond=0) for moment in moments)
    assert (end_mark(one) < end_mark(other)) == (one < other)


def test_the_no_of_an_absence_reads_as_no():
    assert decode(AWAY) == NO
