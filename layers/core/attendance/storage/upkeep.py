"""Upkeep: writes that restore, migrate, erase or purge, and from which nothing follows, not even an audit entry.

Whatever follows from a change is driven by the table's stream. A write of upkeep leaves a mark, the id of the operation, in
the item; a record whose new image has a mark that its old image lacks is passed over (`services/changes.py`). Later changes of the
item carry the same mark in both images and have their consequences again. A removal shows no new image: it is passed over when the
item was marked for it just before.

An item marked `quiet` is another thing: what members or officers made many of at once, on record as theirs, of which nothing is
posted (`services/consequences.py`).
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from attendance.storage.table import PRESENT, ConditionFailed, Delete, Update

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attendance.storage.keys import Key
    from attendance.storage.table import Table
    from attendance.storage.values import Item

MARK = "upkeep"
_LEAVING = "leaving "


def marked(item: Item, operation: str) -> Item:
    """Return the item with the mark of an operation."""
    return {**item, MARK: operation}


def is_upkeep(old: Mapping[str, object] | None, new: Mapping[str, object] | None) -> bool:
    """Whether the change between two images (None: there is none) is upkeep."""
    before = old.get(MARK) if old else None
    if new is None:
        return isinstance(before, str) and before.startswith(_LEAVING)
    after = new.get(MARK)
    return after is not None and after != before


def remove(table: Table, key: Key, operation: str) -> bool:
    """Remove an item, and nothing follows; False where it was gone already. Safe to repeat after a crash at any point."""
    with suppress(ConditionFailed):
        mark = _LEAVING + operation
        table.update(Update(key, f"SET #{MARK} = :mark", PRESENT, {":mark": mark}))
        table.delete(Delete(key, f"#{MARK} = :mark", {":mark": mark}))
        return True
    return False
