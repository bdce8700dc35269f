"""After any history, erasing a member leaves no trace of them anywhere, and every total as it was."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from attendance.services.erasing import SETTLED_AFTER, ask_to_erase
from attendance.storage import events, keys, sheets
from attendance.storage.values import item_from_wire
from tests.lives import Lives
from tests.seen_through import unpacked
from tests.stories import GUILD, member, officer
from tests.workers_in_memory import WorkersInMemory

NIA = member("Niamh", user_id="80351110224678912", request_id="nia")
OTHERS = [member(name) for name in ("Ann", "Ben", "Cem", "Dee")]


@pytest.fixture
def told(caplog):
    """Every line that the logs were given, with all its facts."""
    caplog.set_level(logging.DEBUG)
    return lambda: [str(vars(record)) for record in caplog.records]


def _history(monkeypatch, told, seed):
    chance, workers = Random(seed), WorkersInMemory(monkeypatch)
    nia_is_officer = chance.random() < 0.3
    boss = officer() if not nia_is_officer else None
    officers = [boss or _with_rights(NIA), officer()]
    lives = Lives(workers, chance, [NIA, *OTHERS], officers)
    lives.live(deeds=chance.randint(10, 40))
    before = _totals(workers, lives)
    _erase(workers)
    assert _totals(workers, lives) == before
    assert _traces(workers, told()) == []


def _with_rights(actor):
    return replace(actor, capabilities=officer().capabilities)


def _erase(workers):
    ask_to_erase(workers.table, GUILD, NIA, workers.now)
    workers.run()
    for _ in range(12):
        workers.sweep()
        workers.run()
        workers.now += timedelta(seconds=70)
        if not list(workers.table.query_all(keys.guild(GUILD), prefix=keys.ERASURES)):
            return
        workers.now += SETTLED_AFTER / 3
    raise AssertionError("the erasure does not come to its end")


def _totals(workers, lives):
    """What is counted of each event, whoever it was: closed ones as their sheets have them, others as they were answered."""
    found = []
    for event in lives.events:
        sheet = sheets.get(workers.table, event)
        now = events.get(workers.table, GUILD, event.event_id)
        rows = (
            sorted((row.mark, row.answer or "", row.role or "", row.late_minutes or 0) for row in sheet.rows)
            if sheet
            else []
        )
        ahead = now.status == "open" and now.starts_at > workers.now
        found.append((rows, None if ahead else sorted(now.choices.values())))
    return found


def _traces(workers, lines):
    """Wherever something of the member is left: table, buckets, queues, logs."""
    items = [item_from_wire(wire) for wire in workers.dynamodb.scan()["Items"]]
    places = {
        "table": [str({name: unpacked(value) for name, value in item.items()}) for item in items],
        "files": [
            f"{key} {content!r}" for files in (workers.files, workers.erasures) for key, content in files.kept.items()
        ],
        "queues": [
            body for queue in workers.queues.values() for body in (*(one[2] for one in queue.waiting), *queue.dead)
        ],
        "logs": lines,
    }
    return [
        (place, text) for place, texts in places.items() for text in texts if NIA.user_id in text or NIA.name in text
    ]


@pytest.mark.parametrize("seed", range(25))
def test_nothing_is_left_and_totals_stay_after_any_history(monkeypatch, told, seed):
    _history(monkeypatch, told, seed)


@pytest.mark.full
@pytest.mark.parametrize("part", range(20))
def test_nothing_is_left_and_totals_stay_after_five_hundred_histories(monkeypatch, told, part):
    for seed in range(1000 + part * 25, 1000 + (part + 1) * 25):
        _history(monkeypatch, told, seed)
