"""Past attendance moved in: it counts, it can be tried and repeated, it breaks off without a trace, and nobody is told."""

from __future__ import annotations

import pytest

from attendance.domain.erasure import digest_of
from attendance.errors import Conflict, Forbidden, Invalid, Unavailable
from attendance.services.consequences import consequences
from attendance.services.effects import Notify, Redraw
from attendance.services.history import MAX_UNMET, import_history
from attendance.services.marking import mark
from attendance.services.records import show_record
from attendance.storage import erasures, events, keys, members, sheets
from tests.stories import GUILD, NOW, OTHER_GUILD, after, member, officer, set_up

FILE = """start,event,member,status,name
2026-03-01 20:00,Karazhan,101,present,Nia
2026-03-01 20:00,Karazhan,102,absent,Bo
2026-03-08 20:00,Karazhan,101,late,Nia
2026-03-08 20:00,Karazhan,103,here,Kim
2026-03-08 20:00,Karazhan,102,excused,Bo
"""
MARCH = (NOW.replace(year=2026, month=3, day=1), NOW.replace(year=2026, month=4, day=1))


@pytest.fixture
def guild(table):
    set_up(table)
    return table


def outcomes(done):
    return [row.outcome for row in done.rows]


def rate(table, user_id):
    total = show_record(table, GUILD, user_id, officer(), NOW).record.rate
    return total.credit, total.eligible


def march(table):
    return list(sheets.between(table, GUILD, *MARCH))


def test_a_file_becomes_closed_events_with_sheets_and_rates(guild):
    done = import_history(guild, GUILD, officer(), NOW, FILE)

    assert outcomes(done) == ["created", "created", "created", "invalid", "created"]
    assert (done.created, done.kept) == (2, 0)
    first, second = march(guild)
    assert [(row.name, row.status, row.source) for row in first.rows] == [
        ("Nia", "present", "import"), ("Bo", "absent", "import"),
    ]  # fmt: skip
    assert {row.status for row in second.rows} == {"late", "excused"}
    assert events.get(guild, GUILD, first.event_id).status == "closed"
    assert rate(guild, "101") == (200, 2)  # in hundredths
    assert rate(guild, "102") == (0, 1)


def test_a_dry_run_says_the_same_and_stores_nothing(guild):
    tried = import_history(guild, GUILD, officer(), NOW, FILE, dry_run=True)
    assert march(guild) == []
    assert members.names(guild, GUILD) == {}
    assert import_history(guild, GUILD, officer(), NOW, FILE) == tried


def test_the_same_file_again_keeps_what_was_corrected_since(guild):
    import_history(guild, GUILD, officer(), NOW, FILE)
    first = march(guild)[0]
    mark(guild, GUILD, first.event_id, "102", officer(request_id="m"), after(5), status="excused")

    again = import_history(guild, GUILD, officer(request_id="again"), after(9), FILE)

    assert outcomes(again) == ["kept", "kept", "kept", "invalid", "kept"]
    assert [row.status for row in march(guild)[0].rows] == ["present", "excused"]


def test_an_event_that_broke_off_half_way_is_not_there_until_the_file_comes_again(guild, crash_at, monkeypatch):
    many = "start,event,member,status\n" + "".join(f"2026-03-01 20:00,Raid,{1000 + n},present\n" for n in range(90))
    with monkeypatch.context():
        crash_at(3)
        with pytest.raises(Unavailable):
            import_history(guild, GUILD, officer(), NOW, many)
    assert march(guild) == []

    done = import_history(guild, GUILD, officer(request_id="again"), after(1), many)

    assert set(outcomes(done)) == {"created"}
    assert len(march(guild)[0].rows) == 90


def test_who_was_there_is_a_member_from_then_on_and_keeps_the_name_that_the_bot_knows(guild):
    members.remember(guild, GUILD, "101", "Nia of today", NOW)
    import_history(guild, GUILD, officer(), NOW, FILE)
    known = members.known(guild, GUILD)
    assert known.names == {"101": "Nia of today", "102": "Bo"}
    assert max(known.first_seen.values()) < march(guild)[0].starts_at


def test_nobody_is_told(guild):
    done = import_history(guild, GUILD, officer(), NOW, FILE)
    made = done.rows[0].event_id
    written = [guild.get(key) for key in keys_of(made)]
    told = [effect for item in written for effect in consequences(None, item, "record")]
    assert all(item["quiet"] for item in written)
    assert not any(isinstance(effect, Notify | Redraw) for effect in told)
    assert len({effect.entry.entity for effect in told if hasattr(effect, "entry")}) == 3


def keys_of(event_id):
    starts_at = NOW.replace(year=2026, month=3, day=1, hour=19, minute=0, second=0, microsecond=0)
    return (
        keys.event(GUILD, event_id),
        keys.attendance(GUILD, event_id, "101"),
        keys.sheet(GUILD, starts_at, event_id),
    )


def test_who_asked_to_be_forgotten_is_left_out(guild):
    erasures.remember(guild, GUILD, digest_of(GUILD, "102"), NOW)
    done = import_history(guild, GUILD, officer(), NOW, FILE)
    assert outcomes(done) == ["created", "invalid", "created", "invalid", "invalid"]
    assert "forget them" in done.rows[1].message
    assert members.names(guild, GUILD) == {"101": "Nia"}
    assert [row.user_id for sheet in march(guild) for row in sheet.rows] == ["101", "101"]


def test_too_many_new_members_to_compare_with_those_are_refused_beforehand(guild):
    erasures.remember(guild, GUILD, digest_of(GUILD, "102"), NOW)
    many = "start,event,member,status\n" + "".join(
        f"2026-03-01 20:00,Raid,{1000 + n},present\n" for n in range(MAX_UNMET + 1)
    )
    with pytest.raises(Invalid, match="at most 200 new members"):
        import_history(guild, GUILD, officer(), NOW, many)


def test_only_who_manages_attendance_imports_and_only_into_a_guild_that_is_set_up(guild):
    with pytest.raises(Forbidden):
        import_history(guild, GUILD, member("Nia"), NOW, FILE)
    with pytest.raises(Conflict):
        import_history(guild, OTHER_GUILD, officer(), NOW, FILE)
