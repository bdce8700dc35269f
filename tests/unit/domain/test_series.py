"""The dates of a series: what is understood, and ten years of them beside an independent count."""

from __future__ import annotations

import calendar
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.domain.event import Event
from attendance.domain.series import Series, card_due_at, event_on, find_occurrence, occurrences, upcoming, wall_time
from attendance.domain.series_rule import bounded, dates_from, parse_rule
from attendance.errors import Invalid
from attendance.services.series_making import described

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "Africa/Casablanca",
)
CLOCKS = (time(20), time(2, 30), time(2, 15), time(0, 30), time(0), time(23, 45))
FIRST = date(2016, 1, 4)  # Sao Paulo still changed its clocks then, at midnight; Casablanca does twice more a year
YEARS = 10


def series(rule: str, *, zone: str = "Europe/Berlin", first: date = FIRST, clock: time = time(20), **changes) -> Series:
    start, _ = wall_time(first, clock, ZoneInfo(zone))
    template = Event(
        guild_id="1", event_id="s" * 16, title="Raid", game="WoW", starts_at=start, ends_at=start + timedelta(hours=3),
        zone=zone, channel_id="7", created_by="9", description="Bring flasks", sign_up_closes_at=start - timedelta(hours=1),
    )  # fmt: skip
    known = {"guild_id": "1", "series_id": "s" * 16, "first": first, "clock": clock, "zone": zone, "template": template}
    return Series(rule=bounded(parse_rule(rule), first), **known | changes)


def all_days(first: date):
    return [first + timedelta(days=number) for number in range(YEARS * 365)]


def weekday_of_month(day: date, number: int) -> bool:
    """Whether `day` is the number-th of its weekday in its month, counted on a calendar's sheet."""
    sheet = [week[day.weekday()] for week in calendar.monthcalendar(day.year, day.month)]
    column = [one for one in sheet if one]
    return len(column) >= abs(number) and column[number if number < 0 else number - 1] == day.day


RULES = {
    "daily": lambda day: day >= FIRST,
    "every 3 days": lambda day: (day - FIRST).days % 3 == 0,
    "weekly": lambda day: day.weekday() == FIRST.weekday(),
    "mon, wed": lambda day: day.weekday() in (0, 2),
    "every 2 weeks on tue, sun": lambda day: (day - FIRST).days // 7 % 2 == 0 and day.weekday() in (1, 6),
    "weekdays": lambda day: day.weekday() < 5,
    "monthly": lambda day: day.day == FIRST.day,
    "every 2 months": lambda day: day.day == FIRST.day and day.month % 2 == FIRST.month % 2,
    "first fri monthly": lambda day: day.weekday() == 4 and weekday_of_month(day, 1),
    "last sun monthly": lambda day: day.weekday() == 6 and weekday_of_month(day, -1),
    "2nd and 4th thu monthly": lambda day: day.weekday() == 3 and (weekday_of_month(day, 2) or weekday_of_month(day, 4)),
    "FREQ=MONTHLY;BYMONTHDAY=31": lambda day: day.day == 31,
    "FREQ=MONTHLY;BYMONTHDAY=-1": lambda day: (day + timedelta(days=1)).day == 1,
}  # fmt: skip


def minutes_of(day: date, zone: ZoneInfo) -> dict[time, datetime]:
    """What the clock on the wall shows in each minute around a day, found by letting time pass."""
    shown: dict[time, datetime] = {}
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=15)
    for _ in range(54 * 4):
        here = at.astimezone(zone)
        if here.date() == day:
            shown.setdefault(here.time().replace(tzinfo=None), at)
        at += timedelta(minutes=15)
    return shown


def expected_start(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The first minute of the day at which the clock shows that time, or the first one after it where none does."""
    shown = minutes_of(day, zone)
    later = [at for wall, at in shown.items() if wall >= clock]
    return shown.get(clock) or min(later)


@pytest.mark.parametrize("words", RULES)
def test_ten_years_of_dates_are_those_of_a_calendar_read_day_by_day(words):
    found = [day for day in islice(_years(words), 4000) if day < FIRST + timedelta(days=YEARS * 365)]
    assert found == [day for day in all_days(FIRST) if RULES[words](day)]


def _years(words):
    """The dates of a rule, asked for year after year as the sweep does."""
    rule, since = parse_rule(words), FIRST
    for _ in range(YEARS + 1):
        until = since + timedelta(days=366)
        for day in dates_from(rule, FIRST, since):
            if day >= until:
                break
            yield day
        since = until


@pytest.mark.parametrize("zone", ZONES)
def test_ten_years_of_starts_keep_the_wall_time_or_take_the_next_that_exists(zone):
    where = ZoneInfo(zone)
    offsets = {
        day: datetime.combine(day, time(12), where).utcoffset() for day in (FIRST - timedelta(days=1), *all_days(FIRST))
    }
    changing = {day for day in offsets if offsets[day] != offsets.get(day - timedelta(days=1), offsets[day])}
    shifted = 0
    for clock in CLOCKS:
        for day in all_days(FIRST):
            starts_at, in_gap = wall_time(day, clock, where)
            if day in changing:  # the long way round, minute by minute
                assert starts_at == expected_start(day, clock, where), (day, clock)
                shifted += in_gap
            else:
                assert starts_at == datetime.combine(day, clock, UTC) - (offsets[day] or timedelta()), (day, clock)
                assert not in_gap
    assert (shifted > 0) == (zone != "Asia/Kathmandu")


def test_a_time_that_a_date_does_not_have_moves_to_the_next_valid_one_and_says_so():
    nightly = series("daily", first=date(2027, 3, 27), clock=time(2, 30))
    usual, odd, after = islice(occurrences(nightly), 3)
    assert (usual.note, after.note) == ("", "")
    assert odd.starts_at == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)  # 03:00 in Berlin, the first moment after the gap
    assert "02:30 does not exist" in odd.note
    assert (
        described(nightly, odd, "en")
        == "02:30 does not exist on 2027-03-28 in Europe/Berlin: it starts at 03:00. Bring flasks"
    )
    assert described(nightly, odd, "de").startswith("02:30 gibt es am 2027-03-28 in Europe/Berlin nicht")
    assert described(nightly, usual, "fr") == event_on(nightly, usual).description


def test_eight_in_the_evening_stays_eight_in_the_evening_when_clocks_change():
    weekly = series("weekly", first=date(2027, 3, 22))
    before, after = islice(occurrences(weekly), 2)
    assert (before.starts_at.hour, after.starts_at.hour) == (19, 18)
    event = event_on(weekly, after)
    assert event.ends_at - event.starts_at == timedelta(hours=3)
    assert event.sign_up_closes_at == event.starts_at - timedelta(hours=1)


@pytest.mark.parametrize(
    ("words", "rrule"),
    [
        ("Daily", "FREQ=DAILY"),
        ("every other week", "FREQ=WEEKLY;INTERVAL=2"),
        ("biweekly", "FREQ=WEEKLY;INTERVAL=2"),
        ("every tuesday", "FREQ=WEEKLY;BYDAY=TU"),
        ("Mon, Wed and Fri", "FREQ=WEEKLY;BYDAY=MO,WE,FR"),
        ("every 2 weeks on thursdays until 2027-03-01", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;UNTIL=20270301"),
        ("weekends 6 times", "FREQ=WEEKLY;BYDAY=SA,SU;COUNT=6"),
        ("the first friday of every month", "FREQ=MONTHLY;BYDAY=1FR"),
        ("every month on last fri", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("RRULE:FREQ=WEEKLY;BYDAY=WE,MO;WKST=MO", "FREQ=WEEKLY;BYDAY=MO,WE"),
        ("freq=monthly;byday=1fr,-1fr;count=12", "FREQ=MONTHLY;BYDAY=-1FR,1FR;COUNT=12"),
    ],
)
def test_words_and_rrules_are_understood(words, rrule):
    assert str(parse_rule(words)) == rrule
    assert parse_rule(rrule) == parse_rule(words)


@pytest.mark.parametrize(
    "words",
    [
        "", " ", "sometimes", "first fri", "monthly on fri", "every 0 days", "every 99 weeks", "0 times", "weekly 501 times",
        "every 2 days on mon", "FREQ=YEARLY", "FREQ=DAILY;BYHOUR=3", "FREQ=WEEKLY;FREQ=DAILY", "FREQ=WEEKLY;BYDAY=6MO",
        "FREQ=WEEKLY;BYDAY=1MO", "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=WEEKLY;WKST=SU", "FREQ=WEEKLY;UNTIL=20271399",
        "weekly until 2027-02-30", "FREQ=WEEKLY;COUNT=-1", "x" * 300, "m" * 200, "FREQ=DAILY;BYDAY=MO",
    ],
)  # fmt: skip
def test_what_is_no_rule_is_refused_by_the_name_of_its_field(words):
    with pytest.raises(Invalid) as refused:
        parse_rule(words)
    assert refused.value.field == "repeat"


@given(st.text(max_size=210))
def test_any_text_is_a_rule_that_can_be_read_back_or_is_refused(text):
    try:
        rule = parse_rule(text)
    except Invalid:
        return
    assert parse_rule(str(rule)) == rule


def test_a_rule_without_dates_ends():
    assert (
        list(dates_from(parse_rule("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=30"), date(2027, 2, 1), date(2027, 2, 1))) == []
    )


def test_a_count_becomes_the_date_of_the_last():
    assert bounded(parse_rule("weekly 3 times"), date(2027, 1, 4)).until == date(2027, 1, 18)


def test_skipped_dates_are_left_out_and_moved_ones_keep_their_identity():
    plain = series("weekly", first=date(2027, 1, 4))
    moved_to = datetime(2027, 1, 13, 19, 0, tzinfo=UTC)
    changed = series(
        "weekly", first=date(2027, 1, 4), skipped=frozenset({date(2027, 1, 4)}), moved={date(2027, 1, 11): moved_to}
    )
    now = datetime(2027, 1, 1, tzinfo=UTC)
    assert [one.date.day for one in upcoming(changed, now)] == [11, 18, 25, 1]
    assert upcoming(changed, now)[0].starts_at == moved_to
    assert upcoming(changed, now)[0].event_id == upcoming(plain, now)[1].event_id
    assert find_occurrence(changed, date(2027, 1, 4)) is None
    assert find_occurrence(changed, date(2027, 1, 5)) is None


def test_a_date_moved_behind_today_is_still_ahead():
    moved = series("weekly", first=date(2027, 1, 4), moved={date(2027, 1, 4): datetime(2027, 1, 7, 19, tzinfo=UTC)})
    assert upcoming(moved, datetime(2027, 1, 6, tzinfo=UTC), 1)[0].date == date(2027, 1, 4)


def test_a_card_comes_a_week_ahead_and_never_before_the_event_before_it_or_after_a_reminder():
    daily = series("daily", first=date(2027, 1, 4))
    first, second, *_ = occurrences(daily)
    assert card_due_at(daily, second, first.starts_at) == first.starts_at
    assert card_due_at(daily, second, None) == second.starts_at - timedelta(days=7)
    reminded = replace(daily, template=replace(daily.template, reminders=(2880, 30)))
    assert card_due_at(reminded, second, first.starts_at) == second.starts_at - timedelta(days=2)
