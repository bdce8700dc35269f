"""Who is in a guild and with which roles, as Discord tells it.

A list takes the Server Members Intent; without it Discord refuses, and only who the bot has met is known. It is read at
most once a minute a guild, a thousand members a request. One member can be asked about without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from attendance.discord.payloads import joined
from attendance.domain.ids import is_snowflake
from attendance.errors import Refused, Unavailable
from attendance.storage import member_lists
from attendance.storage.member_lists import Listed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from attendance.ports import Discord
    from attendance.storage.table import Table

_PAGE = 1000  # https://discord.com/developers/docs/resources/guild#list-guild-members
MAX_PAGES = 10


class GuildMembers(NamedTuple):
    """Names, roles and days of joining of a guild's members without its bots; `complete` unless it has more than we read."""

    names: Mapping[str, str] = {}
    roles: Mapping[str, frozenset[str]] = {}
    complete: bool = False
    joined: Mapping[str, datetime] = {}


def list_members(table: Table, discord: Discord, guild_id: str, now: datetime) -> GuildMembers | None:
    """Return a guild's members, at most a minute old, or None where Discord does not list them; raises `Unavailable`."""
    kept = member_lists.get(table, guild_id, now)
    if kept is None:
        try:
            kept = _asked(discord, guild_id)
        except Refused:  # the intent is off, or the bot was removed
            return None
        member_lists.save(table, guild_id, kept[0], complete=kept[1], now=now)
    rows, complete = kept
    return GuildMembers(
        {user_id: one.name for user_id, one in rows.items()},
        {user_id: frozenset(one.roles) for user_id, one in rows.items()},
        complete,
        {user_id: one.joined_at for user_id, one in rows.items() if one.joined_at},
    )


def known_roles(table: Table, discord: Discord, guild_id: str, now: datetime) -> Mapping[str, frozenset[str]]:
    """Return the roles of everyone who is known to be in the guild; none while Discord does not say."""
    try:
        found = list_members(table, discord, guild_id, now)
    except Unavailable:
        return {}
    return found.roles if found else {}


def roles_of(discord: Discord, guild_id: str, user_id: str) -> frozenset[str] | None:
    """Return one member's roles; None when they are not in the guild, or Discord does not say."""
    try:
        member = discord.call("GET", f"/guilds/{guild_id}/members/{user_id}") if is_snowflake(user_id) else None
    except (Refused, Unavailable):
        return None
    return frozenset(map(str, member["roles"])) if isinstance(member, dict) and "roles" in member else None


def _asked(discord: Discord, guild_id: str) -> tuple[dict[str, Listed], bool]:
    found: dict[str, Listed] = {}
    after = "0"
    for _ in range(MAX_PAGES):
        page: Any = discord.call("GET", f"/guilds/{guild_id}/members?limit={_PAGE}&after={after}")
        if not isinstance(page, list):
            raise Unavailable(
                "Discord does not list this server's members right now. Please try again in a minute.",
                code="members_unlisted",
            )
        for member in page:
            user = member["user"]
            after = str(max(int(after), int(user["id"])))
            if not user.get("bot"):
                name = member.get("nick") or user.get("global_name") or user["username"]
                roles = [str(role) for role in member["roles"]]
                found[user["id"]] = Listed(str(name)[:100], roles, joined(member.get("joined_at")))
        if len(page) < _PAGE:
            return found, True
    return found, False
