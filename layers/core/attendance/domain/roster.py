"""Who is seated and who waits: a pure function of places, choices, pins and seats.

Every sign-up takes the event's next place in one DynamoDB update, and DynamoDB serialises updates of an item, so places
are the true commit order. Walking members in that order and giving each the first of their roles that has a seat left
can neither oversell nor leave a fitting seat empty, and no counter exists that could leak. Who leaves frees a seat for
exactly the next fitting member, whom `promoted` names by comparing the rosters before and after.

An officer's seating is a *pin*: `tank@17` seats the member as tank, before everyone else, for as long as their sign-up
is the one of place 17; so a pin ends by itself when the member leaves or asks for another role, and who comes back later
displaces nobody. `-` keeps a member on the bench, whatever they ask for, until an officer seats them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from attendance.domain.choice import Choice, decode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attendance.domain.seats import Role

BENCH = "-"
"""The pin of a member on the bench: no role has this key."""


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
    """`seated`, `waiting` and `benched` in commit order; `maybe` and `no` are user ids in commit order."""

    seated: tuple[Seat, ...] = ()
    waiting: tuple[Seat, ...] = ()
    maybe: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    benched: tuple[Seat, ...] = ()

    def in_role(self, key: str) -> tuple[Seat, ...]:
        """The members seated in one role, in commit order."""
        return tuple(seat for seat in self.seated if seat.role == key)

    def seat_of(self, user_id: str) -> Seat | None:
        """The member's seat, or None for who waits or is not coming."""
        return next((seat for seat in self.seated if seat.user_id == user_id), None)

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
    maybe: list[str] = []
    no: list[str] = []
    held = {user_id: held_pin for user_id in pins if (held_pin := _pin(pins[user_id], places.get(user_id, 0)))}
    said = {text: decode(text) for text in set(choices.values())}  # a thousand members give few different answers
    read = {text: (one.answer, one.roles, one) for text, one in said.items()}  # plain tuples unpack fastest
    placed = {**dict.fromkeys(choices, 0), **places}
    order = sorted(choices, key=placed.__getitem__)
    if held:
        order.sort(key=lambda user: user not in held)  # the sort is stable: within each group commit order stays
    for user_id in order:
        answer, wanted, choice = read[choices[user_id]]
        if answer == "maybe":
            maybe.append(user_id)
        elif answer == "no":
            no.append(user_id)
        elif held.get(user_id) == BENCH:
            benched.append(_seat(user_id, wanted[0], choice))
        else:
            for role in (held[user_id], *wanted) if user_id in held else wanted:
                if left and free.get(role):
                    free[role] -= 1
                    left -= 1
                    seated.append(_seat(user_id, role, choice))
                    break
            else:
                waiting.append(_seat(user_id, wanted[0], choice))
    return Roster(tuple(seated), tuple(waiting), tuple(maybe), tuple(no), tuple(benched))


def _seat(user_id: str, role: str, choice: Choice) -> Seat:
    others = tuple(key for key in choice.roles if key != role) if len(choice.roles) > 1 else ()
    return Seat(user_id, role, choice.late_minutes, others, choice.noted)


def pin_to(role: str, place: int) -> str:
    """Return the pin that seats a member in `role` for as long as their sign-up is the one of `place`."""
    return f"{role}@{place}"


def _pin(text: str, place: int) -> str:
    """Return what a pin says now: a role's key, `BENCH`, or nothing when it was for an earlier sign-up."""
    role, _, of = text.partition("@")
    return role if not of or int(of) == place else ""


def promoted(before: Roster, after: Roster) -> tuple[Seat, ...]:
    """Return who waited, or sat on the bench, before and is seated after, in commit order."""
    waited = {seat.user_id for seat in (*before.waiting, *before.benched)}
    return tuple(seat for seat in after.seated if seat.user_id in waited)


def displaced(before: Roster, after: Roster) -> tuple[Seat, ...]:
    """Return the seats of who was seated before and is not after, in commit order."""
    kept = {seat.user_id for seat in after.seated}
    return tuple(seat for seat in before.seated if seat.user_id not in kept)
