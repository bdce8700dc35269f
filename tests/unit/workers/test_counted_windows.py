"""When a counted window ends, and how many fit into it, as answers that are out of step with the count tell."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from requests import Response

from attendance.discord.rate_limits import GLOBAL, RateLimits, route_of
from attendance.domain.rate_limit import Window
from tests.limits_in_memory import LimitsInMemory
from tests.stories import NOW

ROUTE = route_of("POST", "/channels/1221083529216131075/messages")
BUCKET = "m 1221083529216131075"


class Calls:
    """One process, whose clock stands `seconds` after `NOW`, and what all share."""

    def __init__(self):
        self.seconds, self.limits = 0.0, LimitsInMemory()
        self.rate = RateLimits(self.limits, lambda: later(self.seconds))

    def answered(self, status, **headers):
        """Make a call whose answer comes a twentieth of a second later."""
        places = self.rate.enter(ROUTE, "stopped")
        self.seconds += 0.05
        answer = Response()
        answer.status_code = status
        answer.headers.update({f"X-RateLimit-{name.replace('_', '-')}": str(value) for name, value in headers.items()})
        self.rate.learn(ROUTE, places, answer)
        return places, answer

    def refused_by_all(self, wait):
        places, answer = self.answered(429, Global="true")
        answer._content = json.dumps({"retry_after": wait, "global": True}).encode()
        return self.rate.refused(ROUTE, places, answer)

    def window(self, name):
        return self.limits.counted[name]


def later(seconds):
    return NOW + timedelta(seconds=seconds)


@pytest.fixture
def calls():
    return Calls()


def test_a_window_that_its_first_call_never_reached_ends_when_another_answer_says(calls):
    calls.answered(200, Bucket="m", Limit=4, Remaining=1, Reset_After=0.4)
    calls.seconds = 1.0
    calls.rate.enter(ROUTE, "stopped")  # opens the counted window, and is lost on its way
    calls.seconds = 1.3
    calls.answered(200, Bucket="m", Limit=4, Remaining=3, Reset_After=0.95)
    assert calls.window(BUCKET).resets == later(1.35 + 0.95)


@pytest.mark.parametrize(
    ("at", "wait", "size", "resets"),
    [(0.5, 0.4, 39, 0.95), (0.2, 0.04, 50, 1.29), (0.5, 1.2, 50, 1.75)],
    ids=["at the end of the counted window", "of the one before", "of one that began later"],
)
def test_a_global_refusal_tells_how_many_fit_only_where_it_ends_with_the_counted_window(calls, at, wait, size, resets):
    calls.limits.count(GLOBAL, Window(50, 1.0, 11, later(1.0), sure=0))
    calls.seconds = at
    refusal = calls.refused_by_all(wait)
    assert (refusal.everywhere, calls.window(GLOBAL).size) == (True, size)
    assert calls.window(GLOBAL).resets == later(resets)
