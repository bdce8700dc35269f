"""How long a guild keeps what is past: months after which events and the audit log go, or for ever.

    events that ended before     with roster, notes, evidence, verdicts, batches, sheet, card, requests for corrections
    audit entries from before    whatever they are about
    absences that were over before

What is gone is in no figure any more: rates are of what is kept. Members' first days stay, so that nobody is held to have
missed what came before them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from attendance.errors import Invalid

FOR_EVER = 0
LEAST_MONTHS, MOST_MONTHS = 3, 120
GRACE = timedelta(days=1)
"""From the change of the setting until the first removal: a slip can be taken back."""
AGAIN_AFTER = timedelta(days=1)


class Preview(NamedTuple):
    """What would be removed: `events` that ended and audit `entries` from before `before`; `more` than were counted."""

    before: datetime
    events: int
    entries: int
    more: bool


def checked_months(months: object) -> int:
    """Return for how many months what is past is kept, 0 for ever; raises `Invalid` (field `keep_months`)."""
    if (
        isinstance(months, bool)
        or not isinstance(months, int)
        or not (months == FOR_EVER or LEAST_MONTHS <= months <= MOST_MONTHS)
    ):
        raise Invalid(
            f"What is past is kept for {LEAST_MONTHS} to {MOST_MONTHS} months, or for ever with 0; understood: {str(months)[:20]}.",
            field="keep_months",
            code="bad_keep_months",
            least=LEAST_MONTHS,
            most=MOST_MONTHS,
            understood=str(months)[:20],
        )
    return months


def kept_from(months: int, now: datetime) -> datetime:
    """Return the moment from which on things are kept: so many calendar months ago, the last day of a short month at most."""
    count = now.year * 12 + now.month - 1 - months
    year, month = divmod(count, 12)
    for day in range(now.day, 27, -1):
        try:
            return now.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return now.replace(year=year, month=month + 1)


def removes_more(before: int, after: int) -> bool:
    """Whether a change of the setting leads to removals that there were none of before."""
    return after != FOR_EVER and (before == FOR_EVER or after < before)
