"""What may follow from one change of the table: values that `consequences` finds and `changes` acts on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.audit import AuditEntry


@dataclass(frozen=True, slots=True)
class Notify:
    """Put a message on the notifications queue, to be seen after `delay` seconds."""

    message: dict[str, Any]
    delay: int = 0


@dataclass(frozen=True, slots=True)
class Redraw:
    """Redraw an event's card, together with whatever else changes in the next seconds."""

    guild_id: str
    event_id: str


@dataclass(frozen=True, slots=True)
class TellMoved:
    """Tell who signed up that an event moved, together with whatever else moves it in the next seconds.

    `before` are the start and the end (stamps) that it had until `version`, which was made `at` that stamp.
    """

    guild_id: str
    event_id: str
    version: int
    before: tuple[str, str]
    at: str


@dataclass(frozen=True, slots=True)
class BuildReport:
    """Put a message on the reports queue, to show up `delay` seconds later."""

    message: dict[str, Any]
    delay: int = 0


@dataclass(frozen=True, slots=True)
class ReplayWebhook:
    """Put a message on the webhooks queue."""

    message: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Record:
    """Store an audit entry."""

    entry: AuditEntry


@dataclass(frozen=True, slots=True)
class Remember:
    """Remember a member under the name they acted under, and since when they are one where Discord told it."""

    guild_id: str
    user_id: str
    name: str
    at: datetime
    joined_at: datetime | None


@dataclass(frozen=True, slots=True)
class Tell:
    """Tell the guild's open dashboards, and (`outside`) the subscribers of its webhooks, what changed `at` that moment."""

    guild_id: str
    message: dict[str, Any]
    outside: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class DropNote:
    """Remove the note of a sign-up that was gone `at` that stamp."""

    guild_id: str
    event_id: str
    user_id: str
    at: str


type Effect = DropNote | Notify | Redraw | TellMoved | BuildReport | ReplayWebhook | Record | Remember | Tell
