"""What processes share of Discord's limits: the same in the table as in the memory that tests stand on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, cast

import pytest

from attendance.domain.rate_limit import GLOBAL_SIZE, Window
from attendance.storage.discord_limits import SharedLimits
from attendance.storage.table import Table
from tests.dynamodb_in_memory import DynamoDBInMemory
from tests.limits_in_memory import LimitsInMemory
from tests.stories import NOW

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

NAME = "abc 5"


def later(seconds):
    return NOW + timedelta(seconds=seconds)


@pytest.fixture(params=["moto", "memory", "fake", pytest.param("emulator", marks=pytest.mark.ministack)])
def limits(request):
    """The limits in each table, and the fake that stands for them where a test has no table."""
    match request.param:
        case "fake":
            return LimitsInMemory()
        case "memory":
            return SharedLimits(Table(cast("DynamoDBClient", DynamoDBInMemory()), "attendance"))
        case other:
            return SharedLimits(Table(*request.getfixturevalue("moto_table" if other == "moto" else "ministack_table")))


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


def test_a_wait_is_never_over_a_part_of_a_millisecond_early(limits):
    limits.note(["a"], later(5.0001))
    limits.count(NAME, Window(3, 4.0, 0, later(4.0001)))
    assert limits.known(["a"]).closed["a"] >= later(5.0001)
    assert isinstance(limits.take(NAME, window(limits), later(4)), float)


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


def test_a_limit_that_nobody_tells_is_tried_a_little_wider_after_many_full_windows(limits):
    limits.count("global", Window(1, 1.0, 0, later(1), sure=0))
    for second in range(1, 30):
        assert limits.take("global", window(limits, "global"), later(second - 0.5)) == 0.5
        for _ in range(window(limits, "global").size):
            limits.take("global", window(limits, "global"), later(second))
        if window(limits, "global").size > 1:
            break
    assert second == 20


def test_an_answer_tells_when_a_window_of_all_calls_ends_and_not_how_many_fit(limits):
    limits.count("global", Window(40, 1.0, 7, later(1), sure=3))
    limits.correct("global", Window(50, 1.0, 49, later(1.05), sure=0))
    assert window(limits, "global") == Window(40, 1.0, 7, later(1.05), sure=3)
