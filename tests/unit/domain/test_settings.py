"""What settings accept, and what a refusal says: the field, what was understood, what is accepted."""

from __future__ import annotations

import pytest

from attendance.domain.checkin import CheckInRule
from attendance.domain.rights import OFFICER
from attendance.domain.settings import Settings, format_check_in, parse_check_in, parse_deadline, parse_reminders
from attendance.domain.settings_changes import changed_settings, given_right, taken_right
from attendance.errors import Invalid

GUILD = "1195917705216131074"
NEW = Settings(guild_id=GUILD)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("15, 20, 5", CheckInRule(15, 20, 5)),
        ("15m before, 20m after, 5m grace", CheckInRule(15, 20, 5)),
        ("1h, 30m", CheckInRule(60, 30, 5)),
        ("10, 2", CheckInRule(10, 2, 2)),
        ("0,20,20", CheckInRule(0, 20, 20)),
    ],
)
def test_a_check_in_window_is_read_as_people_write_it(text, rule):
    assert parse_check_in(text) == rule
    assert parse_check_in(format_check_in(rule)) == rule


@pytest.mark.parametrize("text", ["", "15", "a, b", "15, 20, 5, 1", "15,,5", "15, 20, 21", "0, 0, 0", "2d, 20, 5"])
def test_a_window_that_makes_no_sense_names_the_field(text):
    with pytest.raises(Invalid) as refused:
        parse_check_in(text)
    assert refused.value.field == "check_in"


def test_none_stands_for_no_reminders_and_no_deadline():
    assert parse_reminders("none") == ()
    assert parse_deadline("none") is None
    assert parse_deadline("1h 30m") == 90


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("zone", "Middle-earth", "Europe/Berlin"),
        ("zone", None, "Europe/Berlin"),
        ("channel_id", "general", "general"),
        ("channel_id", 7, "7"),
        ("reminders", "", "24h"),
        ("reminders", "soon", "soon"),
        ("check_in", "soon", "15, 20, 5"),
        ("duration", "1m", "1 minutes"),
        ("duration", None, "2h 30m"),
        ("deadline", "15d", "14 days"),
        ("deadline", "0", "0 minutes"),
        ("tracked_role_id", "@everyone", "@everyone"),
        ("rights", {"events.manage": [GUILD]}, "@everyone"),
        ("rights", {"fly": ["1"]}, "fly"),
        ("rights", {"events.manage": ["x"]}, "x"),
        ("rights", {"events.manage": [str(n) for n in range(1, 28)]}, "27 roles; 25 fit"),
        ("rights", None, "capabilities"),
        ("threads", "yes", "yes"),
        ("scheduled_events", None, "None"),
        ("colour", "red", "There are: zone"),
    ],
)
def test_a_refusal_names_the_field_and_what_is_accepted(field, value, says):
    with pytest.raises(Invalid) as refused:
        changed_settings(NEW, {field: value})
    assert refused.value.field == ("right" if says == "fly" else field)
    assert says in refused.value.message


def test_what_may_be_empty_is_emptied():
    filled = changed_settings(NEW, {"channel_id": "5", "tracked_role_id": "6", "deadline": "2h"})
    assert (filled.channel_id, filled.tracked_role_id, filled.deadline) == ("5", "6", 120)
    assert changed_settings(filled, dict.fromkeys(("channel_id", "tracked_role_id", "deadline"))) == NEW


def test_a_new_officer_role_takes_over_and_other_roles_keep_what_they_were_given():
    first = given_right(changed_settings(NEW, {"officer_role_id": "77"}), "events.manage", "5")
    second = changed_settings(first, {"officer_role_id": "88"})
    assert second.rights["events.manage"] == ("88", "5")
    assert set(second.rights) == OFFICER - {"attendance.self"}
    assert "77" not in str(second.rights)
    none = changed_settings(second, {"officer_role_id": None})
    assert none.rights == {"events.manage": ("5",)}


def test_the_officer_role_keeps_a_right_to_change_settings_of_another_role():
    given = given_right(NEW, "settings.manage", "9")
    assert changed_settings(given, {"officer_role_id": "77"}).rights["settings.manage"] == ("9",)


def test_a_right_is_taken_only_from_who_holds_it():
    given = given_right(NEW, "reports.view", "9")
    assert given_right(given, "reports.view", "9") == given
    assert taken_right(given, "reports.view", "9") == NEW
    with pytest.raises(Invalid, match="no role does"):
        taken_right(NEW, "reports.view", "9")
    with pytest.raises(Invalid, match="Everyone holds"):
        given_right(NEW, "attendance.self", "9")
