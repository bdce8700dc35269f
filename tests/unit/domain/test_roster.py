"""The roster's promises, driven by random sign-ups, switches and leaves."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from attendance.domain.choice import MAYBE, NO, Choice, decode, encode, late, yes
from attendance.domain.event import Event
from attendance.domain.pins import BENCH, kept, offered, passed, pin_to, queued, read_pin
from attendance.domain.roster import Roster, Seat, build_roster, displaced, promoted
from attendance.domain.seats import Role
from attendance.domain.settling import CONFIRM_WITHIN, settling

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
    assert after.seat_of("bob") == Seat("bob", "healer", others=("tank",))


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
    st.builds(lambda roles: yes(*roles)._replace(noted=True), _roles),
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


class Evening:
    """An event's roster as the table keeps it, changed step by step, with its pins settled after each as the workers do."""

    def __init__(self, confirm_hours: int = 0) -> None:
        self.places: dict[str, int] = {}
        self.choices: dict[str, str] = {}
        self.pins: dict[str, str] = {}
        self.roles: tuple[Role, ...] = ROLES
        self.capacity: int | None = None
        self.seq = 0
        self.confirm_hours = confirm_hours
        self.now = START - timedelta(hours=2)

    def event(self) -> Event:
        return Event(
            guild_id="1", event_id="e" * 16, title="Raid", game="", starts_at=START, ends_at=START, zone="UTC",
            channel_id="2", created_by="3", roles=self.roles, capacity=self.capacity, places=self.places,
            choices=self.choices, pins=self.pins, seq=self.seq, confirm_hours=self.confirm_hours,
        )  # fmt: skip

    def roster(self) -> Roster:
        return self.event().roster()

    def settle(self) -> None:
        """What follows from a change, before anybody is told of it."""
        wanted = settling(self.event(), self.roster(), self.now)
        for user, pin in wanted.pins.items():
            if pin is None:
                self.pins.pop(user, None)
            else:
                self.pins[user] = pin

    def answer(self, user: str, choice: Choice) -> None:
        """A member's click: the same claim keeps the place, any other takes the next one."""
        claim = choice.claim or encode(choice)
        mark = read_pin(self.pins.get(user, ""), self.places.get(user, 0)) if user in self.pins else None
        again = self.choices.get(user, "").startswith(claim)
        if again and self.roster().offer_to(user):
            self.take(user)
        elif not again or (mark is not None and mark.kind == "passed"):
            self.seq += 1
            self.places[user] = self.seq
        self.choices[user] = encode(choice)

    def take(self, user: str) -> None:
        """Confirm an offer, where there is one."""
        if seat := self.roster().offer_to(user):
            self.pins[user] = kept(seat.role, self.places[user])

    def let_go(self, user: str) -> None:
        """Let an offer pass, or its time."""
        if self.roster().offer_to(user):
            self.pins[user] = passed(self.places[user])

    def wait(self, minutes: int) -> None:
        """Time goes by, up to the start; offers end."""
        self.now = min(self.now + timedelta(minutes=minutes), START - timedelta(minutes=1))

    def leave(self, user: str) -> None:
        for entries in (self.places, self.choices, self.pins):
            entries.pop(user, None)

    def bench(self, user: str) -> None:
        if user in self.choices:
            self.pins[user] = BENCH

    def seat(self, user: str, role: str) -> None:
        """An officer's seating that displaces nobody; any other needs a confirmation and is left out."""
        held = dict(self.places), dict(self.choices), dict(self.pins), self.seq
        before = self.roster()
        if user not in self.choices or decode(self.choices[user]).answer not in ("yes", "late"):
            self.seq += 1
            self.places[user] = self.seq
        self.choices[user] = encode(yes(role))
        self.pins[user] = pin_to(role, self.places[user])
        if displaced(before, self.roster()):
            self.places, self.choices, self.pins, self.seq = held


START = datetime(2026, 12, 1, 20, 0, tzinfo=UTC)
_users = st.sampled_from("abcdef")  # few, so that they get in each other's way
_answers = st.tuples(st.just("answer"), _users, st.one_of(st.just(NO), st.builds(yes, st.just("tank")), _choices))
_members = ("answer", "leave", "bench", "seat", "take", "let_go")
_steps = st.one_of(
    _answers,
    _answers.map(lambda step: step),  # one_of takes the same strategy once; answers are what happens most
    _answers.map(tuple),
    st.tuples(st.sampled_from(["leave", "bench", "take", "let_go"]), _users),
    st.tuples(st.just("seat"), _users, st.sampled_from([role.key for role in ROLES])),
    st.tuples(st.just("wait"), st.integers(1, 30)),
    st.tuples(st.just("capacity"), _capacities),
    st.tuples(st.just("maximum"), st.sampled_from([role.key for role in ROLES]), st.integers(1, 5)),
)


def _check_seats(evening: Evening, roster: Roster) -> None:
    taken = Counter(seat.role for seat in (*roster.seated, *roster.offered))
    free = {role.key: role.maximum - taken[role.key] for role in evening.roles}
    limit = evening.capacity if evening.capacity is not None else 99
    assert all(left >= 0 for left in free.values()), "a role is over its maximum, what is offered included"
    assert taken.total() <= limit, "the party is over its capacity"
    done = {seat.user_id for seat in roster.offered} | {
        user for user, pin in evening.pins.items() if pin == passed(evening.places[user])
    }
    if taken.total() < limit:
        waiting = [seat.user_id for seat in roster.waiting if seat.user_id not in done]
        wanted = {role for user in waiting for role in decode(evening.choices[user]).roles}
        assert not [role for role in wanted if free[role] > 0], "a seat is free beside a fitting waiting member"
    everyone = [seat.user_id for seat in (*roster.seated, *roster.waiting, *roster.benched)] + [
        *roster.maybe,
        *roster.no,
    ]
    assert sorted(everyone) == sorted(evening.choices), "somebody stands twice or nowhere"


def _check_equals(evening: Evening, roster: Roster) -> None:
    """Who asks for the same, without an officer's or their own word on it, is served in the order of their places."""
    seated = {seat.user_id for seat in roster.seated}
    reserved = {seat.user_id for seat in roster.offered}
    for waiting in roster.waiting:
        if waiting.user_id in reserved or evening.pins.get(waiting.user_id) == passed(evening.places[waiting.user_id]):
            continue
        for user in seated - evening.pins.keys():
            same = decode(evening.choices[user]).roles == decode(evening.choices[waiting.user_id]).roles
            assert not same or evening.places[user] < evening.places[waiting.user_id]


@settings(max_examples=400)
@given(st.lists(_steps, min_size=12, max_size=40), st.sampled_from([0, 24]))
def test_whatever_happens_seats_are_never_oversold_left_empty_or_taken_by_another_member(steps, confirm_hours):
    evening = Evening(confirm_hours)
    for kind, *details in steps:
        before = evening.roster()
        old_capacity, old_roles, old_places = evening.capacity, evening.roles, dict(evening.places)
        if kind == "capacity":
            (evening.capacity,) = details
        elif kind == "maximum":
            key, maximum = details
            evening.roles = tuple(
                Role(role.key, role.name, 0, maximum) if role.key == key else role for role in evening.roles
            )
        else:
            getattr(evening, kind)(*details)
        after = evening.roster()
        _check_seats(evening, after)
        evening.settle()
        assert evening.roster().seated == after.seated, "settling moved somebody"
        _check_seats(evening, evening.roster())
        _check_equals(evening, after)
        actors = set(details[:1]) if kind in _members else set()
        lost = {seat.user_id for seat in displaced(before, after)}
        more_seats = all(now.maximum >= was.maximum for now, was in zip(evening.roles, old_roles, strict=True))
        raised = (evening.capacity or 99) >= (old_capacity or 99) and more_seats
        if kind == "maximum" and evening.capacity is not None:
            raised = False  # who waited for that role may come before others in a full party: officers are shown them
        if actors or raised:
            assert lost <= actors, "somebody lost a seat through another's action"
        if kind in ("answer", "leave", "take", "let_go"):
            roles = {seat.user_id: seat.role for seat in before.seated}
            moved = {seat.user_id for seat in after.seated if roles.get(seat.user_id, seat.role) != seat.role}
            assert moved <= actors, "somebody was moved to another role through another's action"
        waited = {seat.user_id for seat in (*before.waiting, *before.benched)}
        seated = {seat.user_id for seat in after.seated}
        assert {seat.user_id for seat in promoted(before, after)} == waited & seated
        if confirm_hours and kind != "bench":
            confirmed = {details[0]} if kind in _members else set()
            by_word = {user for user, pin in evening.pins.items() if "@" in pin}  # an officer's seating needs no other
            stayed = {user for user in waited & seated - by_word if old_places.get(user) == evening.places.get(user)}
            assert stayed <= confirmed, "somebody moved up without confirming"


def test_who_is_seated_keeps_the_role_when_one_they_like_better_becomes_free():
    evening = Evening()
    for user, choice in (("ann", yes("tank")), ("bob", yes("tank", "healer")), ("cat", yes("tank"))):
        evening.answer(user, choice)
        evening.settle()
    evening.answer("ann", NO)
    assert evening.roster().seated == (Seat("bob", "healer", others=("tank",)), Seat("cat", "tank"))
    evening.answer("bob", yes("tank", "dps"))
    assert evening.roster().seat_of("bob") == Seat("bob", "dps", others=("tank",))


def test_a_freed_seat_is_offered_in_order_and_waits_for_nobody_but_its_member():
    evening = Evening(confirm_hours=24)
    for user in ("ann", "bob", "cat"):
        evening.answer(user, yes("tank"))
        evening.settle()
    evening.answer("ann", NO)
    evening.settle()
    assert evening.roster().offered == (Seat("bob", "tank"),)
    assert evening.pins["bob"] == offered("tank", 2, int((evening.now + CONFIRM_WITHIN).timestamp()))
    evening.answer("dan", yes("tank"))
    assert evening.roster().seated == ()
    evening.let_go("bob")
    evening.settle()
    assert [seat.user_id for seat in evening.roster().offered] == ["cat"]
    evening.take("cat")
    evening.settle()
    assert evening.roster().seated == (Seat("cat", "tank"),)
    assert [seat.user_id for seat in evening.roster().waiting] == ["bob", "dan"]


def test_an_event_that_moves_out_of_the_last_hours_seats_who_waits_for_a_confirmation():
    evening = Evening(confirm_hours=24)
    for user, choice in (("ann", yes("tank")), ("bob", yes("tank"))):
        evening.answer(user, choice)
        evening.settle()
    assert evening.pins == {"bob": queued(2)}
    evening.answer("ann", NO)
    evening.settle()
    evening.now -= timedelta(days=3)
    evening.settle()
    assert evening.roster().seated == (Seat("bob", "tank"),)


@given(st.sampled_from(["tank", "off-tank", "\u0442\u0430\u043d\u043a"]), st.integers(1, 2000), st.integers(1, 2000))
def test_a_pin_reads_back_for_its_own_sign_up_and_says_nothing_to_another(role, place, other):
    for text, kind in (
        (pin_to(role, place), "officer"), (kept(role, place), "kept"), (queued(place), "queued"),
        (offered(role, place, 1796151600), "offered"), (passed(place), "passed"),
    ):  # fmt: skip
        pin = read_pin(text, place)
        assert pin is not None
        assert (pin.kind, pin.role) == (kind, "" if kind in ("queued", "passed") else role)
        assert (read_pin(text, other) is None) == (other != place)


@settings(max_examples=200)
@given(st.lists(st.tuples(_users, st.builds(yes, st.just("dps"))), max_size=30), st.integers(1, 3), st.integers(1, 3))
def test_who_loses_a_seat_to_a_lower_capacity_is_first_in_the_queue_and_first_back(answers, low, high):
    evening = Evening()
    evening.capacity = max(low, high)
    for user, choice in answers:
        evening.answer(user, choice)
    before = evening.roster()
    evening.capacity = min(low, high)
    after = evening.roster()
    lost = displaced(before, after)
    assert after.waiting[: len(lost)] == lost
    evening.capacity = max(low, high)
    assert evening.roster() == before
