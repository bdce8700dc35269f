"""A person's own time zone: what "fri 8pm" means when they write it, in whichever guild."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.domain.settings import checked_zone
from attendance.storage import own_zones

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.storage.table import Table


def show_own_zone(table: Table, user_id: str) -> str | None:
    """Return the IANA name of a person's zone, None while they have set none: then a guild's zone counts."""
    return own_zones.get(table, user_id)


def set_own_zone(table: Table, actor: Actor, zone: str, now: datetime) -> str:
    """Store the actor's zone and return its usual spelling; raises `Invalid` (field `zone`) for an unknown one."""
    name = checked_zone(zone)
    own_zones.save(table, actor.user_id, name, now)
    return name


def clear_own_zone(table: Table, actor: Actor) -> None:
    """Forget the actor's zone; doing it again changes nothing."""
    own_zones.delete(table, actor.user_id)
