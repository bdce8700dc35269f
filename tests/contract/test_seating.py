"""Officers' seating on a real table: pins, the bench, who is displaced, and what ends a pin."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from attendance.domain.choice import MAYBE, NO, late, yes
from attendance.errors import Conflict, Forbidden, Invalid
from attendance.services.closing import close_event
from attendance.services.events import get_event
from attendance.services.seating import answer_for_member, bench_member, move_member, remove_member, seat_member
from attendance.services.sign_ups import sign_up
from attendance.storage.events import to_item
from tests.stories import GUILD, NOW, after, member, officer, raid

ANN, BOB, CAT = (member(name).user_id for name in ("Ann", "Bob", "Cat"))


def join(table, event, name, choice):
    return sign_up(table, GUILD, event.event_id, choice, member(name), NOW)


def seat(table, event, user_id, **options):
    return seat_member(table, GUILD, event.event_id, user_id, officer(), NOW, **options)


def roles_of(event):
    return {one.user_id: one.role for one in event.roster().seated}


def test_an_officer_seats_who_never_answered(table):
    event = raid(table)
    done = seat(table, event, ANN, role="tank")
    assert (done.changed, roles_of(done.event)) == (True, {ANN: "tank"})
    again = seat(table, event, ANN, role="tank")
    assert (again.changed, again.event) == (False, done.event)


def test_taking_somebodys_seat_is_named_first_and_puts_them_next_in_the_queue(table):
    event = raid(table)
    join(table, event, "Ann", yes("tank"))
    join(table, event, "Cat", yes("tank"))
    with pytest.raises(Conflict) as refused:
        seat(table, event, BOB, role="tank")
    assert refused.value.details["displaced"] == [ANN]
    done = seat(table, event, BOB, role="tank", confirm=refused.value.details["confirm"])
    assert roles_of(done.event) == {BOB: "tank"}
    assert [one.user_id for one in done.event.roster().waiting] == [ANN, CAT]


def test_who_waits_is_seated_elsewhere_and_keeps_the_minutes(table):
    event = raid(table)
    join(table, event, "Ann", yes("tank"))
    join(table, event, "Bob", late(10, "tank"))
    done = move_member(table, GUILD, event.event_id, BOB, officer(), NOW, role="healer")
    assert roles_of(done.event) == {ANN: "tank", BOB: "healer"}
    assert done.event.roster().seat_of(BOB).late_minutes == 10
    assert join(table, event, "Bob", late(10, "healer")).changed is False


def test_only_who_signed_up_is_moved_or_benched(table):
    event = raid(table)
    join(table, event, "Ann", MAYBE)
    for change in (
        lambda: move_member(table, GUILD, event.event_id, ANN, officer(), NOW, role="tank"),
        lambda: bench_member(table, GUILD, event.event_id, BOB, officer(), NOW),
    ):
        with pytest.raises(Conflict, match="did not sign up"):
            change()


def test_a_pin_ends_when_the_member_leaves_so_a_return_displaces_nobody(table):
    event = raid(table)
    seat(table, event, ANN, role="tank")
    join(table, event, "Ann", NO)
    join(table, event, "Bob", yes("tank"))
    back = join(table, event, "Ann", yes("tank"))
    assert roles_of(back.event) == {BOB: "tank"}


def test_the_bench_holds_whatever_the_member_asks_for_until_an_officer_seats_them(table):
    event = raid(table)
    join(table, event, "Ann", yes("tank"))
    join(table, event, "Bob", yes("tank"))
    benched = bench_member(table, GUILD, event.event_id, ANN, officer(), NOW)
    assert roles_of(benched.event) == {BOB: "tank"}
    assert [one.user_id for one in benched.event.roster().benched] == [ANN]
    assert [one.user_id for one in join(table, event, "Ann", yes("dps")).event.roster().benched] == [ANN]
    assert roles_of(seat(table, event, ANN, role="healer").event) == {BOB: "tank", ANN: "healer"}


def test_who_sits_on_the_bench_is_benched_in_the_sheet_and_not_absent(table):
    event = raid(table)
    join(table, event, "Ann", yes("tank"))
    bench_member(table, GUILD, event.event_id, ANN, officer(), NOW)
    sheet = close_event(table, GUILD, event.event_id, officer(), after(90))
    assert [(row.user_id, row.status) for row in sheet.rows] == [(ANN, "benched")]


def test_a_member_takes_their_own_answer_back_and_an_officer_anybodys(table):
    event = raid(table)
    join(table, event, "Ann", yes("tank"))
    join(table, event, "Bob", yes("tank"))
    with pytest.raises(Forbidden, match=r"events\.manage"):
        remove_member(table, GUILD, event.event_id, BOB, member("Ann"), NOW)
    own = remove_member(table, GUILD, event.event_id, ANN, member("Ann"), NOW)
    assert roles_of(own.event) == {BOB: "tank"}
    assert ANN not in own.event.places
    with pytest.raises(Conflict, match="ended"):
        remove_member(table, GUILD, event.event_id, BOB, member("Bob"), after(61))
    assert remove_member(table, GUILD, event.event_id, BOB, officer(), after(61)).event.choices == {}
    assert remove_member(table, GUILD, event.event_id, BOB, officer(), after(61)).changed is False


def test_an_officer_answers_maybe_and_no_for_a_member(table):
    event = raid(table)
    join(table, event, "Ann", yes("tank"))
    assert answer_for_member(table, GUILD, event.event_id, ANN, NO, officer(), NOW).event.roster().no == (ANN,)
    assert answer_for_member(table, GUILD, event.event_id, ANN, NO, officer(), NOW).changed is False
    assert answer_for_member(table, GUILD, event.event_id, BOB, MAYBE, officer(), NOW).event.roster().maybe == (BOB,)


def test_an_officer_seats_after_the_deadline_and_not_after_closing(table):
    event = raid(table)
    seat_member(table, GUILD, event.event_id, ANN, officer(), after(70), role="tank")
    close_event(table, GUILD, event.event_id, officer(), after(90))
    with pytest.raises(Conflict, match="reopen"):
        seat(table, event, BOB, role="dps")


def test_seating_says_which_roles_there_are_and_refuses_who_is_nobody(table):
    event = raid(table)
    with pytest.raises(Invalid, match="tank, healer, dps"):
        seat(table, event, ANN)
    with pytest.raises(Invalid, match="has no role"):
        seat(table, event, ANN, role="bard")
    with pytest.raises(Invalid, match="not the id"):
        seat(table, event, "Ann", role="tank")


def test_seats_that_officers_gave_away_are_not_given_twice(table):
    event = raid(table)
    seat(table, event, ANN, role="tank")
    with pytest.raises(Conflict) as refused:
        seat(table, event, BOB, role="tank")
    assert refused.value.code == "no_free_seat"
    assert roles_of(get_event(table, GUILD, event.event_id)) == {ANN: "tank"}


def test_a_full_event_takes_nobody_more(table):
    event = raid(table)
    crowd = {str(10**17 + n): "?" for n in range(1000)}
    table.update(_crowd(event, crowd))
    with pytest.raises(Conflict, match="1000"):
        seat(table, event, ANN, role="tank")


def _crowd(event, crowd):
    from attendance.storage import keys
    from attendance.storage.table import Update

    item = to_item(event)
    return Update(keys.event(item["guild_id"], item["event_id"]), "SET #choices = :choices", values={":choices": crowd})


@pytest.mark.ministack
def test_seating_while_everybody_clicks_displaces_nobody_unnamed(ministack_table):
    from attendance.storage.table import Table

    table = Table(*ministack_table)
    event = raid(table, roles="dps 10")
    crowd = [member(f"m{n}", user_id=str(10_000 + n)) for n in range(40)]

    def click(who):
        return sign_up(table, GUILD, event.event_id, yes("dps"), who, NOW)

    def give(number):
        try:
            return seat_member(table, GUILD, event.event_id, str(20_000 + number), officer(), NOW, role="dps").event
        except Conflict:
            return None

    with ThreadPoolExecutor(16) as threads:
        clicks = threads.map(click, crowd)
        given = [one for one in threads.map(give, range(8)) if one]
        told_seated = {
            one.event.seq: who.user_id
            for who, one in zip(crowd, clicks, strict=True)
            if one.event.roster().seat_of(who.user_id)
        }
    final = get_event(table, GUILD, event.event_id).roster()
    assert len(final.seated) == 10
    assert set(told_seated.values()) <= {one.user_id for one in final.seated}
    assert len(given) + len(told_seated) == 10
