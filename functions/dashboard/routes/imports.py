"""Moving in and out: presets as a file."""

from __future__ import annotations

from fastapi import APIRouter

from attendance import wiring
from attendance.domain.rights import require
from attendance.services import presets
from dashboard.deps import CurrentCaller, IdempotencyKey
from dashboard.openapi import problems
from dashboard.schemas.imports import ImportedRowOut, ImportOut, PresetImportIn, PresetsFile

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
