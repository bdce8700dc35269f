"""When a member may check in, and as what it counts.

SPEC's defaults: the window is open from 15 minutes before the start to 20 minutes after it, and a check-in later than
5 minutes after the start counts as late. Settings, preset and event may change each number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from attendance.errors import Invalid

MAX_MINUTES = 24 * 60
MAX_CODE_TRIES = 5
"""SPEC section 2: five wrong codes lock a member's check-in by code at that event."""


@dataclass(frozen=True, slots=True)
class CheckInRule:
    """Minutes: the window opens `opens_before` the start and closes `closes_after` it; `grace` passes before late."""

    opens_before: int = 15
    closes_after: int = 20
    grace: int = 5

    def opens_at(self, starts_at: datetime) -> datetime:
        """When the window opens."""
        return starts_at - timedelta(minutes=self.opens_before)

    def closes_at(self, starts_at: datetime) -> datetime:
        """When the window closes."""
        return starts_at + timedelta(minutes=self.closes_after)


def checked_rule(opens_before: int, closes_after: int, grace: int) -> CheckInRule:
    """Return the rule, or raise `Invalid` (field `check_in`) when its minutes make no window."""
    if not (
        0 <= opens_before <= MAX_MINUTES and 0 <= grace <= closes_after <= MAX_MINUTES and opens_before + closes_after
    ):
        raise Invalid(
            "A check-in window opens 0 to 1440 minutes before the start, closes 0 to 1440 after it, is not empty, and its "
            f"grace fits inside; understood: {opens_before}, {closes_after}, {grace}.",
            field="check_in",
            code="bad_window",
            understood=f"{opens_before}, {closes_after}, {grace}",
        )
    return CheckInRule(opens_before, closes_after, grace)


DEFAULT_RULE = CheckInRule()
"""SPEC section 2's defaults."""

Window = Literal["before", "open", "after"]


def window_at(rule: CheckInRule, starts_at: datetime, now: datetime) -> Window:
    """Where `now` lies; both ends of the window belong to it."""
    if now < rule.opens_at(starts_at):
        return "before"
    return "open" if now <= rule.closes_at(starts_at) else "after"


def status_of_check_in(rule: CheckInRule, starts_at: datetime, now: datetime) -> Literal["present", "late"]:
    """What a check-in at `now` counts as, once the window has let it through."""
    return "present" if now <= starts_at + timedelta(minutes=rule.grace) else "late"
