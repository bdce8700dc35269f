"""Calendar feeds in the table: one item by the hash of the address, one by its owner, written and removed together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.domain.feed import Feed
from attendance.storage import keys
from attendance.storage.table import ABSENT, Delete, Put

if TYPE_CHECKING:
    from attendance.domain.feed import FeedKind
    from attendance.storage.table import Table, Write
    from attendance.storage.values import Item

_FIELDS = ("guild_id", "user_id", "kind", "digest", "request_id", "locale")


def make(table: Table, feed: Feed, before: Feed | None) -> None:
    """Store a feed in the place of `before`, whose address ends; raises `ConditionFailed` when somebody was quicker."""
    item: Item = {name: getattr(feed, name) for name in _FIELDS}
    item |= {"entity": "feed", "made_at": keys.stamp(feed.made_at)}
    by_owner = Put(
        item | keys.feed_of_user(feed.user_id, feed.guild_id, feed.kind)._asdict(),
        "#digest = :before" if before else ABSENT,
        {":before": before.digest} if before else {},
    )
    ended: list[Write] = [Delete(keys.feed(before.digest))] if before else []
    table.write_together(by_owner, Put(item | keys.feed(feed.digest)._asdict()), *ended)


def remove(table: Table, feed: Feed) -> None:
    """End a feed; raises `ConditionFailed` when it was ended or made anew meanwhile."""
    by_owner = keys.feed_of_user(feed.user_id, feed.guild_id, feed.kind)
    table.write_together(
        Delete(by_owner, "#digest = :digest", {":digest": feed.digest}), Delete(keys.feed(feed.digest))
    )


def find(table: Table, digest: str) -> Feed | None:
    """Return the feed of an address, by the hash of its token."""
    item = table.get(keys.feed(digest))
    return _from_item(item) if item else None


def get(table: Table, user_id: str, guild_id: str, kind: FeedKind) -> Feed | None:
    """Return a member's feed of that kind."""
    item = table.get(keys.feed_of_user(user_id, guild_id, kind))
    return _from_item(item) if item else None


def _from_item(item: Item) -> Feed:
    return Feed(**{name: item[name] for name in _FIELDS}, made_at=keys.moment(item["made_at"]))
