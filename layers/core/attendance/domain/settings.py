"""A guild's settings: what every event falls back on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from attendance.domain.checkin import DEFAULT_RULE, CheckInRule, checked_rule
from attendance.domain.closing import DEFAULT_AUTO_CLOSE, DEFAULT_CLOSING, ClosingRule
from attendance.domain.languages import ENGLISH
from attendance.domain.rate import DEFAULT_RULES, RateRules
from attendance.domain.voice import SHARE
from attendance.domain.zones import zone_of
from attendance.errors import Conflict, Invalid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from attendance.domain.reminding import Mentions, Place

MAX_REMINDERS = 20
MAX_REMINDER_MINUTES = 14 * 24 * 60
DEFAULT_REMINDERS = (30,)
DEFAULT_DURATION = 120
DEFAULT_WARNING = 120
MAX_CONFIRM_HOURS = 168
NOTHING = ("none", "off", "-")
"""What stands for no value, where an option may be emptied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`zone` is None until the guild was set up. `rights` maps a capability to the Discord roles that hold it.

    `reminders`, `warn_before` (0: no warning of a missing minimum) and `deadline` (when sign-up closes; None: at the start)
    are minutes before the start, `duration` is in minutes, `auto_close` minutes after the end (0: closed by hand),
    `voice_share` in per cent. `missed_message`: whether who missed an event is told. `rankings`: whether members are ranked by
    their rate, for all to see. `officer_channel_id`: where officers are told of members' requests. In the last
    `confirm_hours` before the start (0: never) who moves up confirms. `threads` and `scheduled_events`: whether events have them at Discord, see `companion`.
    `reminder_place`, `mentions` and `digest` (a weekday and an hour of the guild's zone): see `reminding`; `nudges`: when who
    has not answered is asked to, in minutes before the start. `language` None: nobody chose one yet. `keep_months`: how long what is past is kept (0: for ever), see `retention`. `version` 0 means that nothing was stored yet; `edits` tells when each field
    last changed.
    """

    guild_id: str
    name: str = ""
    zone: str | None = None
    channel_id: str | None = None
    officer_role_id: str | None = None
    officer_channel_id: str | None = None
    rights: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reminders: tuple[int, ...] = DEFAULT_REMINDERS
    reminder_place: Place = "channel"
    mentions: Mentions = "members"
    nudges: tuple[int, ...] = ()
    digest: str | None = None
    digest_channel_id: str | None = None
    check_in: CheckInRule = DEFAULT_RULE
    duration: int = DEFAULT_DURATION
    deadline: int | None = None
    tracked_role_id: str | None = None
    warn_before: int = DEFAULT_WARNING
    confirm_hours: int = 0
    rate: RateRules = DEFAULT_RULES
    auto_close: int = DEFAULT_AUTO_CLOSE
    closing: ClosingRule = DEFAULT_CLOSING
    threads: bool = False
    scheduled_events: bool = False
    voice_share: int = SHARE
    language: str | None = None
    missed_message: bool = True
    rankings: bool = False
    keep_months: int = 0
    version: int = 0
    edits: Mapping[str, int] = field(default_factory=dict)

    @property
    def spoken(self) -> str:
        """The language of what everyone in the guild reads."""
        return self.language or ENGLISH

    def ready_zone(self) -> str:
        """The guild's zone; raises `Conflict` with the way to set one when the guild was not set up."""
        if self.zone is None:
            raise Conflict(
                "This server is not set up yet. Someone with Manage Server runs /settings setup once: time zone, channel "
                "for events, officer role.",
                code="not_set_up",
            )
        return self.zone


def checked_zone(name: str) -> str:
    """Return the IANA zone name in its usual spelling, or raise `Invalid` (field `zone`) with an example."""
    wanted = name.strip()
    for candidate in (wanted, wanted.replace(" ", "_"), wanted.replace(" ", "_").title(), wanted.upper()):
        if len(candidate) <= 64 and (zone := zone_of(candidate)):
            return str(zone)
    raise Invalid(
        f"“{wanted[:64]}” is not a time zone I know. Use a name such as Europe/Berlin or America/New_York.",
        field="zone",
        code="unknown_zone",
        typed=wanted[:64],
    )


def checked_reminders(minutes: Iterable[int]) -> tuple[int, ...]:
    """Return offsets without doubles, the earliest reminder first; raises `Invalid` (field `reminders`)."""
    offsets = tuple(sorted(set(minutes), reverse=True))
    if len(offsets) > MAX_REMINDERS:
        raise Invalid(
            f"{len(offsets)} reminders are too many: {MAX_REMINDERS} fit an event.",
            field="reminders",
            code="too_many_reminders",
            count=len(offsets),
            most=MAX_REMINDERS,
        )
    for offset in offsets:
        if not 0 <= offset <= MAX_REMINDER_MINUTES:
            raise Invalid(
                f"A reminder goes out at the start (0) or up to 14 days before it; understood: {offset} minutes.",
                field="reminders",
                code="bad_reminder",
                minutes=offset,
            )
    return offsets


def parse_reminders(text: str) -> tuple[int, ...]:
    """Read offsets such as `24h, 1h, 15m`, `60` or `0` (at the start), and `none`; raises `Invalid` (field `reminders`)."""
    from attendance.domain.timetext import parse_minutes

    if text.strip().casefold() in NOTHING:
        return ()
    return checked_reminders(parse_minutes(part, field="reminders") for part in text[:400].split(",") if part.strip())


def parse_nudges(text: str) -> tuple[int, ...]:
    """Read when who has not answered is asked to, as `parse_reminders` does; raises `Invalid` (field `nudges`)."""
    try:
        return tuple(offset for offset in parse_reminders(text) if offset)
    except Invalid as problem:
        problem.details["field"] = "nudges"
        raise


def parse_check_in(text: str) -> CheckInRule:
    """Read minutes before the start, after it, and until late, such as `15, 20, 5` or `15m before, 20m after, 5m grace`.

    Without the third, late begins after SPEC's 5 minutes, or when the window closes. Raises `Invalid` (field `check_in`).
    """
    from attendance.domain.timetext import parse_minutes

    parts = [re.sub(r"\b(before|after|grace|late)\b", "", part.casefold()).strip() for part in text[:200].split(",")]
    if not 2 <= len(parts) <= 3 or not all(parts):
        raise Invalid(
            f"“{text[:60]}” is not a check-in window. Write the minutes before the start, after it, and until late: "
            "15, 20, 5.",
            field="check_in",
            code="window_unreadable",
            typed=text[:60],
        )
    before, after, *grace = (parse_minutes(part, field="check_in") for part in parts)
    return checked_rule(before, after, grace[0] if grace else min(DEFAULT_RULE.grace, after))


def format_check_in(rule: CheckInRule) -> str:
    """Write a rule so that `parse_check_in` reads it back."""
    return f"{rule.opens_before}, {rule.closes_after}, {rule.grace}"


def parse_warning(text: str) -> int:
    """Read how long before the start to warn of a missing minimum, `off` for 0; raises `Invalid` (field `warn_before`)."""
    from attendance.domain.timetext import parse_minutes

    if text.strip().casefold() in (*NOTHING, "0"):
        return 0
    minutes = parse_minutes(text, field="warn_before")
    if not 1 <= minutes <= MAX_REMINDER_MINUTES:
        raise Invalid(
            f"A warning comes 1 minute to 14 days before the start, or “off” for none; understood: {minutes} minutes.",
            field="warn_before",
            code="bad_warning",
            minutes=minutes,
        )
    return minutes


def checked_confirm_hours(hours: object) -> int:
    """Return the last hours before the start in which who moves up confirms; raises `Invalid` (field `confirm_hours`)."""
    if isinstance(hours, bool) or not isinstance(hours, int) or not 0 <= hours <= MAX_CONFIRM_HOURS:
        raise Invalid(
            f"Moving up is confirmed in the last 1 to {MAX_CONFIRM_HOURS} hours before the start, or never with 0; "
            f"understood: {str(hours)[:20]}.",
            field="confirm_hours",
            code="bad_confirm_hours",
            most=MAX_CONFIRM_HOURS,
            understood=str(hours)[:20],
        )
    return hours


def parse_deadline(text: str) -> int | None:
    """Read how long before the start sign-up closes, `none` for at the start; raises `Invalid` (field `deadline`)."""
    return _minutes_before(text, "deadline", "closes", "at the start")


def parse_opens(text: str) -> int | None:
    """Read how long before the start sign-up opens, `none` for at once; raises `Invalid` (field `opens`)."""
    return _minutes_before(text, "opens", "opens", "at once")


def _minutes_before(text: str, field: str, does: str, otherwise: str) -> int | None:
    from attendance.domain.timetext import parse_minutes

    if text.strip().casefold() in NOTHING:
        return None
    minutes = parse_minutes(text, field=field)
    if not 1 <= minutes <= MAX_REMINDER_MINUTES:
        raise Invalid(
            f"Sign-up {does} 1 minute to 14 days before the start, or “none” for {otherwise}; understood: {minutes} minutes.",
            field=field,
            code="bad_sign_up_time",
            minutes=minutes,
        )
    return minutes


def deadline_at(starts_at: datetime, minutes: int | None, now: datetime) -> datetime | None:
    """When sign-up closes, `minutes` before the start; None (at the start) without, and where that has passed already."""
    moment = starts_at - timedelta(minutes=minutes) if minutes else None
    return moment if moment and moment > now else None
