"""A member who erases themselves is nowhere afterwards, and every figure stays what it was."""

from __future__ import annotations

from datetime import timedelta

import pytest

from attendance.domain.choice import yes
from attendance.domain.erasure import digest_of, is_pseudonym
from attendance.domain.marking import MarkRow
from attendance.errors import Conflict
from attendance.services import erasing
from attendance.services.absences import add_absence
from attendance.services.characters import add_character
from attendance.services.check_ins import check_in
from attendance.services.closing import close_event
from attendance.services.erasing import SETTLED_AFTER, ask_to_erase
from attendance.services.marking import mark, mark_members
from attendance.services.own_notices import mute_topic
from attendance.services.own_zones import set_own_zone
from attendance.services.reports import link_to_report, request_report
from attendance.services.sign_ups import sign_up
from attendance.storage import erasures, events, keys, sheets, whole
from attendance.storage.values import from_wire
from tests.seen_through import unpacked
from tests.stories import GUILD, NOW, after, member, officer, raid
from tests.workers_in_memory import WorkersInMemory

NIA = member("Niamh", user_id="80351110224678912", request_id="nia")
OTHERS = [member(name) for name in ("Ann", "Ben", "Cem", "Dee")]


@pytest.fixture
def workers(monkeypatch):
    return WorkersInMemory(monkeypatch)


@pytest.fixture
def everything(workers):
    """All that the table holds, as one text, what is packed unpacked."""

    def read():
        found = workers.dynamodb.scan()["Items"]
        return [{attribute: unpacked(from_wire(value)) for attribute, value in item.items()} for item in found]

    return read


def _erase(workers, actor=NIA):
    ask_to_erase(workers.table, GUILD, actor, workers.now)
    for _ in range(3):
        workers.sweep()
        workers.run()
        workers.now += timedelta(seconds=70)
    workers.now += SETTLED_AFTER
    workers.sweep()
    workers.run()
    under_way = workers.table.query_all(keys.guild(GUILD), prefix=keys.ERASURES)
    assert list(under_way) == []


def _lived(workers):
    """A member with something of everything, at a closed event and at one ahead."""
    table = workers.table
    event = raid(table, roles="dps 2")
    ahead = raid(table, roles="dps 1", request_id="ahead", time="in 3d")
    for one in (NIA, *OTHERS[:2]):
        sign_up(table, GUILD, event.event_id, yes("dps"), one, NOW, note=f"{one.name} brings snacks")
        sign_up(table, GUILD, ahead.event_id, yes("dps"), one, NOW)
    check_in(table, GUILD, event.event_id, NIA, after(60))
    rows = [MarkRow(NIA.user_id, "late"), MarkRow(OTHERS[0].user_id, "present")]
    mark_members(table, GUILD, event.event_id, officer(request_id="bulk"), after(61), rows)
    mark(
        table,
        GUILD,
        event.event_id,
        NIA.user_id,
        officer(request_id="m"),
        after(62),
        status="late",
        note="Niamh overslept",
    )
    add_absence(table, GUILD, NIA, NOW, first="2027-01-03", reason="Niamh is at sea")
    add_character(table, GUILD, NIA, NOW, name="Niamhara", game="WoW")
    set_own_zone(table, NIA, "Asia/Tokyo", NOW)
    mute_topic(table, GUILD, NIA, "nudges", muted=True)
    workers.now = after(200)
    close_event(table, GUILD, event.event_id, officer(request_id="close"), workers.now)
    workers.run()
    return event, ahead


def test_nothing_of_an_erased_member_is_left_in_the_table(workers, everything):
    _lived(workers)
    assert NIA.user_id in str(everything())
    assert "Niamh" in str(everything())
    _erase(workers)
    left = [item for item in everything() if NIA.user_id in str(item) or "Niamh" in str(item)]
    assert left == []


def test_figures_stay_and_a_pseudonym_stands_in_the_members_place(workers):
    event, _ = _lived(workers)
    before = sheets.get(workers.table, event)
    _erase(workers)
    now = sheets.get(workers.table, event)
    assert [(row.mark, row.answer, row.role, row.late_minutes) for row in now.rows] == [
        (row.mark, row.answer, row.role, row.late_minutes) for row in before.rows
    ]
    stands_for = [new.user_id for old, new in zip(before.rows, now.rows, strict=True) if old.user_id == NIA.user_id]
    assert [is_pseudonym(one) for one in stands_for] == [True]


def test_the_seat_at_an_event_ahead_goes_to_who_waits(workers):
    _, ahead = _lived(workers)
    assert events.get(workers.table, GUILD, ahead.event_id).roster().seated[0].user_id == NIA.user_id
    _erase(workers)
    event = events.get(workers.table, GUILD, ahead.event_id)
    assert [seat.user_id for seat in event.roster().seated] == [OTHERS[0].user_id]
    assert not any(map(is_pseudonym, event.choices))


def test_who_signs_up_again_later_is_a_new_person(workers):
    event, ahead = _lived(workers)
    _erase(workers)
    sign_up(workers.table, GUILD, ahead.event_id, yes("dps"), NIA, workers.now)
    workers.run()
    assert NIA.user_id in events.get(workers.table, GUILD, ahead.event_id).choices
    assert all(row.user_id != NIA.user_id for row in sheets.get(workers.table, event).rows)


def test_that_somebody_was_erased_is_remembered_without_naming_them(workers):
    _lived(workers)
    _erase(workers)
    (begun, _), (ended, _) = erasures.erased_since(workers.table, GUILD, NOW)
    assert begun == ended == digest_of(GUILD, NIA.user_id) != digest_of(GUILD, OTHERS[0].user_id)
    assert {key.rpartition("/")[2] for key in workers.erasures.kept} == {begun}


def test_asking_twice_with_one_request_is_asking_once(workers):
    raid(workers.table)
    assert ask_to_erase(workers.table, GUILD, NIA, NOW) == ask_to_erase(workers.table, GUILD, NIA, after(1))
    under_way = workers.table.query_all(keys.guild(GUILD), prefix=keys.ERASURES)
    assert len(list(under_way)) == 1


def test_an_erasure_that_stops_anywhere_is_taken_up_again(workers, everything, monkeypatch):
    _lived(workers)
    ask_to_erase(workers.table, GUILD, NIA, workers.now)
    walk, left = whole.walk, [3]

    def cut_off(table, guild_id, after=None):
        for count, found in enumerate(walk(table, guild_id, after)):
            if left and count == left[0]:
                left.pop()
                raise RuntimeError("the process ends here")
            yield found

    monkeypatch.setattr(whole, "walk", cut_off)
    workers.sweep()
    workers.now += timedelta(minutes=3)
    _erase(workers, member("Somebody", request_id="else"))
    assert NIA.user_id not in str(everything())


def test_a_large_guild_is_walked_in_steps_that_go_on_where_they_were(workers, everything, monkeypatch):
    _lived(workers)
    size = len(list(whole.of_guild(workers.table, GUILD)))
    read, walk = [], whole.walk

    def counted(table, guild_id, after=None):
        for found in walk(table, guild_id, after):
            read.append(found[0])
            yield found

    monkeypatch.setattr(erasing, "MAX_READ", 7)
    monkeypatch.setattr(whole, "walk", counted)
    ask_to_erase(workers.table, GUILD, NIA, workers.now)
    steps = 0
    while list(workers.table.query_all(keys.guild(GUILD), prefix=keys.ERASURES)):
        workers.sweep()
        workers.now += timedelta(seconds=70)
        steps += 1
        assert steps < 300
    assert [item for item in everything() if NIA.user_id in str(item) or "Niamh" in str(item)] == []
    assert steps > size // 7
    walks = 4  # two that find something, one that does not, and the last
    assert len(read) < walks * 1.5 * size  # what hangs on an event is read once more after a break at times


def test_a_walk_that_goes_on_anywhere_misses_nothing(workers):
    _lived(workers)
    walked = list(whole.walk(workers.table, GUILD))
    for place, (position, _) in enumerate(walked):
        rest = {(item["pk"], item["sk"]) for _, item in whole.walk(workers.table, GUILD, position)}
        assert {(item["pk"], item["sk"]) for _, item in walked[place + 1 :]} <= rest


def test_the_files_of_reports_go_and_their_reports_say_so(workers):
    _lived(workers)
    job = request_report(workers.table, GUILD, officer(request_id="report"), workers.now)
    workers.run()
    assert NIA.user_id in str(workers.files.kept)
    _erase(workers)
    assert workers.files.kept == {}
    with pytest.raises(Conflict, match="is gone"):
        link_to_report(workers.table, workers.files, GUILD, job.job_id, officer(), workers.now)
