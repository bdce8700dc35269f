"""Events and their rosters."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal, Self, cast

from pydantic import Field

from attendance.domain.event import MAX_CODE, MAX_DESCRIPTION, MAX_TITLE, shown_code
from attendance.domain.event_changes import EventChanges
from attendance.domain.invited import MAX_INVITED
from attendance.domain.live import event_version
from attendance.domain.preset import MAX_NAME
from attendance.domain.reminding import Mentions, Place
from attendance.domain.timetext import MAX_TEXT
from dashboard.schemas.base import Id, Model, Snowflake
from dashboard.schemas.guilds import CheckInOut

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from attendance.domain.event import Event
    from attendance.domain.roster import Roster, Seat
    from attendance.domain.seats import Role

EventStatus = Literal["open", "closed", "cancelled"]
ASKED = "How long before the start members who have not answered are asked to, once an event."
WHERE = "Where reminders, new times and cancellations go; null: as the settings say then."
WHOM = "Whom they mention in the channel; null: as the settings say then."


_OPENS = Field(
    None,
    max_length=MAX_TEXT,
    description="When sign-up opens: how long before the start, or a moment. One that has passed: at once.",
    examples=["2d"],
)
_DEADLINE = Field(
    None,
    max_length=MAX_TEXT,
    description="When sign-up closes: how long before the start, or a moment.",
    examples=["2h"],
)
_SIGN_UP_ROLE = Field(None, description="Only members of this Discord role sign up.")
_INVITED = Field(
    None,
    max_length=MAX_INVITED,
    description="Members who are asked by name: mentioned once, and shown until they answer.",
)


class RoleOut(Model):
    """A party role and its seats."""

    key: str = Field(examples=["healer"])
    name: str = Field(examples=["Healer"])
    minimum: int = Field(examples=[2])
    maximum: int = Field(examples=[3])

    @classmethod
    def of(cls, role: Role) -> Self:
        """Show a role."""
        return cls(key=role.key, name=role.name, minimum=role.minimum, maximum=role.maximum)


class EventSummary(Model):
    """An event in a list."""

    event_id: Id
    title: str = Field(examples=["Karazhan"])
    game: str = Field(examples=["WoW"])
    status: EventStatus
    starts_at: datetime
    ends_at: datetime
    channel_id: Snowflake
    preset_name: str = Field(examples=["Raid night"])
    series_id: Id | None = Field(description="The series that it is one date of, if any.")
    version: int


class PersonOut(Model):
    """A member, by the name last seen."""

    user_id: Snowflake
    name: str = Field(examples=["Ayla"])


class SeatOut(PersonOut):
    """A member in a role, or waiting for it."""

    role: str = Field(examples=["healer"])
    late_minutes: int


class RosterOut(Model):
    """Who is seated, waits (the next first), might come or will not, each in order of sign-up."""

    seated: list[SeatOut]
    waiting: list[SeatOut]
    maybe: list[PersonOut]
    no: list[PersonOut]
    benched: list[SeatOut] = Field(description="Kept on the bench by an officer.")
    offered: list[SeatOut] = Field(description="Of the waiting, those who have to confirm the seat kept for them.")

    @classmethod
    def of(cls, roster: Roster, names: Mapping[str, str]) -> Self:
        """Show a roster; who was never met under a name is shown by id."""

        def people(user_ids: tuple[str, ...]) -> list[PersonOut]:
            return [PersonOut(user_id=user_id, name=names.get(user_id, user_id)) for user_id in user_ids]

        def seats(taken: tuple[Seat, ...]) -> list[SeatOut]:
            return [
                SeatOut(
                    user_id=s.user_id, name=names.get(s.user_id, s.user_id), role=s.role, late_minutes=s.late_minutes
                )
                for s in taken
            ]

        return cls(
            seated=seats(roster.seated),
            waiting=seats(roster.waiting),
            maybe=people(roster.maybe),
            no=people(roster.no),
            benched=seats(roster.benched),
            offered=seats(roster.offered),
        )


_CHECK_IN = Field(
    None, max_length=100, description="Minutes before the start, after it, and until late.", examples=["15, 20, 5"]
)


class EventIn(Model):
    """A new event. What is left out comes from the preset, else from the settings.

    `time` is read as in Discord: "fri 8pm", "in 2h", ISO, in the server's zone.
    """

    title: str = Field(min_length=1, max_length=MAX_TITLE, examples=["Karazhan"])
    time: str = Field(min_length=1, max_length=MAX_TEXT, examples=["2026-12-04T19:00:00Z"])
    preset: str | None = Field(None, max_length=MAX_NAME, description="Name or id.", examples=["Raid night"])
    game: str | None = Field(None, max_length=MAX_NAME, examples=["WoW"])
    duration: str | None = Field(
        None, max_length=MAX_TEXT, description='Minutes, or such as "2h 30m".', examples=["3h"]
    )
    description: str | None = Field(None, max_length=MAX_DESCRIPTION, examples=["Bring flasks"])
    channel_id: Snowflake | None = Field(None, description="Where the card is posted; else the settings' channel.")
    voice_channel_id: Snowflake | None = None
    voice_check: bool | None = Field(None, strict=True, description="Presence in the voice channel is evidence.")
    tracked_role_id: Snowflake | None = Field(None, description="Whose members are tracked; only they check in.")
    check_in: str | None = _CHECK_IN
    capacity: int | None = Field(None, strict=True, ge=1, le=1000, examples=[25])
    code: str | None = Field(None, max_length=MAX_CODE, description="What members type to check in.", examples=["onyx"])
    reminders: str | None = Field(None, max_length=400, examples=["24h, 30m"])
    nudges: str | None = Field(None, max_length=400, description=ASKED, examples=["48h"])
    reminder_place: Place | None = Field(None, description=WHERE)
    mentions: Mentions | None = Field(None, description=WHOM)
    opens: str | None = _OPENS
    deadline: str | None = _DEADLINE
    sign_up_role_id: Snowflake | None = _SIGN_UP_ROLE
    invited: list[Snowflake] | None = _INVITED
    thread: bool | None = Field(None, strict=True, description="Whether it has a thread under its card.")
    scheduled_event: bool | None = Field(
        None, strict=True, description="Whether it is shown among the server's events in Discord, too."
    )
    counted: bool | None = Field(
        None, strict=True, description="Whether it counts for members' rates; else as the preset."
    )


class EventPatch(Model):
    """What to change; a field that is left out stays, null clears one that an event can be without.

    `confirm` repeats the `confirm` of a 409 `would_displace`: the members in its `displaced` may lose their seats.
    """

    title: str = Field("", min_length=1, max_length=MAX_TITLE, examples=["Karazhan"])
    game: str | None = Field(None, max_length=MAX_NAME)
    time: str = Field("", min_length=1, max_length=MAX_TEXT, description="A clock time alone keeps the date.")
    duration: str = Field("", min_length=1, max_length=MAX_TEXT, examples=["3h"])
    description: str | None = Field(None, max_length=MAX_DESCRIPTION)
    voice_channel_id: Snowflake | None = None
    voice_check: bool = Field(False, strict=True)
    tracked_role_id: Snowflake | None = None
    check_in: str = Field("", min_length=1, max_length=100, examples=["15, 20, 5"])
    capacity: int | None = Field(None, strict=True, ge=1, le=1000)
    roles: str = Field("", min_length=1, max_length=1000, examples=["tank 2, healer 2-3, dps 6"])
    code: str | None = Field(None, max_length=MAX_CODE)
    opens: str | None = _OPENS
    deadline: str | None = _DEADLINE
    sign_up_role_id: Snowflake | None = _SIGN_UP_ROLE
    invited: list[Snowflake] | None = _INVITED
    reminders: str | None = Field(None, max_length=400, examples=["24h, 30m"])
    nudges: str | None = Field(None, max_length=400, description=ASKED, examples=["48h"])
    reminder_place: Place | None = Field(None, description=WHERE)
    mentions: Mentions | None = Field(None, description=WHOM)
    thread: bool = Field(False, strict=True, description="Off locks the thread that there is.")
    scheduled_event: bool = Field(False, strict=True, description="Off removes the one that there is.")
    counted: bool = Field(True, strict=True, description="Whether it counts for members' rates.")
    confirm: str | None = Field(None, max_length=16)
    notify: bool = Field(True, strict=True, description="Whether who signed up is told of a new time.")

    def changes(self) -> EventChanges:
        """Return the fields that the request names."""
        named = self.model_dump(exclude_unset=True)
        for name in ("confirm", "notify"):
            named.pop(name, None)
        return cast("EventChanges", named)


class EventCopyIn(Model):
    """When a copy starts, and what it is called."""

    time: str = Field(
        min_length=1, max_length=MAX_TEXT, description="A clock time alone keeps the date.", examples=["fri 20:30"]
    )
    title: str | None = Field(None, min_length=1, max_length=MAX_TITLE, examples=["Karazhan, again"])


class EventOut(EventSummary):
    """An event with its roster. `code` is shown only to those who hand it out."""

    description: str
    zone: str = Field(examples=["Europe/Berlin"])
    voice_channel_id: str | None
    voice_check: bool
    tracked_role_id: str | None
    created_by: Snowflake
    roles: list[RoleOut]
    capacity: int | None
    check_in: CheckInOut
    sign_up_ends_at: datetime
    sign_up_opens_at: datetime | None = Field(description="Null: from the beginning.")
    sign_up_closes_at: datetime | None = Field(description="The deadline, where the event has one.")
    sign_up_role_id: str | None
    invited: list[PersonOut] = Field(description="Who was asked by name, whether they answered or not.")
    has_code: bool
    code: str | None
    reminders: list[int] = Field(description="Minutes before the start.", examples=[[30]])
    nudges: list[int] = Field(description="Minutes before the start.", examples=[[2880]])
    reminder_place: Place | None = Field(description=WHERE)
    mentions: Mentions | None = Field(description=WHOM)
    thread: bool = Field(description="Whether it has a thread under its card.")
    scheduled_event: bool = Field(description="Whether it is shown among the server's events in Discord, too.")
    counted: bool = Field(description="Whether it counts for members' rates.")
    confirm_hours: int = Field(description="Hours before the start in which who moves up has to confirm; 0: never.")
    warn_before: int = Field(description="Minutes before the start to warn of a missing minimum; 0: never.")
    live_version: int = Field(description="Grows with every change, also of the roster; WebSocket messages carry it.")
    roster: RosterOut

    @classmethod
    def of(cls, event: Event, names: Mapping[str, str], capabilities: Collection[str]) -> Self:
        """Show an event to someone with `capabilities`."""
        same = {name: getattr(event, name) for name in cls.model_fields if name not in _SHOWN_OTHERWISE}
        return cls(
            **same,
            roles=[RoleOut.of(role) for role in event.roles],
            check_in=CheckInOut.of(event.check_in),
            has_code=event.code is not None,
            code=shown_code(event, capabilities),
            reminders=list(event.reminders),
            nudges=list(event.nudges),
            invited=[PersonOut(user_id=user_id, name=names.get(user_id, user_id)) for user_id in event.invited],
            live_version=event_version(event.version, event.seq),
            roster=RosterOut.of(event.roster(), names),
        )


_SHOWN_OTHERWISE = frozenset(
    {"roles", "check_in", "has_code", "code", "reminders", "nudges", "live_version", "roster", "invited"}
)
