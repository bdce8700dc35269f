"""Restoring, migrating and purging tell nobody; what people change afterwards is told as ever."""

from __future__ import annotations

import pytest

from attendance.domain.choice import yes
from attendance.services.sign_ups import sign_up
from attendance.storage import keys, upkeep, whole
from infra import scanning
from infra.backup import back_up
from infra.places import Place
from infra.restore import restore
from tests.stories import GUILD, NOW, member, raid
from tests.workers import Workers


@pytest.fixture
def workers(monkeypatch, moto_table):
    return Workers(monkeypatch, moto_table[1])


@pytest.fixture(autouse=True)
def one_after_the_other(monkeypatch):
    """Moto is wrong under threads: its stream may hand out the same records for ever."""
    monkeypatch.setattr(scanning, "AT_ONCE", 1)


@pytest.fixture
def place(moto_table):
    client, name = moto_table
    return Place("test", name, "http://localhost", lambda _service: client)


def test_a_guild_that_is_lost_and_restored_hears_nothing_of_it(workers, place, tmp_path):
    event = raid(workers.table)
    workers.run()
    path = tmp_path / "guild.jsonl.gz"
    back_up(place, path, guild_id=GUILD, rate=0, told=lambda _count: None)
    calls, audit = workers.discord.calls.copy(), _audited(workers)
    for item in list(whole.of_guild(workers.table, GUILD)):
        upkeep.remove(workers.table, keys.Key(item["pk"], item["sk"]), "lost")
    restore(place, path, guild_id=GUILD, now=NOW)
    workers.run()
    assert (workers.discord.calls, _audited(workers)) == (calls, audit)
    sign_up(workers.table, GUILD, event.event_id, yes("dps"), member("Ann"), NOW)
    workers.run()
    assert len(_audited(workers)) == len(audit) + 1
    assert "**1** going" in workers.discord.shown()[0]["embeds"][0]["description"]


def _audited(workers):
    return [item["sk"] for item in workers.table.query_all(keys.audit_of(GUILD))]
