"""Party roles and their seats, as a preset or an event names them: `tank 2, healer 2-3, dps 6`."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attendance.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_ROLES = 15  # 15 role buttons, plus late, maybe and no, fit Discord's 25 buttons with check-in to spare
MAX_SEATS = 1000
MAX_KEY_BYTES = 32
"""A key stands in every sign-up: at 32 bytes, 1,000 members with five roles each fit DynamoDB's 400 KB with room to spare."""
_ROLE = re.compile(r"(?P<name>.+?)[\s:]+(?P<low>\d{1,4})(?:\s{0,3}[-\u2013]\s{0,3}(?P<high>\d{1,4}))?", re.ASCII)
_EXAMPLE = "tank 2, healer 2-3, dps 6"


@dataclass(frozen=True, slots=True)
class Role:
    """A party role. `key` is stable and URL-safe (at most 16 characters and 32 bytes); `minimum` <= seats wanted <= `maximum`."""

    key: str
    name: str
    minimum: int
    maximum: int


GOING = Role("going", "Going", 0, MAX_SEATS)
"""The one role of an event without party roles."""


def role_key(name: str) -> str:
    """Return the key that stands for a role's name: what is left of it in letters, digits and hyphens, in few bytes."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    slug = re.sub(r"[^\w]+", "-", folded).replace("_", "-").strip("-")
    return slug[:16].encode()[:MAX_KEY_BYTES].decode(errors="ignore").strip("-")


def parse_roles(text: str) -> tuple[Role, ...]:
    """Read roles such as `tank 2, healer 2-3, dps 6`; one number is the maximum, two are minimum and maximum.

    Raises `Invalid` (field `roles`), which says what was understood and shows an example.
    """
    parts = [" ".join(part.split()) for part in re.split(r"[,;\n]", text[:1000]) if part.strip()]
    if not parts:
        raise Invalid(
            f"Name at least one role with its seats, such as `{_EXAMPLE}`.",
            field="roles",
            code="no_roles",
            example=_EXAMPLE,
        )
    if len(parts) > MAX_ROLES:
        raise Invalid(
            f"{len(parts)} roles are too many: a card has room for {MAX_ROLES}.",
            field="roles",
            code="too_many_roles",
            count=len(parts),
            most=MAX_ROLES,
        )
    roles = tuple(_parse_role(part) for part in parts)
    keys = [role.key for role in roles]
    for key in keys:
        if keys.count(key) > 1:
            raise Invalid(
                f"Two roles would both be called “{key}”. Give each its own name.",
                field="roles",
                code="same_role",
                name=key,
            )
    return roles


def missing_minimums(roles: tuple[Role, ...], taken: Sequence[str]) -> tuple[tuple[Role, int], ...]:
    """Return the roles that have fewer members than their minimum, each with how many are missing; `taken` are role keys."""
    counts = Counter(taken)
    return tuple((role, role.minimum - counts[role.key]) for role in roles if counts[role.key] < role.minimum)


def _parse_role(part: str) -> Role:
    match = _ROLE.fullmatch(part)
    if match is None:
        raise Invalid(
            f"“{part[:60]}” is not a role with seats. Write a name and a number: `{_EXAMPLE}`.",
            field="roles",
            code="bad_role",
            typed=part[:60],
            example=_EXAMPLE,
        )
    low = int(match["low"])
    high = int(match["high"]) if match["high"] else low
    minimum = low if match["high"] else 0
    return checked_role(match["name"].strip(), minimum, high)


def checked_role(name: str, minimum: int, maximum: int) -> Role:
    """Return the role, or raise `Invalid` (field `roles`) when its name or numbers cannot stand on a card."""
    key = role_key(name)
    if not key or len(name) > 32:
        raise Invalid(
            f"“{name[:60]}” cannot name a role: use 1 to 32 characters with a letter or digit.",
            field="roles",
            code="bad_role_name",
            typed=name[:60],
        )
    if not 0 <= minimum <= maximum or not 1 <= maximum <= MAX_SEATS:
        raise Invalid(
            f"“{name}” asks for {minimum} to {maximum} seats: the maximum must be 1 to {MAX_SEATS} and not below the minimum.",
            field="roles",
            code="bad_role_seats",
            name=name,
            minimum=minimum,
            maximum=maximum,
            most=MAX_SEATS,
        )
    return Role(key, name, minimum, maximum)


def checked_party(capacity: int | None) -> int | None:
    """Return the capacity, None for no bound; raises `Invalid` (field `capacity`)."""
    if capacity is not None and not 1 <= capacity <= MAX_SEATS:
        raise Invalid(
            f"The capacity must be 1 to {MAX_SEATS}; understood: {capacity}.",
            field="capacity",
            code="bad_capacity",
            most=MAX_SEATS,
            understood=capacity,
        )
    return capacity


def format_roles(roles: tuple[Role, ...]) -> str:
    """Write roles so that `parse_roles` reads them back."""
    return ", ".join(
        f"{role.name} {role.minimum}-{role.maximum}" if role.minimum else f"{role.name} {role.maximum}"
        for role in roles
    )
