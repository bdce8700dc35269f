"""The rate: credit / eligible, and nothing else is called a rate.

*Eligible* are closed, counted events since the member's first day, minus those they were excused from or on leave for.
*Credit* is what they get for one: all of it for being there, what the guild's settings say for being late, leaving early or
sitting on the bench, none for being absent. A figure is shown with its numerator, its denominator and the version of this
formula; where nothing is eligible there is no rate, neither 0 nor 100 %.

Credits are whole hundredths, so sums are exact whatever their order. A sheet holds *marks*, facts without a judgement: what
they are worth is said here, under the settings of the moment, so all events of all members are measured with one rule.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, NamedTuple

from attendance.domain.verdict import STATUSES, Status
from attendance.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FORMULA_VERSION = 1
WHOLE = 100
"""The credit of being there: hundredths."""
THERE: frozenset[Status] = frozenset({"present", "late", "left_early", "benched"})
"""Statuses of a member who came, be it to sit on the bench: they keep a streak."""
_ON_LEAVE, _EARLY, _BASE = len(STATUSES) + 1, 2 * (len(STATUSES) + 1), ord("0")


class Mark(NamedTuple):
    """One member at one closed event: the verdict, whether they were on leave, and whether it was before their first day."""

    status: Status
    on_leave: bool = False
    early: bool = False

    def encode(self) -> str:
        """Return the one character in which a sheet keeps the mark."""
        return chr(_BASE + STATUSES.index(self.status) + _ON_LEAVE * self.on_leave + _EARLY * self.early)


MARKS: Mapping[str, Mark] = {
    mark.encode(): mark
    for mark in (
        Mark(status, on_leave, early) for status in STATUSES for on_leave in (False, True) for early in (False, True)
    )
}
"""Every mark by its character."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRules:
    """A guild's rules. `late`, `left_early` and `benched` are credits in hundredths; the others say what is eligible."""

    late: int = WHOLE
    left_early: int = WHOLE
    benched: int = WHOLE
    unmarked: bool = False
    excused: bool = False
    on_leave: bool = False

    def credit(self, mark: Mark, *, counted: bool = True) -> int | None:
        """Return what a mark is worth in hundredths, None where it is not eligible; `counted`: the event counts at all."""
        if not counted or mark.early or (mark.on_leave and not self.on_leave):
            return None
        match mark.status:
            case "present":
                return WHOLE
            case "late" | "left_early" | "benched":
                return int(getattr(self, mark.status))
            case "absent":
                return 0
            case "unmarked" | "excused":
                return 0 if getattr(self, mark.status) else None

    def formula(self) -> str:
        """Return the formula in words, with the credits and what is left out under these rules."""
        worth = ", ".join(f"{name.replace('_', ' ')} {getattr(self, name) / WHOLE:g}" for name in CREDITED)
        left_out = [name.replace("_", " ") for name in OPTIONAL if not getattr(self, name)]
        without = f"; {', '.join(left_out)} not counted" if left_out else ""
        return f"credit / eligible (v{FORMULA_VERSION}): present 1, {worth}, absent 0{without}"


DEFAULT_RULES = RateRules()
"""SPEC section 2's defaults."""
CREDITED = ("late", "left_early", "benched")
"""The statuses whose credit a guild sets."""
OPTIONAL = tuple(one.name for one in fields(RateRules) if one.name not in CREDITED)
"""What is eligible only where a guild says so."""


def changed_rules(rules: RateRules, asked: Mapping[str, object]) -> RateRules:
    """Return the rules with what was asked for, by name: credits as `parse_credit` reads them, the others true or false.

    Raises `Invalid` naming the field, what was understood and what is accepted.
    """
    changes: dict[str, int | bool] = {}
    for name, value in asked.items():
        if name in CREDITED:
            changes[name] = parse_credit(str(value), field=name)
        elif name not in OPTIONAL:
            there = ", ".join((*CREDITED, *OPTIONAL))
            raise Invalid(f"The rate has no “{str(name)[:40]}”. It has: {there}.", field=str(name)[:40])
        elif isinstance(value, bool):
            changes[name] = value
        else:
            raise Invalid(f"“{name}” is true or false; understood: {str(value)[:30]}.", field=name)
    return replace(rules, **changes)  # type: ignore[arg-type]  # each was read by its type


_NUMBER = re.compile(r"(\d{1,3})(?:[.,](\d{1,2}))?\s*(%?)", re.ASCII)


def parse_credit(text: str, *, field: str) -> int:
    """Read a credit such as 1, 0.5, 0,75 or 50 %, in hundredths; raises `Invalid` naming `field`."""
    match = _NUMBER.fullmatch(text.strip()[:20])
    if match:
        whole, part, percent = match.groups()
        hundredths = int(whole) * WHOLE + int((part or "0").ljust(2, "0"))
        exact = not percent or hundredths % WHOLE == 0
        hundredths = hundredths // WHOLE if percent else hundredths
        if exact and hundredths <= WHOLE:
            return hundredths
    raise Invalid(
        f"A credit is 0 to 1 in hundredths, such as 0.5 or 50 %; understood: {text[:30]}.",
        field=field,
        code="bad_credit",
        typed=text[:30],
    )


def points(credit: int | None) -> float | None:
    """Return a credit in events instead of hundredths: 1, 0.5; None stays None."""
    return None if credit is None else credit / WHOLE


class Rate(NamedTuple):
    """`credit` in hundredths over `eligible` events, and the version of the formula behind them."""

    credit: int = 0
    eligible: int = 0
    version: int = FORMULA_VERSION

    @property
    def points(self) -> float:
        """The numerator, in events."""
        return self.credit / WHOLE

    @property
    def share(self) -> float | None:
        """The rate, from 0 to 1; None where nothing is eligible."""
        return self.credit / (WHOLE * self.eligible) if self.eligible else None


def rate_of(marks: Mapping[str, int], rules: RateRules) -> Rate:
    """Return the rate over counted events; `marks` tells how often each mark (its character) occurs."""
    credit = eligible = 0
    for character, times in marks.items():
        worth = rules.credit(MARKS[character])
        if worth is not None:
            credit += worth * times
            eligible += times
    return Rate(credit, eligible)


def count_marks(sheets: Iterable[tuple[list[str], str]]) -> dict[str, Counter[str]]:
    """Return how often each member has each mark; `sheets` are user ids with their marks side by side."""
    pairs: Counter[tuple[str, str]] = Counter()
    for user_ids, marks in sheets:
        pairs.update(zip(user_ids, marks, strict=True))
    found: dict[str, Counter[str]] = {}
    for (user_id, mark), times in pairs.items():
        found.setdefault(user_id, Counter())[mark] = times
    return found
