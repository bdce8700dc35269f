"""What is noted about a member's seat beside their answer: one short string each, in the event item.

    tank@17           an officer's seating: as tank, before everyone else
    -                 the bench: an officer keeps them there, whatever they ask for
    tank~17           seated as tank, and to stay tank when a role that they like better becomes free
    ?17               waits while seats are confirmed: a seat that becomes free is offered to them, not given
    tank?17.1796151   the same, and tank is offered to them until that unix time
    !17               let an offer pass: waits, and is offered nothing more until they answer anew

The number is the place of the sign-up that it belongs to. So whatever it is, it ends by itself, without a second write on the
click, when the member leaves or asks for other roles, and who comes back later displaces nobody. A role's key has none of
these signs.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

PinKind = Literal["officer", "bench", "kept", "queued", "offered", "passed"]
BENCH = "-"
_PIN = re.compile(r"(?P<role>[^@~?!]*)(?P<sign>[@~?!])(?P<place>\d+)(?:\.(?P<until>\d+))?", re.ASCII)
_KINDS: dict[str, PinKind] = {"@": "officer", "~": "kept", "?": "queued", "!": "passed"}


class Pin(NamedTuple):
    """A pin that holds now. `until` (unix seconds) belongs to an offer."""

    kind: PinKind
    role: str = ""
    until: int = 0


def read_pin(text: str, place: int) -> Pin | None:
    """Return what a pin says to the sign-up of `place`, None when it was for an earlier one."""
    if text == BENCH:
        return Pin("bench")
    role, keeps, number = text.partition("~")
    if keeps and number.isdecimal():  # most pins by far, in the way of every click: read without the pattern
        return Pin("kept", role) if int(number) == place else None
    found = _PIN.fullmatch(text)
    if found is None:
        return Pin("officer", text)  # from before pins named a place: it holds for ever
    if int(found["place"]) != place:
        return None
    kind = "offered" if found["until"] else _KINDS[found["sign"]]
    return Pin(kind, found["role"], int(found["until"] or 0))


def pin_to(role: str, place: int) -> str:
    """An officer's seating."""
    return f"{role}@{place}"


def kept(role: str, place: int) -> str:
    """A seat whose role stays."""
    return f"{role}~{place}"


def queued(place: int) -> str:
    """A wait for an offer."""
    return f"?{place}"


def offered(role: str, place: int, until: int) -> str:
    """An offer that ends at `until` (unix seconds)."""
    return f"{role}?{place}.{until}"


def passed(place: int) -> str:
    """An offer that the member let pass."""
    return f"!{place}"
