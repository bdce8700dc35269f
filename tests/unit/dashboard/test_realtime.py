"""Sockets: who gets one, what it may hear, and when it hears no more."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest

from attendance import wiring
from attendance.aws.sockets import AT_ONCE, GatewaySockets
from attendance.domain.choice import yes
from attendance.domain.live import MAX_MESSAGE_BYTES, Subscription
from attendance.services.events import EventRequest, create_event, get_event
from attendance.services.live import Listeners, push_change
from attendance.services.sign_ups import sign_up
from attendance.storage import connections, keys
from tests.dashboard_driver import MEMBER, OFFICER_USER, ORIGIN, OUTSIDER, OWNER
from tests.gateway import Gateway, refusal
from tests.stories import GUILD, NOW, OTHER_GUILD, member, officer

GOING = {"answer": "yes", "roles": ["going"], "late_minutes": 0}
CHANGE = {"type": "event.changed", "guild_id": GUILD, "event_id": "e" * 16, "version": 7, "data": {"title": "Raid"}}


class Sockets:
    """Open sockets; `gone` ones are gone for good."""

    def __init__(self):
        self.heard = {}
        self.gone = set()

    def push(self, connection_ids, message):
        ids = set(connection_ids)
        for connection_id in ids - self.gone:
            self.heard.setdefault(connection_id, []).append(json.loads(message))
        return ids & self.gone


@pytest.fixture
def sockets():
    return Sockets()


def ticket(dashboard, who):
    answer = dashboard.post(who, f"/api/v1/guilds/{GUILD}/ticket")
    assert answer.status_code == 201, answer.text
    return answer.json()["ticket"]


def listening(dashboard, who, **wanted):
    connection_id, status = dashboard.socket(ticket(dashboard, who))
    assert status == 200
    answer = dashboard.said(connection_id, "subscribe", guild_id=GUILD, **wanted)
    assert answer["type"] == "subscribed", answer
    return connection_id


def push(dashboard, sockets, **changes):
    return push_change(Listeners(dashboard.table, dashboard.now), sockets, GUILD, CHANGE | changes)


def raid(dashboard):
    return create_event(dashboard.table, GUILD, officer(), NOW, EventRequest(title="Raid", time="in 2h"))


def test_a_subscriber_hears_a_change(dashboard, sockets):
    connection_id = listening(dashboard, MEMBER)

    assert push(dashboard, sockets) == 1
    assert sockets.heard == {connection_id: [CHANGE]}


def test_the_ticket_tells_where_to_connect(dashboard):
    told = dashboard.post(MEMBER, f"/api/v1/guilds/{GUILD}/ticket").json()

    assert told["url"] == "wss://ws.example.com/live"
    assert told["expires_in"] == 30


def test_a_ticket_opens_one_connection(dashboard):
    shown = ticket(dashboard, MEMBER)

    assert [dashboard.socket(shown)[1] for _ in range(3)] == [200, 401, 401]


def test_a_ticket_is_over_after_thirty_seconds(dashboard):
    shown = ticket(dashboard, MEMBER)
    dashboard.now += timedelta(seconds=30)

    assert dashboard.socket(shown)[1] == 401


@pytest.mark.parametrize("shown", ["", "x", "A" * 43, "x" * 10_000])
def test_what_is_no_ticket_opens_nothing(dashboard, shown):
    assert dashboard.socket(shown)[1] == 401


@pytest.mark.parametrize("origin", [None, "https://evil.example", "null", f"{ORIGIN}.evil.example", ORIGIN.upper()])
def test_a_page_of_elsewhere_cannot_connect_and_spends_no_ticket(dashboard, origin):
    shown = ticket(dashboard, MEMBER)

    assert dashboard.socket(shown, origin)[1] == 403
    assert dashboard.socket(shown)[1] == 200


def test_the_table_keeps_no_ticket(dashboard, moto_table):
    shown = ticket(dashboard, MEMBER)
    client, name = moto_table

    assert shown not in json.dumps(client.scan(TableName=name)["Items"])


def test_an_outsider_gets_no_ticket(dashboard):
    assert dashboard.post(OUTSIDER, f"/api/v1/guilds/{GUILD}/ticket").status_code == 404


def test_a_ticket_is_for_one_guild(dashboard):
    connection_id, _ = dashboard.socket(ticket(dashboard, MEMBER))
    answer = dashboard.said(connection_id, "subscribe", guild_id=OTHER_GUILD)

    assert (answer["type"], answer["data"]["code"]) == ("error", "not_found")


def test_a_subscription_to_one_event_hears_that_event_only(dashboard, sockets):
    event = raid(dashboard)
    listening(dashboard, MEMBER, event_id=event.event_id)

    assert push(dashboard, sockets) == 0
    assert push(dashboard, sockets, event_id=event.event_id) == 1


def test_subscribing_tells_the_version_by_which_a_client_sees_what_it_missed(dashboard):
    event = raid(dashboard)
    connection_id = listening(dashboard, MEMBER, event_id=event.event_id)
    sign_up(dashboard.table, GUILD, event.event_id, yes("going"), member("Ayla"), NOW)
    before = dashboard.get(MEMBER, f"/api/v1/guilds/{GUILD}/events/{event.event_id}").json()["live_version"]
    answer = dashboard.said(connection_id, "subscribe", guild_id=GUILD, event_id=event.event_id)

    assert answer["version"] == before == 2


def test_who_comes_back_is_told_that_nothing_was_missed_or_how_it_stands(dashboard):
    event = raid(dashboard)
    connection_id = listening(dashboard, MEMBER, event_id=event.event_id)
    asked = {"guild_id": GUILD, "event_id": event.event_id}
    assert dashboard.said(connection_id, "subscribe", **asked, version=1)["data"]["resume"] == "nothing"
    sign_up(dashboard.table, GUILD, event.event_id, yes("going"), member("Ayla"), NOW)
    answer = dashboard.said(connection_id, "subscribe", **asked, version=1)

    assert (answer["version"], answer["data"]["resume"]) == (2, "state")
    assert answer["data"]["event"]["answers"] == {member("Ayla").user_id: GOING}
    assert answer["data"]["event"]["title"] == "Raid"
    assert dashboard.said(connection_id, "subscribe", **asked, version=2)["data"]["resume"] == "nothing"
    assert dashboard.said(connection_id, "subscribe", guild_id=GUILD, version=2)["data"]["resume"] == "refetch"


def test_a_state_above_the_limit_of_a_message_says_to_fetch_again(dashboard, monkeypatch):
    monkeypatch.setattr("attendance.domain.live.MAX_MESSAGE_BYTES", 200)
    event = raid(dashboard)
    connection_id = listening(dashboard, MEMBER, event_id=event.event_id)
    answer = dashboard.said(connection_id, "subscribe", guild_id=GUILD, event_id=event.event_id, version=0)

    assert (answer["version"], answer["data"]) == (1, {"valid_for": 60, "resume": "refetch"})


@pytest.mark.parametrize("version", ["1", 1.0, True, [], {}])
def test_what_is_no_version_is_refused(dashboard, version):
    connection_id = listening(dashboard, MEMBER)
    assert dashboard.said(connection_id, "subscribe", guild_id=GUILD, version=version)["data"]["code"] == "invalid"


def test_what_changes_while_somebody_subscribes_is_heard(dashboard, sockets, monkeypatch):
    event = raid(dashboard)
    connection_id, _ = dashboard.socket(ticket(dashboard, MEMBER))

    def change_first(*given, **more):
        found = get_event(*given, **more)
        assert push(dashboard, sockets, event_id=event.event_id, version=2) == 1
        return found

    monkeypatch.setattr("attendance.services.live.get_event", change_first)
    dashboard.said(connection_id, "subscribe", guild_id=GUILD, event_id=event.event_id, version=1)
    assert [one["version"] for one in sockets.heard[connection_id]] == [2]


@pytest.mark.parametrize("event_id", ["z" * 16, "x", 7, ["a"], {}, ""])
def test_an_event_that_is_not_there_cannot_be_subscribed_to(dashboard, event_id):
    connection_id, _ = dashboard.socket(ticket(dashboard, MEMBER))

    assert (
        dashboard.said(connection_id, "subscribe", guild_id=GUILD, event_id=event_id)["data"]["code"] == "no_such_event"
    )


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("$default", {"action": "shout"}),
        ("$default", "not json"),
        ("$default", "[" * 5000),
        ("subscribe", "[]"),
        ("subscribe", '"x"'),
        ("subscribe", "x" * 5000),
    ],
)
def test_what_a_socket_says_that_makes_no_sense_is_answered(dashboard, route, body):
    connection_id, _ = dashboard.socket(ticket(dashboard, MEMBER))
    answer = json.loads(dashboard.say(connection_id, route, body)["body"])

    assert (answer["type"], answer["data"]["code"]) == ("error", "invalid")


def test_a_connection_that_nobody_opened_hears_nothing(dashboard):
    for route in ("subscribe", "ping"):
        assert dashboard.said("nobody", route, guild_id=GUILD)["data"]["code"] == "unauthenticated"
    assert dashboard.say("nobody", "$disconnect")["statusCode"] == 200


def test_a_subscription_lives_a_minute_unless_it_is_renewed(dashboard, sockets):
    connection_id = listening(dashboard, MEMBER)
    dashboard.now += timedelta(seconds=59)
    assert push(dashboard, sockets) == 1
    assert dashboard.said(connection_id, "ping")["type"] == "pong"
    dashboard.now += timedelta(seconds=59)
    assert push(dashboard, sockets) == 1
    dashboard.now += timedelta(seconds=1)
    assert push(dashboard, sockets) == 0


@pytest.mark.parametrize("loss", ["left", "signed out"])
def test_who_lost_the_right_hears_nothing_after_the_next_ping(dashboard, sockets, loss):
    connection_id = listening(dashboard, MEMBER)
    if loss == "left":
        del dashboard.discord.members[GUILD][MEMBER]
    else:
        dashboard.client.post("/auth/logout", json={"refresh_token": dashboard._tokens[MEMBER].refresh})
    dashboard.now += timedelta(seconds=60)

    assert push(dashboard, sockets) == 0
    assert dashboard.said(connection_id, "ping")["data"]["code"] in ("not_found", "session_over")
    assert dashboard.said(connection_id, "ping")["data"]["code"] == "not_subscribed"
    assert push(dashboard, sockets) == 0


def test_an_outage_of_discord_renews_nothing_and_ends_nothing(dashboard, sockets):
    connection_id = listening(dashboard, MEMBER)
    dashboard.now += timedelta(seconds=60)
    dashboard.discord.down = True
    assert dashboard.said(connection_id, "ping")["data"]["code"] == "unavailable"
    assert push(dashboard, sockets) == 0
    dashboard.discord.down = False
    assert dashboard.said(connection_id, "ping")["type"] == "pong"
    assert push(dashboard, sockets) == 1


def test_members_are_told_that_something_changed_and_officers_how(dashboard, sockets):
    plain, own, boss = listening(dashboard, MEMBER), listening(dashboard, MEMBER), listening(dashboard, OWNER)
    push(dashboard, sockets, type="attendance.changed", data={"user_id": OWNER, "status": "late"})
    push(dashboard, sockets, type="attendance.changed", data={"user_id": MEMBER, "status": "late"})

    assert [one["data"] for one in sockets.heard[plain]] == [None, {"user_id": MEMBER, "status": "late"}]
    assert sockets.heard[own] == sockets.heard[plain]
    assert [one["data"]["user_id"] for one in sockets.heard[boss]] == [OWNER, MEMBER]


@pytest.mark.parametrize(
    ("kind", "right"),
    [("sheet.made", "attendance.manage"), ("report.changed", "reports.view"), ("settings.changed", None)],
)
def test_each_kind_of_message_needs_its_right(dashboard, sockets, kind, right):
    dashboard.set_up(GUILD, rights=[right] if right else [])
    heard_by = {who: listening(dashboard, who) for who in (OWNER, OFFICER_USER, MEMBER)}
    push(dashboard, sockets, type=kind)
    shown = {who: sockets.heard[connection_id][0]["data"] is not None for who, connection_id in heard_by.items()}

    assert shown == {OWNER: True, OFFICER_USER: right is not None, MEMBER: False}


def test_another_guilds_change_is_not_heard(dashboard, sockets):
    listening(dashboard, OWNER)

    assert push_change(Listeners(dashboard.table, dashboard.now), sockets, OTHER_GUILD, CHANGE) == 0


def test_connections_that_are_gone_are_forgotten_and_the_others_hear(dashboard, sockets):
    ids = [listening(dashboard, MEMBER) for _ in range(10)]
    sockets.gone = set(ids[:3])

    assert push(dashboard, sockets) == 7
    sockets.gone = set()
    assert push(dashboard, sockets) == 7
    assert dashboard.said(ids[0], "ping")["data"]["code"] == "unauthenticated"


def test_a_thousand_listeners_cost_one_read_and_the_gone_are_removed(dashboard, moto_table):
    client, name = moto_table
    everyone = [f"c{number:04}" for number in range(1000)]
    gone = {one for one in everyone if int(one[1:]) % 10 < 3}
    for one in everyone:
        wanted = Subscription(
            guild_id=GUILD, connection_id=one, user_id=MEMBER, event_id=None, capabilities=frozenset(),
            ends_at=dashboard.now + timedelta(minutes=1),
        )  # fmt: skip
        connections.subscribe(dashboard.table, wanted)
    gateway = Gateway()
    gateway.meet = threading.Barrier(2)  # a call alone would wait in vain
    gateway.trouble = dict.fromkeys(gone, refusal("GoneException"))
    reads = []
    client.meta.events.register("before-call.dynamodb.Query", lambda **_: reads.append(1))

    assert push(dashboard, GatewaySockets(gateway)) == 700

    assert len(reads) == 1
    assert sorted(gateway.posted) == everyone
    assert set(gateway.delivered) == set(everyone) - gone
    assert 1 < gateway.most_at_once <= AT_ONCE
    left = client.query(
        TableName=name, Select="COUNT", KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": keys.subscriptions(GUILD)}},
    )  # fmt: skip
    assert left["Count"] == 700


def test_disconnecting_forgets_the_subscription(dashboard, sockets):
    connection_id = listening(dashboard, MEMBER)
    for _ in range(2):
        assert dashboard.say(connection_id, "$disconnect")["statusCode"] == 200

    assert push(dashboard, sockets) == 0


def test_a_message_above_the_limit_says_to_fetch_again(dashboard, sockets):
    connection_id = listening(dashboard, MEMBER)
    push(dashboard, sockets, data={"answers": {str(number): "yes" * 10 for number in range(4000)}})
    [message] = sockets.heard[connection_id]

    assert message == CHANGE | {"type": "refetch", "data": None}
    assert len(json.dumps(message)) < MAX_MESSAGE_BYTES


def test_a_push_costs_one_read_whatever_the_number_of_listeners(dashboard, sockets):
    for _ in range(5):
        listening(dashboard, MEMBER)
    calls = []
    dynamodb = dashboard.table._client
    dynamodb.meta.events.register(
        "before-call.dynamodb.*", lambda model, **_: calls.append(model.name), unique_id="count"
    )
    push(dashboard, sockets)
    dynamodb.meta.events.unregister("before-call.dynamodb.*", unique_id="count")

    assert calls == ["Query"]


def test_what_nobody_foresaw_is_answered_without_its_text(dashboard, monkeypatch):
    connection_id = listening(dashboard, MEMBER)

    def fail():
        raise RuntimeError("hunter2")

    monkeypatch.setattr(wiring, "table", fail)
    assert dashboard.said(connection_id, "ping")["data"]["code"] == "internal"
    assert "hunter2" not in str(dashboard.say(connection_id, "ping"))
    assert dashboard.say("c", "$connect", query={"ticket": "x"}, headers={"Origin": ORIGIN})["statusCode"] == 500
