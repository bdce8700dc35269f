"""The whole grammar of times: what each phrase means, in zones around the world, and that no phrase is misread."""

from __future__ import annotations

import itertools
import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendance.domain.timetext import parse_when, read_when
from attendance.domain.wall_time import ABBREVIATIONS, AMBIGUOUS, around_gap, instants
from attendance.errors import Invalid

HERE = datetime(2026, 11, 23, 17, 0)  # noqa: DTZ001 - a Monday, as the wall of each zone shows it
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Auckland")
PHRASES = """
in 2h = 23 19:00 | in 90 min = 23 18:30 | in 90 minutes = 23 18:30 | in 1d 3h 30m = 24 20:30 | in an hour = 23 18:00
in half an hour = 23 17:30 | in 1.5h = 23 18:30 | in 2h30 = 23 19:30 | in an hour and 15 min = 23 18:15
in 3 days = 26 17:00 | in 3 days 20:00 = 26 20:00 | in 3 days at 8pm = 26 20:00 | in a week = 30 17:00
in 1 week 20:30 = 30 20:30 | in 2 stunden = 23 19:00 | in einer stunde = 23 18:00 | in 90 minuten = 23 18:30
in 3 tagen um 20 uhr = 26 20:00 | in einer woche = 30 17:00 | dans 2 heures = 23 19:00 | dans 3 jours à 20h = 26 20:00
dans une semaine = 30 17:00 | IN 2H = 23 19:00 | in 3 days noon = 26 12:00 | in 2 hrs = 23 19:00
fri 8pm = 27 20:00 | Friday 20:30 = 27 20:30 | FRI 8PM = 27 20:00 | on fri at 8:30 pm = 27 20:30 | fri. 8pm = 27 20:00
sat, 8 pm = 28 20:00 | this fri 8pm = 27 20:00 | coming friday 20:00 = 27 20:00 | mon 23:00 = 23 23:00
mon 9am = 30 09:00 | next mon 23:00 = 30 23:00 | weds 7pm = 25 19:00 | thurs 19:00 = 26 19:00 | tues 7:15pm = 24 19:15
8pm fri = 27 20:00 | 20:00 friday = 27 20:00 | fri noon = 27 12:00 | fri 2030 = 27 20:30 | fri 20.30 = 27 20:30
fri 24:00 = 28 00:00 | fri at 20 = 27 20:00 | fri 8 in the evening = 27 20:00 | fri evening 8 = 27 20:00
sat morning 9:30 = 28 09:30 | sun 12am = 29 00:00 | sun 12pm = 29 12:00 | sun 12:30 a.m. = 29 00:30
fr 20 Uhr = 27 20:00 | freitag um 20:30 uhr = 27 20:30 | am Freitag, 20 Uhr 30 = 27 20:30 | 20:00 am freitag = 27 20:00
diesen freitag 20:00 = 27 20:00 | kommenden freitag 20 uhr = 27 20:00 | samstag abend 8 uhr = 28 20:00
sa 20.15 uhr = 28 20:15 | do 19:00 = 26 19:00 | mi 19 uhr = 25 19:00 | sonnabend 20:00 = 28 20:00
freitag mittag = 27 12:00 | freitag morgen 9 uhr = 27 09:00 | di 7 uhr = 24 07:00
vendredi 20h30 = 27 20:30 | vendredi à 20 h 30 = 27 20:30 | ven. 20h = 27 20:00 | samedi 20 heures = 28 20:00
mar 20h = 24 20:00 | mer. 21h15 = 25 21:15 | ce vendredi 20h = 27 20:00 | dimanche soir 8h = 29 20:00
jeudi 8h du soir = 26 20:00 | lundi 20h = 23 20:00 | vendredi midi = 27 12:00
today 20:00 = 23 20:00 | tonight 8pm = 23 20:00 | tonight 20:00 = 23 20:00 | tonight 8 = 23 20:00
tonight at 8:30 = 23 20:30 | tonight 2am = 24 02:00 | tonight midnight = 24 00:00 | this evening 8 = 23 20:00
tomorrow 20:30 = 24 20:30 | tomorrow at 8:30 p.m. = 24 20:30 | tmrw 8pm = 24 20:00 | tomorrow 12am = 24 00:00
tomorrow evening 8 = 24 20:00 | tomorrow noon = 24 12:00 | 8pm tomorrow = 24 20:00 | tomorrow 2030 = 24 20:30
day after tomorrow 8pm = 25 20:00 | the day after tomorrow at 20:00 = 25 20:00 | tomorrow 8h = 24 08:00
heute 20 uhr = 23 20:00 | heute abend 8 uhr = 23 20:00 | heute um 20:15 = 23 20:15 | morgen 20 uhr = 24 20:00
morgen früh 9 uhr = 24 09:00 | morgen abend 20:00 = 24 20:00 | übermorgen 20:00 = 25 20:00 | uebermorgen 20:00 = 25 20:00
demain 20h = 24 20:00 | demain soir 8h = 24 20:00 | demain à midi = 24 12:00 | après-demain 20h = 25 20:00
ce soir 20h = 23 20:00 | aujourd’hui 20h30 = 23 20:30 | aujourd'hui à 21h = 23 21:00
8pm = 23 20:00 | 8 PM = 23 20:00 | 8:30pm = 23 20:30 | 8:30 p.m. = 23 20:30 | 8.30pm = 23 20:30 | 20:00 = 23 20:00
20.30 = 23 20:30 | 20h = 23 20:00 | 20h30 = 23 20:30 | 20 h 30 = 23 20:30 | 20 Uhr = 23 20:00 | 20 uhr 15 = 23 20:15
20:30 uhr = 23 20:30 | 3pm = 24 15:00 | 17:00 = 24 17:00 | 0:00 = 24 00:00 | 24:00 = 24 00:00 | noon = 24 12:00
midnight = 24 00:00 | mitternacht = 24 00:00 | minuit = 24 00:00 | mittags = 24 12:00 | at 20:00 = 23 20:00 | @ 8pm = 23 20:00
1.12. 20:00 = 1 20:00 | 1.12 20:00 = 1 20:00 | 1.12.2026 20:00 = 1 20:00 | 1.12.26 20:00 = 1 20:00
1. 12. 2026 20:00 = 1 20:00 | 01.12.2026, 20:00 uhr = 1 20:00 | am 1.12. um 20 uhr = 1 20:00 | 9.12 20.30 = 9 20:30
20:00 1.12. = 1 20:00 | 27.11. 20:00 = 27 20:00 | fri 27.11. 20:00 = 27 20:00 | 1.12.20:30 = 1 20:30
1 dec 8pm = 1 20:00 | dec 1 8pm = 1 20:00 | dec 1st 8pm = 1 20:00 | 1st dec 8pm = 1 20:00 | 1st of december 8pm = 1 20:00
december 1, 2026 at 20:00 = 1 20:00 | 1 December 2026 20:00 = 1 20:00 | 1 dec 2026 2030 = 1 20:30 | 20:00 dec 1 = 1 20:00
nov 27th, 8pm = 27 20:00 | Friday, 27 November 2026, 20:00 = 27 20:00 | dec 20 20:00 = 12-20 20:00
1. dezember 20 uhr = 1 20:00 | 1. Dez. 2026 20:00 = 1 20:00 | 27. Nov 20:00 = 27 20:00
1er décembre à 20h = 1 20:00 | le 1er décembre 2026 à 20h = 1 20:00 | 20 déc. 20h = 12-20 20:00
25/12 20:00 = 12-25 20:00 | 12/25 8pm = 12-25 20:00 | 25/12/2026 20:00 = 12-25 20:00 | 25/12/26 20:00 = 12-25 20:00
12/12 20:00 = 12 20:00 | 2026/12/1 20:00 = 1 20:00 | 2026-12-01 20:00 = 1 20:00 | 2026-12-01T20:00 = 1 20:00
2026-12-01T20:00:00 = 1 20:00 | 2026.12.01 20:00 = 1 20:00 | sat 12/5 20:00 = 5 20:00 | 25-12-2026 20:00 = 12-25 20:00
２０：００ = 23 20:00 | ｆｒｉ 8pm = 27 20:00 | ٢٠:٣٠ = 23 20:30 | fri २०:०० = 27 20:00
"""
UNDERSTOOD = [pair.rsplit(" = ", 1) for line in PHRASES.strip().splitlines() for pair in line.split(" | ")]


def _wall(written: str) -> datetime:
    """`27 20:00` as a wall time: a day in November from the 23rd on, in December before, unless the month is said."""
    day, clock = written.split()
    month = "" if "-" in day else "11-" if int(day) >= 23 else "12-"
    return datetime.fromisoformat(f"2026-{month}{day:0>2} {clock}")


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("text", "means"), UNDERSTOOD, ids=lambda value: value)
def test_a_phrase_means_the_same_wall_time_in_every_zone(text, means, zone):
    expected = _wall(means)
    now = HERE.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert parse_when(text, zone=zone, now=now) == expected.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def test_the_table_is_a_large_one():
    assert len(UNDERSTOOD) >= 150


BERLIN = ZoneInfo("Europe/Berlin")
NOW = HERE.replace(tzinfo=BERLIN).astimezone(UTC)


def _read(text: str, now: datetime = NOW, zone: str = "Europe/Berlin") -> list[str]:
    return [
        f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" for moment in read_when(text, zone=zone, now=now).instants
    ]


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("12/1 8pm", ["2026-12-01 20:00", "2027-01-12 20:00"]),
        ("1/12 8pm", ["2026-12-01 20:00", "2027-01-12 20:00"]),
        ("next fri 20:00", ["2026-11-27 20:00", "2026-12-04 20:00"]),
        ("nächsten freitag 20 uhr", ["2026-11-27 20:00", "2026-12-04 20:00"]),
        ("vendredi prochain 20h", ["2026-11-27 20:00", "2026-12-04 20:00"]),
        ("fri midnight", ["2026-11-27 00:00", "2026-11-28 00:00"]),
        ("fri 8", ["2026-11-27 08:00", "2026-11-27 20:00"]),
        ("at 8", ["2026-11-23 20:00", "2026-11-24 08:00"]),
        ("sat night 1am", ["2026-11-28 01:00", "2026-11-29 01:00"]),
        ("1 july 20:00 CET", ["2027-07-01 20:00", "2027-07-01 21:00"]),
        ("31.10.2027 02:30", ["2027-10-31 02:30", "2027-10-31 02:30"]),
    ],
)
def test_what_has_two_readings_is_refused_with_both(text, readings):
    assert _read(text) == readings
    with pytest.raises(Invalid) as refused:
        parse_when(text, zone="Europe/Berlin", now=NOW)
    assert refused.value.code == "time_ambiguous"
    offered = refused.value.details["readings"]
    assert isinstance(offered, list)
    assert [parse_when(one, zone="UTC", now=NOW) for one in offered] == list(
        read_when(text, zone="Europe/Berlin", now=NOW).instants
    )
    assert all(one in refused.value.message for one in offered)


def test_a_date_of_slashes_asks_even_when_one_reading_has_passed():
    assert _read("12/1/2026 20:00") == ["2026-12-01 20:00"]
    with pytest.raises(Invalid, match=r"day/month or month/day. Write 2026-12-01T20:00\+01:00\."):
        parse_when("12/1/2026 20:00", zone="Europe/Berlin", now=NOW)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "8",
            "2030",
            "2h",
            "8h30",
            "fri 20",
            "13pm",
            "20:00 pm",
            "20:00 am",
            "0pm",
            "halb 9",
            "quarter past 8",
            "now",
        ),
        *("20:00-22:00", "20:00 - 22:00", "fri 20:00 or 21:00", "fri sat 20:00", "today tomorrow 20:00", "8pm 9pm"),
        *("1.12. 2.12. 20:00", "1.12", "8.11 9.12", "in 2h fri", "in 20", "in -2h", "-2h", "2 hours ago", "in 2h ago"),
        *("next 20:00", "this 20:00", "this next fri 20:00", "fri 20:00 xyz", "fri20:00", "20:00fri", "20:00:00:00"),
        *("²0:00", "½h", "fri ⑧pm", "2\u200b0:00", "20\u030a:00", "２０：００－２２：００", "fri 8pm?", "not fri 8pm"),
        *("12:00 am freitag", "noon evening", "fri morning 20:00", "sat 27.11. 20:00", "1/2/3/4 20:00", "1-12 20:00"),
        *("20:00 Mars/Base", "20:00 XYZ", "20:00 Etc/GMT+5", "20:00 UTC CET", "20:00 UTC+15", "20:00 UTC+1:99"),
        *("20:00 ../../etc", "fri", "tomorrow", "1 dec", "2026-12-01", "1 dec 2030", "UTC", "20:00z", "1764619200000"),
        *("8pm CST", "8pm IST", "8pm PST", "30 feb 20:00", "31.11. 20:00", "25:00", "20:60", "2026-13-01 20:00"),
    ],
)
def test_a_text_that_is_not_wholly_understood_is_refused(text):
    with pytest.raises(Invalid) as refused:
        parse_when(text, zone="Europe/Berlin", now=NOW)
    assert refused.value.field == "time"
    assert refused.value.code != "time_ambiguous"


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("20:00 UTC", "2026-11-23 21:00"),
        ("20:00 GMT", "2026-11-23 21:00"),
        ("8pm CET", "2026-11-23 20:00"),
        ("8pm MEZ", "2026-11-23 20:00"),
        ("8pm EST", "2026-11-24 02:00"),
        ("8pm ET", "2026-11-24 02:00"),
        ("1 july 8pm PT", "2027-07-02 05:00"),
        ("20:00 UTC+2", "2026-11-23 19:00"),
        ("20:00 GMT-5", "2026-11-24 02:00"),
        ("20:00 UTC+05:30", "2026-11-24 15:30"),
        ("20:00 Europe/London", "2026-11-23 21:00"),
        ("20:00 europe/london", "2026-11-23 21:00"),
        ("fri 20:00 (America/New_York)", "2026-11-28 02:00"),
        ("fri 8pm America/Argentina/Buenos_Aires", "2026-11-28 00:00"),
        ("2026-12-01T20:00Z", "2026-12-01 21:00"),
        ("2026-12-01 20:00+05:00", "2026-12-01 16:00"),
        ("2026-12-01 20:00 UTC", "2026-12-01 21:00"),
    ],
)
def test_a_zone_behind_the_time_counts_instead_of_ones_own(text, means):
    assert _read(text) == [means]


def test_an_ambiguous_abbreviation_is_that_of_ones_own_zone():
    assert _read("fri 8pm CST", zone="America/Winnipeg") == ["2026-11-27 20:00"]
    with pytest.raises(Invalid, match="America/Chicago or Asia/Shanghai or America/Havana"):
        parse_when("fri 8pm CST", zone="Europe/Berlin", now=NOW)


def test_abbreviations_are_those_of_the_tz_database():
    found: dict[str, set[float]] = {}
    for name, month in itertools.product(sorted(available_timezones()), (1, 7)):
        moment = datetime(2027, month, 1, tzinfo=ZoneInfo(name))
        offset = moment.utcoffset()
        assert offset is not None
        found.setdefault(moment.strftime("%Z").casefold(), set()).add(offset.total_seconds() / 3600)
    for name, (_, hours) in ABBREVIATIONS.items():
        assert found.get(name, {hours}) == {hours}, name  # MEZ and MESZ are German for CET and CEST
    several = {name for name, offsets in found.items() if len(offsets) > 1 and name.isalpha()}
    assert several <= set(AMBIGUOUS)


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("21:00", "2026-12-05 21:00"),
        ("9pm", "2026-12-05 21:00"),
        ("20.30", "2026-12-05 20:30"),
        ("24:00", "2026-12-06 00:00"),
        ("9 in the evening", "2026-12-05 21:00"),
        ("fri", "2026-11-27 19:30"),
        ("1.12.", "2026-12-01 19:30"),
        ("tomorrow", "2026-11-24 19:30"),
        ("fri 8pm", "2026-11-27 20:00"),
        ("in 2h", "2026-11-23 19:00"),
    ],
)
def test_changing_only_the_time_keeps_the_date_and_only_the_date_the_time(text, means):
    was = datetime(2026, 12, 5, 19, 30, tzinfo=BERLIN)
    moment = parse_when(text, zone="Europe/Berlin", now=NOW, changing=was.astimezone(UTC))
    assert f"{moment.astimezone(BERLIN):%Y-%m-%d %H:%M}" == means


def test_a_changed_time_that_has_passed_that_day_is_refused_rather_than_moved():
    with pytest.raises(Invalid, match="has passed"):
        parse_when("9:00", zone="Europe/Berlin", now=NOW, changing=NOW + timedelta(hours=2))


def test_days_ahead_keep_the_wall_time_across_a_change_of_clocks():
    now = datetime(2027, 3, 26, 20, 0, tzinfo=BERLIN).astimezone(UTC)
    assert _read("in 3 days", now) == ["2027-03-29 20:00"]
    assert _read("in 72h", now) == ["2027-03-29 21:00"]


def test_of_an_hour_that_happens_twice_only_what_is_ahead_is_meant():
    between = datetime(2027, 10, 31, 0, 45, tzinfo=UTC)  # 02:45 for the first time
    assert parse_when("2:30", zone="Europe/Berlin", now=between) == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


def test_today_in_another_zone_asks_where_the_days_differ():
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # Tuesday in Tokyo
    assert _read("today 23:45 UTC", late, "Asia/Tokyo") == ["2026-11-24 08:45", "2026-11-25 08:45"]


_moments = st.datetimes(HERE + timedelta(days=2), HERE + timedelta(days=550)).map(
    lambda wall: wall.replace(second=0, microsecond=0)
)
_zones = st.sampled_from((*ZONES, "Australia/Lord_Howe", "Africa/Casablanca", "America/Santiago", "UTC"))
_FORMS = (
    "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M", "%d %B %Y %I:%M %p", "%B %d, %Y at %I:%M%p", "%A, %d %b %Y %H.%M", "%Y/%m/%d %Hh%M",
    "%d/%m/%Y %H:%M",
)  # fmt: skip


@settings(max_examples=1500, deadline=None)
@given(_moments, _zones, st.sampled_from(_FORMS))
def test_a_wall_time_however_it_is_written_is_never_another_one(wall, zone, form):
    here = ZoneInfo(zone)
    try:
        readings = read_when(wall.strftime(form), zone=zone, now=NOW).instants
    except Invalid as refused:
        assert refused.code == "time_gap"
        assert instants(wall.date(), wall.time(), here) == ()
    else:
        assert set(instants(wall.date(), wall.time(), here)) <= set(readings)
        swapped = form.startswith("%d/") and wall.day <= 12
        assert swapped or {one.astimezone(here).replace(tzinfo=None, fold=0) for one in readings} == {wall}


@given(_moments, _zones)
def test_the_instants_of_a_wall_time_show_it_and_a_gap_has_neighbours_that_exist(wall, zone):
    here = ZoneInfo(zone)
    found = instants(wall.date(), wall.time(), here)
    assert [one.astimezone(here).replace(tzinfo=None, fold=0) for one in found] == [wall] * len(found)
    if not found:
        for near in around_gap(wall.date(), wall.time(), here):
            shown = near.astimezone(here)
            assert instants(shown.date(), shown.time(), here)


def test_a_gap_has_no_instant_and_a_doubled_hour_two():
    clock = datetime(2027, 1, 1, 2, 30, tzinfo=UTC).time()
    assert instants(date(2027, 3, 28), clock, BERLIN) == ()
    assert len(instants(date(2027, 10, 31), clock, BERLIN)) == 2


_tokens = st.sampled_from(
    [
        *(
            "h",
            "pm",
            "am",
            "in ",
            "fri",
            "morgen ",
            "next ",
            "1.12.",
            "12/1",
            "20:00",
            "dec ",
            "UTC",
            "CET",
            "tonight ",
        ),
        *("a ", "half an ", "noon", "²", "٣", "２", "é", "\u030a", "'", "<t:", ">", "T", "2026-"),
        *"0123456789:./- ,;()@+",
    ]
)


@settings(max_examples=1500, deadline=None)
@given(st.one_of(st.lists(_tokens, max_size=60).map("".join), st.text(max_size=200)))
def test_no_text_takes_long(text):
    began = time.process_time()
    try:
        assert read_when(text, zone="America/New_York", now=NOW).instants[0] > NOW
    except Invalid as refused:
        assert len(refused.message) > 20
    assert time.process_time() - began < 0.05  # the promise is 5 ms; ten times that allows for a busy machine


@pytest.mark.parametrize(
    "piece", ["20:00 ", "1.12. ", "fri ", "(", "9", "in ", "1h ", "a ", "dec ", "a/", "12/1 ", "é"]
)
def test_the_longest_texts_are_answered_at_once(piece):
    text = (piece * 200)[:200]
    times = []
    for _ in range(5):
        began = time.process_time()
        with pytest.raises(Invalid):
            parse_when(text, zone="Europe/Berlin", now=NOW)
        times.append(time.process_time() - began)
    assert min(times) < 0.005
