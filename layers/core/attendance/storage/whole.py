"""All that a guild owns, partition by partition, and what is worth nothing outside the table that it was written in.

No user path reads this much: backups, restores and the purge of a guild do.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from attendance.storage import keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attendance.storage.table import Table
    from attendance.storage.values import Item

# Sign-ins, sockets and what was learned from Discord within the last minutes: nothing that anybody would miss, and a
# session that was ended since must not come back.
_PASSING_PARTITIONS = ("SESSION#", "STATE#", "CODE#", "TICKET#", "CONNECTION#", "LIMIT#", "DISCORD#")
_PASSING_ITEMS = ("SESSION#", "ASKED#", "GUILDS", "ACCESS#", "MEMBERLIST")


def of_guild(table: Table, guild_id: str) -> Iterator[Item]:
    """Yield every item in a guild's partitions; those of its events and webhooks come after the guild's own.

    What belongs to the guild and stands elsewhere (the hashes of its API keys and of calendar addresses) is not part of it.
    """
    others = dict.fromkeys([keys.audit_of(guild_id), keys.subscriptions(guild_id)])
    for item in table.query_all(keys.guild(guild_id)):
        if event_id := item.get("event_id"):
            others[keys.event_items(guild_id, event_id)] = None
        if webhook_id := item.get("webhook_id"):
            others[keys.webhook_deliveries(guild_id, webhook_id)] = None
        yield item
    yield from chain.from_iterable(map(table.query_all, others))


def guild_of(pk: str) -> str | None:
    """Return the guild whose partition this is, or None for what belongs to no guild."""
    kind, _, rest = pk.partition("#")
    return rest.partition("#")[0] if kind == "G" else None


def is_passing(pk: str, sk: str) -> bool:
    """Whether an item is worth nothing outside its table: a sign-in, a socket, a limit, a copy of Discord's answer."""
    return pk.startswith(_PASSING_PARTITIONS) or pk.endswith("#SOCKETS") or sk.startswith(_PASSING_ITEMS)
