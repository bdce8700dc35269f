"""Raid-Helper's events as ours: what is taken over, what is left out and said so, what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from attendance.domain.choice import decode
from attendance.domain.raid_helper import events_of, read_event
from attendance.domain.settings import Settings
from attendance.errors import Invalid
from tests.stories import CHANNEL, GUILD, NOW, after

SETTINGS = Settings(guild_id=GUILD, zone="Europe/Berlin", channel_id=CHANNEL, reminders=(30,), version=1)
START = int(after(120).timestamp())


def sign_up(user_id, role, at, **more):
    return {
        "id": 1,
        "userId": user_id,
        "name": f"N{user_id}",
        "roleName": role,
        "className": role,
        "entryTime": at,
    } | more


RAID: dict[str, Any] = {
    "id": "1234567890123456789",
    "channelId": "55",
    "title": "Karazhan",
    "description": "Bring\nflasks",
    "startTime": START,
    "endTime": START + 3 * 3600,
    "closeTime": START - 600,
    "roles": [{"name": "Tanks", "limit": 1}, {"name": "Healers", "limit": "3"}, {"name": "Ranged", "limit": 9999}],
    "advancedSettings": {"limit": 10},
    "signUps": [
        sign_up("103", "Tanks", 30),
        sign_up("101", "Tanks", 10),
        sign_up("102", "Healers", 20),
        sign_up("104", "", 40, className="Tentative"),
        sign_up("105", "", 50, className="Absence"),
        sign_up("106", "Ranged", 60, className="Late"),
    ],
}


def read(row, channels=("55",), settings=SETTINGS):
    return read_event(row, settings, channels, "900", NOW)


def test_an_event_comes_with_its_roles_times_and_roster_in_order_of_sign_up():
    moved = read(RAID)
    event = moved.event
    assert (event.title, event.description, event.channel_id, event.capacity) == ("Karazhan", "Bring flasks", "55", 10)
    assert (event.starts_at, event.ends_at, event.sign_up_closes_at) == (after(120), after(300), after(110))
    assert [(role.key, role.maximum) for role in event.roles] == [("tanks", 1), ("healers", 3), ("ranged", 1000)]
    roster = event.roster()
    assert [(seat.user_id, seat.role) for seat in roster.seated] == [
        ("101", "tanks"),
        ("102", "healers"),
        ("106", "ranged"),
    ]
    assert [seat.user_id for seat in roster.waiting] == ["103"]
    assert (roster.maybe, roster.no) == (("104",), ("105",))
    assert decode(event.choices["106"]).late_minutes == 15
    assert event.seq == len(event.places) == 6
    assert moved.names["101"] == "N101"
    assert moved.notes == ("“N106” comes late: Raid-Helper tells no minutes, 15 stand in.",)


def test_the_same_event_has_the_same_id_whatever_changed_there():
    assert read(RAID).event.event_id == read(RAID | {"title": "Other", "id": int(RAID["id"])}).event.event_id
    assert read(RAID).event.event_id != read(RAID | {"id": "2"}).event.event_id


def test_what_is_missing_comes_from_the_settings_and_the_sign_ups():
    bare = {
        "id": 7,
        "title": "Bare",
        "startTime": str(START),
        "signUps": [sign_up("101", "Tank", 1), sign_up("102", "Dps", 2)],
    }
    moved = read(bare)
    assert moved.event.ends_at == after(120) + timedelta(minutes=SETTINGS.duration)
    assert moved.event.channel_id == CHANNEL
    assert [role.name for role in moved.event.roles] == ["Tank", "Dps"]
    assert moved.event.reminders == (30,)
    assert "Channel (none) is not here" in moved.notes[0]
    assert [role.key for role in read(bare | {"signUps": None}).event.roles] == ["going"]


@pytest.mark.parametrize(
    ("odd", "says"),
    [
        (sign_up("abc", "Tanks", 70), "no Discord account"),
        (sign_up(None, "Tanks", 70), "no Discord account"),
        (sign_up("101", "Healers", 70), "more than once"),
        (sign_up("107", "Mages", 70), "no role here: taken over as maybe"),
        (sign_up("107", "", 70, className="Late"), "no role here: taken over as maybe"),
    ],
)
def test_a_sign_up_that_does_not_fit_is_said_and_the_others_stand(odd, says):
    moved = read(RAID | {"signUps": [*RAID["signUps"], odd]})
    assert any(says in note for note in moved.notes)
    assert len(moved.event.roster().seated) == 3


def test_more_notes_than_anyone_reads_are_counted():
    crowd = [sign_up("x", "Tanks", number) for number in range(30)]
    notes = read(RAID | {"signUps": crowd}).notes
    assert (len(notes), notes[-1]) == (21, "and 10 more")


def test_more_sign_ups_than_an_event_takes_are_left_out():
    crowd = [sign_up(str(number), "Tanks", number) for number in range(1, 1003)]
    moved = read(RAID | {"signUps": crowd})
    assert len(moved.event.choices) == 1000
    assert "1000 sign-ups fit" in moved.notes[0]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": None}, "id"),
        ({"title": " "}, "title"),
        ({"title": None}, "title"),
        ({"startTime": None}, "startTime"),
        ({"startTime": "tonight"}, "startTime"),
        ({"startTime": int(NOW.timestamp()) - 60}, "startTime"),
        ({"startTime": START + 3 * 365 * 86400}, "startTime"),
        ({"startTime": True}, "startTime"),
    ],
)
def test_an_event_that_is_none_ahead_is_refused_by_its_field(change, field):
    with pytest.raises(Invalid) as refused:
        read(RAID | change)
    assert refused.value.field == field


@pytest.mark.parametrize("junk", [3, "x", None, [], {}, {"limit": {}}, [[]], [3], -1, 1.5, 10**19])
@pytest.mark.parametrize(
    "name", ["endTime", "closeTime", "roles", "advancedSettings", "signUps", "description", "channelId"]
)
def test_whatever_stands_in_a_field_breaks_nothing(name, junk):
    event = read(RAID | {name: junk}).event
    assert event.starts_at == after(120)
    assert event.ends_at > event.starts_at
    event.roster()


@pytest.mark.parametrize("junk", [3, "x", None, [], {}])
def test_whatever_stands_in_a_sign_up_breaks_nothing(junk):
    for name in ("userId", "name", "roleName", "className", "entryTime"):
        assert read(RAID | {"signUps": [sign_up("101", "Tanks", 1) | {name: junk}, junk]}).event.title == "Karazhan"


@pytest.mark.parametrize("export", [{"postedEvents": [RAID]}, [RAID], RAID, {"event": RAID}])
def test_an_export_is_read_in_each_of_its_shapes(export):
    assert events_of(export) == [RAID]


@pytest.mark.parametrize("export", [3, None, "x", [], {"postedEvents": []}, {"postedEvents": 3}, [RAID] * 101])
def test_what_is_no_export_is_refused(export):
    with pytest.raises(Invalid) as refused:
        events_of(export)
    assert refused.value.field == "postedEvents"
