"""Check-in windows, verdicts, sheets, rights and due plans."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.domain import rights
from attendance.domain.actor import Actor
from attendance.domain.checkin import CheckInRule, checked_rule, status_of_check_in, window_at
from attendance.domain.choice import NO, encode, late, yes
from attendance.domain.due import plan, reminder_is_stale
from attendance.domain.event import Event, check_open_for_check_in, check_open_for_sign_up
from attendance.domain.ids import derive, is_id, is_snowflake, snowflake_time
from attendance.domain.rate import DEFAULT_RULES
from attendance.domain.report import neutralised
from attendance.domain.settings import checked_reminders, checked_zone
from attendance.domain.sheet import People, make_sheet, totals
from attendance.domain.verdict import Evidence, deciding, stronger
from attendance.errors import Conflict, Forbidden, Invalid

START = datetime(2026, 12, 1, 19, 0, tzinfo=UTC)


def minutes(count: float) -> datetime:
    return START + timedelta(minutes=count)


def an_event(**changes) -> Event:
    values = {
        "guild_id": "1", "event_id": "e" * 16, "title": "Raid", "game": "WoW", "starts_at": START, "ends_at": minutes(120),
        "zone": "UTC", "channel_id": "2", "created_by": "3", "reminders": (30,),
    }  # fmt: skip
    return Event(**values | changes)


def entry(source, status="present", at=0.0, entry_id="x", user="u") -> Evidence:
    return Evidence(entry_id=entry_id, user_id=user, status=status, source=source, by="b", at=minutes(at))


@pytest.mark.parametrize(
    ("at", "window"), [(-15.1, "before"), (-15, "open"), (0, "open"), (20, "open"), (20.1, "after")]
)
def test_both_ends_belong_to_the_check_in_window(at, window):
    assert window_at(CheckInRule(), START, minutes(at)) == window


@pytest.mark.parametrize(("at", "status"), [(-15, "present"), (5, "present"), (5.1, "late"), (20, "late")])
def test_after_the_grace_minutes_a_check_in_counts_late(at, status):
    assert status_of_check_in(CheckInRule(), START, minutes(at)) == status


@pytest.mark.parametrize("numbers", [(0, 0, 0), (-1, 20, 5), (15, 20, 21), (15, 1441, 5)])
def test_minutes_that_make_no_window_are_refused(numbers):
    with pytest.raises(Invalid, match="check-in window"):
        checked_rule(*numbers)


def test_a_check_in_outside_the_window_is_refused_with_the_windows_times():
    opens, closes = int(minutes(-15).timestamp()), int(minutes(20).timestamp())
    for at in (-60, 60):
        with pytest.raises(Conflict) as refused:
            check_open_for_check_in(an_event(), minutes(at))
        assert refused.value.details == {"event": "Raid", "opens_at": opens, "closes_at": closes}
        assert f"<t:{opens}:" in refused.value.message


@pytest.mark.parametrize(
    ("event", "at", "code"),
    [
        (an_event(status="cancelled"), -60, "event_cancelled"),
        (an_event(status="closed"), -60, "event_closed"),
        (an_event(), 0, "sign_up_over"),
        (an_event(sign_up_closes_at=minutes(-120)), -60, "sign_up_over"),
    ],
)
def test_sign_up_is_refused_with_its_own_reason(event, at, code):
    with pytest.raises(Conflict) as refused:
        check_open_for_sign_up(event, minutes(at))
    assert refused.value.code == code


def test_the_verdict_does_not_depend_on_the_order_of_the_evidence():
    entries = [
        entry("button", "late", 6, "a"), entry("code", "present", 7, "b"), entry("officer", "benched", 30, "c"),
        entry("officer", "excused", 40, "d"), entry("rule", "absent", 120, "e"),
    ]  # fmt: skip
    assert {deciding(order).entry_id for order in permutations(entries)} == {"d"}


@pytest.mark.parametrize(
    ("weak", "strong"),
    [
        (entry("rule"), entry("voice")),
        (entry("voice"), entry("button")),
        (entry("button"), entry("code")),
        (entry("code"), entry("import")),
        (entry("import"), entry("officer")),
        (entry("officer", at=1), entry("officer", at=2)),
        (entry("button", at=2), entry("button", at=1)),
    ],
)
def test_precedence_is_officer_import_code_button_voice_rule(weak, strong):
    assert stronger(weak, strong) is strong
    assert stronger(strong, weak) is strong


def test_at_closing_who_said_yes_and_was_not_seen_is_absent_and_who_said_nothing_stays_unmarked():
    event = an_event(
        places={"ann": 1, "bob": 2, "cat": 3, "dan": 4},
        choices={
            "ann": encode(yes("going")),
            "bob": encode(late(10, "going")),
            "cat": encode(NO),
            "dan": encode(yes("going")),
        },
    )
    observed = {"ann": entry("button", "present", 1, user="ann"), "eve": entry("button", "late", 9, user="eve")}
    sheet = make_sheet(event, observed, People({"ann": "Ann"}), made_at=minutes(180))
    assert [(row.user_id, row.answer, row.status, DEFAULT_RULES.credit(row.mark)) for row in sheet.rows] == [
        ("ann", "yes", "present", 100),
        ("bob", "late", "absent", 0),
        ("cat", "no", "unmarked", None),
        ("dan", "yes", "absent", 0),
        ("eve", "", "late", 100),
    ]
    assert sheet.rows[0].name == "Ann"
    assert totals(sheet) == {"present": 1, "late": 1, "absent": 2, "unmarked": 1}


def test_the_same_evidence_gives_the_same_rows():
    event = an_event(places={"ann": 1}, choices={"ann": encode(yes("going"))})
    observed = {user: entry("button", user=user) for user in "zyx"}
    first = make_sheet(event, observed, People(), made_at=minutes(1))
    again = make_sheet(event, dict(reversed(observed.items())), People(), made_at=minutes(2))
    assert first.rows == again.rows


def test_owner_administrator_and_manage_guild_hold_every_capability():
    for permissions, owner in ((8, False), (32, False), (0, True), (2**54 - 1, False)):
        held = rights.capabilities_of(permissions=permissions, owner=owner, role_ids=(), rights={})
        assert held == rights.CAPABILITIES


def test_a_role_gives_what_the_guild_mapped_to_it_and_nothing_more():
    mapped = {"events.manage": ("10",), "reports.view": ("11",), "world.rule": ("10",)}
    held = rights.capabilities_of(permissions=1 << 10, owner=False, role_ids=("10",), rights=mapped)
    assert held == {"attendance.self", "events.manage"}


def test_who_lacks_a_right_is_told_which_one():
    nobody = Actor(user_id="1", name="Ann", surface="discord", request_id="r")
    with pytest.raises(Forbidden, match=r"events\.manage"):
        rights.require(nobody, "events.manage")


def test_the_plan_of_an_event_leaves_out_what_is_past():
    kinds = [(due.kind, due.at) for due in plan(an_event(reminders=(60, 30)), minutes(-45))]
    assert ("reminder", minutes(-30)) in kinds
    assert ("reminder", minutes(-60)) not in kinds
    assert {kind for kind, _ in kinds} == {"reminder", "check_in_opens", "check_in_closes"}
    assert plan(an_event(status="cancelled"), minutes(-45)) == ()


def test_a_reminder_of_an_event_that_began_or_ended_is_stale():
    assert reminder_is_stale(an_event(), minutes(-30), minutes(-29)) is None
    assert reminder_is_stale(an_event(), minutes(-30), minutes(-15)) == "it is too late"
    assert reminder_is_stale(an_event(), minutes(-30), minutes(1)) == "the event has begun"
    assert reminder_is_stale(an_event(status="cancelled"), minutes(-30), minutes(-30)) == "the event is cancelled"


@given(st.lists(st.text(max_size=20), max_size=5))
def test_an_id_is_the_same_for_the_same_parts_and_fits_a_url(parts):
    assert derive(*parts) == derive(*parts)
    assert is_id(derive(*parts))


@given(st.text(max_size=10), st.text(max_size=10))
def test_parts_do_not_run_into_each_other(one, other):
    if "\x1f" not in one + other and one and other:
        assert derive(one, other) != derive(one + other)


def test_snowflakes_are_told_from_other_digits():
    assert is_snowflake("1195917705216131074")
    assert not any(map(is_snowflake, ["", "007", "-1", "1.0", "x", "٣", str(1 << 64), "1" * 40]))
    assert snowflake_time("175928847299117063") == datetime(2016, 4, 30, 11, 18, 25, 796000, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r1", " =1", "＝1", "\u202e=1", "\u200b@x", "%0A", "|x"]
)
def test_no_cell_begins_a_formula(text):
    assert neutralised(text).startswith("'")


@given(st.text(max_size=30))
def test_a_cell_keeps_its_text_but_for_an_apostrophe(text):
    clean = neutralised(text)
    assert clean.removeprefix("'") in (text.replace("\0", "\ufffd").removeprefix("'"), text.replace("\0", "\ufffd"))


def test_zones_are_known_by_their_names_and_nothing_else():
    assert checked_zone("europe/berlin".title()) == "Europe/Berlin"
    assert checked_zone("America/New York") == "America/New_York"
    for wrong in ("", "Mars/Base", "../../etc/passwd", "Europe", "\0", "x" * 100):
        with pytest.raises(Invalid, match="is not a time zone"):
            checked_zone(wrong)


def test_reminders_are_kept_once_each_the_earliest_first():
    assert checked_reminders([15, 60, 15]) == (60, 15)
    with pytest.raises(Invalid, match="21 reminders"):
        checked_reminders(range(1, 22))
    assert checked_reminders([0, 15]) == (15, 0)  # 0 is at the start
    with pytest.raises(Invalid, match="understood: -1 minutes"):
        checked_reminders([-1])
