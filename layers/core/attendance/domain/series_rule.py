"""How often a series repeats: a documented part of RFC 5545's RRULE, and words that stand for it.

    daily | every 3 days                          every so many days
    weekly | every 2 weeks | mon, wed | every 2 weeks on tue, thu | weekdays | weekends
    monthly | every 3 months                      on the first date's day of the month
    first fri monthly | 2nd and last sun monthly  on weekdays counted within the month
    FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE            RRULE itself: FREQ, INTERVAL, BYDAY, BYMONTHDAY, COUNT, UNTIL, WKST=MO

Any of the words may end in `until 2027-03-01` or `10 times`. As in the RFC, a month without the 31st has no date, and weeks begin on
Monday. Dates are those of a calendar, without time or zone. python-dateutil counts them; its import costs more than
this module, so it is paid when dates are asked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Literal

from attendance.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterator

Frequency = Literal["DAILY", "WEEKLY", "MONTHLY"]
MAX_RULE = 200
MAX_INTERVAL = 52
MAX_COUNT = 500
HORIZON = timedelta(days=5 * 366)
"""How far a rule is followed from the date that is asked about: one that matches nothing (30 February) ends there."""
COUNTED_HORIZON = timedelta(days=50 * 366)
"""How far its dates are counted when the rule says how many there are."""
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
EXAMPLES = "weekly, every 2 weeks, mon,wed, first fri monthly"
_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5, "last": -1,
}  # fmt: skip
_WORDS = {"daily": "every day", "weekly": "every week", "monthly": "every month", "biweekly": "every 2 weeks"}
_WORDS |= {"fortnightly": "every 2 weeks", "weekdays": "mon,tue,wed,thu,fri", "weekends": "sat,sun"}
_UNITS: dict[str, Frequency] = {"day": "DAILY", "week": "WEEKLY", "month": "MONTHLY"}
_NUMBERS: dict[Frequency, Literal[1, 2, 3]] = {"MONTHLY": 1, "WEEKLY": 2, "DAILY": 3}  # dateutil's own
_EVERY = re.compile(r"every (?:(\d{1,3}|other) )?(day|week|month)s?(?: on (.+))?", re.ASCII)
_OF_MONTH = re.compile(r"(.+?)(?: (?:monthly|of (?:the|every|each) month|every month))", re.ASCII)
_BOUND = re.compile(r"(.+?),? (?:until (\d{4}-\d{2}-\d{2})|(\d{1,4}) times)", re.ASCII)
_BY_DAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_UNTIL = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:T\d{6}Z?)?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How often. `days` pairs a weekday (0 Monday) with its number in the month (0: every one, -1: the last).

    Without `days` or `month_days` the first date's weekday, or day of the month, counts. `until` is the last date allowed.
    """

    frequency: Frequency
    interval: int = 1
    days: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    count: int | None = None
    until: date | None = None

    def __str__(self) -> str:
        """The rule as RRULE's value."""
        parts = [f"FREQ={self.frequency}"]
        parts += [f"INTERVAL={self.interval}"] if self.interval != 1 else []
        parts += ["BYDAY=" + ",".join(f"{number or ''}{DAYS[day]}" for day, number in self.days)] if self.days else []
        parts += ["BYMONTHDAY=" + ",".join(map(str, self.month_days))] if self.month_days else []
        parts += [f"COUNT={self.count}"] if self.count else []
        parts += [f"UNTIL={self.until.isoformat().replace('-', '')}"] if self.until else []
        return ";".join(parts)


def parse_rule(text: str, *, field: str = "repeat") -> Rule:
    """Return the rule that words or an RRULE mean; raises `Invalid` naming `field`, with what would be understood."""
    words = " ".join(text.casefold().split())
    if not words or len(text) > MAX_RULE:
        raise Invalid(
            f"Say how often in at most {MAX_RULE} characters, such as {EXAMPLES}.",
            field=field,
            code="rule_too_long",
            most=MAX_RULE,
            examples=EXAMPLES,
        )
    try:
        rule = _of_rrule(words.upper().removeprefix("RRULE:"), field) if "freq=" in words else _of_words(words)
    except ValueError as error:
        raise Invalid(
            f"“{text.strip()[:60]}” holds a date that does not exist.",
            field=field,
            code="rule_bad_date",
            typed=text.strip()[:60],
        ) from error
    if rule is None:
        raise Invalid(
            f"I could not read “{text.strip()[:60]}” as how often. Try {EXAMPLES}, or an RRULE.",
            field=field,
            code="rule_unreadable",
            typed=text.strip()[:60],
            examples=EXAMPLES,
        )
    if not 1 <= rule.interval <= MAX_INTERVAL:
        raise Invalid(
            f"The interval is 1 to {MAX_INTERVAL}; understood: {rule.interval}.",
            field=field,
            code="bad_interval",
            most=MAX_INTERVAL,
            understood=rule.interval,
        )
    if rule.count is not None and not 1 <= rule.count <= MAX_COUNT:
        raise Invalid(
            f"A series has 1 to {MAX_COUNT} dates; understood: {rule.count}.",
            field=field,
            code="bad_count",
            most=MAX_COUNT,
            understood=rule.count,
        )
    if rule.frequency != "MONTHLY" and (rule.month_days or any(number for _, number in rule.days)):
        raise Invalid(
            "Days of the month and counted weekdays need a monthly rule.", field=field, code="rule_needs_month"
        )
    if rule.frequency == "DAILY" and rule.days:
        raise Invalid(
            "A daily rule takes no weekdays: write them as a weekly one, such as mon,wed.",
            field=field,
            code="rule_daily_weekdays",
        )
    return rule


def dates_from(rule: Rule, first: date, since: date) -> Iterator[date]:
    """Yield the dates of `rule` on or after `since` in order, counted from `first`; bounded by `HORIZON`."""
    from dateutil import rrule

    last = max(first, since) + (COUNTED_HORIZON if rule.count else HORIZON)
    if rule.until is not None:
        last = min(last, rule.until)
    weekdays = [rrule.weekday(day, number or None) for day, number in rule.days]
    found = rrule.rrule(
        _NUMBERS[rule.frequency],
        dtstart=datetime.combine(first, time()),
        interval=rule.interval,
        wkst=rrule.MO,
        byweekday=weekdays or None,
        bymonthday=rule.month_days or None,
        until=datetime.combine(last, time()),
    )
    for moment in islice(found, rule.count):
        if moment.date() >= since:
            yield moment.date()


def bounded(rule: Rule, first: date) -> Rule:
    """Return the same rule with its COUNT as the date of its last: so that the rest of a series can be planned anew."""
    if rule.count is None:
        return rule
    found = list(dates_from(rule, first, first))
    last = found[-1] if found else first
    return replace(rule, count=None, until=min(last, rule.until) if rule.until else last)


def _of_words(words: str) -> Rule | None:
    until, count = None, None
    if match := _BOUND.fullmatch(words):
        words = match[1]
        until = date.fromisoformat(match[2]) if match[2] else None
        count = int(match[3]) if match[3] else None
    words = _WORDS.get(words, words)
    if match := _EVERY.fullmatch(words):
        interval = 2 if match[1] == "other" else int(match[1] or 1)
        frequency = _UNITS[match[2]]
        days = _weekdays(match[3], numbered=frequency == "MONTHLY") if match[3] else ()
    elif match := _OF_MONTH.fullmatch(words):
        frequency, interval, days = "MONTHLY", 1, _weekdays(match[1].removeprefix("the "), numbered=True)
        if not days:
            return None
    else:
        frequency, interval, days = "WEEKLY", 1, _weekdays(words.removeprefix("every "), numbered=False)
        if not days:
            return None
    return None if days is None else Rule(frequency=frequency, interval=interval, days=days, until=until, count=count)


def _weekdays(words: str, *, numbered: bool) -> tuple[tuple[int, int], ...] | None:
    """Return weekdays with their numbers; a number without a weekday of its own takes the next one named."""
    waiting: list[int] = []
    found: list[tuple[int, int]] = []
    for word in re.split(r"[ ,]+", words.replace(" and ", " ")):
        if word in _ORDINALS and numbered:
            waiting.append(_ORDINALS[word])
            continue
        day = [index for index, name in enumerate(_NAMES) if len(word) >= 2 and f"{name}s".startswith(word)]
        if len(day) != 1 or (numbered and not waiting):
            return None
        found += [(day[0], number) for number in waiting or [0]]
        waiting = []
    return None if waiting else tuple(sorted(dict.fromkeys(found)))


def _of_rrule(text: str, field: str) -> Rule | None:
    values: dict[str, str] = {}
    for part in text.strip(";").split(";"):
        name, _, value = part.partition("=")
        if name not in ("FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "COUNT", "UNTIL", "WKST") or name in values:
            accepted = "FREQ, INTERVAL, BYDAY, BYMONTHDAY, COUNT, UNTIL and WKST=MO, each once"
            raise Invalid(
                f"Of an RRULE I follow {accepted}; not {name[:20]}.",
                field=field,
                code="rule_unknown_part",
                known=accepted,
                typed=name[:20],
            )
        values[name] = value
    frequency = {"DAILY": "DAILY", "WEEKLY": "WEEKLY", "MONTHLY": "MONTHLY"}.get(values.get("FREQ", ""))
    by_day = [_BY_DAY.fullmatch(one) for one in values["BYDAY"].split(",")] if "BYDAY" in values else []
    month_days = values["BYMONTHDAY"].split(",") if "BYMONTHDAY" in values else []
    until = _UNTIL.fullmatch(values["UNTIL"]) if "UNTIL" in values else None
    numbers = [values[name] for name in ("INTERVAL", "COUNT") if name in values]
    if (
        frequency is None
        or not all(by_day)
        or not all(re.fullmatch(r"-1|[12]?\d|3[01]", one, re.ASCII) and one != "0" for one in month_days)
        or ("UNTIL" in values and until is None)
        or not all(re.fullmatch(r"\d{1,4}", one, re.ASCII) for one in numbers)
        or values.get("WKST", "MO") != "MO"
    ):
        return None
    return Rule(
        frequency=frequency,  # type: ignore[arg-type]  # one of the three that were looked up
        interval=int(values.get("INTERVAL", "1")),
        days=tuple(sorted({(DAYS.index(one[2]), int(one[1] or 0)) for one in by_day if one})),
        month_days=tuple(sorted({int(one) for one in month_days})),
        count=int(values["COUNT"]) if "COUNT" in values else None,
        until=date(int(until[1]), int(until[2]), int(until[3])) if until else None,
    )
