"""What processes share of Discord's limits: the same in the table as in the memory that tests stand on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from attendance.domain.rate_limit import GLOBAL_SIZE, Window
from attendance.storage.discord_limits import SharedLimits
from attendance.storage.table import Table
from tests.limits_in_memory import LimitsInMemory
from tests.stories import NOW

NAME = "abc 5"


def later(seconds):
    return NOW + timedelta(seconds=seconds)


@pytest.fixture(params=["table", "memory"])
def limits(request, moto_table):
    return SharedLimits(Table(*moto_table)) if request.param == "table" else LimitsInMemory()


def window(limits, name=NAME):
    return limits.known([name]).counted[name]


def test_the_longest_wait_stands(limits):
    limits.note(["a", "b"], later(5))
    limits.note(["a"], later(3))
    limits.note(["b"], later(9))
    assert limits.known(["a", "b", "c"]).closed == {"a": later(5), "b": later(9)}


def test_a_place_is_taken_by_one_and_the_next_window_opens_full(limits):
    limits.count(NAME, Window(3, 4.0, 2, later(4)))
    limits.count(NAME, Window(9, 9.0, 9, later(9)))
    seen = window(limits)
    assert [limits.take(NAME, seen, NOW).room for _ in range(2)] == [1, 0]
    assert limits.take(NAME, seen, later(1)) == 3.0
    opened = limits.take(NAME, window(limits), later(4.5))
    assert (opened.room, opened.resets) == (2, later(8.5))


def test_who_is_turned_away_comes_again_spread_over_the_windows_to_come(limits):
    limits.count(NAME, Window(1, 10.0, 0, later(10)))
    waits = [limits.take(NAME, window(limits), NOW) for _ in range(5)]
    assert waits == [10.0, 10.0, 20.0, 20.0, 30.0]
    limits.take(NAME, window(limits), later(10))
    assert limits.take(NAME, window(limits), later(10)) == 20.0, "two of the five were asked to come by now"


def test_an_answer_corrects_the_window_in_which_its_call_was_made_and_no_other(limits):
    limits.count(NAME, Window(3, 4.0, 0, later(4)))
    limits.take(NAME, limits.take(NAME, window(limits), later(5)), later(5.1))
    limits.correct(NAME, Window(3, 4.2, 2, later(9.4)))
    assert (window(limits).room, window(limits).span, window(limits).resets) == (1, 4.2, later(9.4))
    limits.correct(NAME, Window(3, 4.2, 0, later(5.2)))
    assert window(limits).room == 1, "an answer of the window before comes late"
    limits.correct(NAME, Window(3, 4.2, 0, later(9.3)))
    assert (window(limits).room, window(limits).resets) == (0, later(9.3))


def test_many_who_meet_a_limit_that_nobody_tells_lower_it_once(limits):
    full = Window(GLOBAL_SIZE, 1.0, 0, later(1))
    for _ in range(3):
        limits.lower("global", full, NOW)
        limits.note(["global"], later(1))
    assert window(limits, "global").size == GLOBAL_SIZE
    for _ in range(3):
        limits.lower("global", Window(GLOBAL_SIZE, 1.0, 0, later(4)), later(3))
        limits.note(["global"], later(4))
    assert window(limits, "global").size == 45
