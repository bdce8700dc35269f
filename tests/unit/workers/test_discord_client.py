"""Discord's client: it obeys waits, shares them, stops at a refused token, and tells its errors apart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from requests import ReadTimeout

from attendance.discord.client import TIMEOUT, DiscordClient
from attendance.discord.rate_limits import EDGE_WAIT, route_of
from attendance.discord.user_agent import user_agent
from attendance.errors import Gone, RateLimited, Refused, Stopped, Unavailable
from tests.discord_in_memory import APPLICATION, BASE, DiscordInMemory
from tests.limits_in_memory import LimitsInMemory
from tests.workers import SecretsInMemory

NOW = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)
SEND, OTHER = "/channels/5/messages", "/channels/6/messages"
HELLO = {"content": "hello"}


class World:
    """A clock, Discord, the shared waits and a secret; `client` makes another process's client."""

    def __init__(self):
        self.now = NOW
        self.discord = DiscordInMemory(lambda: self.now)
        self.limits = LimitsInMemory()
        self.secrets = SecretsInMemory()

    def client(self):
        session = self.discord.session()
        return DiscordClient(BASE, APPLICATION, self.secrets, self.limits, lambda: self.now, session)

    def answers(self, route, *answers):
        self.discord.scripted[route] = list(answers)

    def called(self):
        return sum(self.discord.calls.values())


@pytest.fixture
def world():
    return World()


def test_a_429_lets_no_process_call_that_bucket_before_its_reset_and_others_go_on(world):
    world.answers("POST /channels/5", (429, {"retry_after": 1.5, "global": False}, {"X-RateLimit-Scope": "user"}))
    one, another = world.client(), world.client()
    with pytest.raises(RateLimited) as limited:
        one.call("POST", SEND, HELLO)
    assert limited.value.retry_after == 1.5
    for client in (one, another):
        world.now = NOW + timedelta(seconds=1.4)
        with pytest.raises(RateLimited):
            client.call("POST", SEND, HELLO)
    assert world.called() == 1
    another.call("POST", OTHER, HELLO)
    world.now = NOW + timedelta(seconds=1.6)
    one.call("POST", SEND, HELLO)
    assert len(world.discord.messages) == 2


def test_a_429_closes_the_whole_bucket_of_which_the_route_is_a_part(world):
    bucket = {"X-RateLimit-Bucket": "abc", "X-RateLimit-Remaining": "3"}
    client = world.client()
    for method in ("POST", "GET"):
        world.answers(f"{method} /channels/5", (200, [], bucket))
        client.call(method, SEND)
    world.answers("POST /channels/5", (429, {"retry_after": 5}, bucket))
    with pytest.raises(RateLimited):
        client.call("POST", SEND, HELLO)
    with pytest.raises(RateLimited):
        client.call("GET", SEND)
    assert world.called() == 3


def test_a_global_429_stops_every_bot_call_of_every_process_but_not_interactions(world):
    world.answers("POST /channels/5", (429, {"retry_after": 3.0, "global": True}, {"X-RateLimit-Global": "true"}))
    with pytest.raises(RateLimited):
        world.client().call("POST", SEND, HELLO)
    with pytest.raises(RateLimited):
        world.client().call("POST", OTHER, HELLO)
    world.discord.interactions["token"] = {}
    world.client().call("PATCH", f"/webhooks/{APPLICATION}/token/messages/@original", HELLO)
    assert world.discord.interactions["token"] == HELLO


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "5"}])
def test_a_429_of_the_edge_without_json_closes_everything_for_a_minute(world, headers):
    world.answers("POST /channels/5", (429, "<html>error 1015</html>", headers))
    with pytest.raises(RateLimited) as limited:
        world.client().call("POST", SEND, HELLO)
    assert limited.value.retry_after == EDGE_WAIT
    with pytest.raises(RateLimited):
        world.client().call("PATCH", f"/webhooks/{APPLICATION}/token/messages/@original", HELLO)
    assert world.called() == 1


def test_an_empty_bucket_is_not_called_before_it_is_full_again(world):
    world.answers(
        "POST /channels/5", (200, {"id": "1"}, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "2.5"})
    )
    client = world.client()
    client.call("POST", SEND, HELLO)
    with pytest.raises(RateLimited) as limited:
        client.call("POST", SEND, HELLO)
    assert limited.value.retry_after == 2.5
    world.now += timedelta(seconds=2.5)
    client.call("POST", SEND, HELLO)
    assert world.called() == 2


def test_a_rotated_token_is_read_anew_once_and_works(world):
    world.discord.tokens, world.secrets.rotated = {"new-token"}, "new-token"
    world.client().call("POST", SEND, HELLO)
    assert len(world.discord.messages) == 1
    assert world.called() == 2


def test_a_refused_token_stops_every_process_at_once_until_a_new_one_is_there(world):
    world.discord.tokens = set()
    with pytest.raises(Stopped):
        world.client().call("POST", SEND, HELLO)
    for _ in range(5):
        with pytest.raises(Stopped):
            world.client().call("POST", OTHER, HELLO)
    assert world.called() == 1
    world.discord.tokens, world.secrets.token = {"new-token"}, "new-token"
    world.client().call("POST", SEND, HELLO)
    assert len(world.discord.messages) == 1


def test_an_interaction_that_is_over_stops_nothing_and_shows_no_bot_token(world):
    path = f"/webhooks/{APPLICATION}/token/messages/@original"
    world.answers("PATCH /webhooks", (401, {"code": 50027}))
    with pytest.raises(Refused) as refused:
        world.client().call("PATCH", path, HELLO)
    assert (refused.value.status, refused.value.reason) == (401, 50027)
    assert "Authorization" not in world.discord.received[0].headers
    world.client().call("POST", SEND, HELLO)


@pytest.mark.parametrize(
    ("answer", "error", "reason"),
    [
        ((403, {"code": 50007}), Refused, 50007),
        ((404, {"code": 10008}), Gone, 10008),
        ((400, {"code": 50035, "errors": {}}), Refused, 50035),
        ((404, "<html>", {}), Gone, 0),
        ((403, [], {}), Refused, 0),
    ],
)
def test_a_refusal_carries_discords_own_code(world, answer, error, reason):
    world.answers("POST /channels/5", answer)
    with pytest.raises(error) as refused:
        world.client().call("POST", SEND, HELLO)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "answer", [(500, {}), (502, "<html>"), (200, "half an ans"), ReadTimeout("secret-token in the address")]
)
def test_trouble_that_passes_is_unavailable_and_quotes_no_address(world, answer):
    world.answers("POST /channels/5", answer)
    with pytest.raises(Unavailable) as trouble:
        world.client().call("POST", SEND, HELLO)
    assert "secret-token" not in str(trouble.value)
    assert trouble.value.__cause__ is None or "secret-token" not in str(trouble.value.__cause__)


def test_every_call_says_who_calls_and_waits_less_than_fifteen_seconds(world):
    world.client().call("POST", SEND, HELLO)
    request = world.discord.received[0]
    assert request.headers["User-Agent"] == user_agent(APPLICATION)
    assert request.headers["Authorization"] == "Bot bot-token"
    assert sum(TIMEOUT) < 15


def test_a_route_is_told_by_its_major_parameter_and_never_holds_a_token():
    minor = route_of("PATCH", "/channels/123456789012345678/messages/223456789012345678")
    same = route_of("PATCH", "/channels/123456789012345678/messages/323456789012345678")
    other = route_of("PATCH", "/channels/423456789012345678/messages/223456789012345678")
    assert minor == same != other
    hook = route_of("PATCH", "/webhooks/123456789012345678/aW50ZXJhY3Rpb24tdG9rZW4/messages/@original")
    assert "aW50" not in hook.name
    assert not hook.uses_bot_token
    listed = route_of("GET", "/channels/123456789012345678/messages?limit=100")
    assert listed.name == "GET /channels/{id}/messages 123456789012345678"
