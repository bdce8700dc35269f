"""Creating and reading presets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.domain.preset import (
    MAX_NAME,
    MAX_PRESETS,
    Preset,
    checked_capacity,
    checked_duration,
    clean_text,
    preset_id,
)
from attendance.domain.rights import require
from attendance.domain.seats import parse_roles
from attendance.domain.settings import parse_reminders
from attendance.domain.timetext import parse_minutes
from attendance.errors import Conflict, NotFound
from attendance.storage import presets
from attendance.storage.table import ConditionFailed

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.storage.table import Table


def create_preset(
    table: Table,
    guild_id: str,
    actor: Actor,
    now: datetime,
    *,
    name: str,
    game: str,
    roles: str,
    duration: str = "2h",
    party_size: int | None = None,
    reminders: str | None = None,
    description: str = "",
) -> Preset:
    """Store a new preset and return it.

    Raises `Forbidden`, `Invalid` (which names the field), and `Conflict` when the guild has a preset of that name or
    as many as fit. The same request again returns the preset it made.
    """
    require(actor, "presets.manage")
    name = clean_text(name, field="name", limit=MAX_NAME)
    parsed = parse_roles(roles)
    preset = Preset(
        guild_id=guild_id,
        preset_id=preset_id(guild_id, name),
        name=name,
        game=clean_text(game, field="game", limit=MAX_NAME),
        roles=parsed,
        capacity=checked_capacity(party_size, parsed),
        duration=checked_duration(parse_minutes(duration, field="duration")),
        reminders=parse_reminders(reminders) if reminders is not None else None,
        description=clean_text(description, field="description", limit=1000, required=False),
        created_by=actor.user_id,
    )
    if len(presets.list_all(table, guild_id)) >= MAX_PRESETS:
        raise Conflict(
            f"This server has {MAX_PRESETS} presets, as many as fit. Delete one first.", code="too_many_presets"
        )
    try:
        presets.create(table, preset, actor, now)
    except ConditionFailed as failed:
        if (failed.item or {}).get("touched", {}).get("request") != actor.request_id:
            raise Conflict(
                f"There is a preset called “{name}” already. Pick another name.", code="name_taken"
            ) from failed
    return preset


def list_presets(table: Table, guild_id: str) -> list[Preset]:
    """Return a guild's presets by name, at most 100."""
    return presets.list_all(table, guild_id)


def get_preset(table: Table, guild_id: str, name_or_id: str) -> Preset:
    """Return a preset by name or id; raises `NotFound`."""
    _, preset = presets.get_with_settings(table, guild_id, name_or_id)
    if preset is None:
        raise NotFound(f"There is no preset called “{name_or_id[:64]}” here.")
    return preset
