"""API keys: make, list, revoke."""

from __future__ import annotations

from fastapi import APIRouter, Response

from attendance import wiring
from attendance.services import api_keys
from dashboard.deps import CurrentCaller, IdempotencyKey
from dashboard.openapi import located, problems
from dashboard.schemas.api_keys import KeyIn, KeyOut
from dashboard.schemas.base import Page

router = APIRouter(prefix="/api/v1/guilds/{guild_id}/keys", tags=["API keys"])


@router.post("", status_code=201, responses=located() | problems(401, 403, 409), summary="Make an API key")
def make_key(caller: CurrentCaller, body: KeyIn, key: IdempotencyKey, response: Response) -> KeyOut:
    """Needs `settings.manage`. Keep `key`: it is shown now and never again, not even to the same Idempotency-Key.

    Send it as `Authorization: Bearer atk_...`. It reads as you, cut down to its scopes, changes nothing, and ends when
    you leave the server.
    """
    actor = caller.acting("make_key", key, body)
    made, token = api_keys.make_key(
        wiring.table(), caller.guild_id, actor, caller.now, name=body.name, scopes=tuple(body.scopes)
    )
    response.headers["Location"] = f"/api/v1/guilds/{caller.guild_id}/keys/{made.key_id}"
    return KeyOut.of(made, token)


@router.get("", responses=problems(401, 403), summary="List API keys")
def list_keys(caller: CurrentCaller) -> Page[KeyOut]:
    """Needs `settings.manage`. There are at most 20, on one page."""
    found = api_keys.list_keys(wiring.table(), caller.guild_id, caller.actor)
    return Page(items=[KeyOut.of(one) for one in found], next=None)


@router.get("/{key_id}", responses=problems(401, 403), summary="Show an API key")
def show_key(caller: CurrentCaller, key_id: str) -> KeyOut:
    """Needs `settings.manage`. Without the key itself, which nobody is shown twice."""
    return KeyOut.of(api_keys.get_key(wiring.table(), caller.guild_id, caller.actor, key_id))


@router.delete("/{key_id}", status_code=204, responses=problems(401, 403), summary="Revoke an API key")
def revoke_key(caller: CurrentCaller, key_id: str) -> None:
    """Needs `settings.manage`. It is refused from now on."""
    api_keys.revoke_key(wiring.table(), caller.guild_id, caller.actor, caller.now, key_id)
