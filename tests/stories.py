"""People, guilds and events as tests need them: in one line, with sensible values that a test can change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from attendance.domain.actor import Actor
from attendance.domain.rights import CAPABILITIES
from attendance.ports import Buckets
from attendance.services.events import EventRequest, create_event
from attendance.services.presets import create_preset
from attendance.services.settings import set_up_guild

if TYPE_CHECKING:
    from attendance.domain.event import Event
    from attendance.ports import Files
    from attendance.storage.table import Table

GUILD = "1195917705216131074"
OTHER_GUILD = "1195917705216131999"
CHANNEL = "1221083529216131075"
NOW = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)


def member(
    name: str, *, user_id: str | None = None, request_id: str = "r1", role_ids: frozenset[str] = frozenset()
) -> Actor:
    """A member without rights beyond their own attendance."""
    return Actor(
        user_id=user_id or str(2_000_000 + sum(ord(letter) * 31**place for place, letter in enumerate(name[:6]))),
        name=name,
        surface="discord",
        request_id=request_id,
        role_ids=role_ids,
        capabilities=frozenset({"attendance.self"}),
    )


def officer(name: str = "Olga", *, request_id: str = "r1") -> Actor:
    """A member with every right."""
    return Actor(user_id="900", name=name, surface="discord", request_id=request_id, capabilities=CAPABILITIES)


def set_up(table: Table, guild_id: str = GUILD) -> None:
    """A guild in Berlin with a channel for events."""
    set_up_guild(table, guild_id, officer(), NOW, zone="Europe/Berlin", channel_id=CHANNEL)


def raid(
    table: Table, *, roles: str = "tank 1, healer 2, dps 3", request_id: str = "raid", **changes: str | int
) -> Event:
    """A raid an hour after `NOW` in a guild that is set up, with a preset of these roles."""
    set_up(table)
    create_preset(
        table, GUILD, officer(request_id="p" + roles), NOW, name=f"Raid {roles}"[:60], game="WoW", roles=roles
    )
    wanted = {"title": "Raid night", "time": "in 1h", "preset": f"Raid {roles}"[:60]} | changes
    return create_event(table, GUILD, officer(request_id=request_id), NOW, EventRequest(**wanted))


def no_bucket() -> Files:
    """What a sweep asks for that has nothing to do in a bucket."""
    raise AssertionError("nothing is stored or removed here")


NO_BUCKETS = Buckets(files=no_bucket, erasure_records=no_bucket)


def after(minutes: float) -> datetime:
    """So many minutes after `NOW`; the raid starts at 60."""
    return NOW + timedelta(minutes=minutes)
