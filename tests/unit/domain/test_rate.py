"""The rate, by worked cases, and against a second calculation that shares nothing with the first but SPEC's words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendance.domain.choice import MAYBE, NO, encode, late, yes
from attendance.domain.event import Event
from attendance.domain.rate import (
    DEFAULT_RULES,
    MARKS,
    Mark,
    Rate,
    RateRules,
    changed_rules,
    count_marks,
    parse_credit,
    rate_of,
)
from attendance.domain.sheet import People, make_sheet
from attendance.domain.verdict import STATUSES, Evidence
from attendance.errors import Invalid

START = datetime(2026, 1, 5, 19, 0, tzinfo=UTC)
ANSWERS = {"yes": yes("going"), "late": late(10, "going"), "maybe": MAYBE, "no": NO}
THERE = ("present", "late", "left_early", "benched")


@dataclass(frozen=True)
class Night:
    """One event as a member lived it: what they said, what was observed, and what holds of the event."""

    said: str = ""
    seen: str = ""
    away: bool = False
    counted: bool = True
    closed: bool = True
    bench: bool = False


def on_sheet(night: Night, number: int, first_day: float | None) -> Mark | None:
    """The member's mark on the sheet of the event of that day, None where they are not on it or there is none."""
    starts_at = START + timedelta(days=number)
    said = {"ann": encode(ANSWERS[night.said])} if night.said else {}
    event = Event(
        guild_id="1", event_id="e" * 16, title="Raid", game="", starts_at=starts_at, ends_at=starts_at, zone="UTC",
        channel_id="2", created_by="3", counted=night.counted, choices=said, places=dict.fromkeys(said, 1),
        pins={"ann": "-"} if night.bench else {},
    )  # fmt: skip
    seen = Evidence(entry_id="x", user_id="ann", status=night.seen, source="officer", by="o", at=starts_at)
    first_seen = {} if first_day is None else {"ann": START + timedelta(days=first_day)}
    people = People({}, first_seen, {"ann"} if night.away else ())
    sheet = make_sheet(event, {"ann": seen} if night.seen else {}, people, made_at=starts_at)
    return sheet.rows[0].mark if sheet.rows and night.closed else None


def figure(nights, rules=DEFAULT_RULES, first_day=-1):
    marks = [on_sheet(night, number, first_day) for number, night in enumerate(nights)]
    counted = Counter(mark.encode() for mark, night in zip(marks, nights, strict=True) if mark and night.counted)
    return rate_of(counted, rules)


HALF = RateRules(late=50, left_early=25, benched=0)
ALL = RateRules(unmarked=True, excused=True, on_leave=True)
CASES: dict[str, Any] = {
    "nothing ever happened": ([], 0, 0),
    "was there": ([Night("yes", "present")], 1, 1),
    "said yes and never came": ([Night("yes")], 0, 1),
    "said late and never came": ([Night("late")], 0, 1),
    "said maybe and never came": ([Night("maybe")], 0, 0),
    "said no and stayed away": ([Night("no")], 0, 0),
    "said no and came": ([Night("no", "present")], 1, 1),
    "said maybe and came": ([Night("maybe", "present")], 1, 1),
    "never answered and came": ([Night("", "present")], 1, 1),
    "late, by default whole": ([Night("yes", "late")], 1, 1),
    "late, worth half": ([Night("yes", "late")], 0.5, 1, HALF),
    "announced late and was late, worth half": ([Night("late", "late")], 0.5, 1, HALF),
    "announced late and was on time": ([Night("late", "present")], 1, 1, HALF),
    "left early, by default whole": ([Night("yes", "left_early")], 1, 1),
    "left early, worth a quarter": ([Night("yes", "left_early")], 0.25, 1, HALF),
    "kept on the bench": ([Night("yes", bench=True)], 1, 1),
    "kept on the bench, worth nothing": ([Night("yes", bench=True)], 0, 1, HALF),
    "marked benched": ([Night("yes", "benched")], 1, 1),
    "benched, then seen": ([Night("yes", "present", bench=True)], 1, 1, HALF),
    "excused": ([Night("yes", "excused")], 0, 0),
    "excused, where that counts": ([Night("yes", "excused")], 0, 1, ALL),
    "marked absent": ([Night("yes", "absent")], 0, 1),
    "marked absent after saying no": ([Night("no", "absent")], 0, 1),
    "unmarked, where that counts": ([Night("no")], 0, 1, ALL),
    "on leave": ([Night("no", away=True)], 0, 0),
    "on leave, where that counts": ([Night("no", away=True)], 0, 1, ALL),
    "on leave and marked absent": ([Night("no", "absent", away=True)], 0, 0),
    "on leave and excused": ([Night("no", "excused", away=True)], 0, 0),
    "on leave and came anyway": ([Night("no", "present", away=True)], 1, 1),
    "on leave, said yes, came": ([Night("yes", "present", away=True)], 1, 1),
    "on leave, said yes, never came": ([Night("yes", away=True)], 0, 1),
    "on leave, said late, never came": ([Night("late", away=True)], 0, 1),
    "an absence over one of two events": ([Night("no", away=True), Night("yes", "present")], 1, 1),
    "an event that does not count": ([Night("yes", "present", counted=False)], 0, 0),
    "a missed event that does not count": ([Night("yes", counted=False), Night("yes", "present")], 1, 1),
    "an event that is still open": ([Night("yes", "present", closed=False)], 0, 0),
    "one reopened, one closed": ([Night("yes", closed=False), Night("yes", "present")], 1, 1),
    "closed again after reopening, with new evidence": ([Night("yes", "present"), Night("yes", "late")], 1.5, 2, HALF),
    "joined after the first event": ([Night("", "absent"), Night("yes", "present")], 1, 1, DEFAULT_RULES, 0.5),
    "unmarked before joining, where that counts": ([Night("", "unmarked"), Night("", "unmarked")], 0, 1, ALL, 0.5),
    "present at an event before the day they were met": ([Night("", "present"), Night("yes")], 1, 2, DEFAULT_RULES, 0.5),
    "signed up before the day they were met": ([Night("yes"), Night("yes")], 0, 2, DEFAULT_RULES, 9),
    "marked absent and never met": ([Night("", "absent")], 0, 0, DEFAULT_RULES, None),
    "one of three": ([Night("yes", "present"), Night("yes"), Night("yes")], 1, 3),
    "two of three, one excused": ([Night("yes", "present"), Night("yes", "late"), Night("yes", "excused")], 2, 2),
    "a season": (
        [Night("yes", "present")] * 7 + [Night("yes", "late")] * 3 + [Night("yes")] * 2 + [Night("no", away=True)] * 4
        + [Night("yes", "left_early")] + [Night("yes", "present", counted=False)] * 5,
        8.75, 13, HALF,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_worked_case_has_its_numerator_and_its_denominator(case):
    nights, credit, eligible, *more = CASES[case]
    found = figure(nights, *more)
    assert (found.points, found.eligible, found.version) == (credit, eligible, 1)
    assert found.share == (pytest.approx(credit / eligible) if eligible else None)
    assert by_the_words(nights, *more) == (credit, eligible)


def test_there_are_at_least_forty_worked_cases():
    assert len(CASES) >= 40


def by_the_words(nights, rules=DEFAULT_RULES, first_day=-1):
    """SPEC section 2, sentence by sentence: the closed, counted events since the first day, minus excused and absences."""
    days = range(len(nights))
    there = {day for day in days if nights[day].seen in THERE or (nights[day].bench and not nights[day].seen)}
    answered = {day for day in days if nights[day].said}
    took_part = there | answered
    signs = [*took_part, *([] if first_day is None else [first_day])]
    eligible = {
        day
        for day in days
        if nights[day].closed and nights[day].counted and (nights[day].said or nights[day].seen)
        and (day in took_part or any(sign < day for sign in signs if sign == first_day))
    }  # fmt: skip
    came_or_promised = there | {day for day in days if nights[day].said in ("yes", "late")}
    leaves = {day for day in days if nights[day].away} - came_or_promised
    excused = {day for day in days if nights[day].seen == "excused"}
    promised = {day for day in days if nights[day].said in ("yes", "late") and nights[day].seen == ""} - there
    absent = promised | {day for day in days if nights[day].seen == "absent"}
    unmarked = set(days) - there - excused - absent
    eligible -= set() if rules.on_leave else leaves
    eligible -= set() if rules.excused else excused
    eligible -= set() if rules.unmarked else unmarked
    worth = {"present": Fraction(1), "benched": Fraction(rules.benched, 100)}
    worth |= {"late": Fraction(rules.late, 100), "left_early": Fraction(rules.left_early, 100)}
    return sum(worth[nights[day].seen or "benched"] for day in eligible & there), len(eligible)


nights_lived = st.builds(
    Night,
    said=st.sampled_from(["", "", "yes", "late", "maybe", "no"]),
    seen=st.sampled_from(["", "", *STATUSES]),
    away=st.sampled_from([False, False, True]),
    counted=st.sampled_from([True, True, True, False]),
    closed=st.sampled_from([True, True, True, False]),
    bench=st.just(False),
)
rules_of_guilds = st.builds(
    RateRules,
    late=st.integers(0, 100),
    left_early=st.integers(0, 100),
    benched=st.integers(0, 100),
    unmarked=st.booleans(),
    excused=st.booleans(),
    on_leave=st.booleans(),
)


@settings(max_examples=400)
@given(
    st.lists(nights_lived, min_size=3, max_size=12), rules_of_guilds, st.none() | st.sampled_from([-1, 0.5, 3.5, 20])
)
def test_any_history_under_any_rules_gives_what_the_words_say(nights, rules, first_day):
    found = figure(nights, rules, first_day)
    assert (Fraction(found.credit, 100), found.eligible) == by_the_words(nights, rules, first_day)
    assert 0 <= found.credit <= 100 * found.eligible


def test_every_mark_is_one_character_of_its_own_and_comes_back():
    assert len(MARKS) == len(STATUSES) * 4
    assert all(len(character) == 1 and mark.encode() == character for character, mark in MARKS.items())


def test_counting_many_sheets_gives_each_member_their_marks():
    present, absent = Mark("present").encode(), Mark("absent").encode()
    sheets = [(["ann", "bob"], present + absent), (["bob"], present), ([], "")]
    assert count_marks(sheets) == {"ann": {present: 1}, "bob": {present: 1, absent: 1}}
    assert rate_of(count_marks(sheets)["bob"], DEFAULT_RULES) == Rate(100, 2)


def test_the_formula_names_its_credits_what_it_leaves_out_and_its_version():
    assert HALF.formula() == (
        "credit / eligible (v1): present 1, late 0.5, left early 0.25, benched 0, absent 0; unmarked, excused, on leave not "
        "counted"
    )
    assert "not counted" not in ALL.formula()


@pytest.mark.parametrize(
    ("text", "hundredths"),
    [("1", 100), ("0", 0), ("0.5", 50), ("0,75", 75), ("50 %", 50), ("100%", 100), (" 0.05 ", 5), ("1.0", 100)],
)
def test_a_credit_is_read_as_people_write_it(text, hundredths):
    assert parse_credit(text, field="late") == hundredths


@pytest.mark.parametrize(
    "text", ["", "half", "1.5", "-1", "0.333", "101 %", "12.5 %", "1e2", "\u0661", "nan", "9" * 50]
)
def test_what_is_no_credit_is_refused_with_what_was_understood(text):
    with pytest.raises(Invalid, match="0 to 1") as refused:
        parse_credit(text, field="late")
    assert refused.value.field == "late"


def test_rules_are_changed_by_name_and_what_they_lack_is_named():
    assert changed_rules(DEFAULT_RULES, {"late": "0.5", "excused": True}) == RateRules(late=50, excused=True)
    for asked, words in (({"absent": "1"}, "has no “absent”"), ({"excused": "yes"}, "true or false")):
        with pytest.raises(Invalid, match=words):
            changed_rules(DEFAULT_RULES, asked)
