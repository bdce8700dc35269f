"""What a member said about an event, and the short string in which the event item keeps it.

    yes                  "tank|"            the role, or several in order of preference: "tank+healer|"
    late, 15 minutes     "tank|15"
    yes, with a note     "tank|*"           the note itself is an item of its own, under the event
    maybe                "?"
    no                   "-"
    no, by an absence    "~", "~tank|"      replaced by whatever the member answers; what it stands in for comes back with
                                            the end of the absence

A string of a few bytes decodes many times faster than a map, and 1,000 of them fit an item. The part before the bar is
the *claim*: who changes it takes a new place, who only changes the minutes or the note keeps theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from attendance.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Collection

Answer = Literal["yes", "late", "maybe", "no"]
MAX_LATE_MINUTES = 240
MAX_ROLES_NAMED = 5
"""A role and its alternatives: each costs an event of 1,000 members up to 17 KB."""
MAX_NOTE = 100
_NOTED = "*"
AWAY = "~"
"""How the no begins that an absence says: nobody clicked it."""


class Choice(NamedTuple):
    """A sign-up answer: `roles` (keys, the preferred first) for yes and late, `late_minutes` (> 0) for late.

    `noted` where a note belongs to it.
    """

    answer: Answer
    roles: tuple[str, ...] = ()
    late_minutes: int = 0
    noted: bool = False

    @property
    def claim(self) -> str:
        """What the member asks for, as a prefix of the encoded string; empty for maybe and no."""
        return "+".join(self.roles) + "|" if self.roles else ""


MAYBE = Choice("maybe")
NO = Choice("no")


def yes(*roles: str) -> Choice:
    """A sign-up for the first of `roles` that has a seat."""
    return Choice("yes", roles)


def late(minutes: int, *roles: str) -> Choice:
    """A sign-up that announces being `minutes` late; raises `Invalid` (field `late_minutes`) outside 1 to 240."""
    if not 1 <= minutes <= MAX_LATE_MINUTES:
        raise Invalid(
            f"Being late takes 1 to {MAX_LATE_MINUTES} minutes; you wrote {minutes}.",
            field="late_minutes",
            code="bad_late_minutes",
            most=MAX_LATE_MINUTES,
            minutes=minutes,
        )
    return Choice("late", roles, minutes)


def encode(choice: Choice) -> str:
    """Return the string kept in the event item."""
    if choice.answer == "maybe":
        return "?"
    if choice.answer == "no":
        return "-"
    return choice.claim + (str(choice.late_minutes) if choice.late_minutes else "") + (_NOTED if choice.noted else "")


def away(said: str | None) -> str:
    """Return the no of an absence, which remembers what the member had `said` (encoded; None: nothing)."""
    return AWAY + (said or "").removeprefix(AWAY)


def is_away(said: str | None) -> bool:
    """Whether this is the no of an absence."""
    return said is not None and said.startswith(AWAY)


def said_before(said: str, role_keys: Collection[str]) -> str | None:
    """Return what the no of an absence stands in for, None for nothing or for a role that there is no more."""
    before = said.removeprefix(AWAY)
    return before if before and set(decode(before).roles) <= set(role_keys) else None


def decode(text: str) -> Choice:
    """Return the choice that `encode` wrote as `text`."""
    if text == "?":
        return MAYBE
    if text == "-" or text.startswith(AWAY):
        return NO
    claim, _, rest = text.partition("|")
    minutes = rest.removesuffix(_NOTED)
    return Choice("late" if minutes else "yes", tuple(claim.split("+")), int(minutes or 0), rest != minutes)


def as_told(text: str | None) -> dict[str, Any] | None:
    """Return an encoded answer as programs are told of it, None for none: a no is a no, whatever it comes from."""
    if text is None:
        return None
    choice = decode(text)
    return {"answer": choice.answer, "roles": list(choice.roles), "late_minutes": choice.late_minutes}
