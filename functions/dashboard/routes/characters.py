"""Characters: list, link, unlink."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from attendance import wiring
from attendance.domain.character import MAX_NAME
from attendance.domain.cursor import decode_id_cursor, encode_cursor
from attendance.domain.ids import is_id
from attendance.domain.rights import require
from attendance.services import characters, membership
from dashboard.deps import CurrentCaller, Cursor, IdempotencyKey, Limit
from dashboard.openapi import located, problems
from dashboard.schemas.base import Page, Snowflake
from dashboard.schemas.characters import CharacterIn, CharacterOut

router = APIRouter(prefix="/api/v1/guilds/{guild_id}/characters", tags=["Members"])


@router.get("", responses=problems(401), summary="List characters")
def list_characters(
    caller: CurrentCaller,
    user_id: Annotated[Snowflake | None, Query(description="Whose.")] = None,
    game: Annotated[str | None, Query(max_length=MAX_NAME, description="In whatever case.")] = None,
    limit: Limit = 25,
    cursor: Cursor = None,
) -> Page[CharacterOut]:
    """Of everybody or one member, in all games or one, by id."""
    behind = decode_id_cursor(cursor, is_id) or ""
    found = characters.list_characters(wiring.table(), caller.guild_id, user_id)
    wanted = (one for one in found if game is None or one.game.casefold() == game.casefold())
    rest = sorted((one for one in wanted if one.character_id > behind), key=lambda one: one.character_id)
    after = encode_cursor(rest[limit - 1].character_id) if len(rest) > limit else None
    return Page(items=[CharacterOut.of(one) for one in rest[:limit]], next=after)


@router.post("", status_code=201, responses=located() | problems(401, 403, 409), summary="Link a character")
def add_character(caller: CurrentCaller, body: CharacterIn, key: IdempotencyKey, response: Response) -> CharacterOut:
    """To you; to a member with `attendance.manage`. A name belongs to one member in a game."""
    if body.user_id not in (None, caller.actor.user_id):
        require(caller.actor, "attendance.manage")
        membership.check_member(wiring.discord(), caller.guild_id, body.user_id or "")
    actor = caller.acting("add_character", key, body)
    made = characters.add_character(wiring.table(), caller.guild_id, actor, caller.now, **body.model_dump())
    response.headers["Location"] = f"/api/v1/guilds/{caller.guild_id}/characters/{made.character_id}"
    return CharacterOut.of(made)


@router.get("/{character_id}", responses=problems(401), summary="Show a character")
def show_character(caller: CurrentCaller, character_id: str) -> CharacterOut:
    """Anybody's: members know each other by them."""
    return CharacterOut.of(characters.get_character(wiring.table(), caller.guild_id, character_id))


@router.delete("/{character_id}", status_code=204, responses=problems(401, 403), summary="Unlink a character")
def remove_character(caller: CurrentCaller, character_id: str) -> Response:
    """Yours; anybody's with `attendance.manage`."""
    characters.remove_character(wiring.table(), caller.guild_id, character_id, caller.actor, caller.now)
    return Response(status_code=204)
