"""Presets: list, show, create, change, delete."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from attendance import wiring
from attendance.domain.preset import MAX_NAME
from attendance.domain.rights import require
from attendance.services import membership, presets
from dashboard.deps import Caller, CurrentCaller, IdempotencyKey, ReadVersion, tag
from dashboard.openapi import problems, tagged
from dashboard.schemas.base import Page
from dashboard.schemas.presets import PresetChange, PresetFields, PresetIn, PresetOut

router = APIRouter(prefix="/api/v1/guilds/{guild_id}/presets", tags=["Presets"])


@router.get("", responses=problems(401), summary="List presets")
def list_presets(
    caller: CurrentCaller,
    game: Annotated[str | None, Query(max_length=MAX_NAME, description="In whatever case.")] = None,
) -> Page[PresetOut]:
    """By name; there are at most 100, on one page."""
    found = presets.list_presets(wiring.table(), caller.guild_id)
    wanted = [one for one in found if game is None or one.game.casefold() == game.casefold()]
    return Page(items=[PresetOut.of(preset) for preset in wanted], next=None)


@router.post("", status_code=201, responses=tagged(201, made=True) | problems(401, 403, 409), summary="Create a preset")
def create_preset(caller: CurrentCaller, body: PresetIn, key: IdempotencyKey, response: Response) -> PresetOut:
    """Needs `presets.manage`."""
    _check_places(caller, body)
    actor = caller.acting("create_preset", key, body)
    preset = presets.create_preset(wiring.table(), caller.guild_id, actor, caller.now, **body.model_dump())
    response.headers["Location"] = f"/api/v1/guilds/{caller.guild_id}/presets/{preset.preset_id}"
    tag(response, preset.version)
    return PresetOut.of(preset)


@router.get("/{preset_id}", responses=tagged() | problems(401), summary="Show a preset")
def show_preset(caller: CurrentCaller, preset_id: str, response: Response) -> PresetOut:
    """By id or by name."""
    preset = presets.get_preset(wiring.table(), caller.guild_id, preset_id)
    tag(response, preset.version)
    return PresetOut.of(preset)


@router.patch("/{preset_id}", responses=tagged() | problems(401, 403, 409, 412), summary="Change a preset")
def change_preset(
    caller: CurrentCaller, preset_id: str, body: PresetChange, read: ReadVersion, response: Response
) -> PresetOut:
    """Needs `presets.manage`. Events that were made from it stay as they are. A new name gives a new `preset_id`."""
    _check_places(caller, body)
    changes = body.model_dump(exclude_unset=True)
    preset = presets.edit_preset(
        wiring.table(), caller.guild_id, caller.actor, caller.now, preset_id, changes, read=read
    )
    tag(response, preset.version)
    return PresetOut.of(preset)


@router.delete("/{preset_id}", status_code=204, responses=problems(401, 403, 409, 412), summary="Delete a preset")
def delete_preset(caller: CurrentCaller, preset_id: str, read: ReadVersion) -> None:
    """Needs `presets.manage`. Events that were made from it stay."""
    presets.delete_preset(wiring.table(), caller.guild_id, caller.actor, caller.now, preset_id, read=read)


def _check_places(caller: Caller, body: PresetFields) -> None:
    require(caller.actor, "presets.manage")
    channels, roles = body.places()
    membership.check_places(wiring.discord(), caller.guild_id, channels=channels, roles=roles)
