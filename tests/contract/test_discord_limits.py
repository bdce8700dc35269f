"""What processes share of Discord's limits: the same in the table as in the memory that tests stand on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from attendance.domain.rate_limit import GLOBAL_SIZE, Turn, Window
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
    assert limits.take(NAME, seen, later(1)) == Turn(1, 3.0)
    opened = limits.take(NAME, window(limits), later(4.5))
    assert (opened.room, opened.resets) == (2, later(8.5))


def turned_away(limits, times, now=NOW):
    return [limits.take(NAME, window(limits), now) for _ in range(times)]


def test_who_is_turned_away_stands_in_a_line_that_is_spread_over_the_windows_to_come(limits):
    limits.count(NAME, Window(2, 10.0, 0, later(10)))
    turns = turned_away(limits, 5)
    assert [turn.number for turn in turns] == [1, 2, 3, 4, 5]
    assert [round(turn.wait, 1) for turn in turns] == [10.0, 10.0, 12.5, 20.0, 22.5]


def test_who_comes_again_too_early_keeps_the_number_and_draws_no_other(limits):
    limits.count(NAME, Window(1, 10.0, 0, later(10)))
    turned_away(limits, 3)
    early = limits.take(NAME, window(limits), later(4), 2)
    assert early == Turn(2, 6.0)
    assert window(limits).line == 3
    limits.take(NAME, window(limits), later(10), 1)
    assert limits.take(NAME, window(limits), later(10), 2) == Turn(2, 10.0), "the first has had its turn"


def test_a_place_that_nobody_took_moves_the_line_on(limits):
    limits.count(NAME, Window(2, 10.0, 0, later(10)))
    turned_away(limits, 6)
    limits.take(NAME, window(limits), later(11), 1)  # the second never comes
    limits.take(NAME, window(limits), later(22), 3)
    assert window(limits).served == 3
    assert limits.take(NAME, window(limits), later(60)).served == 6, "after a long silence nobody is there any more"


def test_a_number_of_a_line_that_was_forgotten_is_drawn_anew(limits):
    limits.count(NAME, Window(1, 10.0, 0, later(10)))
    assert limits.take(NAME, window(limits), NOW, 70) == Turn(1, 10.0)


def test_an_answer_corrects_the_window_in_which_its_call_was_made_and_no_other(limits):
    limits.count(NAME, Window(3, 4.0, 0, later(4)))
    limits.take(NAME, limits.take(NAME, window(limits), later(5)), later(5.1))
    limits.correct(NAME, Window(3, 4.2, 2, later(9.4)))
    assert (window(limits).room, window(limits).span, window(limits).resets) == (1, 4.2, later(9.4))
    limits.correct(NAME, Window(3, 4.2, 0, later(5.2)))
    assert window(limits).room == 1, "an answer of the window before comes late"
    limits.correct(NAME, Window(3, 4.2, 0, later(9.3)))
    assert (window(limits).room, window(limits).resets) == (0, later(9.3))


def test_a_limit_that_nobody_tells_is_what_passed_before_the_first_refusal(limits):
    limits.count("global", Window(GLOBAL_SIZE, 1.0, GLOBAL_SIZE, later(1), sure=0))
    for _ in range(33):
        limits.take("global", window(limits, "global"), NOW)
    for _ in range(3):
        limits.refuse("global", Window(GLOBAL_SIZE, 1.0, 0, later(0.9), sure=0))
    limits.take("global", window(limits, "global"), later(1))
    assert window(limits, "global").size == 30
    limits.refuse("global", Window(GLOBAL_SIZE, 1.0, 0, later(1), sure=0))
    assert window(limits, "global").size == 30, "a refusal of the window before comes late"


def test_a_limit_that_nobody_tells_is_tried_a_little_wider_after_many_full_windows_and_has_no_line(limits):
    limits.count("global", Window(1, 1.0, 0, later(1), sure=0))
    for second in range(1, 30):
        assert limits.take("global", window(limits, "global"), later(second - 0.5)) == Turn(0, 0.5)
        for _ in range(window(limits, "global").size):
            limits.take("global", window(limits, "global"), later(second))
        if window(limits, "global").size > 1:
            break
    assert second == 20


def test_an_answer_tells_when_a_window_of_all_calls_ends_and_not_how_many_fit(limits):
    limits.count("global", Window(40, 1.0, 7, later(1), sure=3))
    limits.correct("global", Window(50, 1.0, 49, later(1.05), sure=0))
    assert window(limits, "global") == Window(40, 1.0, 7, later(1.05), sure=3)
