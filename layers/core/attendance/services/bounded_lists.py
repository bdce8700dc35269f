"""Lists of which a guild has only so many: its API keys, its webhooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.storage.table import ConditionFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from attendance.errors import Conflict
    from attendance.storage.values import Item


def add_once(
    new_id: str, there: Collection[str], *, limit: int, full: Conflict, write: Callable[[], None]
) -> Item | None:
    """Write one more, and return None; or, when the same request wrote it before, the item that it wrote then.

    Raises `full` when there are `limit` of them already and this would be another. Two requests at the same moment may
    both find the last place free: the limit keeps a list short and guards nothing.
    """
    if len(there) >= limit and new_id not in there:
        raise full
    try:
        write()
    except ConditionFailed as failed:
        if failed.item is None:
            raise
        return failed.item
    return None
