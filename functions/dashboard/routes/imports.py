"""Moving in and out: presets as a file, events from another bot."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from attendance import wiring
from attendance.domain.rights import require
from attendance.services import membership, presets
from attendance.services.history import import_history
from attendance.services.moving_in import import_raid_helper
from dashboard.deps import CurrentCaller, IdempotencyKey
from dashboard.openapi import problems
from dashboard.schemas.imports import (
    EventImportOut,
    HistoryIn,
    HistoryOut,
    ImportedEventOut,
    ImportedRowOut,
    ImportOut,
    PastRowOut,
    PresetImportIn,
    PresetsFile,
    RaidHelperFile,
)

router = APIRouter(prefix="/api/v1/guilds/{guild_id}", tags=["Moving in and out"])


@router.get("/export/presets", responses=problems(401, 403), summary="Export all presets")
def export_presets(caller: CurrentCaller) -> PresetsFile:
    """Needs `presets.manage`."""
    require(caller.actor, "presets.manage")
    return PresetsFile(presets=presets.export_presets(wiring.table(), caller.guild_id))


@router.post("/import/presets", responses=problems(401, 403), summary="Import presets")
def import_presets(caller: CurrentCaller, body: PresetImportIn, key: IdempotencyKey) -> ImportOut:
    """Needs `presets.manage`. Row by row: an invalid one does not stop the others. Repeating it changes nothing."""
    require(caller.actor, "presets.manage")
    actor = caller.acting("import_presets", key, body)
    done = presets.import_presets(
        wiring.table(),
        caller.guild_id,
        actor,
        caller.now,
        body.presets,
        overwrite=body.overwrite,
        dry_run=body.dry_run,
    )
    return ImportOut(dry_run=body.dry_run, rows=[ImportedRowOut(**row._asdict()) for row in done])


@router.post("/import/raid-helper", responses=problems(401, 403, 409), summary="Move events in from Raid-Helper")
def move_in_from_raid_helper(
    caller: CurrentCaller,
    body: RaidHelperFile,
    key: IdempotencyKey,
    dry_run: Annotated[bool, Query(description="Say what would happen, store nothing.")] = False,  # noqa: FBT002 - by name
) -> EventImportOut:
    """Needs `events.manage`. Send what Raid-Helper's `GET /servers/{id}/events` answers with `IncludeSignUps`, up to 1 MB.

    Events ahead come with their roster, in the order of sign-up, and get a card; an event moved before is kept as it is.
    """
    require(caller.actor, "events.manage")
    actor = caller.acting(f"import_raid_helper/{dry_run}", key, body)
    channels = membership.card_channels(wiring.discord(), caller.guild_id)
    done = import_raid_helper(
        wiring.table(), caller.guild_id, actor, caller.now, body.root, channels=channels, dry_run=dry_run
    )
    return EventImportOut(
        dry_run=dry_run, rows=[ImportedEventOut(**row._asdict() | {"notes": list(row.notes)}) for row in done]
    )


@router.post("/import/attendance", responses=problems(401, 403, 409), summary="Import past attendance")
def import_attendance(caller: CurrentCaller, body: HistoryIn, key: IdempotencyKey) -> HistoryOut:
    """Needs `attendance.manage`. Events that are over, from CSV: each becomes a closed event that counts, and nobody is told.

    Row by row: an invalid one does not stop the others, and an event that is there already is kept as it is.
    """
    require(caller.actor, "attendance.manage")
    actor = caller.acting("import_attendance", key, body)
    done = import_history(wiring.table(), caller.guild_id, actor, caller.now, body.csv, dry_run=body.dry_run)
    rows = [PastRowOut(**row._asdict()) for row in done.rows]
    return HistoryOut(dry_run=body.dry_run, created=done.created, kept=done.kept, rows=rows)
