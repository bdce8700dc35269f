"""Who does something, and from where: every change carries one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

Surface = Literal["discord", "web", "system"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The member (or the system) behind a request, with the rights that were verified for it.

    `request_id` is the interaction id, the Idempotency-Key or the job that asked: the seed of ids of new things.
    `trace` is the id under which logs tell of the request, where that is another.
    `role_ids` are the member's Discord roles without @everyone; `joined_at` is when they joined, where Discord told it.
    """

    user_id: str
    name: str
    surface: Surface
    request_id: str
    role_ids: frozenset[str] = frozenset()
    capabilities: frozenset[str] = field(default_factory=frozenset)
    joined_at: datetime | None = None
    trace: str = ""


def system(request_id: str) -> Actor:
    """The service itself: schedules, closing rules, migrations."""
    return Actor(user_id="system", name="Attendance Tracker", surface="system", request_id=request_id)
