"""A member's own data: have a file of it, erase it."""

from __future__ import annotations

from fastapi import APIRouter

from attendance import wiring
from attendance.services import own_data
from attendance.services.erasing import ask_to_erase
from dashboard.deps import CurrentCaller, IdempotencyKey
from dashboard.openapi import problems
from dashboard.schemas.privacy import ErasureOut, OwnDataOut

router = APIRouter(prefix="/api/v1/guilds/{guild_id}/me", tags=["Privacy"])


@router.post("/export", status_code=202, responses=problems(401, 403), summary="Ask for your own data")
def ask_own_data(caller: CurrentCaller, key: IdempotencyKey) -> OwnDataOut:
    """A worker makes a JSON file of all that is kept of you in this server; follow it with GET until it is done.

    Whoever asks again while it is made, or within a day, gets the same file.
    """
    actor = caller.acting("ask_own_data", key)
    export, _ = own_data.ask_own_data(wiring.table(), caller.guild_id, actor, caller.now)
    return OwnDataOut.of(export)


@router.get("/export", responses=problems(401, 403), summary="Show your own data's file")
def show_own_data(caller: CurrentCaller) -> OwnDataOut:
    """Once it is done, it comes with a link that lives five minutes. The file is kept for a day."""
    export = own_data.get_own_data(wiring.table(), caller.guild_id, caller.actor, caller.now)
    if export.status != "done":
        return OwnDataOut.of(export)
    found, link = own_data.link_to_own_data(wiring.table(), wiring.files(), caller.guild_id, caller.actor, caller.now)
    return OwnDataOut.of(found, link)


@router.delete("", status_code=202, responses=problems(401, 403), summary="Erase yourself")
def erase_me(caller: CurrentCaller) -> ErasureOut:
    """What is kept of you in this server goes within twenty minutes; your sessions end. It cannot be undone."""
    return ErasureOut(erasure_id=ask_to_erase(wiring.table(), caller.guild_id, caller.actor, caller.now))
