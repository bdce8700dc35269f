"""Editing, cancelling, reopening and copying events on a real table: what moves with them, and who is told what."""

from __future__ import annotations

from datetime import timedelta

import pytest

from attendance.domain.choice import MAYBE, yes
from attendance.errors import Conflict, Forbidden, Invalid, Stale
from attendance.services.check_ins import check_in
from attendance.services.closing import close_event, get_sheet
from attendance.services.editing import cancel_event, copy_event, edit_event, reopen_event
from attendance.services.events import get_event, list_events
from attendance.services.settings import change_settings
from attendance.services.sign_ups import sign_up
from attendance.storage import dues, event_edits, keys
from attendance.storage.table import Update
from tests.stories import GUILD, NOW, after, member, officer, raid, set_up


def edit(table, event, *, request_id="e", now=NOW, expected=None, confirm=None, **changes):
    done = edit_event(
        table, GUILD, event.event_id, officer(request_id=request_id), now, changes, expected=expected, confirm=confirm
    )
    return done.event


def due_at(table, event):
    return {(due.kind, due.offset): due.at for due in dues.of_event(table, GUILD, event.event_id)}


def test_a_new_time_moves_the_list_the_deadline_and_everything_that_is_due(table):
    event = edit(table, raid(table, time="in 4h", reminders="1h, 15m"), deadline="2h")
    moved = edit(table, event, time="tomorrow 21:30")
    assert moved.starts_at.isoformat() == "2026-12-02T20:30:00+00:00"  # 21:30 in Berlin
    assert moved.ends_at - moved.starts_at == event.ends_at - event.starts_at
    assert moved.sign_up_closes_at == moved.starts_at - timedelta(hours=2)
    assert due_at(table, moved) == {
        ("reminder", 60): moved.starts_at - timedelta(hours=1),
        ("reminder", 15): moved.starts_at - timedelta(minutes=15),
        ("check_in_opens", 0): moved.starts_at - timedelta(minutes=15),
        ("check_in_closes", 0): moved.starts_at + timedelta(minutes=20, seconds=1),
        ("sign_up_closes", 0): moved.starts_at - timedelta(hours=2),
        ("close", 0): moved.ends_at + timedelta(hours=1),
    }
    found, _ = list_events(table, GUILD, since=moved.starts_at, until=moved.starts_at)
    assert [item["event_id"] for item in found] == [event.event_id]


def test_a_clock_time_alone_keeps_the_date(table):
    event = raid(table, time="2026-12-24 20:00")
    assert edit(table, event, time="21:15").starts_at.isoformat() == "2026-12-24T20:15:00+00:00"
    assert edit(table, event, time="at 9 pm").starts_at.isoformat() == "2026-12-24T20:00:00+00:00"


def test_reminders_that_are_taken_away_are_due_no_more(table):
    event = raid(table, reminders="30m, 15m")
    edit(table, event, reminders="10m")
    assert {offset for kind, offset in due_at(table, event) if kind == "reminder"} == {10}
    edit(table, event, reminders=None)
    assert {kind for kind, _ in due_at(table, event)} == {"check_in_opens", "check_in_closes", "close"}


def test_only_the_fields_that_are_named_change_and_none_clears(table):
    event = raid(table, code="owl", capacity=4, description="Bring flasks", tracked_role_id="77")
    changed = edit(
        table, event, title=" Blackwing  Lair ", code=None, capacity=None, description=None, tracked_role_id=None
    )
    assert (changed.title, changed.code, changed.capacity, changed.description) == ("Blackwing Lair", None, None, "")
    assert changed.tracked_role_id is None
    assert (changed.starts_at, changed.roles, changed.reminders) == (event.starts_at, event.roles, event.reminders)
    assert changed.version == event.version + 1
    assert edit(table, event, title="Blackwing Lair") == changed  # nothing to change is no edit


def test_who_edits_an_older_version_is_told_what_changed_and_overwrites_nothing(table):
    event = raid(table)
    first = edit(table, event, expected=event.version, title="Ours", duration="4h")
    with pytest.raises(Stale, match="duration, title") as refused:
        edit(table, event, expected=event.version, title="Theirs")
    assert refused.value.details == {"changed": ["duration", "title"], "version": first.version}
    assert get_event(table, GUILD, event.event_id).title == "Ours"


def test_sign_ups_meanwhile_do_not_make_an_edit_stale(table):
    event = raid(table)
    sign_up(table, GUILD, event.event_id, yes("tank"), member("Ann"), NOW)
    changed = edit(table, event, expected=event.version, title="Ours")
    assert set(changed.choices) == {member("Ann").user_id}


def test_a_lower_capacity_shows_who_loses_a_seat_and_puts_them_first_in_the_queue_once_confirmed(table):
    event = raid(table, capacity=3)
    for name in ("Ann", "Bob", "Cat", "Dan"):
        sign_up(table, GUILD, event.event_id, yes("dps"), member(name), NOW)
    with pytest.raises(Conflict, match=f"<@{member('Cat').user_id}>") as refused:
        edit(table, event, capacity=2)
    assert refused.value.code == "would_displace"
    assert refused.value.details["displaced"] == [member("Cat").user_id]
    lowered = edit(table, event, capacity=2, confirm=refused.value.details["confirm"])
    assert [seat.user_id for seat in lowered.roster().waiting] == [member("Cat").user_id, member("Dan").user_id]


def test_a_confirmation_counts_for_the_names_that_were_shown_only(table):
    event = raid(table, capacity=3)
    for name in ("Ann", "Bob", "Cat"):
        sign_up(table, GUILD, event.event_id, yes("dps"), member(name), NOW)
    with pytest.raises(Conflict) as refused:
        edit(table, event, capacity=2)
    with pytest.raises(Conflict) as again:
        edit(table, event, capacity=1, confirm=refused.value.details["confirm"])
    assert len(again.value.details["displaced"]) == 2
    assert get_event(table, GUILD, event.event_id).capacity == 3


def test_a_sign_up_between_looking_and_lowering_is_looked_at_too(table, monkeypatch):
    event = raid(table, capacity=3)
    sign_up(table, GUILD, event.event_id, yes("dps"), member("Ann"), NOW)
    plain = event_edits.edit

    def edit_after_a_click(*args, **options):
        monkeypatch.setattr(event_edits, "edit", plain)
        sign_up(table, GUILD, event.event_id, yes("dps"), member("Bob"), NOW)
        return plain(*args, **options)

    monkeypatch.setattr(event_edits, "edit", edit_after_a_click)
    with pytest.raises(Conflict, match=f"<@{member('Bob').user_id}>"):
        edit(table, event, capacity=1)


def test_a_role_that_somebody_signed_up_for_stays(table):
    event = raid(table)
    sign_up(table, GUILD, event.event_id, yes("tank"), member("Ann"), NOW)
    with pytest.raises(Conflict, match="tank"):
        edit(table, event, roles="healer 2, dps 3")
    changed = edit(table, event, roles="tank 1-2, bard 4")
    assert [role.key for role in changed.roles] == ["tank", "bard"]
    sign_up(table, GUILD, event.event_id, yes("bard"), member("Bob"), NOW)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " \u200b "}, "title"), ({"time": "yesterday"}, "time"), ({"time": "2020-01-01 20:00"}, "time"),
        ({"duration": "1m"}, "duration"), ({"capacity": 0}, "capacity"), ({"capacity": 1001}, "capacity"),
        ({"deadline": "3h"}, "deadline"), ({"deadline": "in 5h"}, "deadline"), ({"deadline": "soon"}, "deadline"),
        ({"reminders": "1m, 15d"}, "reminders"), ({"roles": "tank"}, "roles"), ({"code": "x" * 33}, "code"),
        ({"description": "x" * 1001}, "description"),
    ],
)  # fmt: skip
def test_a_change_that_cannot_stand_is_refused_with_its_field_and_nothing_is_written(moto_table, changes, field):
    from attendance.storage.table import Table

    table = Table(*moto_table)
    event = raid(table)
    with pytest.raises(Invalid) as refused:
        edit(table, event, **changes)
    assert refused.value.field == field
    assert get_event(table, GUILD, event.event_id) == event


def test_an_event_that_has_begun_keeps_its_time_and_takes_other_changes(table):
    event = raid(table)
    with pytest.raises(Conflict, match="begun"):
        edit(table, event, now=after(61), time="23:00")
    assert edit(table, event, now=after(61), title="Ours").title == "Ours"


def test_only_officers_change_events(table):
    event = raid(table)
    for change in (
        lambda who: edit_event(table, GUILD, event.event_id, who, NOW, {"title": "Mine"}),
        lambda who: cancel_event(table, GUILD, event.event_id, who, NOW),
        lambda who: copy_event(table, GUILD, event.event_id, who, NOW, time="in 2d"),
    ):
        with pytest.raises(Forbidden, match=r"events\.manage"):
            change(member("Ann"))
    assert get_event(table, GUILD, event.event_id) == event


def test_a_cancelled_event_keeps_its_history_and_has_nothing_due(table):
    event = raid(table, reminders="30m")
    sign_up(table, GUILD, event.event_id, MAYBE, member("Ann"), NOW)
    cancelled = cancel_event(table, GUILD, event.event_id, officer(), NOW)
    assert (cancelled.status, set(cancelled.choices)) == ("cancelled", {member("Ann").user_id})
    assert due_at(table, event) == {}
    assert cancel_event(table, GUILD, event.event_id, officer(request_id="again"), NOW) == cancelled
    with pytest.raises(Conflict, match="reopen"):
        edit(table, event, title="Ours")
    with pytest.raises(Conflict, match="cancelled"):
        sign_up(table, GUILD, event.event_id, yes("tank"), member("Bob"), NOW)


def test_a_cancelled_event_that_is_reopened_is_due_again(table):
    event = raid(table, reminders="30m")
    before = due_at(table, event)
    cancel_event(table, GUILD, event.event_id, officer(), NOW)
    reopened = reopen_event(table, GUILD, event.event_id, officer(), NOW)
    assert (reopened.status, due_at(table, event)) == ("open", before)
    assert reopen_event(table, GUILD, event.event_id, officer(), NOW) == reopened


def test_a_closed_event_that_is_reopened_loses_its_sheet_keeps_its_evidence_and_closes_anew(table):
    event = raid(table)
    sign_up(table, GUILD, event.event_id, yes("tank"), member("Ann"), NOW)
    check_in(table, GUILD, event.event_id, member("Ann"), after(60))
    close_event(table, GUILD, event.event_id, officer(), after(90))
    with pytest.raises(Conflict, match="closed"):
        cancel_event(table, GUILD, event.event_id, officer(), after(91))
    reopened = reopen_event(table, GUILD, event.event_id, officer(), after(91))
    assert reopened.status == "open"
    assert get_sheet(table, GUILD, event.event_id) is None
    assert set(due_at(table, event)) == {("close", 0)}
    sheet = close_event(table, GUILD, event.event_id, officer(request_id="again"), after(92))
    assert [row.status for row in sheet.rows] == ["present"]


def test_a_copy_has_everything_but_the_sign_ups_and_is_made_once(table):
    event = edit(table, raid(table, time="in 4h", capacity=4, code="owl", reminders="30m"), deadline="2h")
    sign_up(table, GUILD, event.event_id, yes("tank"), member("Ann"), NOW)
    cancel_event(table, GUILD, event.event_id, officer(), NOW)
    copies = [
        copy_event(table, GUILD, event.event_id, officer(request_id="copy"), NOW, time="2026-12-08 20:00", title="Next")
        for _ in range(2)
    ]
    copy = copies[0]
    assert copies[1] == copy == get_event(table, GUILD, copy.event_id)
    assert (copy.title, copy.status, copy.version, copy.seq) == ("Next", "open", 1, 0)
    assert (copy.choices, copy.roles, copy.capacity, copy.code) == ({}, event.roles, 4, "owl")
    assert copy.sign_up_closes_at == copy.starts_at - timedelta(hours=2)
    assert due_at(table, copy)["reminder", 30] == copy.starts_at - timedelta(minutes=30)


def test_twenty_reminders_move_in_one_transaction(table):
    offsets = ", ".join(f"{10 * n}m" for n in range(1, 21))
    event = raid(table, time="in 10h", reminders=offsets)
    edit(table, event, time="in 20h", reminders=", ".join(f"{10 * n + 5}m" for n in range(1, 21)))
    assert len(due_at(table, event)) == 23


def test_twenty_reminders_and_twenty_nudges_move_in_one_transaction(table):
    def offsets(first):
        return ", ".join(f"{10 * n + first}m" for n in range(1, 21))

    event = raid(table, time="in 10h", reminders=offsets(0), nudges=offsets(1))
    edited = edit(table, event, time="in 20h", reminders=offsets(5), nudges=offsets(6))
    assert len([kind for kind, _ in due_at(table, event) if kind in ("reminder", "nudge")]) == 40
    assert due_at(table, event)["nudge", 16] == edited.starts_at - timedelta(minutes=16)


def test_an_events_own_nudges_take_the_place_of_its_guilds_and_can_be_taken_away(table):
    set_up(table)
    change_settings(table, GUILD, officer(), NOW, {"nudges": "50m"})
    event = raid(table)
    edited = edit(table, event, nudges="40m, 20m")
    assert [key for key in due_at(table, event) if key[0] == "nudge"] == [("nudge", 20), ("nudge", 40)]
    assert edited.edits["nudges"] == edited.version
    edit(table, event, nudges=None)
    assert "nudge" not in {kind for kind, _ in due_at(table, event)}


@pytest.mark.parametrize("field", ["reminder_place", "mentions", "nudges"])
def test_what_notices_cannot_be_is_refused_naming_the_field(table, field):
    event = raid(table)
    with pytest.raises(Invalid) as refusal:
        edit(table, event, **{field: "moon"})
    assert refusal.value.field == field or refusal.value.details["field"] == field


def test_an_event_stored_before_edits_were_kept_can_be_edited(table):
    event = raid(table)
    table.update(Update(keys.event(GUILD, event.event_id), "REMOVE #edits"))
    assert edit(table, event, title="Ours").edits == {"title": 2}
