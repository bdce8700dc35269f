"""A member's own data: erase it."""

from __future__ import annotations

from fastapi import APIRouter

from attendance import wiring
from attendance.services.erasing import ask_to_erase
from dashboard.deps import CurrentCaller
from dashboard.openapi import problems
from dashboard.schemas.privacy import ErasureOut

router = APIRouter(prefix="/api/v1/guilds/{guild_id}/me", tags=["Privacy"])


@router.delete("", status_code=202, responses=problems(401, 403), summary="Erase yourself")
def erase_me(caller: CurrentCaller) -> ErasureOut:
    """What is kept of you in this server goes within twenty minutes; your sessions end. It cannot be undone."""
    return ErasureOut(erasure_id=ask_to_erase(wiring.table(), caller.guild_id, caller.actor, caller.now))
