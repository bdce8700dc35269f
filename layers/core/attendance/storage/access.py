"""What Discord said about a web user: the guilds they named at sign-in, and their membership in one, a minute at most."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

from attendance.domain.access import Access, UserGuild
from attendance.storage import guilds, keys
from attendance.storage.table import Put

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from attendance.domain.settings import Settings
    from attendance.storage.table import Table
    from attendance.storage.values import Item

_ALWAYS = None
"""The condition of a cache: whoever asked Discord last is right."""
_KEPT = timedelta(days=30)


def save(table: Table, access: Access) -> None:
    """Keep what Discord said just now."""
    item: Item = asdict(access) | {"role_ids": sorted(access.role_ids), "read_at": keys.stamp(access.read_at)}
    key = keys.access(access.guild_id, access.user_id)
    gone = int((access.read_at + timedelta(hours=1)).timestamp())
    table.put(Put({**key._asdict(), "entity": "access", **item, "expires_at": gone}, _ALWAYS))


def get_with_settings(table: Table, guild_id: str, user_id: str) -> tuple[Access | None, Settings, bool]:
    """Return what is known of a user in a guild, the guild's settings, and whether the bot was ever set up there."""
    wanted = [keys.access(guild_id, user_id), keys.settings(guild_id), keys.installation(guild_id)]
    item, settings, installation = table.get_many(wanted)
    known = settings is not None or installation is not None
    found = guilds.settings_from_item(guild_id, settings)
    return (_from_item(item) if item else None), found, known


def _from_item(item: Item) -> Access:
    values = {
        name: item[name] for name in ("guild_id", "user_id", "member", "name", "guild_name", "owner", "permissions")
    }
    return Access(**values, role_ids=frozenset(item["role_ids"]), read_at=keys.moment(item["read_at"]))


def save_guilds(table: Table, user_id: str, found: Iterable[UserGuild], now: datetime) -> None:
    """Keep the guilds that a user was in when they signed in."""
    item: Item = {**keys.guilds_of_user(user_id)._asdict(), "entity": "guilds_of_user", "read_at": keys.stamp(now)}
    lines = [asdict(one) for one in found]
    table.put(Put(item | {"guilds": lines, "expires_at": int((now + _KEPT).timestamp())}, _ALWAYS))


def guilds_of(table: Table, user_id: str) -> list[UserGuild]:
    """Return those of a user's guilds, as of sign-in, in which the bot is known."""
    item = table.get(keys.guilds_of_user(user_id)) or {}
    found = [UserGuild(**line) for line in item.get("guilds", ())]
    wanted = [key(one.guild_id) for one in found for key in (keys.settings, keys.installation)]
    items = table.get_many(wanted, attributes=("guild_id",))
    known = {item["guild_id"] for item in items if item}
    return [one for one in found if one.guild_id in known]
