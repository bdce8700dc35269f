"""Members' records: read from sheets, equal to them to the last digit, and whose they may be."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from attendance.domain.choice import NO, yes
from attendance.domain.marking import MarkRow
from attendance.errors import Forbidden, Invalid, NotFound
from attendance.services.check_ins import check_in
from attendance.services.closing import close_event
from attendance.services.events import EventRequest, create_event
from attendance.services.marking import mark_members
from attendance.services.records import list_rates, show_record
from attendance.services.settings import change_settings
from attendance.services.sign_ups import sign_up
from attendance.storage import members, sheets
from tests.stories import GUILD, NOW, OTHER_GUILD, after, member, officer, set_up

ANN, BOB = member("Ann"), member("Bob")


def night(table, number, *, ann=None, bob=None, counted=True, closed=True):
    """An event of that hour at which Ann and Bob were marked as it says; a None signed up and never came."""
    starts = after(60 * number)
    request = EventRequest(title=f"Raid {number}", time=f"in {60 * number + 60}m", counted=counted)
    event = create_event(table, GUILD, officer(request_id=f"e{number}"), NOW, request)
    for person in (ANN, BOB):
        sign_up(table, GUILD, event.event_id, yes("going"), person, NOW)
    rows = [MarkRow(person.user_id, status) for person, status in ((ANN, ann), (BOB, bob)) if status]
    if rows:
        done = mark_members(
            table, GUILD, event.event_id, officer(request_id=f"m{number}"), starts + timedelta(hours=1), rows
        )
        assert done.applied == len(rows), done
    if closed:
        close_event(table, GUILD, event.event_id, officer(request_id=f"c{number}"), starts + timedelta(hours=2))
    return event


@pytest.fixture
def guild(table):
    set_up(table)
    for person in (ANN, BOB):
        members.remember(table, GUILD, person.user_id, person.name, NOW)
    night(table, 0, ann="present", bob="excused")
    night(table, 1, ann="late")
    night(table, 2, ann="absent", bob="late")
    night(table, 3, ann="present", bob="present", counted=False)
    night(table, 4, ann="left_early", bob="present")
    night(table, 5, ann="present", bob="present", closed=False)
    return table


LATER = NOW + timedelta(days=2)


def test_a_record_has_its_figures_streak_and_events(guild):
    shown = show_record(guild, GUILD, ANN.user_id, ANN, LATER)
    record = shown.record
    assert (record.rate.points, record.rate.eligible, record.streak) == (3, 4, 1)
    assert [one.kind for one in record.entries] == ["left_early", "not_counted", "absent", "late", "present"]
    assert record.counts == {"present": 1, "late": 1, "left_early": 1, "absent": 1, "not_counted": 1}
    assert shown.name == "Ann"
    bob = show_record(guild, GUILD, BOB.user_id, officer(), LATER).record
    assert (bob.rate.points, bob.rate.eligible, bob.streak) == (2, 3, 2)


def test_a_record_follows_the_rules_of_the_guild_for_every_event_at_once(guild):
    change_settings(guild, GUILD, officer(), NOW, {"rate": {"late": "0.5", "left_early": "0.35"}})
    assert show_record(guild, GUILD, ANN.user_id, ANN, LATER).record.rate.points == 1.85


def test_records_and_the_list_of_members_agree_with_the_sheets_to_the_last_digit(guild):
    change_settings(guild, GUILD, officer(), NOW, {"rate": {"late": "0.33", "left_early": "0.17", "excused": True}})
    found, rules, _ = list_rates(guild, GUILD, officer(), LATER)
    worth_of: dict[str, list[int | None]] = {person.user_id: [] for person in (ANN, BOB)}
    for sheet in sheets.between(guild, GUILD, NOW - timedelta(days=1), LATER):
        for row in sheet.rows:
            worth_of[row.user_id].append(rules.credit(row.mark, counted=sheet.counted))
    for one in found:
        worth = [credit for credit in worth_of[one.user_id] if credit is not None]
        assert (one.rate.credit, one.rate.eligible) == (sum(worth), len(worth))
        assert show_record(guild, GUILD, one.user_id, officer(), LATER).record.rate == one.rate
    assert Counter(one.name for one in found) == Counter(["Ann", "Bob"])


def test_members_see_themselves_only_and_unknown_members_are_unknown(guild):
    with pytest.raises(Forbidden, match=r"attendance\.manage"):
        show_record(guild, GUILD, BOB.user_id, ANN, LATER)
    with pytest.raises(Forbidden):
        list_rates(guild, GUILD, ANN, LATER)
    for guild_id, user_id in ((GUILD, "12345"), (GUILD, "x"), (OTHER_GUILD, ANN.user_id)):
        with pytest.raises(NotFound):
            show_record(guild, guild_id, user_id, officer(), LATER)
    nobody = show_record(guild, OTHER_GUILD, ANN.user_id, ANN, LATER).record
    assert (nobody.rate.share, nobody.entries) == (None, ())


def test_only_the_span_that_was_asked_for_is_counted(guild):
    shown = show_record(guild, GUILD, ANN.user_id, ANN, LATER, since=after(120), until=after(240))
    assert [one.title for one in shown.record.entries] == ["Raid 2", "Raid 1"]
    for since, until in ((LATER, NOW), (NOW - timedelta(days=3000), NOW)):
        with pytest.raises(Invalid, match="spans up to"):
            show_record(guild, GUILD, ANN.user_id, ANN, LATER, since=since, until=until)


def test_an_event_that_was_closed_before_its_start_counts_at_once(table):
    set_up(table)
    event = create_event(table, GUILD, officer(), NOW, EventRequest(title="Quick", time="in 10m"))
    check_in(table, GUILD, event.event_id, ANN, NOW)
    close_event(table, GUILD, event.event_id, officer(request_id="c"), NOW)
    assert show_record(table, GUILD, ANN.user_id, ANN, after(1)).record.rate.eligible == 1
    members.remember(table, GUILD, ANN.user_id, "Ann", NOW)
    [rated], *_ = list_rates(table, GUILD, officer(), after(1))
    assert rated.rate.eligible == 1


def test_what_a_member_signed_up_for_is_shown(guild):
    event = create_event(guild, GUILD, officer(request_id="z"), NOW, EventRequest(title="Next", time="in 3d"))
    assert show_record(guild, GUILD, ANN.user_id, ANN, LATER).upcoming == ()
    sign_up(guild, GUILD, event.event_id, NO, ANN, NOW)
    [ahead] = show_record(guild, GUILD, ANN.user_id, ANN, LATER).upcoming
    assert (ahead.title, ahead.choice) == ("Next", NO)


def test_the_list_of_members_is_paged_and_a_strangers_cursor_is_refused(guild):
    first, _, cursor = list_rates(guild, GUILD, officer(), LATER, limit=1)
    second, _, end = list_rates(guild, GUILD, officer(), LATER, limit=1, cursor=cursor)
    rest, _, _ = list_rates(guild, GUILD, officer(), LATER, limit=5, cursor=end) if end else ([], None, None)
    assert {one.name for one in [*first, *second, *rest]} == {"Ann", "Bob"}
    for wrong in ("x", "4pyT", "é", f"{cursor}A"):
        with pytest.raises(Invalid, match="another list"):
            list_rates(guild, GUILD, officer(), LATER, cursor=wrong)


def test_checking_in_makes_a_first_day_only_where_none_is_known(table):
    set_up(table)
    event = create_event(table, GUILD, officer(), NOW, EventRequest(title="Raid", time="in 1h"))
    check_in(table, GUILD, event.event_id, ANN, after(60))
    close_event(table, GUILD, event.event_id, officer(), after(90))
    assert show_record(table, GUILD, ANN.user_id, ANN, LATER).record.rate == (100, 1, 1)
