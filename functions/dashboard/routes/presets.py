"""Presets: list, show, create."""

from __future__ import annotations

from fastapi import APIRouter, Response

from attendance import wiring
from attendance.services import presets
from dashboard.deps import CurrentCaller, IdempotencyKey, tag
from dashboard.openapi import problems, tagged
from dashboard.schemas.base import Page
from dashboard.schemas.presets import PresetIn, PresetOut

router = APIRouter(prefix="/api/v1/guilds/{guild_id}/presets", tags=["Presets"])


@router.get("", responses=problems(401), summary="List presets")
def list_presets(caller: CurrentCaller) -> Page[PresetOut]:
    """By name; there are at most 100, on one page."""
    found = presets.list_presets(wiring.table(), caller.guild_id)
    return Page(items=[PresetOut.of(preset) for preset in found], next=None)


@router.post("", status_code=201, responses=tagged(201, made=True) | problems(401, 403, 409), summary="Create a preset")
def create_preset(caller: CurrentCaller, body: PresetIn, key: IdempotencyKey, response: Response) -> PresetOut:
    """Needs `presets.manage`."""
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
