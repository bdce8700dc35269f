"""What two do at the same moment, judged by the emulator's DynamoDB: one ticket, one code, one refresh, one pace."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest

from attendance.domain.session import Session
from attendance.domain.tokens import digest, read_keys, refresh_token
from attendance.errors import AttendanceError, Unauthenticated
from attendance.services import live
from attendance.services.limits import check_pace
from attendance.services.sessions import refresh
from attendance.storage import connections, sessions
from attendance.storage.table import Table
from tests.stories import GUILD, NOW

pytestmark = pytest.mark.ministack
ORIGIN = "https://app.example.com"
AT_ONCE = 30
KEYS = read_keys({"k1": "a" * 43})


def signed_in(family):
    first = refresh_token(KEYS, family, 1)
    session = Session(
        family=family, user_id="901", name="Olga", kid="k1", token_hash=digest(first), generation=1,
        created_at=NOW, rotated_at=NOW,
    )  # fmt: skip
    return session, first


def all_at_once(action, many=AT_ONCE):
    """Do `action(number)` in many threads at the same moment; returns what came of each."""
    barrier = Barrier(many)

    def act(number):
        barrier.wait()
        try:
            return action(number)
        except AttendanceError as refused:
            return refused

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(act, range(many)))


def test_a_ticket_used_by_many_at_once_opens_one_connection(ministack_table):
    table = Table(*ministack_table)
    for round_number in range(5):
        session, _ = signed_in(f"{round_number:016d}")
        ticket = live.give_ticket(table, GUILD, session, NOW)

        def connect(number, ticket=ticket, round_number=round_number):
            name = f"r{round_number}c{number}"
            live.connect(table, name, ticket=ticket, origin=ORIGIN, origins=(ORIGIN,), now=NOW)
            return name

        opened = [one for one in all_at_once(connect) if isinstance(one, str)]
        assert len(opened) == 1
        names = [f"r{round_number}c{number}" for number in range(AT_ONCE)]
        assert [name for name in names if connections.get(table, name)] == opened


@pytest.mark.full
def test_a_ticket_used_a_thousand_times_opens_one_connection(ministack_table):
    table = Table(*ministack_table)
    session, _ = signed_in("0" * 16)
    ticket = live.give_ticket(table, GUILD, session, NOW)

    def connect(number):
        opened = 0
        for again in range(10):
            with suppress(Unauthenticated):
                live.connect(table, f"c{number}.{again}", ticket=ticket, origin=ORIGIN, origins=(ORIGIN,), now=NOW)
                opened += 1
        return opened

    assert sum(all_at_once(connect, 100)) == 1


def test_many_tabs_that_refresh_at_once_get_one_successor(ministack_table):
    table = Table(*ministack_table)
    session, first = signed_in("0" * 16)
    sessions.create(table, session)
    granted = all_at_once(lambda _: refresh(table, KEYS, first, NOW))

    assert {one.refresh_token for one in granted} == {refresh_token(KEYS, session.family, 2)}
    assert sessions.get(table, session.family).generation == 2


def test_a_pace_lets_exactly_its_number_through(ministack_table):
    table = Table(*ministack_table)
    outcomes = all_at_once(lambda _: check_pace(table, "user:1", 12, NOW))

    assert outcomes.count(None) == 12
