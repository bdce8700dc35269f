"""Series on a real table: made ahead once, whatever comes twice; changed without touching what is past or said."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from attendance.domain.choice import yes
from attendance.domain.series import occurrence, occurrence_id
from attendance.errors import Conflict, Forbidden, Invalid, NotFound, Stale, Unavailable
from attendance.services.due_work import sweep
from attendance.services.editing import edit_event
from attendance.services.events import EventRequest, get_event, list_events
from attendance.services.series import (
    create_series,
    end_series,
    find_series,
    get_series,
    list_series,
    move_date,
    skip_date,
)
from attendance.services.series_editing import edit_series
from attendance.services.series_making import extend_series
from attendance.services.settings import change_settings
from attendance.services.sign_ups import sign_up
from attendance.storage import dues, keys
from attendance.storage import series as store
from attendance.storage.table import Table, Update
from tests.stories import GUILD, NO_BUCKETS, NOW, OTHER_GUILD, member, officer, set_up

FAR = NOW + timedelta(days=400)


def weekly(table, *, request_id="s1", repeat="weekly", ahead=None, **changes):
    """Every Tuesday at 20:00 in Berlin from 1 December, an hour after `NOW`."""
    set_up(table)
    request = EventRequest(**{"title": "Raid night", "time": "2026-12-01 20:00", "reminders": "30m"} | changes)
    return create_series(table, GUILD, officer(request_id=request_id), NOW, request, repeat=repeat, ahead=ahead)


def events_of(table, series):
    found, _ = list_events(table, GUILD, since=NOW - timedelta(days=1), until=FAR, limit=100)
    return [get_event(table, GUILD, one["event_id"]) for one in found if one.get("series_id") == series.series_id]


def days(table, series, status="open"):
    return [f"{event.starts_at:%m-%d %H:%M}" for event in events_of(table, series) if event.status == status]


class Nowhere:
    """A queue that nobody reads."""

    def send(self, message, *, delay=0):
        """Taken."""


def sweep_at(table, now):
    return sweep(table, Nowhere(), NO_BUCKETS, lambda: now, lambda: 900)


def test_the_next_four_events_are_made_at_once_with_all_that_the_request_said(table):
    series = weekly(table, duration="3h", description="Bring flasks")
    assert days(table, series) == ["12-01 19:00", "12-08 19:00", "12-15 19:00", "12-22 19:00"]
    event = events_of(table, series)[1]
    assert (event.title, event.description, event.reminders) == ("Raid night", "Bring flasks", (30,))
    assert event.ends_at - event.starts_at == timedelta(hours=3)
    assert {due.kind for due in dues.of_event(table, GUILD, event.event_id)} >= {
        "reminder",
        "check_in_opens",
        "announce",
    }


def test_the_same_request_again_makes_nothing_new(table):
    first, again = weekly(table), weekly(table)
    assert first.series_id == again.series_id
    assert len(list_series(table, GUILD)) == 1
    assert len(events_of(table, first)) == 4


def test_the_sweep_makes_one_more_when_one_has_begun(table):
    series = weekly(table)
    sweep_at(table, NOW + timedelta(minutes=59))
    assert len(events_of(table, series)) == 4
    sweep_at(table, NOW + timedelta(minutes=60))
    assert days(table, series)[-1] == "12-29 19:00"
    assert len(events_of(table, series)) == 5


def test_sweeps_in_any_order_and_number_make_each_date_once(table):
    series = weekly(table, repeat="daily", ahead=3)
    shuffle = random.Random(7)
    hours = list(range(24 * 12))
    for start in range(0, len(hours), 48):
        part = hours[start : start + 48]
        shuffle.shuffle(part)
        for hour in part[:5]:
            for _ in range(shuffle.choice((1, 2))):
                extend_series(table, GUILD, series.series_id, NOW + timedelta(hours=hour))
    extend_series(table, GUILD, series.series_id, NOW + timedelta(hours=hours[-1]))
    made = [event.starts_at for event in events_of(table, series)]
    assert made == [datetime(2026, 12, 1, 19, tzinfo=UTC) + timedelta(days=number) for number in range(15)]


def test_a_series_cut_off_before_its_first_event_is_completed_by_the_sweep(table, monkeypatch):
    make, left = store.make_event, iter([True, True])

    def failing(*arguments):
        if next(left, None):
            return make(*arguments)
        raise Unavailable("the table is busy")

    monkeypatch.setattr(store, "make_event", failing)
    with pytest.raises(Unavailable):
        weekly(table)
    monkeypatch.setattr(store, "make_event", make)
    (series,) = list_series(table, GUILD)
    assert len(events_of(table, series)) == 2
    sweep_at(table, NOW)
    assert len(events_of(table, series)) == 4


def test_an_event_whose_note_was_lost_is_found_and_not_made_again(table):
    series = weekly(table)
    key = keys.series(GUILD, series.series_id)
    table.update(Update(key, "SET #made = :made", values={":made": []}))
    assert len(extend_series(table, GUILD, series.series_id, NOW).made) == 4
    assert len(events_of(table, series)) == 4


def test_a_skipped_date_is_cancelled_and_another_made_at_the_end(table):
    series = skip_date(table, GUILD, weekly(table).series_id, officer(request_id="k"), NOW, day="2026-12-08")
    assert days(table, series) == ["12-01 19:00", "12-15 19:00", "12-22 19:00", "12-29 19:00"]
    assert days(table, series, "cancelled") == ["12-08 19:00"]
    assert skip_date(table, GUILD, series.series_id, officer(request_id="k"), NOW, day="2026-12-08") == series
    extend_series(table, GUILD, series.series_id, NOW)
    assert days(table, series, "cancelled") == ["12-08 19:00"]


def test_a_date_that_is_not_made_yet_can_be_skipped_and_moved_too(table):
    series = weekly(table)
    skip_date(table, GUILD, series.series_id, officer(request_id="k"), NOW, day="2026-12-29")
    move_date(table, GUILD, series.series_id, officer(request_id="m"), NOW, day="2027-01-05", time="2027-01-06 21:00")
    extend_series(table, GUILD, series.series_id, NOW + timedelta(days=14, hours=2))
    assert days(table, series) == [
        "12-01 19:00", "12-08 19:00", "12-15 19:00", "12-22 19:00", "01-06 20:00", "01-12 19:00", "01-19 19:00",
    ]  # fmt: skip


def test_a_moved_date_keeps_its_event_and_sign_ups_and_the_others_stay(table):
    series = weekly(table)
    second = occurrence_id(GUILD, series.series_id, date(2026, 12, 8))
    sign_up(table, GUILD, second, yes("going"), member("Nia"), NOW)
    move_date(table, GUILD, series.series_id, officer(request_id="m"), NOW, day="2026-12-08", time="21:30")
    assert days(table, series) == ["12-01 19:00", "12-08 20:30", "12-15 19:00", "12-22 19:00"]
    assert len(get_event(table, GUILD, second).roster().seated) == 1


@pytest.mark.parametrize(
    ("changes", "second"), [({"time": "21:00"}, "12-08 20:00"), ({"repeat": "every 2 weeks"}, "12-16 17:15")]
)
def test_an_event_that_was_moved_by_hand_stays_where_it_is_when_the_series_takes_another_time(table, changes, second):
    series = weekly(table)
    third = occurrence_id(GUILD, series.series_id, date(2026, 12, 15))
    edit_event(table, GUILD, third, officer(request_id="h"), NOW, {"time": "2026-12-16 18:15"})
    edit_series(table, GUILD, series.series_id, officer(request_id="e"), NOW, changes)
    assert days(table, series)[1] == second
    assert get_event(table, GUILD, third).starts_at == datetime(2026, 12, 16, 17, 15, tzinfo=UTC)
    assert date(2026, 12, 15) in get_series(table, GUILD, series.series_id).moved
    edit_series(table, GUILD, series.series_id, officer(request_id="f"), NOW, {"time": "22:00"})
    assert get_event(table, GUILD, third).starts_at == datetime(2026, 12, 16, 17, 15, tzinfo=UTC)
    assert days(table, series)[0] == "12-01 21:00"


def test_an_event_that_was_moved_by_hand_can_still_be_moved_by_the_series(table):
    series = weekly(table)
    second = occurrence_id(GUILD, series.series_id, date(2026, 12, 8))
    edit_event(table, GUILD, second, officer(request_id="h"), NOW, {"time": "18:15"})
    move_date(table, GUILD, series.series_id, officer(request_id="m"), NOW, day="2026-12-08", time="21:30")
    assert days(table, series)[1] == "12-08 20:30"


def test_events_of_a_series_speak_the_language_that_the_guild_has_when_they_are_made(table):
    series = weekly(table)
    change_settings(table, GUILD, officer(request_id="l"), NOW, {"language": "de"})
    sweep_at(table, NOW + timedelta(days=1))
    assert [event.language for event in events_of(table, series)] == ["en"] * 4 + ["de"]


def test_one_date_is_edited_without_the_others(table):
    series = weekly(table)
    edit_series(
        table, GUILD, series.series_id, officer(request_id="e"), NOW, {"title": "Finale", "time": "21:00"},
        scope="this", day="2026-12-15",
    )  # fmt: skip
    assert [event.title for event in events_of(table, series)] == ["Raid night", "Raid night", "Finale", "Raid night"]
    assert days(table, series)[2] == "12-15 20:00"
    sweep_at(table, NOW + timedelta(hours=1))
    assert events_of(table, series)[-1].title == "Raid night"


def test_this_and_later_leaves_the_earlier_ones_as_they_are(table):
    series = weekly(table)
    sign_up(table, GUILD, occurrence_id(GUILD, series.series_id, date(2026, 12, 15)), yes("going"), member("Nia"), NOW)
    changes = {"title": "Late raid", "time": "22:00", "duration": "1h"}
    edit_series(
        table, GUILD, series.series_id, officer(request_id="e"), NOW, changes, scope="later", day="2026-12-15"
    )  # fmt: skip
    assert days(table, series) == ["12-01 19:00", "12-08 19:00", "12-15 21:00", "12-22 21:00"]
    titles = [event.title for event in events_of(table, series)]
    assert titles == ["Raid night", "Raid night", "Late raid", "Late raid"]
    assert [len(event.roster().seated) for event in events_of(table, series)] == [0, 0, 1, 0]
    skip_date(
        table, GUILD, series.series_id, officer(request_id="k"), NOW, day="2026-12-08"
    )  # an earlier one still can be
    assert days(table, series) == ["12-01 19:00", "12-15 21:00", "12-22 21:00", "12-29 21:00"]


def test_an_edit_of_all_never_changes_what_has_begun(table):
    series = weekly(table)
    now = NOW + timedelta(hours=1, minutes=5)
    sweep_at(table, now)
    edit_series(table, GUILD, series.series_id, officer(request_id="e"), now, {"title": "New", "time": "18:00"})
    first, *others = events_of(table, series)
    assert (first.title, first.starts_at.hour, first.version) == ("Raid night", 19, 1)
    assert {(event.title, event.starts_at.hour) for event in others} == {("New", 17)}


def test_new_days_cancel_the_dates_that_are_no_more_and_make_the_new_ones(table):
    series = weekly(table)
    edit_series(
        table, GUILD, series.series_id, officer(request_id="e"), NOW, {"repeat": "tue, thu"}, scope="later",
        day="2026-12-15",
    )  # fmt: skip
    extend_series(table, GUILD, series.series_id, NOW + timedelta(days=8))
    assert days(table, series) == [
        "12-01 19:00", "12-08 19:00", "12-15 19:00", "12-17 19:00", "12-22 19:00", "12-24 19:00",
    ]  # fmt: skip
    later = NOW + timedelta(days=8)
    edit_series(table, GUILD, series.series_id, officer(request_id="f"), later, {"repeat": "thu"})
    assert days(table, series, "cancelled") == ["12-15 19:00", "12-22 19:00"]
    assert days(table, series)[2:] == ["12-17 19:00", "12-24 19:00", "12-31 19:00", "01-07 19:00"]


def test_an_edit_that_was_cut_off_is_finished_by_the_sweep(table, monkeypatch):
    series = weekly(table)
    calls = iter([None, Unavailable("the table is busy")])

    def failing(*arguments, **options):
        if problem := next(calls, None):
            raise problem
        return edit_event(*arguments, **options)

    monkeypatch.setattr("attendance.services.series_making.edit_event", failing)
    with pytest.raises(Unavailable):
        edit_series(table, GUILD, series.series_id, officer(request_id="e"), NOW, {"title": "New"})
    assert [event.title for event in events_of(table, series)].count("New") == 1
    sweep_at(table, NOW)
    assert [event.title for event in events_of(table, series)].count("New") == 4


def test_what_the_sweep_finishes_of_a_change_is_on_record_as_its_authors_and_what_time_brings_as_the_services(
    table, monkeypatch
):
    series = weekly(table)
    with monkeypatch.context() as broken:
        broken.setattr("attendance.services.series_making.edit_event", lambda *_: cut_off())
        with pytest.raises(Unavailable):
            edit_series(table, GUILD, series.series_id, officer(request_id="e"), NOW, {"title": "New"})
    sweep_at(table, NOW)
    assert {by(table, event) for event in events_of(table, series)} == {"900"}
    sweep_at(table, NOW + timedelta(hours=2))
    made = [by(table, event) for event in events_of(table, series)]
    assert made == ["900", "system", "900", "900", "system"], "the second is announced, the fifth is made"


def by(table, event):
    return table.get(keys.event(GUILD, event.event_id))["touched"]["by"]


def test_an_edit_that_is_finished_late_leaves_what_has_begun_meanwhile(table, monkeypatch):
    series = weekly(table)
    with monkeypatch.context() as broken:
        broken.setattr("attendance.services.series_making.edit_event", lambda *_: cut_off())
        with pytest.raises(Unavailable):
            edit_series(table, GUILD, series.series_id, officer(request_id="e"), NOW, {"title": "New"})
    sweep_at(table, NOW + timedelta(hours=2))
    assert [event.title for event in events_of(table, series)] == ["Raid night"] + ["New"] * 4


def cut_off():
    raise Unavailable("the table is busy")


def test_an_ended_series_makes_nothing_more_and_calls_off_what_it_is_told_to(table):
    kept = end_series(table, GUILD, weekly(table).series_id, officer(request_id="x"), NOW)
    sweep_at(table, NOW + timedelta(days=30))
    assert (kept.status, len(events_of(table, kept))) == ("ended", 4)  # which close by themselves
    other = weekly(table, request_id="s2", title="Other")
    end_series(table, GUILD, other.series_id, officer(request_id="y"), NOW, cancel=True)
    assert (len(days(table, other)), len(days(table, other, "cancelled"))) == (0, 4)
    with pytest.raises(Conflict, match="ended"):
        skip_date(table, GUILD, kept.series_id, officer(), NOW, day="2026-12-08")
    assert end_series(table, GUILD, kept.series_id, officer(), NOW) == get_series(table, GUILD, kept.series_id)


def test_a_rule_with_a_last_date_ends_by_itself(table):
    series = weekly(table, repeat="weekly 2 times")
    sweep_at(table, NOW + timedelta(days=20))
    assert [f"{event.starts_at:%m-%d %H:%M}" for event in events_of(table, series)] == ["12-01 19:00", "12-08 19:00"]


def test_what_makes_no_sense_is_refused_by_name(table):
    series = weekly(table)
    change = (table, GUILD, series.series_id, officer(request_id="e"), NOW)
    with pytest.raises(Invalid, match="2026-12-15") as refused:
        skip_date(*change, day="2026-12-09")
    assert refused.value.field == "date"
    with pytest.raises(Invalid, match="not a date"):
        skip_date(*change, day="soon")
    with pytest.raises(Invalid, match="31 days"):
        move_date(*change, day="2026-12-08", time="2027-02-01 20:00")
    with pytest.raises(Invalid, match="time of day"):
        edit_series(*change, {"time": "2026-12-24 20:00"})
    with pytest.raises(Conflict, match="not made yet"):
        edit_series(*change, {"title": "New"}, scope="later", day="2027-03-02")
    with pytest.raises(Invalid) as refused:
        edit_series(*change, {"title": "New"}, scope="this")
    assert refused.value.field == "date"
    with pytest.raises(Invalid, match="rhythm"):
        edit_series(*change, {"repeat": "daily"}, scope="this", day="2026-12-08")
    with pytest.raises(Invalid, match="no date"):
        weekly(table, request_id="s9", repeat="weekly until 2026-11-01")
    with pytest.raises(Stale):
        end_series(*change, expected=series.version + 1)
    assert get_series(table, GUILD, series.series_id) == series


def test_a_member_may_look_and_not_touch_and_other_guilds_know_nothing(table):
    series = weekly(table)
    for act in (
        lambda: skip_date(table, GUILD, series.series_id, member("Nia"), NOW, day="2026-12-08"),
        lambda: end_series(table, GUILD, series.series_id, member("Nia"), NOW),
        lambda: edit_series(
            table, GUILD, series.series_id, member("Nia"), NOW, {"title": "Mine"}, scope="this", day="2026-12-08"
        ),
    ):
        with pytest.raises(Forbidden):
            act()
    with pytest.raises(NotFound):
        get_series(table, OTHER_GUILD, series.series_id)


def test_a_series_is_found_by_its_id_or_a_title_that_only_it_has(table):
    series = weekly(table)
    assert find_series(table, GUILD, series.series_id).series_id == series.series_id
    assert find_series(table, GUILD, "raid").series_id == series.series_id
    with pytest.raises(Invalid, match="No series"):
        find_series(table, GUILD, "golf")


def test_the_dates_of_a_stored_series_are_those_it_was_made_with(table):
    series = weekly(table, repeat="first tue monthly")
    stored = get_series(table, GUILD, series.series_id)
    assert [occurrence(stored, day).starts_at for day in stored.made] == [
        event.starts_at for event in events_of(table, series)
    ]


@pytest.mark.ministack
def test_eight_sweeps_and_an_edit_at_once_make_each_date_once_and_change_every_event(ministack_table):
    table = Table(*ministack_table)
    series = weekly(table, repeat="daily", ahead=5)
    now = NOW + timedelta(days=3)

    def sweep_once(_number):
        try:
            extend_series(table, GUILD, series.series_id, now)
        except Unavailable:
            return  # the next minute's sweep takes it up

    with ThreadPoolExecutor(9) as pool:
        sweeps = pool.map(sweep_once, range(8))
        edited = pool.submit(
            edit_series, table, GUILD, series.series_id, officer(request_id="e"), now, {"title": "New"}
        )
        list(sweeps)
        edited.result()
    extend_series(table, GUILD, series.series_id, now)
    found = events_of(table, series)
    assert [event.starts_at.day for event in found] == list(range(1, 9))
    assert [event.title for event in found] == ["Raid night"] * 3 + ["New"] * 5
