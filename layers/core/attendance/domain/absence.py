"""An absence: whole days on which a member is away, read in their zone.

It answers no on every event that it overlaps, unless the member answers that event themselves, and keeps the event out of
their rate. Who announces it only afterwards gains nothing: it covers what starts after it was announced, but an officer's
covers the past too. Taking one back leaves what had begun as it was; when an officer does, it never was.

An absence's id begins with its end, so the ids of a guild are in the order in which its absences end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from attendance.domain.ids import ID_LENGTH, derive
from attendance.domain.preset import clean_text
from attendance.domain.timetext import parse_when
from attendance.errors import Invalid

if TYPE_CHECKING:
    from attendance.domain.event import Event

MAX_DAYS = 366
MAX_REASON = 200
_BASE_32 = "0123456789abcdefghjkmnpqrstvwxyz"
_TIME_LETTERS = 7
_LATE = " 23:59"
"""What is written behind a day to read it as a time that is ahead for all of that day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Away within [`starts_at`, `ends_at`) (UTC); `zone` is where its days are. `past`: an officer says so, also of the past.

    `removed_at`: from then on it covers nothing new; `void`: it never did.
    """

    guild_id: str
    absence_id: str
    user_id: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    announced_at: datetime
    reason: str = ""
    past: bool = False
    removed_at: datetime | None = None
    void: bool = False
    version: int = 1

    @property
    def first_day(self) -> date:
        """The first whole day."""
        return self.starts_at.astimezone(ZoneInfo(self.zone)).date()

    @property
    def last_day(self) -> date:
        """The last whole day."""
        return (self.ends_at - timedelta(seconds=1)).astimezone(ZoneInfo(self.zone)).date()

    def covers(self, event: Event) -> bool:
        """Whether the member is away for an event."""
        return (
            not self.void
            and event.starts_at < self.ends_at
            and max(event.ends_at, event.starts_at + timedelta(seconds=1)) > self.starts_at
            and (self.past or self.announced_at <= event.starts_at)
            and (self.removed_at is None or event.starts_at < self.removed_at)
        )


def end_mark(moment: datetime) -> str:
    """Return how the ids of absences that end at `moment` begin; later ends give greater marks."""
    seconds = max(0, int(moment.timestamp()))
    return "".join(_BASE_32[(seconds >> shift) & 31] for shift in range(5 * (_TIME_LETTERS - 1), -5, -5))


def plan_absence(
    guild_id: str, user_id: str, request_id: str, *, first: str, last: str | None, reason: str, zone: str, now: datetime,
    past: bool = False,
) -> Absence:  # fmt: skip
    """Return the absence that days as typed mean in `zone`; without `last` it is one day.

    Raises `Invalid` naming `from` or `until`: not a day, ends before it begins or (unless `past`) before today, too long.
    """
    begins = parse_day(first, zone=zone, now=now, field="from")
    ends = parse_day(last, zone=zone, now=now, field="until") if last else begins
    if ends < begins:
        raise Invalid(
            f"An absence ends on its first day or later; understood: {begins} until {ends}.",
            field="until",
            code="absence_ends_first",
            first=str(begins),
            last=str(ends),
        )
    if (ends - begins).days >= MAX_DAYS:
        raise Invalid(
            f"An absence has up to {MAX_DAYS} days; understood: {begins} until {ends}.",
            field="until",
            code="absence_too_long",
            most=MAX_DAYS,
            first=str(begins),
            last=str(ends),
        )
    until = _midnight(ends + timedelta(days=1), zone)
    if until <= now and not past:
        raise Invalid(
            f"{ends} is over. Ask an officer to enter an absence that has passed.",
            field="until",
            code="absence_over",
            last=str(ends),
        )
    derived = derive("absence", guild_id, user_id, request_id)
    return Absence(
        guild_id=guild_id,
        absence_id=end_mark(until) + derived[: ID_LENGTH - _TIME_LETTERS],
        user_id=user_id,
        starts_at=_midnight(begins, zone),
        ends_at=until,
        zone=zone,
        announced_at=now,
        reason=clean_text(reason, field="reason", limit=MAX_REASON, required=False),
        past=past,
    )


def parse_day(text: str, *, zone: str, now: datetime, field: str) -> date:
    """Read a day as people write them: 2026-12-24, 24 dec, tomorrow, friday; raises `Invalid` naming `field`."""
    typed = text.strip()[:100]
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        try:
            day = parse_when((typed or "?") + _LATE, zone=zone, now=now, field=field).astimezone(ZoneInfo(zone)).date()
        except Invalid as error:
            if error.code != "time_unreadable":
                raise
            raise Invalid(
                f"“{typed}” is not a day that I can read. Try 24 dec, 2026-12-24, tomorrow or friday.",
                field=field,
                code="day_unreadable",
                typed=typed,
            ) from error
    if abs((day - now.date()).days) > 2 * MAX_DAYS:
        raise Invalid(
            f"{day} is too far away: an absence lies within two years.", field=field, code="day_too_far", day=str(day)
        )
    return day


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)
