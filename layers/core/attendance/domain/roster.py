"""Who is seated and who waits: a pure function of places, choices, pins and seats.

Every sign-up takes the event's next place in one DynamoDB update, and DynamoDB serialises updates of an item, so places
are the true commit order. Walking members in that order and giving each the first of their roles that has a seat left
can neither oversell nor leave a fitting seat empty, and no counter exists that could leak. Who leaves frees a seat for
exactly the next fitting member, whom `promoted` names by comparing the rosters before and after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from attendance.domain.choice import Choice, decode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attendance.domain.seats import Role


class Seat(NamedTuple):
    """A member in a role (or, waiting, the role they would like best), with the minutes they said they will be late."""

    user_id: str
    role: str
    late_minutes: int = 0


class Roster(NamedTuple):
    """`seated` and `waiting` in commit order; `maybe` and `no` are user ids in commit order."""

    seated: tuple[Seat, ...] = ()
    waiting: tuple[Seat, ...] = ()
    maybe: tuple[str, ...] = ()
    no: tuple[str, ...] = ()

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

    Pinned members (an officer's seating: user id -> role key) come first, then commit order. `capacity` bounds the
    whole party; None means that only the roles' maxima do.
    """
    free = {role.key: role.maximum for role in roles}
    left = capacity if capacity is not None else sum(free.values())
    seated: list[Seat] = []
    waiting: list[Seat] = []
    maybe: list[str] = []
    no: list[str] = []
    for user_id in sorted(choices, key=lambda user: (user not in pins, places.get(user, 0))):
        choice = decode(choices[user_id])
        if choice.answer == "maybe":
            maybe.append(user_id)
        elif choice.answer == "no":
            no.append(user_id)
        else:
            role = _seat_for(choice, pins.get(user_id), free) if left > 0 else None
            if role is None:
                waiting.append(Seat(user_id, choice.roles[0], choice.late_minutes))
            else:
                free[role] -= 1
                left -= 1
                seated.append(Seat(user_id, role, choice.late_minutes))
    return Roster(tuple(seated), tuple(waiting), tuple(maybe), tuple(no))


def _seat_for(choice: Choice, pin: str | None, free: Mapping[str, int]) -> str | None:
    wanted = (pin, *choice.roles) if pin else choice.roles
    return next((role for role in wanted if free.get(role, 0) > 0), None)


def promoted(before: Roster, after: Roster) -> tuple[Seat, ...]:
    """Return who waited before and is seated after, in commit order."""
    waited = {seat.user_id for seat in before.waiting}
    return tuple(seat for seat in after.seated if seat.user_id in waited)
