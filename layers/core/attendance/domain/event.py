"""An event: one occurrence, with its roster inside.

`version` counts edits of fields (it is the ETag), `seq` counts roster changes, so an officer's edit does not fail
because people sign up meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from attendance.domain.checkin import DEFAULT_RULE, CheckInRule, Window, window_at
from attendance.domain.choice import MAX_ROLES_NAMED
from attendance.domain.languages import ENGLISH
from attendance.domain.roster import Roster, build_roster
from attendance.domain.seats import GOING, Role
from attendance.errors import Conflict, Invalid

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from attendance.domain.reminding import Mentions, Place

EventStatus = Literal["open", "closed", "cancelled"]
MAX_SIGN_UPS = 1000
MAX_TITLE = 100
MAX_DESCRIPTION = 1000
MAX_CODE = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One occurrence. Times are aware UTC; `capacity` None is unbounded.

    `reminders`, `nudges` (when who has not answered is asked) and `warn_before` (0: no warning) are minutes before the start; in the last `confirm_hours` before it (0:
    never) who moves up has to confirm. `reminder_place` and `mentions` None: as the guild's settings say when something is told.

    `places` (member -> commit number), `choices` (member -> encoded choice) and `pins` (member -> pin, an
    officer's seating, see `roster`) are the roster's whole truth. `code`, when set, is what a member types to check in;
    with `voice_check`, presence in the voice channel is evidence too (see `voice`).
    Members answer from `sign_up_opens_at` (None: at once) to `sign_up_closes_at` (None: the start), only those with
    `sign_up_role_id` where it is set; `invited` are those who were asked by name.
    An event that is not `counted` is in nobody's rate.
    `auto_close` minutes after its end it closes by itself; 0: by hand.
    `edits` (field -> the version that last changed it) tells who edits an older version what changed since.
    `thread` and `scheduled_event`: whether it has them at Discord, see `companion`.
    `language` is the guild's as of its making: everyone looks at the same card.
    """

    guild_id: str
    event_id: str
    title: str
    game: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    channel_id: str
    created_by: str
    roles: tuple[Role, ...] = (GOING,)
    capacity: int | None = None
    description: str = ""
    preset_name: str = ""
    voice_channel_id: str | None = None
    voice_check: bool = False
    tracked_role_id: str | None = None
    check_in: CheckInRule = DEFAULT_RULE
    code: str | None = None
    sign_up_opens_at: datetime | None = None
    sign_up_closes_at: datetime | None = None
    sign_up_role_id: str | None = None
    invited: tuple[str, ...] = ()
    reminders: tuple[int, ...] = ()
    nudges: tuple[int, ...] = ()
    reminder_place: Place | None = None
    mentions: Mentions | None = None
    counted: bool = True
    warn_before: int = 0
    auto_close: int = 0
    confirm_hours: int = 0
    status: EventStatus = "open"
    version: int = 1
    seq: int = 0
    places: Mapping[str, int] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)
    pins: Mapping[str, str] = field(default_factory=dict)
    edits: Mapping[str, int] = field(default_factory=dict)
    series_id: str | None = None
    thread: bool = False
    scheduled_event: bool = False
    language: str = ENGLISH

    @property
    def sign_up_ends_at(self) -> datetime:
        """Until when members may answer: the deadline, or else the start."""
        return self.sign_up_closes_at or self.starts_at

    def roster(self) -> Roster:
        """Who is seated, waits, might come or will not."""
        return build_roster(
            places=self.places, choices=self.choices, pins=self.pins, roles=self.roles, capacity=self.capacity
        )

    def window(self, now: datetime) -> Window:
        """Whether check-in is still to open, open, or over at `now`."""
        return window_at(self.check_in, self.starts_at, now)

    def roles_named(self, keys: Sequence[str]) -> tuple[str, ...]:
        """The keys of a sign-up's roles, the preferred first; raises `Invalid` (field `role` or `roles`)."""
        if not 1 <= len(keys) <= MAX_ROLES_NAMED or len(set(keys)) != len(keys):
            names = ", ".join(keys[:10]) or "none"
            raise Invalid(
                f"Name 1 to {MAX_ROLES_NAMED} different roles, the one you like best first; understood: {names[:200]}.",
                field="roles",
                code="bad_roles_named",
                most=MAX_ROLES_NAMED,
                understood=names[:200],
            )
        return tuple(self.role(key).key for key in keys)

    def role(self, key: str) -> Role:
        """The role of that key; raises `Invalid` (field `role`), naming the roles there are."""
        for role in self.roles:
            if role.key == key:
                return role
        names = ", ".join(role.name for role in self.roles)
        raise Invalid(
            f"“{self.title}” has no role “{key[:32]}”. Its roles: {names}.",
            field="role",
            code="no_such_role",
            event=self.title,
            typed=key[:32],
            known=names,
        )


def check_open_for_sign_up(event: Event, now: datetime) -> None:
    """Pass when members may answer; else raise `Conflict`, saying since when and why not."""
    if event.status == "cancelled":
        raise Conflict(f"“{event.title}” was cancelled.", code="event_cancelled", event=event.title)
    if event.status == "closed":
        raise Conflict(f"“{event.title}” is closed.", code="event_closed", event=event.title)
    if event.sign_up_opens_at is not None and now < event.sign_up_opens_at:
        opens = int(event.sign_up_opens_at.timestamp())
        raise Conflict(
            f"Sign-up for “{event.title}” opens <t:{opens}:R> (<t:{opens}:f>).",
            code="sign_up_not_open",
            event=event.title,
            opens_at=opens,
        )
    if now >= event.sign_up_ends_at:
        raise Conflict(
            f"Sign-up for “{event.title}” ended <t:{int(event.sign_up_ends_at.timestamp())}:R>. An officer can still seat you.",
            code="sign_up_over",
            event=event.title,
            ended_at=int(event.sign_up_ends_at.timestamp()),
        )


def check_may_sign_up(event: Event, role_ids: Collection[str], now: datetime) -> None:
    """Pass when a member with `role_ids` may answer; else raise `Conflict`, saying why not."""
    check_open_for_sign_up(event, now)
    if event.sign_up_role_id is not None and event.sign_up_role_id not in role_ids:
        raise Conflict(
            f"“{event.title}” takes sign-ups of members of <@&{event.sign_up_role_id}> only, and you do not have that "
            "role. Ask an officer if you should.",
            code="role_needed",
            event=event.title,
            role_id=event.sign_up_role_id,
        )


def check_open_for_check_in(event: Event, now: datetime) -> None:
    """Pass when the check-in window is open; else raise `Conflict` with the window's times."""
    if event.status != "open":
        check_open_for_sign_up(event, now)
    opens = int(event.check_in.opens_at(event.starts_at).timestamp())
    closes = int(event.check_in.closes_at(event.starts_at).timestamp())
    window = event.window(now)
    if window == "before":
        raise Conflict(
            f"Check-in for “{event.title}” opens <t:{opens}:R> (<t:{opens}:t>) and closes <t:{closes}:t>.",
            code="check_in_not_open",
            event=event.title,
            opens_at=opens,
            closes_at=closes,
        )
    if window == "after":
        raise Conflict(
            f"Check-in for “{event.title}” was open from <t:{opens}:t> to <t:{closes}:t>. An officer can still mark you.",
            code="check_in_over",
            event=event.title,
            opens_at=opens,
            closes_at=closes,
        )


def shown_code(event: Event, capabilities: Collection[str]) -> str | None:
    """Return the check-in code for those who hand it out, and None for everyone else: it proves being there."""
    return event.code if {"events.manage", "attendance.manage"} & set(capabilities) else None
