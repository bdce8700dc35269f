"""When the weekly digest comes, also where clocks change."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from attendance.domain.reminding import next_digest, parse_digest
from attendance.errors import Invalid


def utc(year, month, day, hour=0):
    return datetime(year, month, day, hour, tzinfo=UTC)


def test_the_digest_keeps_its_hour_when_clocks_change():
    before_change, after_change = utc(2026, 10, 20), utc(2026, 10, 27)
    assert next_digest("mon 18", "Europe/Berlin", before_change) == utc(2026, 10, 26, 17)
    assert next_digest("mon 18", "Europe/Berlin", utc(2026, 10, 19, 12)) == utc(2026, 10, 19, 16)
    assert next_digest("mon 18", "Europe/Berlin", after_change) == utc(2026, 11, 2, 17)


def test_an_hour_that_does_not_exist_comes_after_the_gap_and_one_that_comes_twice_at_its_first():
    assert next_digest("sun 2", "Europe/Berlin", utc(2027, 3, 27)) == utc(2027, 3, 28, 1)
    assert next_digest("sun 2", "Europe/Berlin", utc(2026, 10, 24)) == utc(2026, 10, 25, 0)


def test_the_moment_itself_is_past_already():
    assert next_digest("mon 18", "UTC", utc(2026, 10, 19, 18)) == utc(2026, 10, 26, 18)


@pytest.mark.parametrize(
    ("text", "read"), [("mon 18", "mon 18"), ("Friday 09:00", "fri 9"), ("SUN 0", "sun 0"), ("none", None)]
)
def test_weekdays_with_an_hour_are_read(text, read):
    assert parse_digest(text) == read


@pytest.mark.parametrize("text", ["monday", "mon 24", "mon 18:30", "xyz 18", "", "18 mon"])
def test_anything_else_is_refused_with_an_example(text):
    with pytest.raises(Invalid, match="mon 18") as refusal:
        parse_digest(text)
    assert refusal.value.details["field"] == "digest"
