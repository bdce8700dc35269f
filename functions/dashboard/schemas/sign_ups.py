"""Sign-ups: what members said, and where that puts them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field

from attendance.domain.choice import (
    MAX_LATE_MINUTES,
    MAX_NOTE,
    MAX_ROLES_NAMED,
    MAYBE,
    NO,
    Choice,
    decode,
    late,
    yes,
)
from attendance.errors import Invalid
from dashboard.schemas.base import Model
from dashboard.schemas.events import PersonOut

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attendance.domain.event import Event

Answer = Literal["yes", "late", "maybe", "no"]
Standing = Literal["seated", "waiting", "offered", "benched", "maybe", "no"]
_ROLE = Field(None, min_length=1, max_length=16, description="A role's key.", examples=["healer"])


class SignUpIn(Model):
    """An answer. `late_minutes` belongs to `late`; `role` and `roles` may be left out of an event with one role.

    For somebody else, who is then seated in their one role, `roles` and `note` are refused.

    `confirm` repeats the `confirm` of a 409 `would_displace`.
    """

    answer: Answer = Field(examples=["late"])
    role: str | None = _ROLE
    roles: list[Annotated[str, Field(min_length=1, max_length=16)]] | None = Field(
        None,
        min_length=1,
        max_length=MAX_ROLES_NAMED,
        description='In place of `role`: several, the one that you like best first, such as `["tank", "healer"]`. You get the '
        "first that has a seat.",
    )
    note: str | None = Field(
        None, max_length=MAX_NOTE, description="Left out, a note that is there stays; empty takes it out."
    )
    late_minutes: int | None = Field(None, strict=True, ge=1, le=MAX_LATE_MINUTES, examples=[15])
    confirm: str | None = Field(None, max_length=16)

    def choice(self, event: Event) -> Choice:
        """Return the answer as the roster has it; raises `Invalid` for a role that the event does not have."""
        if self.answer in ("maybe", "no"):
            return MAYBE if self.answer == "maybe" else NO
        if self.role and self.roles:
            raise Invalid("Name `role` or `roles`, not both.", field="roles")
        named = self.roles or [self.role or (event.roles[0].key if len(event.roles) == 1 else "")]
        roles = event.roles_named(named)
        return late(self.late_minutes or 0, *roles) if self.answer == "late" else yes(*roles)

    def check_for_another(self) -> None:
        """Pass when an officer may say this for somebody else; raises `Invalid`."""
        for field in ("roles", "note"):
            if getattr(self, field) is not None:
                raise Invalid(f"Only they themselves give their sign-up {field}: leave it out.", field=field)


class SeatIn(Model):
    """Where to seat a member."""

    role: str | None = _ROLE
    confirm: str | None = Field(None, max_length=16)


class SignUpOut(PersonOut):
    """What a member said and where they stand. `role` is their seat's, or the one that they asked for."""

    answer: Answer | None = Field(description="Null: they did not answer, or their answer was taken out.")
    standing: Standing | None
    role: str | None
    roles: list[str] = Field(description="All roles that they named, the one they like best first.")
    note: str | None
    late_minutes: int
    place: int | None = Field(description="The order of sign-up within the event: earlier is lower.")

    @classmethod
    def all_of(cls, event: Event, names: Mapping[str, str], notes: Mapping[str, str]) -> list[Self]:
        """Show everyone who answered, the seated first."""
        roster = event.roster()
        reserved = {seat.user_id for seat in roster.offered}
        waiting = tuple(seat for seat in roster.waiting if seat.user_id not in reserved)
        seats = [
            ("seated", roster.seated), ("offered", roster.offered), ("waiting", waiting), ("benched", roster.benched),
        ]  # fmt: skip
        rows: list[tuple[str, str, str | None]] = [
            (one.user_id, name, one.role) for name, group in seats for one in group
        ]
        rows += [(user_id, "maybe", None) for user_id in roster.maybe] + [
            (user_id, "no", None) for user_id in roster.no
        ]
        return [cls._of(event, user_id, standing, role, names, notes) for user_id, standing, role in rows]

    @classmethod
    def one_of(cls, event: Event, user_id: str, names: Mapping[str, str], notes: Mapping[str, str]) -> Self:
        """Show one member's, also when they have none any more."""
        found = (one for one in cls.all_of(event, names, notes) if one.user_id == user_id)
        return next(found, None) or cls._of(event, user_id, None, None, names, notes)

    @classmethod
    def _of(
        cls,
        event: Event,
        user_id: str,
        standing: str | None,
        role: str | None,
        names: Mapping[str, str],
        notes: Mapping[str, str],
    ) -> Self:
        choice = decode(event.choices[user_id]) if user_id in event.choices else None
        return cls.model_validate(
            {
                "user_id": user_id,
                "name": names.get(user_id, user_id),
                "answer": choice.answer if choice else None,
                "standing": standing,
                "role": role,
                "roles": choice.roles if choice else (),
                "note": notes.get(user_id) if choice and choice.noted else None,
                "late_minutes": choice.late_minutes if choice else 0,
                "place": event.places.get(user_id),
            }
        )
