"""Who was erased after a backup was made is erased again from what it brings back, whatever else was lost."""

from __future__ import annotations

from datetime import timedelta

import boto3
import pytest
from moto import mock_aws

from attendance import wiring
from attendance.aws.files import S3Files
from attendance.domain.choice import yes
from attendance.services.check_ins import check_in
from attendance.services.closing import close_event
from attendance.services.erasing import SETTLED_AFTER, ask_to_erase
from attendance.services.own_zones import set_own_zone
from attendance.services.sign_ups import sign_up
from attendance.storage import erasures, events, keys, sheets
from attendance.storage.table import Table
from infra import scanning
from infra.backup import back_up
from infra.places import Place
from infra.restore import restore
from infra.stages import NotReady
from tests.dynamodb_in_memory import DynamoDBInMemory
from tests.stories import GUILD, NOW, after, member, officer, raid
from tests.workers_in_memory import WorkersInMemory

NIA = member("Niamh", user_id="80351110224678912", request_id="nia")
ANN = member("Annika", user_id="80351110224678913")


@pytest.fixture(autouse=True)
def one_after_the_other(monkeypatch):
    monkeypatch.setattr(scanning, "AT_ONCE", 1)


@pytest.fixture
def s3():
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="erasures")
        yield client


@pytest.fixture
def workers(monkeypatch, s3):
    workers = WorkersInMemory(monkeypatch)
    monkeypatch.setattr(wiring, "erasure_records", lambda: S3Files(s3, "erasures"))
    return workers


@pytest.fixture
def event(workers):
    """A closed raid at which both were."""
    event = raid(workers.table, roles="dps 2")
    for one in (NIA, ANN):
        sign_up(workers.table, GUILD, event.event_id, yes("dps"), one, NOW, note=f"{one.name} brings snacks")
        check_in(workers.table, GUILD, event.event_id, one, after(60))
        set_own_zone(workers.table, one, "Asia/Tokyo", NOW)
    workers.now = after(200)
    close_event(workers.table, GUILD, event.event_id, officer(request_id="close"), workers.now)
    _go_on(workers, 2)
    return event


def _place(dynamodb, s3):
    clients = {"dynamodb": dynamodb, "s3": s3}
    outputs = {"ErasuresBucketName": "erasures"}
    return Place("test", "attendance", "http://localhost", clients.__getitem__, outputs=outputs)


def _go_on(workers, minutes):
    for _ in range(minutes):
        workers.now += timedelta(seconds=70)
        workers.sweep()
        workers.run()


def _erase(workers, actor=NIA):
    ask_to_erase(workers.table, GUILD, actor, workers.now)
    _go_on(workers, 3)
    workers.now += SETTLED_AFTER
    _go_on(workers, 3)


def _backed_up(workers, s3, tmp_path, monkeypatch, guild_id=None):
    """An archive made now, by the clock of the story."""
    monkeypatch.setattr("infra.backup.datetime", _At(workers.now))
    path = tmp_path / "archive.jsonl.gz"
    back_up(_place(workers.dynamodb, s3), path, guild_id=guild_id, rate=0, told=lambda _count: None)
    workers.now += timedelta(minutes=1)
    return path


class _At:
    def __init__(self, at):
        self._at = at

    def now(self, _zone):
        return self._at


def _lose_the_table(workers):
    workers.dynamodb = DynamoDBInMemory()
    workers.table = Table(workers.dynamodb, "attendance")


def _named(workers, actor=NIA):
    return [item for item in workers.dynamodb.scan()["Items"] if actor.user_id in str(item) or actor.name in str(item)]


def test_who_was_erased_since_is_nowhere_in_a_new_table_and_totals_are_those_of_the_archive(
    workers, event, s3, tmp_path, monkeypatch
):
    path = _backed_up(workers, s3, tmp_path, monkeypatch)
    marks = [(row.mark, row.role) for row in sheets.get(workers.table, event).rows]
    _erase(workers)
    _lose_the_table(workers)
    done = restore(_place(workers.dynamodb, s3), path, guild_id=None, now=workers.now)
    assert done.erased == 1
    assert _named(workers)
    assert _named(workers, ANN)
    _go_on(workers, 3)
    workers.now += SETTLED_AFTER
    _go_on(workers, 3)
    assert _named(workers) == []
    sheet = sheets.get(workers.table, event)
    assert [(row.mark, row.role) for row in sheet.rows] == marks
    assert ANN.user_id in {row.user_id for row in sheet.rows}
    assert workers.sockets.pushed == []


def test_who_was_erased_before_the_archive_was_made_may_be_there_anew(workers, event, s3, tmp_path, monkeypatch):
    _erase(workers)
    ahead = raid(workers.table, roles="dps 1", request_id="ahead", time="in 3d")
    sign_up(workers.table, GUILD, ahead.event_id, yes("dps"), NIA, workers.now)
    path = _backed_up(workers, s3, tmp_path, monkeypatch)
    _lose_the_table(workers)
    assert restore(_place(workers.dynamodb, s3), path, guild_id=None, now=workers.now).erased == 0
    _go_on(workers, 2)
    assert NIA.user_id in events.get(workers.table, GUILD, ahead.event_id).choices
    assert event


def test_an_erasure_that_ended_while_the_archive_was_made_counts_as_since(workers, event, s3, tmp_path, monkeypatch):
    ask_to_erase(workers.table, GUILD, NIA, workers.now)
    path = _backed_up(workers, s3, tmp_path, monkeypatch)
    _go_on(workers, 3)
    workers.now += SETTLED_AFTER
    _go_on(workers, 3)
    _lose_the_table(workers)
    assert restore(_place(workers.dynamodb, s3), path, guild_id=None, now=workers.now).erased == 1
    assert event


def test_one_guild_put_back_is_erased_from_by_what_the_table_itself_remembers(
    workers, event, s3, tmp_path, monkeypatch
):
    path = _backed_up(workers, s3, tmp_path, monkeypatch, guild_id=GUILD)
    _erase(workers)
    for one in s3.list_objects_v2(Bucket="erasures")["Contents"]:
        s3.delete_object(Bucket="erasures", Key=one["Key"])
    assert restore(_place(workers.dynamodb, s3), path, guild_id=GUILD, now=workers.now).erased == 1
    _go_on(workers, 3)
    workers.now += SETTLED_AFTER
    _go_on(workers, 3)
    assert _named(workers) == []
    assert event


def test_a_restore_that_is_run_again_leaves_alone_who_came_back(workers, event, s3, tmp_path, monkeypatch):
    path = _backed_up(workers, s3, tmp_path, monkeypatch)
    _erase(workers)
    _lose_the_table(workers)
    restore(_place(workers.dynamodb, s3), path, guild_id=None, now=workers.now)
    _go_on(workers, 3)
    workers.now += SETTLED_AFTER
    _go_on(workers, 3)
    ahead = raid(workers.table, roles="dps 1", request_id="ahead", time="in 3d")
    sign_up(workers.table, GUILD, ahead.event_id, yes("dps"), NIA, workers.now)
    assert restore(_place(workers.dynamodb, s3), path, guild_id=None, now=workers.now).erased == 0
    _go_on(workers, 2)
    assert NIA.user_id in events.get(workers.table, GUILD, ahead.event_id).choices
    assert event


def test_the_new_table_remembers_who_was_erased_since(workers, event, s3, tmp_path, monkeypatch):
    path = _backed_up(workers, s3, tmp_path, monkeypatch)
    _erase(workers)
    known = {digest for digest, _ in erasures.erased_since(workers.table, GUILD, NOW)}
    _lose_the_table(workers)
    restore(_place(workers.dynamodb, s3), path, guild_id=None, now=workers.now)
    assert {digest for digest, _ in erasures.erased_since(workers.table, GUILD, NOW)} == known != set()
    assert event


def test_a_bucket_that_cannot_be_read_stops_the_restore_with_what_to_do(workers, event, s3, tmp_path, monkeypatch):
    path = _backed_up(workers, s3, tmp_path, monkeypatch)
    s3.delete_bucket(Bucket="erasures")
    _lose_the_table(workers)
    with pytest.raises(NotReady, match="Run this again"):
        restore(_place(workers.dynamodb, s3), path, guild_id=None, now=workers.now)
    assert event


def test_an_erasure_under_way_in_the_archive_goes_on_from_the_beginning(workers, event, s3, tmp_path, monkeypatch):
    ask_to_erase(workers.table, GUILD, NIA, workers.now)
    monkeypatch.setattr("attendance.services.erasing.MAX_READ", 5)
    _go_on(workers, 2)
    path = _backed_up(workers, s3, tmp_path, monkeypatch)
    _lose_the_table(workers)
    restore(_place(workers.dynamodb, s3), path, guild_id=None, now=workers.now)
    (item,) = workers.table.query_all(keys.guild(GUILD), prefix=keys.ERASURES)
    assert "position" not in item
    assert event
