"""API keys: make, list, revoke, and who it is that shows one."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from attendance.domain import api_key
from attendance.domain.api_key import MAX_KEYS, PREFIX, USE_NOTED_EVERY, ApiKey
from attendance.domain.ids import derive, is_id
from attendance.domain.limits import KEY_REQUESTS_A_MINUTE
from attendance.domain.rights import require
from attendance.domain.tokens import digest
from attendance.errors import Conflict, Forbidden, NotFound, Unauthenticated
from attendance.services.bounded_lists import add_once
from attendance.services.limits import check_pace
from attendance.services.membership import Member, member_of, no_such_guild
from attendance.storage import api_keys
from attendance.storage.table import ConditionFailed

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.ports import Discord
    from attendance.storage.table import Table

_UNKNOWN = "This API key is unknown or was revoked. Someone with Manage Server can make a new one."


def make_key(
    table: Table, guild_id: str, actor: Actor, now: datetime, *, name: str, scopes: tuple[str, ...]
) -> tuple[ApiKey, str | None]:
    """Make a key and return it with its token, which is kept nowhere: None when this request made it before.

    Raises `Forbidden`, `Invalid` (`name`, `scopes`) and `Conflict` when the guild has as many as fit.
    """
    require(actor, "settings.manage")
    token = PREFIX + secrets.token_urlsafe(32)
    key = ApiKey(
        guild_id=guild_id,
        key_id=derive("key", guild_id, actor.user_id, actor.request_id),
        name=api_key.checked_name(name),
        scopes=api_key.checked_scopes(scopes),
        digest=digest(token),
        created_by=actor.user_id,
        created_at=now,
    )
    before = add_once(
        key.key_id,
        {one.key_id for one in api_keys.list_all(table, guild_id)},
        limit=MAX_KEYS,
        full=Conflict(f"This server has {MAX_KEYS} API keys, as many as fit. Revoke one first.", code="too_many_keys"),
        write=lambda: api_keys.create(table, key, actor, now),
    )
    return (api_keys.from_item(before), None) if before else (key, token)


def list_keys(table: Table, guild_id: str, actor: Actor) -> list[ApiKey]:
    """Return a guild's living keys, the oldest first; raises `Forbidden`."""
    require(actor, "settings.manage")
    return api_keys.list_all(table, guild_id)


def get_key(table: Table, guild_id: str, actor: Actor, key_id: str) -> ApiKey:
    """Return a living key; raises `Forbidden`, `NotFound`."""
    require(actor, "settings.manage")
    key = api_keys.get(table, guild_id, key_id) if is_id(key_id) else None
    if key is None:
        raise _gone()
    return key


def revoke_key(table: Table, guild_id: str, actor: Actor, now: datetime, key_id: str) -> None:
    """End a key at once; raises `Forbidden`, `NotFound`."""
    key = get_key(table, guild_id, actor, key_id)
    try:
        api_keys.revoke(table, key, actor, now)
    except ConditionFailed as failed:
        raise _gone() from failed


def _gone() -> NotFound:
    return NotFound("There is no such API key here. It may be revoked already.")


def member_by_key(table: Table, discord: Discord, guild_id: str, token: str, now: datetime, *, reads: bool) -> Member:
    """Return the member as whom a key reads: its maker, with those of its scopes that they still hold.

    Raises `Unauthenticated` for what is no living key, `Forbidden` for anything but reading, `NotFound` for another
    guild's key or when its maker has left, `Limited` and `Unavailable`.
    """
    key = api_keys.find(table, digest(token)) if api_key.is_well_formed(token) else None
    if key is None:
        raise Unauthenticated(_UNKNOWN, code="key_unknown")
    check_pace(table, f"key:{key.key_id}", KEY_REQUESTS_A_MINUTE, now)
    if key.guild_id != guild_id:
        raise no_such_guild()
    if not reads:
        raise Forbidden("API keys only read. Sign in with Discord to change something.", code="key_only_reads")
    if key.used_at is None or now - key.used_at >= USE_NOTED_EVERY:
        try:
            api_keys.note_use(table, key, now)
        except ConditionFailed as failed:
            raise Unauthenticated(_UNKNOWN, code="key_unknown") from failed
    maker = member_of(table, discord, guild_id, key.created_by, now)
    return replace(maker, capabilities=maker.capabilities & set(key.scopes))
