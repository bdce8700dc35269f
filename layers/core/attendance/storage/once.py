"""Things used once (sign-in states, one-time codes, tickets), and requests that may come twice.

Taking is one conditional delete, so of any number of takers at once exactly one gets it. Items past their end are
refused here: DynamoDB's own expiry may be days late.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Literal, NamedTuple

from attendance.storage import keys
from attendance.storage.table import PRESENT, ConditionFailed, Delete, Put, Update

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.storage.table import Table
    from attendance.storage.values import Item

Kind = Literal["STATE", "CODE", "TICKET"]


def keep(table: Table, kind: Kind, digest: str, facts: Item, ends_at: datetime) -> None:
    """Store what the secret of `digest` stands for, until `ends_at`."""
    item = {**keys.once(kind, digest)._asdict(), "entity": kind.lower(), "facts": facts, "ends_at": keys.stamp(ends_at)}
    table.put(Put(item | {"expires_at": int(ends_at.timestamp()) + 1}))


def take(table: Table, kind: Kind, digest: str, now: datetime) -> Item | None:
    """Return what the secret stood for, once; None when it is unknown, used or over."""
    try:
        item = table.delete(
            Delete(keys.once(kind, digest), f"{PRESENT} AND #ends_at > :now", {":now": keys.stamp(now)})
        )
    except ConditionFailed:
        return None
    facts: Item | None = item["facts"] if item else None
    return facts


class Asked(NamedTuple):
    """What an Idempotency-Key asked for first, and whether that was done to its end."""

    fingerprint: str
    done: bool


def note_request(table: Table, user_id: str, digest: str, fingerprint: str, ends_at: datetime) -> Asked:
    """Note what an Idempotency-Key asks for and return what it asked for first: the same, unless the key is reused."""
    item = {
        **keys.asked(user_id, digest)._asdict(),
        "entity": "asked",
        "fingerprint": fingerprint,
        "expires_at": int(ends_at.timestamp()),
    }
    try:
        table.put(Put(item))
    except ConditionFailed as failed:
        if failed.item:
            return Asked(str(failed.item["fingerprint"]), bool(failed.item.get("done")))
    return Asked(fingerprint, done=False)


def note_done(table: Table, user_id: str, digest: str) -> None:
    """Note that what an Idempotency-Key asks for was done; one that is over by now is fine."""
    with suppress(ConditionFailed):
        table.update(Update(keys.asked(user_id, digest), "SET #done = :yes", PRESENT, {":yes": True}))
