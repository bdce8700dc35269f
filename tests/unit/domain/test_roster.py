"""The roster's promises, driven by random sign-ups, switches and leaves."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from attendance.domain.choice import MAYBE, NO, Choice, decode, encode, late, yes
from attendance.domain.roster import Roster, Seat, build_roster, promoted
from attendance.domain.seats import Role

ROLES = (Role("tank", "Tank", 1, 1), Role("healer", "Healer", 1, 2), Role("dps", "DPS", 0, 3))


def roster(*answers: tuple[str, Choice], capacity: int | None = None, pins: dict[str, str] | None = None) -> Roster:
    """The roster after these answers, given one after another."""
    places: dict[str, int] = {}
    choices: dict[str, str] = {}
    for place, (user, choice) in enumerate(answers, start=1):
        places[user], choices[user] = place, encode(choice)
    return build_roster(places=places, choices=choices, pins=pins or {}, roles=ROLES, capacity=capacity)


def test_the_second_tank_of_one_seat_waits():
    after = roster(("ann", yes("tank")), ("bob", yes("tank")))
    assert after.seated == (Seat("ann", "tank"),)
    assert after.waiting == (Seat("bob", "tank"),)
    assert after.waiting_place("bob") == 1


def test_a_flexible_member_takes_the_first_of_their_roles_with_a_seat():
    after = roster(("ann", yes("tank")), ("bob", yes("tank", "healer")))
    assert after.seat_of("bob") == Seat("bob", "healer")


def test_who_leaves_frees_the_seat_for_exactly_the_next_fitting_member():
    before = roster(("ann", yes("tank")), ("bob", yes("tank")), ("cat", yes("tank")))
    after = roster(("ann", NO), ("bob", yes("tank")), ("cat", yes("tank")))
    assert promoted(before, after) == (Seat("bob", "tank"),)


def test_the_party_size_bounds_all_roles_together():
    after = roster(("ann", yes("dps")), ("bob", yes("dps")), ("cat", yes("healer")), capacity=2)
    assert [seat.user_id for seat in after.waiting] == ["cat"]


def test_an_officers_pin_comes_before_commit_order():
    after = roster(("ann", yes("tank")), ("bob", yes("tank")), pins={"bob": "tank"})
    assert after.seat_of("bob") == Seat("bob", "tank")
    assert after.waiting == (Seat("ann", "tank"),)


def test_late_members_hold_their_seat_and_maybe_and_no_hold_none():
    after = roster(("ann", late(15, "tank")), ("bob", MAYBE), ("cat", NO))
    assert after.seated == (Seat("ann", "tank", 15),)
    assert (after.maybe, after.no) == (("bob",), ("cat",))


_roles = st.lists(st.sampled_from([role.key for role in ROLES]), min_size=1, max_size=3, unique=True)
_choices = st.one_of(
    st.just(MAYBE),
    st.just(NO),
    _roles.map(lambda roles: yes(*roles)),
    st.builds(lambda minutes, roles: late(minutes, *roles), st.integers(1, 240), _roles),
)
_capacities = st.one_of(st.none(), st.integers(1, 8))


@given(_choices)
def test_a_choice_reads_back_from_its_string(choice):
    assert decode(encode(choice)) == choice
    assert encode(choice).startswith(choice.claim)


@settings(max_examples=300)
@given(st.lists(st.tuples(st.sampled_from("abcdefghij"), _choices), max_size=40), _capacities)
def test_no_role_is_oversold_and_no_seat_stays_free_beside_a_fitting_waiting_member(answers, capacity):
    after = roster(*answers, capacity=capacity)
    limit = capacity if capacity is not None else 99
    free = {role.key: role.maximum - len(after.in_role(role.key)) for role in ROLES}
    assert all(left >= 0 for left in free.values())
    assert len(after.seated) <= limit
    said = dict(answers)
    if len(after.seated) < limit:
        assert not [seat for seat in after.waiting for role in said[seat.user_id].roles if free[role] > 0]
    everyone = [*(s.user_id for s in after.seated), *(s.user_id for s in after.waiting), *after.maybe, *after.no]
    assert sorted(everyone) == sorted(said)


@settings(max_examples=300)
@given(
    st.lists(
        st.tuples(st.sampled_from("abcdefgh"), st.builds(yes, st.sampled_from(["tank", "healer", "dps"]))), max_size=30
    ),
    st.sampled_from("klm"),
    _choices,
)
def test_nobody_seated_loses_the_seat_through_a_newcomers_action(answers, newcomer, choice):
    before = roster(*answers)
    after = roster(*answers, (newcomer, choice))
    assert set(before.seated) <= set(after.seated)


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.builds(yes, st.just("dps"))), max_size=30))
def test_members_who_want_the_same_are_served_in_commit_order(answers):
    after = roster(*answers)
    order = list(dict.fromkeys(user for user, _ in reversed(answers)))[::-1]
    assert [seat.user_id for seat in (*after.seated, *after.waiting)] == order
