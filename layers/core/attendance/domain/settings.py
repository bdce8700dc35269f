"""A guild's settings: what every event falls back on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from attendance.domain.checkin import DEFAULT_RULE, CheckInRule
from attendance.errors import Conflict, Invalid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MAX_REMINDERS = 20
MAX_REMINDER_MINUTES = 14 * 24 * 60
DEFAULT_REMINDERS = (30,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`zone` is None until the guild was set up. `rights` maps a capability to the Discord roles that hold it.

    `reminders` are minutes before the start. `version` 0 means that nothing was stored yet.
    """

    guild_id: str
    name: str = ""
    zone: str | None = None
    channel_id: str | None = None
    officer_role_id: str | None = None
    rights: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reminders: tuple[int, ...] = DEFAULT_REMINDERS
    check_in: CheckInRule = DEFAULT_RULE
    version: int = 0

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
        if candidate and len(candidate) <= 64 and not candidate.startswith(("/", ".")):
            try:
                return str(ZoneInfo(candidate))
            except (KeyError, ValueError, OSError):  # not a zone, or a name no file system can hold
                continue
    raise Invalid(
        f"“{wanted[:64]}” is not a time zone I know. Use a name such as Europe/Berlin or America/New_York.",
        field="zone",
    )


def checked_reminders(minutes: Iterable[int]) -> tuple[int, ...]:
    """Return offsets without doubles, the earliest reminder first; raises `Invalid` (field `reminders`)."""
    offsets = tuple(sorted(set(minutes), reverse=True))
    if len(offsets) > MAX_REMINDERS:
        raise Invalid(f"{len(offsets)} reminders are too many: {MAX_REMINDERS} fit an event.", field="reminders")
    for offset in offsets:
        if not 1 <= offset <= MAX_REMINDER_MINUTES:
            raise Invalid(
                f"A reminder goes out 1 minute to 14 days before the start; understood: {offset} minutes.",
                field="reminders",
            )
    return offsets


def parse_reminders(text: str) -> tuple[int, ...]:
    """Read offsets such as `24h, 1h, 15m` or `60`; raises `Invalid` (field `reminders`)."""
    from attendance.domain.timetext import parse_minutes

    return checked_reminders(parse_minutes(part, field="reminders") for part in text[:400].split(",") if part.strip())
