"""Days as people type them when they mean the past."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from attendance.domain.past_days import parse_past_day
from attendance.errors import Invalid

LATE = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)  # it is Friday the 27th in Berlin


def read(text):
    return parse_past_day(text, zone="Europe/Berlin", now=LATE, field="from")


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-11-01", date(2026, 11, 1)), ("2020-02-29", date(2020, 2, 29)), (" 1. 11. 2026 ", date(2026, 11, 1)),
        ("30d", date(2026, 10, 28)), ("2W", date(2026, 11, 13)), ("0d", date(2026, 11, 27)), ("today", date(2026, 11, 27)),
        ("gestern", date(2026, 11, 26)), ("Hier", date(2026, 11, 26)), ("tomorrow", date(2026, 11, 28)),
        ("24 dec", date(2025, 12, 24)), ("24 dec 2027", date(2027, 12, 24)), ("1 nov", date(2026, 11, 1)),
        ("thursday", date(2026, 11, 26)), ("freitag", date(2026, 11, 27)), ("sunday", date(2026, 11, 22)),
    ],
)  # fmt: skip
def test_a_day_without_a_year_is_the_latest_that_is_not_ahead_as_the_guilds_clocks_have_it(typed, day):
    assert read(typed) == day


def test_nothing_typed_is_no_day():
    assert read(" ") is None


@pytest.mark.parametrize("typed", ["soon", "31.2.2026", "31 feb", "29 feb", "20:00", "99999w", "x" * 500, "2026-13-01"])
def test_what_is_no_day_is_refused_with_what_to_write(typed):
    with pytest.raises(Invalid, match="Try 24 dec") as refused:
        read(typed)
    assert refused.value.details["field"] == "from"
