"""Creating, reading, editing, deleting, exporting and importing presets."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from attendance.domain.exports import mended
from attendance.domain.preset import MAX_PRESETS, Preset
from attendance.domain.preset_draft import PLACES, draft_of, exported, preset_of, read_draft
from attendance.domain.revision import changed_fields, edits_after, stale
from attendance.domain.rights import require
from attendance.errors import AttendanceError, Conflict, NotFound, Unavailable
from attendance.storage import presets
from attendance.storage.table import ConditionFailed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.storage.table import Table

_TRIES = 3
"""What one edit changes is put on top of what others changed at the same moment, so many times."""


class ImportedRow(NamedTuple):
    """What became of one row of an import, counted from 1: `message` says why it was kept or is invalid."""

    row: int
    name: str
    outcome: Literal["created", "changed", "kept", "invalid"]
    message: str = ""


def create_preset(table: Table, guild_id: str, actor: Actor, now: datetime, **given: Any) -> Preset:
    """Store a new preset and return it; `given` are the fields of a `PresetDraft`, texts as typed.

    Raises `Forbidden`, `Invalid` (which names the field), and `Conflict` when the guild has a preset of that name or
    as many as fit. The same request again returns the preset it made.
    """
    require(actor, "presets.manage")
    preset = preset_of(read_draft(given), guild_id, created_by=actor.user_id)
    if len(presets.list_all(table, guild_id)) >= MAX_PRESETS:
        raise _too_many()
    try:
        presets.create(table, preset, actor, now)
    except ConditionFailed as failed:
        if (failed.item or {}).get("touched", {}).get("request") != actor.request_id:
            raise _taken(preset.name) from failed
    return preset


def list_presets(table: Table, guild_id: str) -> list[Preset]:
    """Return a guild's presets by name, at most 100."""
    return presets.list_all(table, guild_id)


def get_preset(table: Table, guild_id: str, name_or_id: str) -> Preset:
    """Return a preset by name or id; raises `NotFound`."""
    preset = presets.find(table, guild_id, name_or_id)
    if preset is None:
        raise NotFound(
            f"There is no preset called “{name_or_id[:64]}” here. Pick one of the list.",
            code="no_such_preset",
            typed=name_or_id[:64],
        )
    return preset


def edit_preset(
    table: Table,
    guild_id: str,
    actor: Actor,
    now: datetime,
    name_or_id: str,
    changes: Mapping[str, Any],
    *,
    read: int | None = None,
) -> Preset:
    """Change the named fields of a preset and return it; events that were made from it stay as they are.

    With `read`, the version that the caller has seen, raises `Stale` naming what changed since; without, the change is put
    on top of whatever others changed. A new name moves the preset to another id, in one transaction. Raises `Forbidden`,
    `NotFound`, `Invalid` (which names the field), and `Conflict` for a name that is taken.
    """
    require(actor, "presets.manage")
    for _ in range(_TRIES):
        before = _as_read(table, guild_id, name_or_id, read)
        draft = read_draft(changes, draft_of(before))
        after = _next_version(before, preset_of(draft, guild_id, created_by=before.created_by))
        if after.version == before.version:
            return before
        try:
            presets.replace(table, before, after, actor, now)
        except ConditionFailed as failed:
            if failed.index:
                raise _taken(after.name) from failed
            continue  # somebody else was quicker: look again, and refuse or add to it
        return after
    raise Conflict(f"“{name_or_id[:64]}” is being changed by others right now. Please run this again.", code="busy")


def delete_preset(
    table: Table, guild_id: str, actor: Actor, now: datetime, name_or_id: str, *, read: int | None = None
) -> Preset:
    """Delete a preset and return what it was; events that were made from it stay. Raises as `edit_preset`."""
    require(actor, "presets.manage")
    for _ in range(_TRIES):
        before = _as_read(table, guild_id, name_or_id, read)
        try:
            presets.remove(table, before, actor, now)
        except ConditionFailed:
            continue
        return before
    raise Conflict(f"“{name_or_id[:64]}” is being changed by others right now. Please run this again.", code="busy")


def export_presets(table: Table, guild_id: str, name_or_id: str | None = None) -> list[dict[str, Any]]:
    """Return one preset, or all of a guild by name, as `import_presets` reads them; raises `NotFound`."""
    found = [get_preset(table, guild_id, name_or_id)] if name_or_id else presets.list_all(table, guild_id)
    return [exported(preset) for preset in found]


def import_presets(
    table: Table,
    guild_id: str,
    actor: Actor,
    now: datetime,
    rows: Sequence[object],
    *,
    overwrite: bool = False,
    dry_run: bool = False,
) -> list[ImportedRow]:
    """Store presets as exported, row by row, and return what became of each; repeating an import changes nothing.

    A preset of the same name is kept unless `overwrite`; an invalid row does not stop the others. With `dry_run` nothing
    is stored and the answer is what would happen. Raises `Forbidden` and `Unavailable`.
    """
    require(actor, "presets.manage")
    there = {preset.preset_id: preset for preset in presets.list_all(table, guild_id)}
    done: list[ImportedRow] = []
    for number, row in enumerate(mended(list(rows)), 1):
        name = str(row.get("name", ""))[:64] if isinstance(row, dict) else ""
        try:
            preset = preset_of(read_draft(row if isinstance(row, dict) else {}), guild_id, created_by=actor.user_id)
            outcome, message = _imported(table, actor, now, preset, there, overwrite=overwrite, dry_run=dry_run)
        except Unavailable:  # nothing is wrong with the row, and repeating the import is right
            raise
        except AttendanceError as error:
            done.append(ImportedRow(number, name, "invalid", error.message))
        else:
            done.append(ImportedRow(number, preset.name, outcome, message))
    return done


def _imported(
    table: Table,
    actor: Actor,
    now: datetime,
    preset: Preset,
    there: dict[str, Preset],
    *,
    overwrite: bool,
    dry_run: bool,
) -> tuple[Literal["created", "changed", "kept"], str]:
    before = there.get(preset.preset_id)
    if before is None:
        if len(there) >= MAX_PRESETS:
            raise _too_many()
        if not dry_run:
            presets.create(table, preset, actor, now, quiet=True)
        there[preset.preset_id] = preset
        return "created", ""
    places = {name: getattr(before, name) for name in PLACES}
    after = _next_version(before, replace(preset, created_by=before.created_by, **places))
    if after.version == before.version:
        return "kept", "It is here already, just like this."
    if not overwrite:
        return "kept", "Another preset has this name. Import with overwriting to replace it."
    if not dry_run:
        presets.replace(table, before, after, actor, now, quiet=True)
    there[preset.preset_id] = after
    return "changed", ""


def _as_read(table: Table, guild_id: str, name_or_id: str, read: int | None) -> Preset:
    preset = get_preset(table, guild_id, name_or_id)
    if read is not None and read != preset.version:
        raise stale(f"The preset “{preset.name}”", preset.edits, read=read, current=preset.version)
    return preset


def _next_version(before: Preset, after: Preset) -> Preset:
    """Return `after` as the version that follows `before`, or as `before`'s own when nothing differs."""
    changed = changed_fields(asdict(draft_of(before)), asdict(draft_of(after)))
    version = before.version + bool(changed)
    return replace(after, version=version, edits=edits_after(before.edits, changed, version))


def _taken(name: str) -> Conflict:
    return Conflict(f"There is a preset called “{name}” already. Pick another name.", code="name_taken", name=name)


def _too_many() -> Conflict:
    return Conflict(
        f"This server has {MAX_PRESETS} presets, as many as fit. Delete one first.",
        code="too_many_presets",
        most=MAX_PRESETS,
    )
