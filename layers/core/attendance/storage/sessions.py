"""Sessions in the table: one item a family, and one beside the user by which theirs are listed.

Neither holds a token: a refresh token is derived from the server's key, and the item keeps only its hash.
"""

from __future__ import annotations

from itertools import batched, chain
from typing import TYPE_CHECKING, Any

from attendance.domain.session import Session
from attendance.storage import keys
from attendance.storage.table import PRESENT, Delete, Put, Update

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.storage.table import Table
    from attendance.storage.values import Item

_FIELDS = ("family", "user_id", "name", "kid", "token_hash", "generation", "created_at", "rotated_at", "client")
_TIMES = ("created_at", "rotated_at")
_ENDED_TOGETHER = 50
"""Of two items each: DynamoDB takes 100 writes in a transaction."""


def from_item(item: Item) -> Session:
    """Return the session of an item."""
    values: dict[str, Any] = {name: item[name] for name in _FIELDS if name in item}
    return Session(**values | {name: keys.moment(values[name]) for name in _TIMES})


def create(table: Table, session: Session) -> None:
    """Store a new session."""
    item: Item = {name: getattr(session, name) for name in _FIELDS}
    item |= {name: keys.stamp(item[name]) for name in _TIMES}
    gone = {"expires_at": int(session.ends_at.timestamp())}
    table.write_together(
        Put({**keys.session(session.family)._asdict(), "entity": "session", **item, **gone}),
        Put(
            {
                **keys.session_of_user(session.user_id, session.family)._asdict(),
                "entity": "session_of_user",
                "family": session.family,
            }
        ),
    )


def get(table: Table, family: str) -> Session | None:
    """Return the session, or None once it was ended."""
    item = table.get(keys.session(family))
    return from_item(item) if item else None


def rotate(table: Table, session: Session, kid: str, token_hash: str, now: datetime) -> Session:
    """Move a session to its next generation; raises `ConditionFailed` with the item when somebody was quicker."""
    moved = Update(
        keys.session(session.family),
        "SET #generation = :next, #kid = :kid, #token_hash = :hash, #rotated_at = :now, #expires_at = :gone",
        f"{PRESENT} AND #generation = :was",
        {
            ":next": session.generation + 1,
            ":was": session.generation,
            ":kid": kid,
            ":hash": token_hash,
            ":now": keys.stamp(now),
            ":gone": int(session.ends_at.timestamp()) + 7 * 86_400,
        },
    )
    return from_item(table.update(moved))


def end(table: Table, user_id: str, family: str) -> None:
    """End a session; one that is over already is fine."""
    table.write_together(Delete(keys.session(family)), Delete(keys.session_of_user(user_id, family)))


def end_all(table: Table, user_id: str) -> int:
    """End every session that a user has; returns how many. Those that were over already are fine."""
    families = [
        item["family"] for item in table.query_all(f"USER#{user_id}", prefix=keys.SESSIONS, attributes=("family",))
    ]
    for some in batched(families, _ENDED_TOGETHER, strict=False):
        ends = [(Delete(keys.session(one)), Delete(keys.session_of_user(user_id, one))) for one in some]
        table.write_together(*chain.from_iterable(ends))
    return len(families)


def of_user(table: Table, user_id: str) -> list[Session]:
    """Return a user's sessions, the newest first; some may be past their end."""
    families = [
        item["family"] for item in table.query_all(f"USER#{user_id}", prefix=keys.SESSIONS, attributes=("family",))
    ]
    items = table.get_many([keys.session(family) for family in families])
    gone = [family for family, item in zip(families, items, strict=True) if item is None]
    for family in gone:  # DynamoDB expired the session itself; its line in the list goes now
        table.delete(Delete(keys.session_of_user(user_id, family)))
    return sorted((from_item(item) for item in items if item), key=lambda session: session.created_at, reverse=True)
