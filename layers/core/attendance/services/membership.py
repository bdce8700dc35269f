"""What a person on the web may do in a guild, by what Discord says of them: never older than a minute, and closed in doubt.

Whoever is not a member, or names a guild that the bot is not in, gets the same answer as for a guild that does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from attendance.domain.access import Access
from attendance.domain.ids import is_snowflake
from attendance.domain.rights import capabilities_of
from attendance.errors import Invalid, NotFound, Refused, Unavailable
from attendance.storage import access, members

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from attendance.domain.access import UserGuild
    from attendance.domain.settings import Settings
    from attendance.ports import Discord
    from attendance.storage.table import Table

_NO_MEMBER = "There is no such member on this server."
_UNREADABLE = "Discord does not say right now whether you are a member. Please try again in a minute."

_CARD_CHANNELS = (0, 5)
"""Discord's types of text and announcement channels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member of a guild on the web, with the rights that Discord's roles and the guild's settings give them."""

    access: Access
    settings: Settings
    capabilities: frozenset[str]


def member_of(table: Table, discord: Discord, guild_id: str, user_id: str, now: datetime) -> Member:
    """Return the member, from what Discord said within the last minute or says now.

    Raises `NotFound` for who is no member and `Unavailable` when Discord does not answer: nobody gets in by an outage.
    """
    if not is_snowflake(guild_id):
        raise no_such_guild()
    found, settings, known = access.get_with_settings(table, guild_id, user_id)
    if not known:
        raise no_such_guild()
    if found is None or not found.is_fresh(now):
        found = _ask_discord(discord, guild_id, user_id, now)
        access.save(table, found)
    if not found.member:
        raise no_such_guild()
    held = capabilities_of(
        permissions=found.permissions, owner=found.owner, role_ids=found.role_ids, rights=settings.rights
    )
    return Member(access=found, settings=settings, capabilities=held)


def guilds_of(table: Table, user_id: str) -> list[UserGuild]:
    """Return the guilds of a user, as of their sign-in, in which the bot is known; whether they still are is asked then."""
    return access.guilds_of(table, user_id)


def names_of(table: Table, guild_id: str) -> Mapping[str, str]:
    """Return the display name last seen of every member met, by user id."""
    return members.names(table, guild_id)


def card_channels(discord: Discord, guild_id: str) -> frozenset[str]:
    """Return the guild's text and announcement channels that the bot can see, by id; raises `Unavailable`."""
    channels = _list(discord.call("GET", f"/guilds/{guild_id}/channels"))
    return frozenset(str(one.get("id")) for one in channels if one.get("type") in _CARD_CHANNELS)


def check_places(
    discord: Discord, guild_id: str, *, channels: Mapping[str, str | None], roles: Mapping[str, str | None]
) -> None:
    """Pass when every channel and role that a request names, by field, belongs to the guild; else raise `Invalid`.

    In Discord the signed payload vouches for them. On the web the bot must not be sent into another guild's channel.
    """
    for wanted, path, what in ((channels, "channels", "channel"), (roles, "roles", "role")):
        if any(wanted.values()):
            there = {one.get("id") for one in _list(discord.call("GET", f"/guilds/{guild_id}/{path}"))}
            for field, chosen in wanted.items():
                if chosen is not None and chosen not in there:
                    raise Invalid(
                        f"This server has no {what} {chosen[:20]} that the bot can see.",
                        field=field,
                        code="not_on_server",
                        typed=f"{what} {chosen[:20]}",
                    )


def check_member(discord: Discord, guild_id: str, user_id: str) -> None:
    """Pass when the user is a member of the guild now; else raise `NotFound`."""
    try:
        if is_snowflake(user_id):
            discord.call("GET", f"/guilds/{guild_id}/members/{user_id}")
            return
    except Refused as refusal:
        raise NotFound(_NO_MEMBER, code="no_such_member") from refusal
    raise NotFound(_NO_MEMBER, code="no_such_member")


def _ask_discord(discord: Discord, guild_id: str, user_id: str, now: datetime) -> Access:
    try:
        guild = discord.call("GET", f"/guilds/{guild_id}")
        member = discord.call("GET", f"/guilds/{guild_id}/members/{user_id}")
    except Refused:  # no such member, no such guild, or the bot was removed from it
        return Access(guild_id=guild_id, user_id=user_id, member=False, read_at=now)
    try:
        return _access(guild, member, guild_id, user_id, now)
    except (KeyError, TypeError, ValueError, AttributeError) as error:  # Discord's words are checked like any others
        raise Unavailable(_UNREADABLE) from error


def _access(guild: Any, member: Any, guild_id: str, user_id: str, now: datetime) -> Access:
    role_ids = frozenset(str(role) for role in member["roles"])
    permissions = 0
    for role in guild["roles"]:
        if role["id"] in role_ids or role["id"] == guild_id:  # @everyone has the guild's id
            permissions |= int(role["permissions"])
    user = member["user"]
    if user["id"] != user_id or guild["id"] != guild_id:
        raise ValueError("an answer about somebody else")
    return Access(
        guild_id=guild_id,
        user_id=user_id,
        member=True,
        read_at=now,
        name=str(member.get("nick") or user.get("global_name") or user["username"])[:100],
        guild_name=str(guild["name"])[:100],
        owner=guild["owner_id"] == user_id,
        permissions=permissions & ((1 << 64) - 1),
        role_ids=role_ids,
    )


def _list(answer: Any) -> list[dict[str, Any]]:
    if not isinstance(answer, list) or not all(isinstance(one, dict) for one in answer):
        raise Unavailable(_UNREADABLE)
    return answer


def no_such_guild() -> NotFound:
    """What whoever is no member is told, and who names a guild that there is not."""
    return NotFound("There is no such server here, or you are not a member of it.")
