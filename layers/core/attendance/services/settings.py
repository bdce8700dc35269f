"""Setting a guild up."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from attendance.domain.ids import is_snowflake
from attendance.domain.rights import OFFICER, require
from attendance.domain.settings import Settings, checked_zone, parse_reminders
from attendance.errors import Conflict, Invalid
from attendance.storage import guilds
from attendance.storage.table import ConditionFailed

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.storage.table import Table


def show_settings(table: Table, guild_id: str) -> Settings:
    """Return a guild's settings, the defaults where it has set none."""
    return guilds.get_settings(table, guild_id)


def set_up_guild(
    table: Table,
    guild_id: str,
    actor: Actor,
    now: datetime,
    *,
    zone: str | None = None,
    channel_id: str | None = None,
    officer_role_id: str | None = None,
    reminders: str | None = None,
) -> Settings:
    """Change the named settings and return them all.

    The officer role holds every right but changing settings. Raises `Forbidden`, `Invalid`, and `Conflict` when another
    officer changed them at the same moment.
    """
    require(actor, "settings.manage")
    before = guilds.get_settings(table, guild_id)
    after = replace(before, version=before.version + 1)
    if zone is not None:
        after = replace(after, zone=checked_zone(zone))
    if channel_id is not None:
        after = replace(after, channel_id=_snowflake(channel_id, "channel"))
    if officer_role_id is not None:
        role = _snowflake(officer_role_id, "officer_role")
        after = replace(after, officer_role_id=role, rights=dict.fromkeys(sorted(OFFICER), (role,)))
    if reminders is not None:
        after = replace(after, reminders=parse_reminders(reminders))
    if after == replace(before, version=after.version) and before.version:
        return before
    try:
        guilds.save_settings(table, after, actor, now)
    except ConditionFailed as failed:
        raise Conflict(
            "The settings were changed by someone else at the same moment. Please run this again."
        ) from failed
    return after


def _snowflake(text: str, field: str) -> str:
    if not is_snowflake(text):
        raise Invalid(f"“{text[:30]}” is not a Discord id.", field=field)
    return text
