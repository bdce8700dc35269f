"""Who is seated and who waits: a pure function of places, choices, pins and seats.

Every sign-up takes the event's next place in one DynamoDB update, and DynamoDB serialises updates of an item, so places
are the true commit order. Walking members in that order and giving each the first of their roles that has a seat left
can neither oversell nor leave a fitting seat empty, and no counter exists that could leak. Who leaves frees a seat for
exactly the next fitting member, whom `promoted` names by comparing the rosters before and after.

*Pins* (see `pins`) are what that order does not know. An officer's comes before everyone else's. A *kept* role is asked for
before the roles of the member's choice, in their own turn: whoever leaves, their list finds its first role free again, as
it did before, so nobody who was seated is moved by somebody else's leaving. (Free seats at a turn only grow when somebody
before it leaves: who takes one of them gives back the one that they had.)

*Confirmed promotions*: while an event asks for confirmations, who waits is marked *queued*, and the walk reserves for them
what it would give to others: they are `offered` the seat, and still wait. What is reserved counts as taken, so it can be
neither sold twice nor lost to a newcomer; confirming turns the mark into a kept role, passing takes the member out of the
walk until they answer anew. All of it is one string in the event item, so the roster stays a pure function of that item,
and every step is one conditional write: done twice or cut off, it is done once or not at all.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from attendance.domain.choice import Choice, decode
from attendance.domain.pins import Pin, read_pin

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attendance.domain.seats import Role


class Seat(NamedTuple):
    """A member in a role (or, waiting, the role they would like best), with the minutes they said they will be late.

    `others` are the roles that they would take as well, in order of preference; `noted`: they left a note.
    """

    user_id: str
    role: str
    late_minutes: int = 0
    others: tuple[str, ...] = ()
    noted: bool = False


class Roster(NamedTuple):
    """`seated`, `waiting` and `benched` in commit order; `maybe` and `no` are user ids in commit order.

    `offered` are those of the waiting for whom a seat is reserved until they confirm it, in the role of that seat.
    """

    seated: tuple[Seat, ...] = ()
    waiting: tuple[Seat, ...] = ()
    maybe: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    benched: tuple[Seat, ...] = ()
    offered: tuple[Seat, ...] = ()

    def in_role(self, key: str) -> tuple[Seat, ...]:
        """The members seated in one role, in commit order."""
        return tuple(seat for seat in self.seated if seat.role == key)

    def seat_of(self, user_id: str) -> Seat | None:
        """The member's seat, or None for who waits or is not coming."""
        return next((seat for seat in self.seated if seat.user_id == user_id), None)

    def offer_to(self, user_id: str) -> Seat | None:
        """The seat that is reserved for a member until they confirm it, or None."""
        return next((seat for seat in self.offered if seat.user_id == user_id), None)

    def waiting_place(self, user_id: str) -> int | None:
        """The member's position in the queue (1 is next) among those who wait for the same first role, or None."""
        mine = next((seat for seat in self.waiting if seat.user_id == user_id), None)
        if mine is None:
            return None
        return [seat.user_id for seat in self.waiting if seat.role == mine.role].index(user_id) + 1


def build_roster(
    *,
    places: Mapping[str, int],
    choices: Mapping[str, str],
    pins: Mapping[str, str],
    roles: tuple[Role, ...],
    capacity: int | None,
) -> Roster:
    """Seat everyone who said yes or late.

    Pinned members (`pins`: user id -> an officer's seating) come first, then commit order. `capacity` bounds the whole
    party; None means that only the roles' maxima do.
    """
    free = {role.key: role.maximum for role in roles}
    left = capacity if capacity is not None else sum(free.values())
    seated: list[Seat] = []
    waiting: list[Seat] = []
    benched: list[Seat] = []
    offered: list[Seat] = []
    maybe: list[str] = []
    no: list[str] = []
    marks = {user_id: pin for user_id in pins if (pin := read_pin(pins[user_id], places.get(user_id, 0)))}
    said = {text: decode(text) for text in set(choices.values())}  # a thousand members give few different answers
    read = {text: (one.answer, one.roles, one) for text, one in said.items()}  # plain tuples unpack fastest
    for user_id in _in_turn(places, choices, marks):
        answer, wanted, choice = read[choices[user_id]]
        mark = marks.get(user_id)
        if answer == "maybe":
            maybe.append(user_id)
        elif answer == "no":
            no.append(user_id)
        elif mark and mark.kind == "bench":
            benched.append(_seat(user_id, wanted[0], choice))
        else:
            for role in _asked(mark, wanted) if mark else wanted:
                if left and free.get(role):
                    free[role] -= 1
                    left -= 1
                    if mark and mark.kind in _CONFIRMS:
                        offered.append(_seat(user_id, role, choice))
                        waiting.append(_seat(user_id, wanted[0], choice))
                    else:
                        seated.append(_seat(user_id, role, choice))
                    break
            else:
                waiting.append(_seat(user_id, wanted[0], choice))
    return Roster(tuple(seated), tuple(waiting), tuple(maybe), tuple(no), tuple(benched), tuple(offered))


_CONFIRMS = ("queued", "offered")


def _in_turn(places: Mapping[str, int], choices: Mapping[str, str], marks: Mapping[str, Pin]) -> list[str]:
    """Return who answered in the order in which they choose: whom an officer seated, then by place."""
    placed = {**dict.fromkeys(choices, 0), **places}
    order = sorted(choices, key=placed.__getitem__)
    first = {user_id for user_id, mark in marks.items() if mark.kind in ("officer", "bench")}
    if first:
        order.sort(key=lambda user: user not in first)  # the sort is stable: within each group commit order stays
    return order


def _asked(mark: Pin, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return the roles that a marked member asks for in their turn, none for who let an offer pass."""
    if mark.kind == "passed":
        return ()
    return (mark.role, *wanted) if mark.role else wanted


def _seat(user_id: str, role: str, choice: Choice) -> Seat:
    others = _without(role, choice.roles) if len(choice.roles) > 1 else ()
    return Seat(user_id, role, choice.late_minutes, others, choice.noted)


@lru_cache(256)  # as with what they said: a thousand members ask for few different sets of roles
def _without(role: str, roles: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(key for key in roles if key != role)


def promoted(before: Roster, after: Roster) -> tuple[Seat, ...]:
    """Return who waited, or sat on the bench, before and is seated after, in commit order."""
    waited = {seat.user_id for seat in (*before.waiting, *before.benched)}
    return tuple(seat for seat in after.seated if seat.user_id in waited)


def displaced(before: Roster, after: Roster) -> tuple[Seat, ...]:
    """Return the seats of who was seated before and is not after, in commit order."""
    kept = {seat.user_id for seat in after.seated}
    return tuple(seat for seat in before.seated if seat.user_id not in kept)
