"""A table, or one guild of it, is backed up, lost and put back item by item; a migration starts from the first shape."""

from __future__ import annotations

import gzip
import json
import uuid
import zlib
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from attendance.domain.choice import yes
from attendance.services.check_ins import check_in
from attendance.services.closing import close_event
from attendance.services.events import EventRequest, create_event
from attendance.services.settings import set_up_guild
from attendance.services.sign_ups import sign_up
from attendance.storage import keys, shape, sheets, upkeep, whole
from attendance.storage.table import Put, Table
from attendance.storage.values import item_from_wire
from infra import archive, scanning
from infra.backup import back_up
from infra.migrate import Migration, migrate
from infra.places import Place
from infra.restore import restore
from infra.scanning import Pace, scan
from infra.stages import NotReady
from tests.stories import CHANNEL, GUILD, NOW, OTHER_GUILD, after, member, officer, raid
from tests.tables import create_table

if TYPE_CHECKING:
    from attendance.storage.values import Item

LATER = NOW + timedelta(hours=30)


@pytest.fixture(params=["moto", pytest.param("emulator", marks=pytest.mark.ministack)])
def table(request):
    """A table beside which another one can be made."""
    return Table(*request.getfixturevalue("moto_table" if request.param == "moto" else "ministack_table"))


@pytest.fixture(autouse=True)
def one_after_the_other_in_memory(request, monkeypatch):
    """Moto is wrong under threads; the emulator is worked on by many at once."""
    if request.node.callspec.params["table"] == "moto":
        monkeypatch.setattr(scanning, "AT_ONCE", 1)


@pytest.fixture
def closed_raid(table):
    """A closed raid and one ahead, a second guild, and a sign-in under way that must not come back."""
    event = raid(table)
    for name in ("Ann", "Ben", "Cem"):
        sign_up(table, GUILD, event.event_id, yes("dps"), member(name), NOW)
    check_in(table, GUILD, event.event_id, member("Ann"), after(60))
    close_event(table, GUILD, event.event_id, officer(request_id="close"), after(200))
    raid(table, request_id="next", time="in 2d")
    set_up_guild(table, OTHER_GUILD, officer(), NOW, zone="Asia/Tokyo", channel_id=CHANNEL)
    create_event(table, OTHER_GUILD, officer(request_id="o"), NOW, EventRequest(title="Elsewhere", time="in 5h"))
    table.put(Put({**keys.session("f" * 8)._asdict(), "entity": "session"}))
    return event


@pytest.fixture
def place(request, closed_raid):  # noqa: ARG001 - it fills the table
    """Where the filled table is."""
    return _place(request, None)


@pytest.fixture
def new_place(request):
    """An empty table beside it."""
    name = f"restored-{uuid.uuid4().hex[:8]}"
    place = _place(request, name)
    create_table(place.dynamodb(), name)
    yield place
    place.dynamodb().delete_table(TableName=name)


def _place(request, name):
    of = "moto_table" if request.node.callspec.params["table"] == "moto" else "ministack_table"
    client, own = request.getfixturevalue(of)
    return Place("test", name or own, "http://localhost", lambda _service: client)


def _everything(place):
    """All that would be missed, by key and without the marks of quiet writes."""
    found = map(item_from_wire, scan(place.dynamodb(), place.table_name, Pace(0)))
    return {
        (item["pk"], item["sk"]): {name: value for name, value in item.items() if name != upkeep.MARK}
        for item in found
        if item["pk"] != keys.TABLE and not whole.is_passing(item["pk"], item["sk"])
    }


def _backed_up(place, path, guild_id=None):
    back_up(place, path, guild_id=guild_id, rate=0, told=lambda _count: None)
    return path


def test_a_new_table_has_item_by_item_what_the_lost_one_had(place, new_place, tmp_path):
    path = _backed_up(place, tmp_path / "all.jsonl.gz")
    before = _everything(place)
    done = restore(new_place, path, guild_id=None, now=NOW)
    assert _everything(new_place) == before
    assert (done.written, done.left_out) == (len(before), 0)


def test_a_sign_in_does_not_come_back(place, new_place, tmp_path):
    restore(new_place, _backed_up(place, tmp_path / "all.jsonl.gz"), guild_id=None, now=NOW)
    assert new_place.table().get(keys.session("f" * 8)) is None


def test_reminders_whose_moment_has_passed_are_left_out_and_nothing_else(place, new_place, tmp_path):
    path = _backed_up(place, tmp_path / "all.jsonl.gz")
    done = restore(new_place, path, guild_id=None, now=LATER)
    missing = _everything(place).keys() - _everything(new_place).keys()
    assert done.left_out == len(missing) > 0
    assert {_everything(place)[key]["kind"] for key in missing} == {"reminder"}


def test_a_restore_that_was_interrupted_goes_on_where_it_was(place, new_place, tmp_path):
    path = _backed_up(place, tmp_path / "all.jsonl.gz")

    def crash(count):
        if count == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore(new_place, path, guild_id=None, now=NOW, told=crash)
    done = restore(new_place, path, guild_id=None, now=NOW)
    assert done.kept >= 5
    assert _everything(new_place) == _everything(place)


def test_what_members_did_after_a_restore_survives_its_repetition(place, new_place, tmp_path):
    path = _backed_up(place, tmp_path / "all.jsonl.gz")
    restore(new_place, path, guild_id=None, now=NOW)
    ahead = next(item for item in _everything(new_place).values() if item.get("status") == "open")
    sign_up(new_place.table(), ahead["guild_id"], ahead["event_id"], yes(ahead["roles"][0]["key"]), member("Eve"), NOW)
    changed = _everything(new_place)
    restore(new_place, path, guild_id=None, now=NOW)
    assert _everything(new_place) == changed


def test_a_table_in_use_takes_no_whole_archive(place, tmp_path):
    path = _backed_up(place, tmp_path / "all.jsonl.gz")
    before = _everything(place)
    with pytest.raises(NotReady, match="is not empty"):
        restore(place, path, guild_id=None, now=NOW)
    assert _everything(place) == before


def test_one_guild_is_put_back_as_it_was_and_the_others_are_untouched(place, tmp_path):
    path = _backed_up(place, tmp_path / "all.jsonl.gz")
    before = _everything(place)
    table = place.table()
    for item in list(whole.of_guild(table, GUILD)):
        if item.get("entity") in ("sheet", "evidence"):
            upkeep.remove(table, keys.Key(item["pk"], item["sk"]), "an accident")
    raid(table, request_id="after the backup")
    create_event(table, OTHER_GUILD, officer(request_id="p"), NOW, EventRequest(title="Later", time="in 6h"))
    others = {key: item for key, item in _everything(place).items() if whole.guild_of(key[0]) != GUILD}
    done = restore(place, path, guild_id=GUILD, now=NOW)
    after_it = _everything(place)
    assert {key: item for key, item in after_it.items() if whole.guild_of(key[0]) == GUILD} == {
        key: item for key, item in before.items() if whole.guild_of(key[0]) == GUILD
    }
    assert {key: item for key, item in after_it.items() if whole.guild_of(key[0]) != GUILD} == others
    assert done.removed > 0


def test_what_a_guild_had_is_kept_in_a_file_before_it_is_replaced(place, tmp_path):
    path = _backed_up(place, tmp_path / "all.jsonl.gz")
    late = raid(place.table(), request_id="after the backup")
    restore(place, path, guild_id=GUILD, now=NOW)
    saved = tmp_path / f"all-before-{GUILD}.jsonl.gz"
    archive.check(saved)
    assert late.event_id in {item["event_id"]["S"] for item in archive.items(saved) if "event_id" in item}


def test_a_guilds_archive_holds_nothing_of_another(place, tmp_path):
    path = _backed_up(place, tmp_path / "one.jsonl.gz", OTHER_GUILD)
    assert {whole.guild_of(item["pk"]["S"]) for item in archive.items(path)} == {OTHER_GUILD}


def test_every_item_in_a_guilds_partitions_is_found(place):
    found = {(item["pk"], item["sk"]) for item in whole.of_guild(place.table(), GUILD)}
    there = {key for key in _everything(place) if whole.guild_of(key[0]) == GUILD}
    assert there <= found


@pytest.mark.parametrize("harm", ["cut short", "a line less", "another text", "no archive", "missing"])
def test_a_file_that_is_not_whole_is_refused_before_anything_is_written(place, new_place, tmp_path, harm):
    path = _backed_up(place, tmp_path / "all.jsonl.gz")
    packed = path.read_bytes()
    lines = gzip.decompress(packed).splitlines(keepends=True)
    match harm:
        case "cut short":
            path.write_bytes(packed[: len(packed) // 2])
        case "a line less":
            path.write_bytes(gzip.compress(b"".join(lines[:3] + lines[4:])))
        case "another text":
            path.write_bytes(gzip.compress(b"".join(lines).replace(b"Elsewhere", b"Nowhere!!")))
        case "no archive":
            path.write_bytes(b"hello")
        case _:
            path.unlink()
    with pytest.raises(NotReady):
        restore(new_place, path, guild_id=None, now=NOW)
    assert _everything(new_place) == {}


def test_an_archive_and_a_table_of_a_newer_version_are_refused(place, new_place, tmp_path):
    path = _backed_up(place, tmp_path / "all.jsonl.gz")
    shape.raise_to(new_place.table(), shape.CURRENT + 1)
    with pytest.raises(NotReady, match="newer than this software"):
        restore(new_place, path, guild_id=None, now=NOW)
    with pytest.raises(NotReady, match="newer than this software"):
        migrate(new_place, dry_run=False, rate=0)
    lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    header = json.dumps(json.loads(lines[0]) | {"shape": shape.CURRENT + 1}).encode() + b"\n"
    path.write_bytes(gzip.compress(header + b"".join(lines[1:])))
    with pytest.raises(NotReady, match="of the archive is newer"):
        restore(place, path, guild_id=GUILD, now=NOW)


def _of_first_shape(place):
    """Rewrite every sheet as the first version wrote it: one binary of JSON rows."""
    table = place.table()
    for item in [item for item in _everything(place).values() if item.get("entity") == "sheet"]:
        sheet = sheets.from_item(item)
        rows = [
            [row.user_id, row.name, row.answer, row.role, row.late_minutes, row.status, row.source, None, 0]
            for row in sheet.rows
        ]
        old = {name: value for name, value in item.items() if name not in ("marks", "rows")}
        table.put(Put(old | {"rows": b"\x01" + zlib.compress(json.dumps(rows).encode())}, condition=None))
    return {item["event_id"]: item for item in _everything(place).values() if item.get("entity") == "sheet"}


def test_a_migration_from_the_first_shape_changes_old_sheets_only_and_not_what_they_say(closed_raid, place):
    first = _of_first_shape(place)
    others = {key: item for key, item in _everything(place).items() if item.get("entity") != "sheet"}
    assert (migrate(place, dry_run=True, rate=0).changed, shape.read(place.table())) == (1, 1)
    assert {item["rows"][0] for item in _sheets(place)} == {1}
    done = migrate(place, dry_run=False, rate=0)
    assert (done.before, done.after, done.changed) == (1, 2, 1)
    assert {item["rows"][0] for item in _sheets(place)} == {3}
    assert [sheets.from_item(item) for item in _sheets(place)] == [sheets.from_item(first[closed_raid.event_id])]
    assert {key: item for key, item in _everything(place).items() if item.get("entity") != "sheet"} == others
    assert migrate(place, dry_run=False, rate=0).seen == 0


def test_a_sheet_that_is_corrected_while_it_is_migrated_keeps_the_correction(place, monkeypatch):
    _of_first_shape(place)
    renew = sheets.in_newest_format
    corrected: list[Item] = []

    def meanwhile(item):
        if item.get("entity") == "sheet" and not corrected:
            corrected.append(item | {"title": "Corrected", "touched": item["touched"] | {"request": "correction"}})
            place.table().put(Put(corrected[0], condition=None))
        return renew(item)

    monkeypatch.setattr("infra.migrate.MIGRATIONS", [Migration(2, "a test's", meanwhile)])
    migrate(place, dry_run=False, rate=0)
    assert [(item["title"], item["rows"][0]) for item in _sheets(place)] == [("Corrected", 3)]


def _sheets(place):
    return [item for item in _everything(place).values() if item.get("entity") == "sheet"]
