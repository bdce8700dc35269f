"""`/stats` that wait for their answer. Written first; the stream starts the worker, so none is lost after the promise."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from attendance.domain.selection import Selection
from attendance.domain.stats import StatsRequest
from attendance.storage import keys
from attendance.storage.table import ABSENT, ConditionFailed, Put, Update

if TYPE_CHECKING:
    from attendance.storage.table import Table
    from attendance.storage.values import Item

KEPT_FOR = timedelta(days=1)
_PLAIN = ("guild_id", "stats_id", "view", "by", "own", "asked_by", "locale", "reply_token")
_CRITERIA = ("events", "series", "games", "discord_roles", "members", "statuses")


def to_item(request: StatsRequest) -> Item:
    """Return the request's item."""
    chosen = request.selection
    return {
        **keys.stats(request.guild_id, request.stats_id)._asdict(),
        "entity": "stats",
        **{name: getattr(request, name) for name in _PLAIN},
        "asked_at": keys.stamp(request.asked_at),
        "selection": {
            "zone": chosen.zone,
            "first_day": str(chosen.first_day),
            "last_day": str(chosen.last_day),
            "game_names": list(chosen.game_names),
            **{name: sorted(getattr(chosen, name)) for name in _CRITERIA},
        },
        "expires_at": int((request.asked_at + KEPT_FOR).timestamp()),
    }


def from_item(item: Item) -> StatsRequest:
    """Return the request of an item."""
    chosen = item["selection"]
    plain: dict[str, Any] = {name: item.get(name) for name in _PLAIN}
    return StatsRequest(
        **plain,
        asked_at=keys.moment(item["asked_at"]),
        selection=Selection(
            zone=chosen["zone"],
            first_day=date.fromisoformat(chosen["first_day"]),
            last_day=date.fromisoformat(chosen["last_day"]),
            game_names=tuple(chosen["game_names"]),
            **{name: frozenset(chosen[name]) for name in _CRITERIA},
        ),
    )


def create(table: Table, request: StatsRequest) -> None:
    """Store a request; a repeat changes nothing."""
    try:
        table.put(Put(to_item(request), ABSENT))
    except ConditionFailed as failed:
        if failed.item is None:
            raise


def get(table: Table, guild_id: str, stats_id: str) -> StatsRequest | None:
    """Return the request, or None."""
    item = table.get(keys.stats(guild_id, stats_id))
    return from_item(item) if item else None


def forget_reply_token(table: Table, request: StatsRequest) -> None:
    """Remove the interaction token once it was used or is of no use any more."""
    table.update(Update(keys.stats(request.guild_id, request.stats_id), "REMOVE #reply_token"))
