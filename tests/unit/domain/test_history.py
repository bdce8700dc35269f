"""Past attendance from CSV: what is read, and what is said of what is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from attendance.domain.history import MAX_PEOPLE, MAX_ROWS, evidence_of, read_history
from attendance.domain.settings import Settings
from attendance.errors import Invalid
from tests.stories import GUILD, NOW

SETTINGS = Settings(guild_id=GUILD, zone="Europe/Berlin", channel_id="7")
NAMES = {"101": "Nia", "102": "Bo", "103": "Kim", "104": "kim"}
HEAD = "start,event,member,status"


def read(*lines, head=HEAD):
    return read_history("\n".join((head, *lines)), SETTINGS, NAMES, "900", NOW)


def why(*lines, head=HEAD):
    (only,) = read(*lines, head=head).unread
    return only.outcome, only.message


def test_rows_of_one_start_and_title_are_one_event():
    found = read(
        "2026-03-01 20:00,Karazhan,101,present",
        "2026-03-01 20:00,karazhan ,102,absent",
        "2026-03-02 20:00,Karazhan,101,late",
    )
    assert [[*past.rows] for past in found.events] == [["101", "102"], ["101"]]
    first = found.events[0].event
    assert (first.title, first.starts_at) == ("Karazhan", datetime(2026, 3, 1, 19, 0, tzinfo=UTC))
    assert (first.ends_at - first.starts_at, first.status) == (timedelta(minutes=SETTINGS.duration), "closed")
    assert found.unread == []


def test_the_same_file_gives_the_same_ids_and_another_guild_others():
    line = "2026-03-01 20:00,Karazhan,101,present"
    (one,), (other,) = read(line).events, read(line).events
    assert one.event.event_id == other.event.event_id
    assert [entry.entry_id for entry in evidence_of(one, "900", NOW)] == [
        entry.entry_id for entry in evidence_of(other, "900", NOW + timedelta(days=1))
    ]
    elsewhere = Settings(guild_id="42", zone="Europe/Berlin")
    (third,) = read_history(f"{HEAD}\n{line}", elsewhere, NAMES, "900", NOW).events
    assert third.event.event_id != one.event.event_id


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_columns_are_found_by_name_whatever_their_order_case_and_separator(separator):
    head = separator.join(("Status", "NOTE", "Member", "event", "Start", "Minutes", "game", "Name", "of our own"))
    line = separator.join(
        ("Left Early", "baby woke", "105", "Naxx", "2026-03-01T20:00:00-05:00", "90", "WoW", "Ada", "x")
    )
    (past,) = read(line, head="\ufeff" + head).events
    assert (past.event.game, past.event.starts_at.hour, past.event.ends_at.hour) == ("WoW", 1, 2)
    (entry,) = evidence_of(past, "900", NOW)
    assert (entry.status, entry.note, entry.source, entry.by) == ("left_early", "baby woke", "import", "900")
    assert past.rows["105"].name == "Ada"


def test_a_member_is_named_by_id_or_by_a_name_that_one_member_has():
    assert [*read("2026-03-01 20:00,Raid, NIA ,present").events[0].rows] == ["101"]
    assert "several members" in why("2026-03-01 20:00,Raid,Kim,present")[1]
    assert "met nobody" in why("2026-03-01 20:00,Raid,Zoe,present")[1]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("soon,Raid,101,present", "no start"),
        ("0001-01-01 00:00,Raid,101,present", "no start"),
        ("2026-03-29 02:30,Raid,101,present", "clocks went forward"),
        ("2999-03-29 02:30,Raid,101,present", "only what is over"),
        ("1999-03-29 02:30,Raid,101,present", "only what is over"),
        ("2026-03-01 20:00,,101,present", "at least one visible"),
        ("2026-03-01 20:00,Raid,,present", "no Discord id"),
        ("2026-03-01 20:00,Raid,101,here", "is no status"),
        ("2026-03-01 20:00,Raid,101,yes", "says before an event"),
        ("2026-03-01 20:00,Raid,101,unmarked", "leave the row out"),
        ("2026-03-01 20:00,Raid,101", "is no status"),
    ],
)
def test_a_row_that_cannot_be_taken_is_told_of_and_stops_no_other(line, said):
    found = read(line, "2026-03-01 20:00,Raid,102,present")
    assert [(one.row, one.outcome) for one in found.unread] == [(1, "invalid")]
    assert said in found.unread[0].message
    assert [*found.events[0].rows] == ["102"]


def test_lengths_are_minutes_up_to_a_week():
    head = f"{HEAD},minutes"
    assert "no length" in why("2026-03-01 20:00,Raid,101,present,2h", head=head)[1]
    assert "no length" in why("2026-03-01 20:00,Raid,101,present,0", head=head)[1]


def test_of_rows_about_the_same_member_the_first_counts():
    found = read("2026-03-01 20:00,Raid,101,present", "2026-03-01 20:00,Raid,Nia,absent")
    assert found.events[0].rows["101"].status == "present"
    assert [(one.row, one.outcome) for one in found.unread] == [(2, "duplicate")]
    assert "Row 1" in found.unread[0].message


def test_an_event_has_as_many_members_as_may_sign_up():
    found = read(*(f"2026-03-01 20:00,Raid,{10**6 + number},present" for number in range(MAX_PEOPLE + 1)))
    assert len(found.events[0].rows) == MAX_PEOPLE
    assert [one.row for one in found.unread] == [MAX_PEOPLE + 1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("event,member\nRaid,101", "lacks start, status"),
        (f"{HEAD},start\n", "twice"),
        (HEAD, "this one has 0"),
        (HEAD + "\n,,,\n" + "2026-03-01 20:00,Raid,101,present\n" * (MAX_ROWS + 1), "this one has 2001"),
        (f'{HEAD}\n"2026', "not CSV"),
        ("", "lacks"),
    ],
)
def test_what_is_no_such_table_is_refused_with_what_to_send(text, said):
    with pytest.raises(Invalid, match=said) as refused:
        read_history(text, SETTINGS, NAMES, "900", NOW)
    assert refused.value.field == "csv"
