"""Moving in and out: presets as a file, events from another bot."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from attendance import wiring
from attendance.domain.rights import require
from attendance.services import membership, presets
from attendance.services.moving_in import import_raid_helper
from dashboard.deps import CurrentCaller, IdempotencyKey
from dashboard.openapi import problems
from dashboard.schemas.imports import (
    EventImportOut,
    ImportedEventOut,
    ImportedRowOut,
    ImportOut,
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
