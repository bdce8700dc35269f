"""Calls in the table, beside the event that they are about, and when its members were called last.

A preview in Discord is a CALL item that is only `asked`; confirming it is one transaction with the CALLED item of its
audience, which holds two officers to one message. What the REST API sends is stored as `sent` at once, in the same one.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from attendance.domain.call import QUIET_FOR, Call
from attendance.storage import keys
from attendance.storage.table import ABSENT, PRESENT, ConditionFailed, Put, Update
from attendance.storage.touch import touched

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.domain.call import Audience
    from attendance.storage.table import Table
    from attendance.storage.values import Item

_PLAIN = (
    "guild_id", "event_id", "call_id", "audience", "asked_by", "text", "ping", "place", "status", "reply_token", "locale",
    "version",
)  # fmt: skip
_PREVIEW_KEPT, _KEPT = timedelta(days=1), timedelta(days=90)
_NOT_LATELY = f"{ABSENT} OR #at <= :earlier OR #call_id = :call"


def to_item(call: Call) -> Item:
    """Return the call's item, without its `touched` mark."""
    ends_at = call.asked_at + (_PREVIEW_KEPT if call.status == "asked" else _KEPT)
    return {
        **keys.call(call.guild_id, call.event_id, call.call_id)._asdict(),
        "entity": "call",
        **{name: getattr(call, name) for name in _PLAIN},
        "asked_at": keys.stamp(call.asked_at),
        "sent_at": keys.stamp(call.sent_at) if call.sent_at else None,
        "readers": list(call.readers) if call.readers is not None else None,
        "expires_at": int(ends_at.timestamp()),
    }


def from_item(item: Item) -> Call:
    """Return the call of an item."""
    return Call(
        **{name: item[name] for name in _PLAIN if item.get(name) is not None},
        asked_at=keys.moment(item["asked_at"]),
        sent_at=keys.moment(item["sent_at"]) if item.get("sent_at") else None,
        readers=tuple(item["readers"]) if item.get("readers") is not None else None,
    )


def get(table: Table, guild_id: str, event_id: str, call_id: str) -> Call | None:
    """Return a call, or None."""
    item = table.get(keys.call(guild_id, event_id, call_id))
    return from_item(item) if item else None


def last_at(table: Table, guild_id: str, event_id: str, audience: Audience) -> datetime | None:
    """Return when that audience of an event was called last, None for never."""
    item = table.get(keys.called(guild_id, event_id, audience))
    return keys.moment(item["at"]) if item else None


def ask(table: Table, call: Call, actor: Actor, now: datetime) -> None:
    """Store a call that is to be previewed; a repeat changes nothing."""
    with suppress(ConditionFailed):
        table.put(Put(to_item(call) | {"touched": touched(actor, now)}))


def create(table: Table, call: Call, actor: Actor, now: datetime) -> Call:
    """Store a call that goes out and return it; a repeat returns what was stored first.

    Raises `ConditionFailed` with the CALLED item when the same members were called lately.
    """
    return _let_go(table, call, Put(to_item(call) | {"touched": touched(actor, now)}), now)


def send(table: Table, call: Call, actor: Actor, now: datetime) -> Call:
    """Let a call that was previewed go out and return it; again changes nothing. Raises as `create`."""
    sent = replace(call, status="sent", sent_at=now, reply_token=None, version=call.version + 1)
    item = to_item(sent)
    names = ("status", "sent_at", "version", "expires_at")
    update = Update(
        keys.call(call.guild_id, call.event_id, call.call_id),
        "SET #touched = :touched, " + ", ".join(f"#{name} = :{name}" for name in names) + " REMOVE #reply_token",
        f"{PRESENT} AND #status = :asked",
        {":touched": touched(actor, now), ":asked": "asked", **{f":{name}": item[name] for name in names}},
    )
    return _let_go(table, sent, update, now)


def settle_readers(table: Table, call: Call, users: Sequence[str]) -> None:
    """Note who is meant, once and for all: a redelivery tells the same members."""
    key = keys.call(call.guild_id, call.event_id, call.call_id)
    condition = f"{PRESENT} AND attribute_not_exists(#readers)"
    with suppress(ConditionFailed):
        table.update(Update(key, "SET #readers = :readers", condition, {":readers": list(users)}))


def forget_reply_token(table: Table, call: Call) -> None:
    """Remove the interaction token once the preview was shown, or cannot be any more."""
    with suppress(ConditionFailed):
        table.update(Update(keys.call(call.guild_id, call.event_id, call.call_id), "REMOVE #reply_token"))


def _let_go(table: Table, call: Call, write: Put | Update, now: datetime) -> Call:
    """Do the write that makes `call` what goes out, unless its members were called lately; returns what is stored then."""
    try:
        table.write_together(_gate(call, now), write)
    except ConditionFailed as failed:
        if not failed.index or failed.item is None:
            raise
        return from_item(failed.item)
    return call


def _gate(call: Call, now: datetime) -> Put:
    item = {
        **keys.called(call.guild_id, call.event_id, call.audience)._asdict(),
        "entity": "called",
        "call_id": call.call_id,
        "at": keys.stamp(now),
        "expires_at": int((now + _KEPT).timestamp()),
    }
    return Put(item, _NOT_LATELY, {":earlier": keys.stamp(now - QUIET_FOR), ":call": call.call_id})
