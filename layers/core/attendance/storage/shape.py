"""Which shape the table's items have, so that tools refuse to work on what a newer version wrote.

Code reads every shape that ever was, and older code passes over attributes that it does not know; a migration only brings
what lies there to the newest shape (`infra/migrate.py` has the list). A table without this item is of the first shape.

    shape 1   sheets of formats 1 and 2
    shape 2   sheets of format 3
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from attendance.storage import keys
from attendance.storage.table import ConditionFailed, Update

if TYPE_CHECKING:
    from attendance.storage.table import Table

FIRST = 1
CURRENT = 2


def read(table: Table) -> int:
    """Return the shape that all of the table's items have at least."""
    item = table.get(keys.table_shape())
    return int(item["shape"]) if item else FIRST


def raise_to(table: Table, number: int) -> None:
    """Note that all items have this shape. Raises `ConditionFailed` where the table is of a newer one already."""
    table.update(
        Update(keys.table_shape(), "SET #shape = :n", "attribute_not_exists(#shape) OR #shape <= :n", {":n": number})
    )


def lower_to(table: Table, number: int) -> None:
    """Note that items of this older shape come in. A table of that shape or an older one stays as it is."""
    with suppress(ConditionFailed):
        table.update(Update(keys.table_shape(), "SET #shape = :n", "#shape > :n", {":n": number}))
