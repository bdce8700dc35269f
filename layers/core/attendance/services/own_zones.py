"""A person's own time zone: what "fri 8pm" means when they write it, in whichever guild."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.domain.settings import checked_zone
from attendance.storage import own_zones

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.storage.table import Table


def show_zones(table: Table, guild_id: str, user_id: str) -> tuple[str | None, str | None]:
    """Return the IANA names of a person's own zone and of a guild's, each None while none is set; one request."""
    own, settings = own_zones.get_with_settings(table, guild_id, user_id)
    return own, settings.zone


def zone_of_times(table: Table, guild_id: str, user_id: str) -> str:
    """Return the zone in which a person writes times in a guild: their own, else the guild's; raises `Conflict` before set-up."""
    own, settings = own_zones.get_with_settings(table, guild_id, user_id)
    return own or settings.ready_zone()


def zone_shown(table: Table, guild_id: str, user_id: str) -> str:
    """Return the zone in which a person reads times in a guild: their own, else the guild's, else UTC; one request."""
    own, zone = show_zones(table, guild_id, user_id)
    return own or zone or "UTC"


def set_own_zone(table: Table, actor: Actor, zone: str, now: datetime) -> str:
    """Store the actor's zone and return its usual spelling; raises `Invalid` (field `zone`) for an unknown one."""
    name = checked_zone(zone)
    own_zones.save(table, actor.user_id, name, now)
    return name


def clear_own_zone(table: Table, actor: Actor) -> None:
    """Forget the actor's zone; doing it again changes nothing."""
    own_zones.delete(table, actor.user_id)
