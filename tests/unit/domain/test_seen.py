"""When somebody was seen at an event, as an officer writes it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from attendance.domain.event import Event
from attendance.domain.reschedule import parse_seen
from attendance.errors import Invalid


def event():
    """22:00 to 02:00 in Berlin."""
    return Event(
        guild_id="1", event_id="e" * 16, title="Raid", game="WoW", starts_at=datetime(2026, 12, 1, 21, 0, tzinfo=UTC),
        ends_at=datetime(2026, 12, 2, 1, 0, tzinfo=UTC), zone="Europe/Berlin", channel_id="5", created_by="9",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("22:25", datetime(2026, 12, 1, 21, 25, tzinfo=UTC)),
        ("00:30", datetime(2026, 12, 1, 23, 30, tzinfo=UTC)),
        ("2026-12-01T22:10:00Z", datetime(2026, 12, 1, 22, 10, tzinfo=UTC)),
        ("20:00", datetime(2026, 12, 2, 19, 0, tzinfo=UTC)),  # outside, whichever day is meant
    ],
)
def test_a_time_of_day_is_of_the_day_on_which_the_event_begins_or_else_ends(text, expected):
    assert parse_seen(text, event()) == expected


def test_what_is_no_time_is_refused():
    with pytest.raises(Invalid) as refused:
        parse_seen("whenever", event())
    assert refused.value.field == "seen_at"
