"""Sessions: one living refresh token a family, whatever two tabs, thieves and retries do."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from attendance.domain.session import ABSOLUTE_LIMIT, IDLE_LIMIT, Session
from attendance.domain.tokens import digest, read_keys, refresh_token
from attendance.errors import Unauthenticated
from attendance.services import sessions as service
from attendance.storage import sessions
from attendance.storage.table import Table
from tests.dashboard_driver import MEMBER, OWNER
from tests.dynamodb_in_memory import DynamoDBInMemory
from tests.stories import GUILD, NOW

TICKET = f"/api/v1/guilds/{GUILD}/ticket"


def refresh(dashboard, token):
    return dashboard.client.post("/auth/refresh", json={"refresh_token": token})


def test_refreshing_gives_new_tokens_that_work(dashboard):
    old = dashboard.sign_in(MEMBER)
    dashboard.now += timedelta(minutes=11)
    assert dashboard.get(None, "/api/v1/me", Authorization=f"Bearer {old.access}").json()["code"] == "token_over"

    new = refresh(dashboard, old.refresh).json()
    assert new["refresh_token"] != old.refresh
    assert dashboard.get(None, "/api/v1/me", Authorization=f"Bearer {new['access_token']}").json()["user_id"] == MEMBER


def test_a_double_refresh_within_ten_seconds_gets_the_same_successor(dashboard):
    old = dashboard.sign_in(MEMBER)
    first = refresh(dashboard, old.refresh).json()["refresh_token"]
    dashboard.now += timedelta(seconds=10)

    assert refresh(dashboard, old.refresh).json()["refresh_token"] == first
    assert refresh(dashboard, first).status_code == 200


def test_an_old_refresh_token_ends_the_session_for_thief_and_victim(dashboard):
    old = dashboard.sign_in(MEMBER)
    new = refresh(dashboard, old.refresh).json()
    dashboard.now += timedelta(seconds=10.001)

    assert refresh(dashboard, old.refresh).status_code == 401
    assert refresh(dashboard, new["refresh_token"]).status_code == 401
    answer = dashboard.get(None, "/api/v1/me", Authorization=f"Bearer {new['access_token']}")
    assert answer.json()["code"] == "session_over"


def test_a_session_ends_when_idle_and_at_last(dashboard):
    idle, busy = dashboard.sign_in(MEMBER), dashboard.sign_in(MEMBER)
    token = busy.refresh
    for _ in range(int(ABSOLUTE_LIMIT / timedelta(days=6))):
        dashboard.now += timedelta(days=6)
        answer = refresh(dashboard, token)
        token = answer.json().get("refresh_token", "")

    assert answer.status_code == 401
    assert refresh(dashboard, idle.refresh).status_code == 401
    assert timedelta(days=6) < IDLE_LIMIT


def test_signing_out_ends_the_session_at_once_and_twice_is_fine(dashboard):
    tokens = dashboard.sign_in(MEMBER)
    for _ in range(2):
        assert dashboard.client.post("/auth/logout", json={"refresh_token": tokens.refresh}).status_code == 204

    assert dashboard.get(None, "/api/v1/me", Authorization=f"Bearer {tokens.access}").status_code == 401
    assert refresh(dashboard, tokens.refresh).status_code == 401


def test_a_user_lists_and_ends_own_sessions_only(dashboard):
    mine, other_mine, theirs = dashboard.sign_in(MEMBER), dashboard.sign_in(MEMBER), dashboard.sign_in(OWNER)
    listed = dashboard.get(None, "/api/v1/sessions", Authorization=f"Bearer {mine.access}").json()["items"]
    assert {one["session_id"]: one["current"] for one in listed} == {
        mine.session_id: True,
        other_mine.session_id: False,
    }

    def end(session_id):
        path = f"/api/v1/sessions/{session_id}"
        return dashboard.call(None, "DELETE", path, Authorization=f"Bearer {mine.access}")

    foreign, unknown = end(theirs.session_id), end("0" * 16)
    assert foreign.status_code == unknown.status_code == 404
    assert without_id(foreign) == without_id(unknown)
    assert end(other_mine.session_id).status_code == 204
    assert refresh(dashboard, other_mine.refresh).status_code == 401
    assert refresh(dashboard, theirs.refresh).status_code == 200


def end_all(dashboard, access):
    return dashboard.call(None, "DELETE", "/api/v1/sessions", Authorization=f"Bearer {access}")


def test_signing_out_everywhere_ends_every_token_of_the_user_at_once_and_nobody_elses(dashboard, monkeypatch):
    monkeypatch.setattr("attendance.storage.sessions._ENDED_TOGETHER", 2)
    mine, theirs = [dashboard.sign_in(MEMBER) for _ in range(3)], dashboard.sign_in(OWNER)
    ticket = dashboard.post(None, TICKET, Authorization=f"Bearer {mine[0].access}").json()["ticket"]
    connection_id, _ = dashboard.socket(ticket)
    assert dashboard.said(connection_id, "subscribe", guild_id=GUILD)["type"] == "subscribed"

    assert end_all(dashboard, mine[1].access).status_code == 204

    for one in mine:
        seen = dashboard.get(None, "/api/v1/me", Authorization=f"Bearer {one.access}")
        assert (seen.status_code, seen.json()["code"]) == (401, "session_over")
        assert refresh(dashboard, one.refresh).status_code == 401
    assert dashboard.said(connection_id, "ping")["data"]["code"] == "session_over"
    assert dashboard.get(None, "/api/v1/me", Authorization=f"Bearer {theirs.access}").status_code == 200
    assert refresh(dashboard, theirs.refresh).status_code == 200
    again = dashboard.sign_in(MEMBER)
    listed = dashboard.get(None, "/api/v1/sessions", Authorization=f"Bearer {again.access}").json()["items"]
    assert [one["session_id"] for one in listed] == [again.session_id]


def test_a_refresh_under_way_does_not_outlive_signing_out_everywhere(dashboard, monkeypatch):
    tokens = dashboard.sign_in(MEMBER)
    rotate = sessions.rotate

    def late(table, session, *rest):
        service.end_all_sessions(table, session.user_id)
        return rotate(table, session, *rest)

    monkeypatch.setattr(sessions, "rotate", late)
    assert refresh(dashboard, tokens.refresh).status_code == 401
    assert sessions.of_user(dashboard.table, MEMBER) == []


def without_id(answer):
    return {name: value for name, value in answer.json().items() if name != "request_id"}


def test_the_oldest_session_ends_when_there_are_too_many(dashboard, monkeypatch):
    monkeypatch.setattr("attendance.services.sign_in.MAX_SESSIONS", 2)
    first = dashboard.sign_in(MEMBER)
    for _ in range(2):
        dashboard.now += timedelta(seconds=1)
        dashboard.sign_in(MEMBER)

    assert refresh(dashboard, first.refresh).status_code == 401


class Refreshing(RuleBasedStateMachine):
    """Every token ever handed out may be shown at any moment, in any order."""

    table: Table
    families = 0

    @initialize()
    def begin(self):
        Refreshing.families += 1
        self.keys = read_keys({"k1": "a" * 43})
        self.family = f"{Refreshing.families:016d}"
        self.now = NOW
        self.handed_out = [refresh_token(self.keys, self.family, 1)]
        self.stolen = False
        token_hash = digest(self.handed_out[0])
        session = Session(
            family=self.family, user_id="901", name="Olga", kid="k1", token_hash=token_hash, generation=1,
            created_at=NOW, rotated_at=NOW,
        )  # fmt: skip
        sessions.create(self.table, session)

    @rule(seconds=st.sampled_from([0, 1, 5, 10, 11, 60]))
    def time_passes(self, seconds):
        self.now += timedelta(seconds=seconds)

    @rule(back=st.integers(0, 3))
    def show(self, back):
        index = max(0, len(self.handed_out) - 1 - back)
        before = sessions.get(self.table, self.family)
        try:
            grant = service.refresh(self.table, self.keys, self.handed_out[index], self.now)
        except Unauthenticated:
            assert sessions.get(self.table, self.family) is None
            newest = index == len(self.handed_out) - 1
            assert self.stolen or not newest, "the living token was refused"
            self.stolen = True
            return
        assert before is not None
        assert not self.stolen, "a token of an ended family was accepted"
        if index == len(self.handed_out) - 1:
            self.handed_out.append(grant.refresh_token)
        else:  # the benign double: the token before the newest, and only for ten seconds
            assert index == len(self.handed_out) - 2
            assert self.now - before.rotated_at <= timedelta(seconds=10)
            assert grant.refresh_token == self.handed_out[-1]

    @precondition(lambda self: hasattr(self, "family"))
    @invariant()
    def the_table_knows_one_generation(self):
        session = sessions.get(self.table, self.family)
        assert (session is None) == self.stolen
        if session is not None:
            assert session.generation == len(self.handed_out)


@pytest.mark.parametrize("orders", [25, pytest.param(2_000, marks=pytest.mark.full)])
def test_at_most_one_refresh_token_of_a_family_lives(orders):
    Refreshing.table = Table(cast("Any", DynamoDBInMemory()), "sessions")
    run_state_machine_as_test(
        Refreshing,
        settings=settings(
            max_examples=orders,
            stateful_step_count=10,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_backup_put_back_does_not_revive_a_token(moto_table):
    table = Table(*moto_table)
    keys = read_keys({"k1": "a" * 43})
    tokens = [refresh_token(keys, "0" * 16, generation) for generation in (1, 2, 3)]
    restored = Session(
        family="0" * 16, user_id="901", name="Olga", kid="k1", token_hash=digest(tokens[0]), generation=1,
        created_at=NOW, rotated_at=NOW,
    )  # fmt: skip
    sessions.create(table, restored)
    with pytest.raises(Unauthenticated):
        service.refresh(table, keys, tokens[2], NOW)
    with suppress(Unauthenticated):
        service.refresh(table, keys, tokens[0], NOW)
    assert sessions.get(table, "0" * 16) is None
