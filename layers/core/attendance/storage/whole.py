"""All that a guild owns, partition by partition, and what is worth nothing outside the table that it was written in.

No user path reads this much: backups, restores and the purge of a guild do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from attendance.storage import keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attendance.storage.table import Table
    from attendance.storage.values import Item

# Sign-ins, sockets and what was learned from Discord within the last minutes: nothing that anybody would miss, and a
# session that was ended since must not come back.
_PASSING_PARTITIONS = ("SESSION#", "STATE#", "CODE#", "TICKET#", "CONNECTION#", "LIMIT#", "DISCORD#", "LINE#")
_LAST = "~"
"""After every sort key."""
_PASSING_ITEMS = ("SESSION#", "ASKED#", "GUILDS", "ACCESS#", "MEMBERLIST")


class Position(NamedTuple):
    """How far a walk through a guild came: the item `pk`, `sk`, and the guild's own item `own` on which its partition hangs."""

    own: str
    pk: str
    sk: str


def of_guild(table: Table, guild_id: str) -> Iterator[Item]:
    """Yield every item in a guild's partitions, as `walk` does."""
    return (item for _, item in walk(table, guild_id))


def walk(table: Table, guild_id: str, after: Position | None = None) -> Iterator[tuple[Position, Item]]:
    """Yield every item in a guild's partitions after a position, each with its own.

    The partition of an event or webhook comes before the first of the guild's items that names it, so a place in the walk is
    three strings, and what is walked twice after a break costs reads only. What belongs to the guild and stands elsewhere (the
    hashes of its API keys and of calendar addresses) is not part of it.
    """
    own, tails = keys.guild(guild_id), (keys.audit_of(guild_id), keys.subscriptions(guild_id))
    if after is None or after.pk not in tails:
        yield from _own_and_hanging(table, guild_id, own, after)
    for tail in tails:
        if after is None or after.pk not in tails or after.pk <= tail:
            yield from _within(table, "", tail, after.sk if after and after.pk == tail else "")


def _own_and_hanging(table: Table, guild_id: str, own: str, after: Position | None) -> Iterator[tuple[Position, Item]]:
    seen: set[str] = set()
    options: dict[str, Any] = {}
    if after is not None and after.pk == own:
        options = {"after": {"pk": own, "sk": after.sk}}
    elif after is not None:
        yield from _within(table, after.own, after.pk, after.sk)
        seen.add(after.pk)
        options = {"between": (after.own, _LAST)}
    for item in table.query_all(own, **options):
        for pk in _hanging(guild_id, item):
            if pk not in seen and not (after and _came_with_card(table, guild_id, item)):
                yield from _within(table, item["sk"], pk)
            seen.add(pk)
        yield Position(item["sk"], own, item["sk"]), item


def _within(table: Table, own: str, pk: str, sk: str = "") -> Iterator[tuple[Position, Item]]:
    after = {"pk": pk, "sk": sk} if sk else None
    return ((Position(own, pk, item["sk"]), item) for item in table.query_all(pk, after=after))


def _hanging(guild_id: str, item: Item) -> Iterator[str]:
    """Yield the partitions that come with an item."""
    kind, _, of = item["sk"].partition("#")
    if event_id := item.get("event_id") or (of if kind == "CARD" else None):
        yield keys.event_items(guild_id, event_id)
    if webhook_id := item.get("webhook_id"):
        yield keys.webhook_deliveries(guild_id, webhook_id)


def _came_with_card(table: Table, guild_id: str, item: Item) -> bool:
    """Whether the event that an item names has a card, whose item comes before all others of it: it was walked before the break."""
    card = keys.card(guild_id, item.get("event_id", ""))
    return item["sk"] > card.sk and table.get(card, attributes=("sk",)) is not None


def guild_of(pk: str) -> str | None:
    """Return the guild whose partition this is, or None for what belongs to no guild."""
    kind, _, rest = pk.partition("#")
    return rest.partition("#")[0] if kind == "G" else None


def is_passing(pk: str, sk: str) -> bool:
    """Whether an item is worth nothing outside its table: a sign-in, a socket, a limit, a copy of Discord's answer."""
    return pk.startswith(_PASSING_PARTITIONS) or pk.endswith("#SOCKETS") or sk.startswith(_PASSING_ITEMS)
