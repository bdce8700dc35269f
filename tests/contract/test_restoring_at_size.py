"""50,000 items are backed up, restored and migrated in memory that does not grow with them. Minutes; prints its figures."""

from __future__ import annotations

import json
import resource
import time
import uuid
import zlib
from itertools import batched, chain

import pytest

from attendance.storage import keys, shape
from attendance.storage.values import item_to_wire
from infra.backup import back_up
from infra.migrate import migrate
from infra.places import Place
from infra.restore import restore
from infra.scanning import each
from tests.stories import NOW
from tests.tables import create_table

pytestmark = [pytest.mark.full, pytest.mark.ministack, pytest.mark.timeout(1500)]
ITEMS = 50_000
OLD_SHEETS = 500


@pytest.fixture
def place(ministack_table):
    return _place(ministack_table[0], ministack_table[1])


@pytest.fixture
def new_place(ministack_table):
    client = ministack_table[0]
    name = create_table(client, f"restored-{uuid.uuid4().hex[:8]}")
    yield _place(client, name)
    client.delete_table(TableName=name)


def _place(client, name):
    return Place("test", name, "http://localhost", lambda _service: client)


def _sheet_of_first_shape(number: int) -> dict[str, object]:
    at = "2026-11-01T20:00:00.000Z"
    row = ["1000001", "Ann", "yes", "dps", 0, "present", "button", at, 1]
    return {
        "pk": f"G#{number % 50}", "sk": f"SHEET#{at}#{number}", "entity": "sheet", "guild_id": str(number % 50), "event_id": str(number),
        "title": "Raid", "game": "WoW", "starts_at": at, "ends_at": at, "zone": "UTC", "made_at": at, "version": 1, "touched": {"by": "1"},
        "rows": b"\x01" + zlib.compress(json.dumps([row]).encode()),
    }  # fmt: skip


def _evidence(number: int) -> dict[str, object]:
    event, user = number // 1000, 1_000_000 + number % 1000
    pk, sk = keys.evidence(str(event % 50), str(event), str(user), f"{number:08x}")
    return {"pk": pk, "sk": sk, "entity": "evidence", "status": "present", "note": "x" * 100, "at": keys.stamp(NOW)}


def _fill(place, items: int) -> None:
    wanted = chain(map(_sheet_of_first_shape, range(OLD_SHEETS)), map(_evidence, range(items - OLD_SHEETS)))
    client = place.dynamodb()

    def put(batch):
        puts = [{"PutRequest": {"Item": item_to_wire(item)}} for item in batch]
        return client.batch_write_item(RequestItems={place.table_name: puts})["UnprocessedItems"]

    assert not any(each(put, batched(wanted, 25, strict=False)))


def _most_memory() -> float:
    """Megabytes that this process had at most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def test_fifty_thousand_items_are_restored_and_migrated_in_constant_memory(place, new_place, tmp_path):
    _fill(place, ITEMS)
    path = tmp_path / "all.jsonl.gz"
    began, before = time.monotonic(), _most_memory()
    back_up(place, path, guild_id=None, rate=0, told=lambda _count: None)
    backed_up, in_between = time.monotonic(), _most_memory()
    done = restore(new_place, path, guild_id=None, now=NOW)
    restored = time.monotonic()
    assert done.written == ITEMS
    assert migrate(new_place, dry_run=True, rate=0).changed == OLD_SHEETS
    assert migrate(new_place, dry_run=False, rate=0).changed == OLD_SHEETS
    assert shape.read(new_place.table()) == shape.CURRENT
    grown = _most_memory() - before
    print(
        f"\n{ITEMS:,} items: {backed_up - began:.0f} s to back up ({path.stat().st_size / 1e6:.1f} MB, {in_between - before:.0f} MB "
        f"of memory), {restored - backed_up:.0f} s to restore, {time.monotonic() - restored:.0f} s to migrate; {grown:.0f} MB of memory"
    )
    assert grown < 60  # a scan's answer is 1 MB and some hundred items are held at a time; all of them would be 150 MB
