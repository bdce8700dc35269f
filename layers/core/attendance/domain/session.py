"""A signed-in browser: a family of refresh tokens of which one, the newest generation, is alive.

Whoever shows an older one is either a thief or robbed by one, so the whole family ends (RFC 9700, section 4.14). The
exception is the benign double: two tabs, or a retry after a lost answer, show the same token within ten seconds and get
the same successor.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

IDLE_LIMIT = timedelta(days=7)
ABSOLUTE_LIMIT = timedelta(days=30)
BENIGN_DOUBLE = timedelta(seconds=10)
MAX_SESSIONS = 50
"""Sessions a user may have; the oldest ends when one more begins."""

Move = Literal["rotate", "repeat", "over", "stolen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """`generation` is that of the one living refresh token, signed by `kid`; `rotated_at` is when it was handed out.

    `token_hash` is the SHA-256 of that token; `client` is what the browser called itself at sign-in, for the list.
    """

    family: str
    user_id: str
    name: str
    kid: str
    token_hash: str
    generation: int
    created_at: datetime
    rotated_at: datetime
    client: str = ""

    @property
    def ends_at(self) -> datetime:
        """When the session is over unless it is refreshed before."""
        return min(self.rotated_at + IDLE_LIMIT, self.created_at + ABSOLUTE_LIMIT)


def move(session: Session, generation: int, now: datetime) -> Move:
    """What showing the refresh token of `generation` at `now` leads to."""
    if now >= session.ends_at:
        return "over"
    if generation == session.generation:
        return "rotate"
    if generation == session.generation - 1 and now - session.rotated_at <= BENIGN_DOUBLE:
        return "repeat"
    return "stolen"
