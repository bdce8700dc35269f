"""What Discord says about a person: who they are, which guilds they are in, and what they are allowed there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

FRESH_FOR = timedelta(seconds=60)
"""SPEC section 1: on the web a member's roles are at most 60 seconds stale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserGuild:
    """A guild that a user is in, by their own sign-in. `icon` is Discord's hash or None."""

    guild_id: str
    name: str
    icon: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who signed in."""

    user_id: str
    name: str
    guilds: tuple[UserGuild, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What Discord said at `read_at` about a user in a guild. `permissions` are the bits of all their roles together.

    `member` is False for who is not in the guild, or when the bot is not.
    """

    guild_id: str
    user_id: str
    member: bool
    read_at: datetime
    name: str = ""
    guild_name: str = ""
    owner: bool = False
    permissions: int = 0
    role_ids: frozenset[str] = frozenset()

    def is_fresh(self, now: datetime) -> bool:
        """Whether it may still decide: not older than a minute, and not from the future."""
        return timedelta() <= now - self.read_at < FRESH_FOR
