"""`make migrate STAGE=...`: brings the items that lie in the table to the newest shape, forward only.

    make migrate STAGE=prod DRY_RUN=1     counts what would change, and writes nothing
    make migrate STAGE=prod RATE=100      at most 100 read units a second

Code reads every shape that ever was (`storage/shape.py`), so a migration never has to come with a deployment; it is run in
peace, later, by an operator. Each item is rewritten on the condition that nobody changed it meanwhile, as upkeep: nothing
follows from it. One that was changed is read and tried again; a run that was interrupted is run again and passes over what
is done. The table's own number is raised last.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tqdm import tqdm

from attendance.storage import shape, sheets, upkeep
from attendance.storage.keys import Key
from attendance.storage.table import ConditionFailed, Put
from attendance.storage.values import item_from_wire
from infra.places import find_place
from infra.scanning import Pace, each, scan
from infra.stages import NotReady

if TYPE_CHECKING:
    from collections.abc import Callable

    from attendance.storage.table import Table
    from attendance.storage.values import Item
    from infra.places import Place

TRIES: Final = 5


@dataclass(frozen=True)
class Migration:
    """The step to shape `to`. `renew` returns an item in the new shape, or None where it has it already."""

    to: int
    what: str
    renew: Callable[[Item], Item | None]


@dataclass(frozen=True)
class Migrated:
    """What a migration did: the shapes `before` and `after`, items `seen`, and items `changed` (or, dry, to change)."""

    before: int
    after: int
    seen: int = 0
    changed: int = 0


MIGRATIONS: Final = (Migration(2, "sheets in format 3", sheets.in_newest_format),)


def migrate(
    place: Place, *, dry_run: bool, rate: float, told: Callable[[int], object] = lambda _count: None
) -> Migrated:
    """Bring a table to the newest shape. Raises NotReady for one that a newer version wrote."""
    table = place.table()
    before = shape.read(table)
    if before > shape.CURRENT:
        raise NotReady(f"{place.table_name} has shape {before}, which is newer than this software: update it first.")
    steps = [step for step in MIGRATIONS if step.to > before]
    seen = changed = 0
    if steps:
        found = map(item_from_wire, scan(place.dynamodb(), place.table_name, Pace(rate)))
        for seen, done in enumerate(each(lambda item: _renew(table, item, steps, dry_run=dry_run), found), 1):
            changed += done
            told(seen)
        if not dry_run:
            shape.raise_to(table, shape.CURRENT)
    return Migrated(before, before if dry_run else shape.CURRENT, seen, changed)


def _renew(table: Table, item: Item, steps: list[Migration], *, dry_run: bool) -> bool:
    """Write an item in its newest shape; whether there was something to write."""
    found: Item | None = item
    for _ in range(TRIES):
        if found is None or (renewed := _newest(found, steps)) is None:
            return False
        if dry_run:
            return True
        try:
            table.put(_unless_changed(found, upkeep.marked(renewed, f"shape {shape.CURRENT}")))
        except ConditionFailed as changed:
            found = changed.item
        else:
            return True
    raise NotReady(
        f"{Key(item['pk'], item['sk'])} changes faster than it can be migrated: run it again at a quieter hour."
    )


def _newest(item: Item, steps: list[Migration]) -> Item | None:
    renewed: Item | None = None
    for step in steps:
        renewed = step.renew(renewed or item) or renewed
    return renewed


def _unless_changed(item: Item, renewed: Item) -> Put:
    """Every item that a migration changes carries the mark of its last change (`storage/touch.py`)."""
    return Put(renewed, "#touched = :touched", {":touched": item["touched"]})


def main(arguments: list[str]) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="make migrate", description="Bring the table to the newest shape.")
    parser.add_argument("stage")
    parser.add_argument("--dry-run", action="store_true", help="count what would change, write nothing")
    parser.add_argument("--rate", type=float, default=0, help="read units a second at most; 0 is no limit")
    asked = parser.parse_args(arguments)
    try:
        place = find_place(asked.stage)
        total = place.dynamodb().describe_table(TableName=place.table_name)["Table"].get("ItemCount") or None
        with tqdm(total=total, unit=" items", desc="Migrating", mininterval=1) as bar:
            told = lambda _count: bar.update()  # noqa: E731 - a step of the bar
            done = migrate(place, dry_run=asked.dry_run, rate=asked.rate, told=told)
    except NotReady as reason:
        print(reason, file=sys.stderr)
        return 1
    if done.before == shape.CURRENT:
        print(f"{place.table_name} is of shape {shape.CURRENT}, the newest: there is nothing to do.")
    elif asked.dry_run:
        print(f"{done.changed:,} of {done.seen:,} items would change, from shape {done.before} to {shape.CURRENT}.")
    else:
        print(f"{done.changed:,} of {done.seen:,} items changed: {place.table_name} is of shape {done.after} now.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
