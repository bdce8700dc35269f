"""Events are found by their title however many others there are, with one query."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from attendance.errors import Invalid
from attendance.services.finding import find_event, suggest_events
from attendance.storage import events
from attendance.storage.table import Put
from attendance.storage.touch import touched
from tests.stories import GUILD, NOW, officer, raid


@pytest.fixture
def year(table):
    """A guild with a raid in an hour, 130 daily ones around now, a picnic 300 days ago and one after all the others."""
    model = raid(table)
    planned = [("Daily", days) for days in range(-60, 70)] + [("Picnic", -300), ("Picnic", 90)]
    for number, (title, days) in enumerate(planned):
        start = NOW + timedelta(days=days, hours=3)
        event = replace(
            model, event_id=f"{number:016d}", title=title, starts_at=start, ends_at=start + timedelta(hours=2)
        )
        table.put(Put(events.to_item(event) | {"touched": touched(officer(), NOW)}))
    return table


def test_an_event_is_found_by_its_title_behind_more_than_a_hundred_others(year):
    ahead, past = suggest_events(year, GUILD, "show", "picnic", NOW)
    assert (ahead["event_id"], past["event_id"]) == (f"{131:016d}", f"{130:016d}")
    assert find_event(year, GUILD, "edit", "picnic", NOW) == f"{131:016d}"


def test_what_is_nearest_to_now_is_offered_first(year):
    starts = [item["starts_at"][:10] for item in suggest_events(year, GUILD, "show", "daily", NOW)[:3]]
    assert starts == ["2026-12-01", "2026-11-30", "2026-12-02"]


def test_nothing_typed_looks_at_a_hundred_and_a_title_takes_one_query_of_a_thousand(year, monkeypatch):
    asked: list[int] = []
    query = type(year).query

    def counted(*arguments, **options):
        asked.append(options["limit"])
        return query(*arguments, **options)

    monkeypatch.setattr(type(year), "query", counted)
    suggest_events(year, GUILD, "show", "", NOW)
    suggest_events(year, GUILD, "show", "picnic", NOW)
    assert asked == [100, 1000]


def test_an_old_event_of_a_name_does_not_make_the_one_ahead_ambiguous(year):
    assert find_event(year, GUILD, "show", "raid night", NOW)
    with pytest.raises(Invalid, match="Pick one of the list"):
        find_event(year, GUILD, "show", "daily", NOW)
