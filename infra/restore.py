"""`make restore STAGE=... FROM=...`: puts the items of an archive back, and tells nobody.

    make restore STAGE=prod FROM=backups/prod-20261125T033000Z.jsonl.gz            into an empty table
    make restore STAGE=prod FROM=... GUILD=1195917705216131074                     one guild, in the place of what is there

Each item is written as upkeep (`storage/upkeep.py`), on the condition that this restore has not written it yet: nothing is
posted or sent anew, and an interrupted restore is simply run again. Whoever was erased since is erased again (`erased_since.py`). A whole archive wants a table that is empty or holds only
what this restore brought; one guild replaces what the table has of it, after that was backed up beside the archive. What
should have been said before now stays unsaid: reminders and warnings whose moment has passed are left out.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from attendance.storage import keys, shape, upkeep, whole
from attendance.storage.table import ConditionFailed, Put
from attendance.storage.values import item_from_wire
from infra import archive
from infra.backup import a_guild, back_up
from infra.erased_since import erase_again
from infra.places import find_place
from infra.scanning import Pace, each, scan
from infra.stages import NotReady

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from attendance.storage.table import Table
    from infra.archive import Header
    from infra.places import Place

_NOT_YET = f"attribute_not_exists(#{upkeep.MARK}) OR #{upkeep.MARK} <> :mark"
_SAID_IN_TIME_ONLY = frozenset({"reminder", "minimum"})


@dataclass(frozen=True)
class Restored:
    """What a restore did: items `written` now, `kept` from an earlier run, `left_out` as overdue, `removed` before.

    `erased` are members whose erasure was begun again.
    """

    written: int = 0
    kept: int = 0
    left_out: int = 0
    removed: int = 0
    erased: int = 0


def restore(
    place: Place,
    path: Path,
    *,
    guild_id: str | None,
    now: datetime,
    told: Callable[[int], object] = lambda _count: None,
) -> Restored:
    """Put an archive's items back. Safe to run again after an interruption at any point.

    Raises NotReady, with nothing written, for a file that is not whole, a newer shape on either side, a table that is not
    empty, and a guild that the archive does not hold.
    """
    header, _ = archive.check(path)
    table = place.table()
    _refuse_newer(header, place, shape.read(table))
    guild_id = guild_id or header.guild_id
    if header.guild_id not in (None, guild_id):
        raise NotReady(f"{path} holds guild {header.guild_id} only, nothing of {guild_id}.")
    mark = f"restored {header.made_at}"
    if guild_id is None:
        _begin(place, mark, header.shape, now)
    elif not any(True for _ in _of(path, guild_id)):
        raise NotReady(f"{path} holds nothing of guild {guild_id}.")
    else:
        shape.lower_to(table, header.shape)
    removed = _clear(table, guild_id, mark, path, place) if guild_id else 0
    outcomes = {"written": 0, "kept": 0, "left_out": 0}
    guilds: set[str] = set()
    for count, outcome in enumerate(each(lambda item: _put(table, item, mark, now), _of(path, guild_id, guilds)), 1):
        outcomes[outcome] += 1
        told(count)
    erased = erase_again(place, mark, guilds, header.made_at, now, lambda _count: None)
    return Restored(removed=removed, erased=erased, **outcomes)


def _refuse_newer(header: Header, place: Place, found: int) -> None:
    for what, number in ((f"the table {place.table_name}", found), ("the archive", header.shape)):
        if number > shape.CURRENT:
            raise NotReady(f"Shape {number} of {what} is newer than this software ({shape.CURRENT}): update it first.")


def _begin(place: Place, mark: str, archived_shape: int, now: datetime) -> None:
    """Note that this restore fills the table. Raises NotReady where something else has."""
    table = place.table()
    if table.get(keys.restoration(mark)) is not None:
        return
    found = ((wire["pk"]["S"], wire["sk"]["S"]) for wire in scan(place.dynamodb(), place.table_name, Pace(0)))
    if any(pk != keys.TABLE and not whole.is_passing(pk, sk) for pk, sk in found):
        raise NotReady(
            f"{place.table_name} is not empty, and what is in it did not come from this archive. A whole archive goes into "
            "a new table: deploy with another TableGeneration (infra/RUNBOOK.md), or name one GUILD."
        )
    shape.lower_to(table, archived_shape)
    shape.raise_to(table, archived_shape)
    table.put(Put({**keys.restoration(mark)._asdict(), "begun_at": keys.stamp(now)}))


def _of(path: Path, guild_id: str | None, guilds: set[str] | None = None) -> Iterator[dict[str, Any]]:
    """Yield what of an archive is put back; `guilds` comes to hold whose it was."""
    for wire in archive.items(path):
        item = item_from_wire(wire)
        owner = whole.guild_of(item["pk"])
        if guild_id in (None, owner) and item["pk"] != keys.TABLE:
            if guilds is not None and owner:
                guilds.add(owner)
            yield item


def _put(table: Table, item: dict[str, Any], mark: str, now: datetime) -> str:
    if item.get("entity") == "due" and item["kind"] in _SAID_IN_TIME_ONLY and keys.moment(item["due_at"]) <= now:
        return "left_out"
    if item.get("entity") == "erasure":  # it was under way, and items come back behind the place where it was
        item = item | dict.fromkeys(("position", "began_at"))
    try:
        table.put(Put(upkeep.marked(item, mark), _NOT_YET, {":mark": mark}))
    except ConditionFailed:
        return "kept"
    return "written"


def _clear(table: Table, guild_id: str, mark: str, path: Path, place: Place) -> int:
    """Remove what the table has of a guild and this restore did not bring, once that is in a file of its own."""
    saved = path.with_name(f"{path.name.partition('.')[0]}-before-{guild_id}.jsonl.gz")
    if not saved.exists():
        with suppress(NotReady):  # there is nothing to save
            back_up(place, saved, guild_id=guild_id, rate=0, told=lambda _count: None)
    others = (
        keys.Key(item["pk"], item["sk"])
        for item in whole.of_guild(table, guild_id)
        if item.get(upkeep.MARK) != mark and not whole.is_passing(item["pk"], item["sk"])
    )
    return sum(each(lambda key: upkeep.remove(table, key, mark), others))


def main(arguments: list[str]) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="make restore", description="Put an archive's items back, telling nobody.")
    parser.add_argument("stage")
    parser.add_argument("path", type=Path)
    parser.add_argument("--guild", default="", help="only this guild, in the place of what is there")
    asked = parser.parse_args(arguments)
    try:
        place = find_place(asked.stage)
        _, total = archive.check(asked.path)
        with tqdm(total=total, unit=" items", desc="Restoring", mininterval=1) as bar:
            guild_id = a_guild(asked.guild) if asked.guild else None
            told = lambda _count: bar.update()  # noqa: E731 - a step of the bar
            done = restore(place, asked.path, guild_id=guild_id, now=datetime.now(UTC), told=told)
    except NotReady as reason:
        print(reason, file=sys.stderr)
        return 1
    print(
        f"{done.written:,} items are back in {place.table_name}, {done.kept:,} were already; {done.removed:,} that were there before "
        f"went first, {done.left_out:,} reminders of moments that have passed were left out. Nobody was told."
    )
    if done.erased:
        print(f"{done.erased:,} members who were erased since are being erased again, within half an hour.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
