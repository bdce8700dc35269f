"""The use cases on a real table: what one request stores, what a repeat changes, who is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from attendance.domain.choice import MAYBE, NO, late, yes
from attendance.domain.event import MAX_SIGN_UPS
from attendance.errors import Conflict, Forbidden, Invalid, NotFound
from attendance.services import reports
from attendance.services.analytics import Question
from attendance.services.check_ins import check_in
from attendance.services.closing import attendance_so_far, close_event, get_sheet, settle_sheet
from attendance.services.events import EventRequest, create_event, get_event, list_events
from attendance.services.finding import find_event
from attendance.services.presets import create_preset, get_preset, list_presets
from attendance.services.settings import set_up_guild, show_settings
from attendance.services.sign_ups import sign_up
from attendance.storage import attendance, dues, events, members, sheets
from attendance.storage.table import ConditionFailed
from tests.stories import CHANNEL, GUILD, NOW, OTHER_GUILD, after, member, officer, raid, set_up


def test_an_event_needs_a_guild_that_was_set_up(table):
    with pytest.raises(Conflict, match="/settings setup"):
        create_event(table, GUILD, officer(), NOW, EventRequest(title="Raid", time="in 1h"))


def test_setting_up_gives_the_officer_role_its_rights(table):
    set_up(table)
    set_up_guild(table, GUILD, officer(), NOW, officer_role_id="77", reminders="1h, 15m")
    stored = show_settings(table, GUILD)
    assert (stored.zone, stored.channel_id, stored.reminders) == ("Europe/Berlin", CHANNEL, (60, 15))
    assert stored.rights["events.manage"] == ("77",)
    assert "settings.manage" not in stored.rights
    assert show_settings(table, OTHER_GUILD).zone is None


def test_a_member_without_the_right_changes_nothing(table):
    with pytest.raises(Forbidden, match=r"settings\.manage"):
        set_up_guild(table, GUILD, member("Ann"), NOW, zone="UTC")
    assert show_settings(table, GUILD).version == 0


def test_a_preset_is_made_once_and_its_name_is_taken_however_it_is_spelt(table):
    wanted = {"name": "Karazhan  Run", "game": "WoW", "roles": "tank 2"}
    first = create_preset(table, GUILD, officer(request_id="a"), NOW, **wanted)
    assert create_preset(table, GUILD, officer(request_id="a"), NOW, **wanted) == first
    with pytest.raises(Conflict, match="already"):
        create_preset(table, GUILD, officer(request_id="b"), NOW, **wanted | {"name": "karazhan run"})
    assert list_presets(table, GUILD) == [first]
    assert get_preset(table, GUILD, "KARAZHAN RUN") == first == get_preset(table, GUILD, first.preset_id)
    with pytest.raises(NotFound):
        get_preset(table, OTHER_GUILD, first.preset_id)


def test_an_event_carries_a_copy_of_its_preset(table):
    event = raid(table, roles="tank 1, healer 2-3")
    assert [(role.name, role.minimum, role.maximum) for role in event.roles] == [("tank", 0, 1), ("healer", 2, 3)]
    assert event.starts_at == after(60)
    assert event.ends_at == after(180)
    assert get_event(table, GUILD, event.event_id) == event


def test_the_same_request_makes_one_event_and_its_due_items_once(table):
    first = raid(table)
    assert raid(table) == first
    assert len(list_events(table, GUILD, since=NOW, until=after(999))[0]) == 1
    assert sorted(due.kind for due in dues.of_event(table, GUILD, first.event_id)) == [
        "check_in_closes",
        "check_in_opens",
        "close",
        "reminder",
    ]


def test_another_guilds_event_reads_as_unknown(table):
    event = raid(table)
    for guild_id, event_id in ((OTHER_GUILD, event.event_id), (GUILD, "0" * 16), (GUILD, "x"), (GUILD, "")):
        with pytest.raises(NotFound):
            get_event(table, guild_id, event_id)
        with pytest.raises(NotFound):
            sign_up(table, guild_id, event_id, yes("tank"), member("Ann"), NOW)
        with pytest.raises(NotFound):
            check_in(table, guild_id, event_id, member("Ann"), after(60))


def test_events_are_listed_by_start_and_paged(table):
    set_up(table)
    for hours in (5, 1, 3):
        request = EventRequest(title=f"In {hours}", time=f"in {hours}h")
        create_event(table, GUILD, officer(request_id=str(hours)), NOW, request)
    page, cursor = list_events(table, GUILD, since=NOW, until=after(600), limit=2)
    assert [item["title"] for item in page] == ["In 1", "In 3"]
    rest, end = list_events(table, GUILD, since=NOW, until=after(600), limit=2, cursor=cursor)
    assert ([item["title"] for item in rest], end) == (["In 5"], None)
    assert list_events(table, OTHER_GUILD, since=NOW, until=after(600), cursor=cursor) == ([], None)


def test_a_repeated_answer_changes_nothing(table):
    event = raid(table)
    first = sign_up(table, GUILD, event.event_id, yes("tank"), member("Ann"), NOW)
    again = sign_up(table, GUILD, event.event_id, yes("tank"), member("Ann"), NOW)
    assert (first.changed, again.changed) == (True, False)
    assert again.event.seq == first.event.seq == 1


def test_running_late_keeps_the_place_and_changing_role_takes_a_new_one(table):
    event = raid(table)
    ann, bob = member("Ann"), member("Bob")
    sign_up(table, GUILD, event.event_id, yes("tank"), ann, NOW)
    sign_up(table, GUILD, event.event_id, yes("tank"), bob, NOW)
    still = sign_up(table, GUILD, event.event_id, late(15, "tank"), ann, NOW)
    assert still.changed
    assert still.event.roster().seat_of(ann.user_id).late_minutes == 15
    back = sign_up(table, GUILD, event.event_id, yes("tank"), ann, NOW).event.roster()
    assert back.seat_of(ann.user_id).role == "tank"
    sign_up(table, GUILD, event.event_id, yes("dps"), ann, NOW)
    roster = sign_up(table, GUILD, event.event_id, yes("tank"), ann, NOW).event.roster()
    assert roster.seat_of(bob.user_id).role == "tank"
    assert roster.waiting_place(ann.user_id) == 1


def test_who_leaves_and_comes_back_queues_again(table):
    event = raid(table)
    ann, bob = member("Ann"), member("Bob")
    for actor, choice in ((ann, yes("tank")), (bob, yes("tank")), (ann, NO), (ann, MAYBE), (ann, yes("tank"))):
        roster = sign_up(table, GUILD, event.event_id, choice, actor, NOW).event.roster()
    assert roster.seat_of(bob.user_id).role == "tank"
    assert roster.waiting_place(ann.user_id) == 1


def test_a_role_that_the_event_lacks_is_refused_with_the_roles_it_has(table):
    event = raid(table)
    with pytest.raises(Invalid, match="Its roles: tank, healer, dps"):
        sign_up(table, GUILD, event.event_id, yes("bard"), member("Ann"), NOW)
    assert get_event(table, GUILD, event.event_id).choices == {}


def test_sign_up_ends_with_the_start(table):
    event = raid(table)
    with pytest.raises(Conflict, match="Sign-up for “Raid night” ended"):
        sign_up(table, GUILD, event.event_id, yes("tank"), member("Ann"), after(60))


def test_the_thousand_and_first_sign_up_is_refused_and_the_thousandth_may_still_change(table):
    event = raid(table, roles="dps 1000")
    many = {str(number): number for number in range(1, MAX_SIGN_UPS + 1)}
    full = events.to_item(event) | {"places": many, "choices": dict.fromkeys(many, "dps|"), "seq": MAX_SIGN_UPS}
    from attendance.storage.table import Put

    table.put(Put(full, condition=None))
    with pytest.raises(Conflict, match="1000 people answered"):
        sign_up(table, GUILD, event.event_id, yes("dps"), member("Ann"), NOW)
    assert sign_up(table, GUILD, event.event_id, NO, member("x", user_id="1000"), NOW).changed


def test_a_check_in_is_recorded_once(table):
    event = raid(table)
    first = check_in(table, GUILD, event.event_id, member("Ann"), after(50))
    again = check_in(table, GUILD, event.event_id, member("Ann"), after(75))
    assert (first.decision.status, first.changed) == ("present", True)
    assert (again.decision.status, again.changed) == ("present", False)
    assert again.decision.at == after(50)


def test_a_check_in_after_the_grace_is_late_and_outside_the_window_refused(table):
    event = raid(table)
    assert check_in(table, GUILD, event.event_id, member("Ann"), after(66)).decision.status == "late"
    for at in (44, 81):
        with pytest.raises(Conflict, match="Check-in for “Raid night”"):
            check_in(table, GUILD, event.event_id, member("Bob"), after(at))


def test_a_code_stops_check_ins_from_bed(table):
    event = raid(table, code="Moonglow")
    for wrong in (None, "", "moon"):
        with pytest.raises(Invalid) as refused:
            check_in(table, GUILD, event.event_id, member("Ann"), after(60), code=wrong)
        assert refused.value.field == "code"
        assert "Moonglow" not in refused.value.message
    assert check_in(table, GUILD, event.event_id, member("Ann"), after(60), code=" moonGLOW ").decision.source == "code"


@pytest.mark.parametrize("typed", ["ROTER KA\u0308FER", "roter  k\u00e4fer", "\uff32oter K\u00e4fer\n"])
def test_a_code_is_the_same_however_it_is_typed(table, typed):
    event = raid(table, code="Roter K\u00e4fer")
    assert check_in(table, GUILD, event.event_id, member("Ann"), after(60), code=typed).decision.source == "code"


def guess(table, event, code: str, number: int, name: str = "Ann"):
    return check_in(table, GUILD, event.event_id, member(name, request_id=f"guess{number}"), after(60), code=code)


def test_five_wrong_codes_lock_a_member_out_and_nobody_else(table):
    event = raid(table, code="Moonglow")
    for number, left in enumerate(("4 tries", "3 tries", "2 tries", "1 try", "locked")):
        with pytest.raises((Invalid, Forbidden), match=left):
            guess(table, event, "sun", number)
    with pytest.raises(Forbidden, match="officer") as locked:
        guess(table, event, "Moonglow", 9)
    assert locked.value.code == "code_locked"
    assert guess(table, event, "Moonglow", 9, "Bob").changed


def test_a_guess_that_is_delivered_twice_counts_once(table):
    event = raid(table, code="Moonglow")
    for _ in range(6):
        with pytest.raises(Invalid, match="4 tries"):
            guess(table, event, "sun", 0)
    assert guess(table, event, "Moonglow", 1).changed


def test_asking_for_the_code_and_repeating_a_check_in_cost_no_try(table):
    event = raid(table, code="Moonglow")
    for number in range(6):
        with pytest.raises(Invalid, match="asks for a code"):
            guess(table, event, " ", number)
    assert guess(table, event, "Moonglow", 6).changed
    for number in range(7, 14):
        assert not guess(table, event, "Moonglow", number).changed


def test_only_members_of_the_tracked_role_check_in(table):
    event = raid(table, tracked_role_id="55")
    with pytest.raises(Forbidden, match="<@&55>"):
        check_in(table, GUILD, event.event_id, member("Ann"), after(60))
    assert check_in(table, GUILD, event.event_id, member("Bob", role_ids=frozenset({"55"})), after(60)).changed


def test_closing_writes_the_sheet_once_and_takes_what_was_due_away(table):
    event = raid(table)
    ann, bob = member("Ann"), member("Bob")
    sign_up(table, GUILD, event.event_id, yes("tank"), ann, NOW)
    sign_up(table, GUILD, event.event_id, yes("healer"), bob, NOW)
    members.remember(table, GUILD, ann.user_id, "Ann", NOW)
    check_in(table, GUILD, event.event_id, ann, after(60))
    sheet = close_event(table, GUILD, event.event_id, officer(), after(90))
    assert [(row.name, row.status) for row in sheet.rows] == [("Ann", "present"), (bob.user_id, "absent")]
    assert close_event(table, GUILD, event.event_id, officer(request_id="again"), after(95)) == sheet
    assert get_sheet(table, GUILD, event.event_id) == sheet
    assert list(sheets.between(table, GUILD, NOW, after(999))) == [sheet]
    assert [due.kind for due in dues.of_event(table, GUILD, event.event_id)] == ["settle"]
    with pytest.raises(Conflict, match="is closed"):
        sign_up(table, GUILD, event.event_id, yes("dps"), member("Cat"), after(10))
    with pytest.raises(Conflict, match="is closed"):
        check_in(table, GUILD, event.event_id, member("Cat"), after(60))


def test_an_event_is_not_closed_before_its_check_in_opens_nor_without_the_right(table):
    event = raid(table)
    with pytest.raises(Conflict, match="has not begun"):
        close_event(table, GUILD, event.event_id, officer(), after(10))
    with pytest.raises(Forbidden, match=r"attendance\.manage"):
        close_event(table, GUILD, event.event_id, member("Ann"), after(90))


def test_an_event_named_for_what_its_state_does_not_allow_is_known_all_the_same(table):
    event = raid(table)
    assert find_event(table, GUILD, "close", "raid", after(60)) == event.event_id
    close_event(table, GUILD, event.event_id, officer(), after(61))
    with pytest.raises(Invalid, match="“Raid night” is closed"):
        find_event(table, GUILD, "close", "raid", after(62))
    with pytest.raises(Invalid, match="no event called “picnic”"):
        find_event(table, GUILD, "close", "picnic", after(62))


def test_a_check_in_that_was_under_way_at_closing_reaches_the_sheet(table):
    event = raid(table)
    sign_up(table, GUILD, event.event_id, yes("tank"), member("Ann"), NOW)
    close_event(table, GUILD, event.event_id, officer(), after(70))
    from attendance.domain.verdict import Evidence

    under_way = Evidence(
        entry_id="button", user_id=member("Ann").user_id, status="present", source="button", by="x", at=after(70)
    )
    table.write_together(
        attendance.put_evidence(event, under_way),
        attendance.put_attendance(event, under_way, 1, member("Ann"), after(70), added=under_way),
    )
    settled = settle_sheet(table, GUILD, event.event_id, officer(), after(71))
    assert [(row.status, settled.version) for row in settled.rows] == [("present", 2)]
    assert settle_sheet(table, GUILD, event.event_id, officer(), after(72)) is None


def test_attendance_so_far_says_what_closing_now_would_say(table):
    event = raid(table)
    check_in(table, GUILD, event.event_id, member("Ann"), after(50))
    sheet = attendance_so_far(table, get_event(table, GUILD, event.event_id), after(51))
    assert [row.status for row in sheet.rows] == ["present"]
    assert get_sheet(table, GUILD, event.event_id) is None


def test_a_due_item_is_claimed_by_one_sweep_and_again_when_its_lease_ran_out(table):
    event = raid(table)
    found = [due for shard in range(8) for due in dues.due_until(table, shard, after(30))]
    assert [due.kind for due in found] == ["reminder"]
    assert dues.claim(table, found[0], after(30))
    assert not dues.claim(table, found[0], after(31))
    assert dues.claim(table, found[0], after(33))
    dues.finish(table, found[0])
    assert not dues.claim(table, found[0], after(40))
    assert "reminder" not in [due.kind for due in dues.of_event(table, GUILD, event.event_id)]


def test_a_report_is_one_job_however_often_it_is_asked_for(table):
    event = raid(table)
    with pytest.raises(Conflict, match="close it first"):
        reports.request_report(table, GUILD, officer(), NOW, question=Question(events=(event.event_id,)))
    close_event(table, GUILD, event.event_id, officer(), after(90))
    only = Question(events=(event.event_id,))
    job = reports.request_report(table, GUILD, officer(), after(91), question=only, reply_token="secret")
    assert reports.request_report(table, GUILD, officer(), after(92), question=only) == job
    assert reports.get_report(table, GUILD, job.job_id, officer()) == job
    listed, _ = reports.list_reports(table, GUILD, officer(), limit=10)
    assert [item["status"] for item in listed] == ["queued"]
    assert "secret" not in str(listed)
    with pytest.raises(NotFound):
        reports.get_report(table, OTHER_GUILD, job.job_id, officer())


def test_a_report_job_is_worked_on_by_one_worker_at_a_time(table):
    from attendance.storage import reports as jobs

    set_up(table)
    job = reports.request_report(table, GUILD, officer(), NOW)
    claimed = jobs.claim(table, GUILD, job.job_id, "one", officer(), NOW)
    assert claimed.status == "running"
    assert jobs.claim(table, GUILD, job.job_id, "another", officer(), after(1)) is None
    again = jobs.claim(table, GUILD, job.job_id, "one", officer(), after(1))
    assert again.version > claimed.version, "the same message takes up what it claimed and never heard of"
    taken_over = jobs.claim(
        table, GUILD, job.job_id, "another", officer(), after(1) + jobs.LEASE + timedelta(seconds=1)
    )
    assert taken_over.version > again.version


def test_a_report_job_that_a_worker_took_a_moment_ago_is_not_queued_again(table):
    from attendance.storage import reports as jobs

    set_up(table)
    queued = reports.request_report(table, GUILD, officer(), NOW)
    jobs.requeue(table, queued, officer(), after(2))
    queued_again = jobs.get(table, GUILD, queued.job_id)
    assert (queued_again.status, queued_again.version) == ("queued", queued.version + 1)
    jobs.claim(table, GUILD, queued.job_id, "one", officer(), after(2))
    with pytest.raises(ConditionFailed):
        jobs.requeue(table, queued_again, officer(), after(2))
    assert jobs.get(table, GUILD, queued.job_id).status == "running"


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"file_format": "docx"}, "format"),
        ({"question": Question(first=date(2026, 11, 2), last=date(2026, 11, 1))}, "to"),
        ({"question": Question(games=("x",) * 51, statuses=("gone",))}, "status"),
    ],
)
def test_a_report_that_cannot_be_made_is_refused_by_field(table, wanted, field):
    with pytest.raises(Invalid) as refused:
        reports.request_report(table, GUILD, officer(), NOW, **wanted)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "\u200b"}, "title"),
        ({"title": "x" * 101}, "title"),
        ({"time": "yesterday"}, "time"),
        ({"duration": "8d"}, "duration"),
        ({"duration": "0"}, "duration"),
        ({"capacity": 0}, "capacity"),
        ({"preset": "Nothing"}, "preset"),
        ({"reminders": "15d"}, "reminders"),
    ],
)
def test_an_event_that_cannot_be_is_refused_by_field_and_stores_nothing(table, changes, field):
    with pytest.raises(Invalid) as refused:
        raid(table, **changes)
    assert refused.value.field == field
    assert list_events(table, GUILD, since=NOW, until=after(9999)) == ([], None)
