"""Setting a guild up, and changing its settings and rights."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from attendance.domain.due import Due
from attendance.domain.languages import language_of_locale
from attendance.domain.reminding import next_digest
from attendance.domain.retention import GRACE
from attendance.domain.revision import changed_fields, edits_after, stale
from attendance.domain.rights import require
from attendance.domain.settings_changes import changed_settings, fields_of, given_right, taken_right
from attendance.errors import Conflict
from attendance.storage import guilds
from attendance.storage.table import ConditionFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.domain.settings import Settings
    from attendance.storage.table import Table

_TRIES = 3
"""What one request changes is put on top of what others changed at the same moment, so many times."""


def show_settings(table: Table, guild_id: str) -> Settings:
    """Return a guild's settings, the defaults where it has set none."""
    return guilds.get_settings(table, guild_id)


def change_settings(
    table: Table,
    guild_id: str,
    actor: Actor,
    now: datetime,
    changes: Mapping[str, Any],
    *,
    read: int | None = None,
    locale: str = "",
) -> Settings:
    """Change the named settings and return them all; one that is the same already is no change.

    `changes` holds texts as typed, see `changed_settings`. With `read`, the version that the caller has seen, raises
    `Stale` naming what changed since; without, the change is put on top of whatever others changed. `locale` is the
    guild's as Discord tells it, and gives the language where nobody chose one. Raises `Forbidden`, `Invalid`.
    """

    def changed(before: Settings) -> Settings:
        after = changed_settings(before, changes)
        return after if after.language else replace(after, language=language_of_locale(locale))

    return _edited(table, guild_id, actor, now, changed, read)


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
    """Set what a guild begins with, leaving out what is None; raises as `change_settings`.

    The officer role holds every right but changing settings.
    """
    asked = {"zone": zone, "channel_id": channel_id, "officer_role_id": officer_role_id, "reminders": reminders}
    named = {name: value for name, value in asked.items() if value is not None}
    return change_settings(table, guild_id, actor, now, named)


def give_right(table: Table, guild_id: str, actor: Actor, now: datetime, *, capability: str, role_id: str) -> Settings:
    """Let a Discord role hold a capability; raises `Forbidden`, `Invalid`."""
    return _edited(table, guild_id, actor, now, lambda before: given_right(before, capability, role_id))


def take_right(table: Table, guild_id: str, actor: Actor, now: datetime, *, capability: str, role_id: str) -> Settings:
    """Let a Discord role hold a capability no longer; raises `Forbidden`, and `Invalid` when it did not."""
    return _edited(table, guild_id, actor, now, lambda before: taken_right(before, capability, role_id))


def _due_with(after: Settings, changed: Iterable[str], now: datetime) -> list[Due]:
    """Return what is due by the settings that changed: the digest, and the removal of what is past."""
    found = []
    if after.digest and after.zone and {"digest", "zone"} & set(changed):
        at = next_digest(after.digest, after.zone, now)
        found.append(Due(guild_id=after.guild_id, event_id="digest", kind="digest", at=at))
    if after.keep_months and "keep_months" in changed:
        found.append(Due(guild_id=after.guild_id, event_id="retention", kind="retention", at=now + GRACE))
    return found


def _edited(
    table: Table,
    guild_id: str,
    actor: Actor,
    now: datetime,
    change: Callable[[Settings], Settings],
    read: int | None = None,
) -> Settings:
    require(actor, "settings.manage")
    for _ in range(_TRIES):
        before = guilds.get_settings(table, guild_id)
        if read is not None and read != before.version:
            raise stale("The settings", before.edits, read=read, current=before.version)
        after = change(before)
        changed = changed_fields(fields_of(before), fields_of(after))
        if not changed:
            return before
        version = before.version + 1
        after = replace(after, version=version, edits=edits_after(before.edits, changed, version))
        try:
            guilds.save_settings(table, after, actor, now, due=_due_with(after, changed, now))
        except ConditionFailed:
            continue  # somebody else was quicker: look again, and refuse or add to it
        return after
    raise Conflict("The settings are being changed by others right now. Please run this again.", code="busy")
