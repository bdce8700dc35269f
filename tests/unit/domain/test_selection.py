"""Filters: which days are meant where, what is let through, and what is refused with words that help."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from attendance.domain.chart import MAX_LABELS, Chart, Measure
from attendance.domain.limits import LATEST_YEAR
from attendance.domain.selection import DEFAULT_DAYS, MAX_DAYS, MAX_VALUES, select
from attendance.errors import Invalid

NOW = datetime(2026, 3, 29, 23, 30, tzinfo=UTC)
"""Already Monday the 30th in Berlin, in the night after the clocks went forward."""
EVENT, OTHER_EVENT = "e" * 16, "f" * 16


def berlin(**asked):
    return select(zone="Europe/Berlin", now=NOW, **asked)


def test_a_range_is_whole_days_of_the_guilds_zone_across_a_change_of_clocks():
    chosen = berlin(first=date(2026, 3, 28), last=date(2026, 3, 29))
    assert chosen.since == datetime(2026, 3, 27, 23, 0, tzinfo=UTC)
    assert chosen.until == datetime(2026, 3, 29, 22, 0, tzinfo=UTC)


def test_without_days_it_is_the_last_year_and_with_one_it_reaches_from_or_to_it():
    assert (berlin().first_day, berlin().last_day) == (date(2025, 3, 30), date(2026, 3, 30))
    assert berlin(first=date(2026, 3, 1)).last_day == date(2026, 3, 30)
    assert berlin(last=date(2024, 12, 31)).first_day == date(2024, 12, 31) - timedelta(days=DEFAULT_DAYS - 1)
    ahead = berlin(first=date(2027, 1, 1))
    assert ahead.first_day == ahead.last_day == date(2027, 1, 1)
    assert (berlin(first=date(2018, 1, 1)).last_day - date(2018, 1, 1)).days == MAX_DAYS - 1


@pytest.mark.parametrize(
    ("asked", "field", "code"),
    [
        ({"first": date(2026, 3, 2), "last": date(2026, 3, 1)}, "to", "range_reversed"),
        ({"first": date(2023, 3, 1), "last": date(2026, 3, 30)}, "from", "range_too_long"),
        ({"first": date(1, 1, 1)}, "from", "day_out_of_reach"),
        ({"last": date(9999, 12, 31)}, "to", "day_out_of_reach"),
        ({"last": date(1, 1, 1)}, "to", "day_out_of_reach"),
        ({"events": ["x"]}, "event", "bad_filter"),
        ({"series": ["'"]}, "series", "bad_filter"),
        ({"games": [" "]}, "game", "bad_filter"),
        ({"members": ["Ann"]}, "member", "bad_filter"),
        ({"discord_roles": ["0007"]}, "discord_role", "bad_filter"),
        ({"statuses": ["there"]}, "status", "bad_filter"),
        ({"members": map(str, range(51))}, "member", "too_many_values"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(asked, field, code):
    with pytest.raises(Invalid) as refused:
        berlin(**asked)
    assert (refused.value.field, refused.value.code) == (field, code)


def test_the_longest_range_the_last_year_and_the_most_values_are_still_taken():
    longest = berlin(first=date(2023, 3, 31), last=date(2023, 3, 31) + timedelta(days=MAX_DAYS - 1))
    assert longest.days == MAX_DAYS
    with pytest.raises(Invalid, match="up to"):
        berlin(first=longest.first_day, last=longest.last_day + timedelta(days=1))
    assert berlin(first=date(LATEST_YEAR - 1, 12, 31)).first_day.year == LATEST_YEAR - 1
    with pytest.raises(Invalid, match="out of reach"):
        berlin(first=date(LATEST_YEAR, 1, 1))
    assert len(berlin(members=map(str, range(1, MAX_VALUES + 1))).members) == MAX_VALUES


def test_the_period_before_has_as_many_days_and_ends_where_this_one_begins():
    chosen = berlin(first=date(2026, 3, 28), last=date(2026, 3, 30))
    assert chosen.before == datetime(2026, 3, 24, 23, 0, tzinfo=UTC)
    assert chosen.days == 3


def test_named_events_span_their_days_unless_they_are_too_far_apart():
    chosen = berlin(events=[EVENT])
    spanned = chosen.spanning([datetime(2026, 3, 3, 23, 30, tzinfo=UTC), datetime(2026, 1, 1, 12, tzinfo=UTC)])
    assert (spanned.first_day, spanned.last_day) == (date(2026, 1, 1), date(2026, 3, 4))
    with pytest.raises(Invalid, match="up to"):
        chosen.spanning([NOW, NOW + timedelta(days=MAX_DAYS)])


def test_events_are_chosen_by_id_series_and_game_and_all_criteria_have_to_fit():
    chosen = berlin(events=[EVENT, OTHER_EVENT], series=["s" * 16], games=["wow  Classic"])
    assert chosen.takes_event(EVENT, "s" * 16, "WoW classic")
    assert not chosen.takes_event(EVENT, "s" * 16, "Chess")
    assert not chosen.takes_event(EVENT, None, "WoW classic")
    assert not chosen.takes_event("g" * 16, "s" * 16, "WoW classic")
    assert berlin().takes_event(EVENT, None, "Chess")


def test_rows_are_chosen_by_member_role_and_status_and_unknown_roles_fit_none():
    chosen = berlin(members=["42"], discord_roles=["7", "8"], statuses=["late", "absent"])
    assert not chosen.takes_all_rows
    assert berlin(games=["WoW"]).takes_all_rows
    assert chosen.takes_row("42", "late", ("6", "8"))
    for wrong in (("43", "late", ("8",)), ("42", "present", ("8",)), ("42", "late", ("6",)), ("42", "late", None)):
        assert not chosen.takes_row(*wrong)


def test_a_chart_has_a_value_for_each_label_and_not_too_many():
    values = {"title": "Rate", "subtitle": "", "kind": "line", "unit": "share"}
    chart = Chart(**values, labels=("a", "b"), measures=(Measure("rate", (None, 0.0)),))
    assert not chart.is_empty
    assert Chart(**values, labels=("a",), measures=(Measure("rate", (None,)),)).is_empty
    with pytest.raises(ValueError, match="one value for each label"):
        Chart(**values, labels=("a", "b"), measures=(Measure("rate", (1.0,)),))
    with pytest.raises(Invalid, match="room for"):
        Chart(**values, labels=("a",) * (MAX_LABELS + 1), measures=())
