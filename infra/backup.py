"""`make backup STAGE=...`: the whole table, or one guild of it, into an archive on this machine.

    make backup STAGE=prod                                 all of it
    make backup STAGE=prod GUILD=1195917705216131074       one guild
    make backup STAGE=prod TABLE=attendance-prod-restored  another table of that account: what AWS restored

Point-in-time recovery and the daily plan of infra/backup.yaml protect against AWS and against operators' slips; an archive
protects against the loss of the account, moves a guild, and is what `make restore` reads. Left out is what is worth nothing
in another table: sign-ins, sockets, rate limits, copies of Discord's answers.
"""

from __future__ import annotations

import argparse
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from attendance.storage import keys, shape, whole
from attendance.storage.values import item_to_wire
from infra import archive
from infra.archive import Header
from infra.places import find_place
from infra.scanning import Pace, scan
from infra.stages import ROOT, NotReady

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infra.places import Place


def back_up(place: Place, path: Path, *, guild_id: str | None, rate: float, told: Callable[[int], object]) -> int:
    """Write an archive of a table, or of one guild of it, and return how many items it holds.

    Raises NotReady for a table that a newer version wrote, and for a guild of which there is nothing.
    """
    table = place.table()
    found = shape.read(table)
    if found > shape.CURRENT:
        raise NotReady(f"{place.table_name} has shape {found}, which is newer than this software: update it first.")
    header = Header(table=place.table_name, guild_id=guild_id, shape=found, made_at=keys.stamp(datetime.now(UTC)))
    written = archive.write(path, header, _items(place, guild_id, Pace(rate)), told)
    if guild_id and not written:
        path.unlink()
        raise NotReady(f"There is nothing of guild {guild_id} in {place.table_name}.")
    return written


def _items(place: Place, guild_id: str | None, pace: Pace) -> Iterator[dict[str, Any]]:
    found = (
        (item_to_wire(item) for item in whole.of_guild(place.table(), guild_id))
        if guild_id
        else scan(place.dynamodb(), place.table_name, pace)
    )
    return (wire for wire in found if not whole.is_passing(wire["pk"]["S"], wire["sk"]["S"]))


def a_guild(text: str) -> str:
    """Return a guild's id. Raises NotReady for anything else."""
    if not re.fullmatch(r"[0-9]{17,20}", text):
        raise NotReady(f"{text} is no guild's id: 17 to 20 digits, by Copy Server ID in Discord.")
    return text


def _new_file(wanted: str, named: str) -> Path:
    path = Path(wanted) if wanted else ROOT / "backups" / f"{named}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.jsonl.gz"
    if path.exists():
        raise NotReady(f"{path} is there already: name another file, or move it away.")
    return path


def main(arguments: list[str]) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="make backup", description="Write an archive of the table.")
    parser.add_argument("stage")
    parser.add_argument("--guild", default="", help="only this guild")
    parser.add_argument("--table", default="", help="another table of the same account")
    parser.add_argument("--to", default="", help="the file; else backups/STAGE-DATE.jsonl.gz")
    parser.add_argument("--rate", type=float, default=0, help="read units a second at most; 0 is no limit")
    asked = parser.parse_args(arguments)
    try:
        place = find_place(asked.stage, table_name=asked.table)
        guild_id = a_guild(asked.guild) if asked.guild else None
        path = _new_file(asked.to, "-".join(filter(None, (asked.stage, guild_id))))
        with tqdm(unit=" items", desc="Backing up", mininterval=1) as bar:
            count = back_up(place, path, guild_id=guild_id, rate=asked.rate, told=lambda _count: bar.update())
    except NotReady as reason:
        print(reason, file=sys.stderr)
        return 1
    print(
        f"{count:,} items of {place.table_name} are in {path}.\nIt holds members' names and ids: keep it as you keep the table."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
