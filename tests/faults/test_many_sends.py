"""Ten thousand messages by five workers at once against limits that only answers tell."""

from __future__ import annotations

import heapq
import itertools
import json
import math
from collections import Counter
from random import Random

import pytest
from requests import Response, Session
from requests.adapters import BaseAdapter

from attendance.discord.client import DiscordClient
from attendance.errors import RateLimited
from attendance.services.cards import seconds_up
from tests.discord_in_memory import APPLICATION, BASE
from tests.limits_in_memory import LimitsInMemory
from tests.stories import NOW
from tests.virtual_time import VirtualTime
from tests.workers import SecretsInMemory

WORKERS = 5
SENDS, CHANNELS = 10_000, 25


class Bucket:
    """So many calls a span, which begins with the first call into it."""

    def __init__(self, size, span):
        self.size, self.span = size, span
        self.left, self.resets = size, 0.0

    def take(self, now):
        """Whether a call fits, how many are left, and the seconds until it is full again."""
        if now >= self.resets:
            self.left, self.resets = self.size, now + self.span
        fits = self.left > 0
        self.left -= fits
        return fits, self.left, self.resets - now


class LimitedDiscord(BaseAdapter):
    """Discord with a limit a channel and one over all, some way off; it notes every call that it had ruled out before."""

    def __init__(self, time, chance, channels, everywhere):
        super().__init__()
        self.time, self.chance = time, chance
        self.buckets = {channel: Bucket(chance.randint(3, 10), chance.choice((2.0, 5.0, 10.0))) for channel in channels}
        self.everywhere = Bucket(everywhere, 1.0)
        self.closed: dict[str, float] = {}
        self.sent: Counter[str] = Counter()
        self.invalid = self.ruled_out = 0

    def session(self):
        session = Session()
        session.mount("https://", self)
        return session

    def send(self, request, *_args, **_kwargs):
        channel = request.url.split("/")[-2]
        if self.time.seconds < max(self.closed.get(channel, 0.0), self.closed.get("everywhere", 0.0)):
            self.ruled_out += 1
        self.time.sleep(self.chance.uniform(0.02, 0.08))
        status, body, headers, closing = self._answer(channel, json.loads(request.body)["content"])
        self.time.sleep(self.chance.uniform(0.02, 0.08))
        for name, until in closing.items():
            self.closed[name] = max(until, self.closed.get(name, 0.0))
        response = Response()
        response.status_code, response._content = status, json.dumps(body).encode()
        response.headers.update(headers)
        return response

    def _answer(self, channel, content):
        now = self.time.seconds
        fits, _, wait = self.everywhere.take(now)
        if not fits:
            self.invalid += 1
            return (
                429,
                {"retry_after": wait, "global": True},
                {"X-RateLimit-Global": "true"},
                {"everywhere": now + wait},
            )
        bucket = self.buckets[channel]
        fits, left, wait = bucket.take(now)
        headers = {
            "X-RateLimit-Bucket": "messages", "X-RateLimit-Limit": str(bucket.size),
            "X-RateLimit-Remaining": str(left), "X-RateLimit-Reset-After": f"{wait:.3f}",
        }  # fmt: skip
        if not fits:
            self.invalid += 1
            return 429, {"retry_after": round(wait, 3), "global": False}, headers, {channel: now + wait}
        self.sent[content] += 1
        return 200, {"id": "1"}, headers, {} if left else {channel: now + wait}

    def close(self):
        """Nothing is open."""


def play(seed, sends, channels, everywhere):
    """Send everything through a queue, as SQS and the notifications worker do, and return Discord and what was asked."""
    chance, time = Random(seed), VirtualTime(NOW)
    names = [str(10**17 + number) for number in range(channels)]
    discord, limits = LimitedDiscord(time, chance, names, everywhere), LimitsInMemory()
    rates = [discord.buckets[name].size / discord.buckets[name].span for name in names]
    wanted = [(chance.choices(names, rates)[0], str(number)) for number in range(sends)]
    order = itertools.count()
    queue = [(0.0, next(order), one) for one in wanted]
    under_way = [0]

    def work():
        client = DiscordClient(BASE, APPLICATION, SecretsInMemory(), limits, time.now, discord.session())
        while queue or under_way[0]:
            if not queue or queue[0][0] > time.seconds:
                time.sleep(0.1)
                continue
            _, _, (channel, content) = heapq.heappop(queue)
            under_way[0] += 1
            time.sleep(0.005)  # the table's part
            try:
                client.call("POST", f"/channels/{channel}/messages", {"content": content})
            except RateLimited as limited:
                heapq.heappush(queue, (time.seconds + seconds_up(limited.retry_after), next(order), (channel, content)))
            under_way[0] -= 1

    time.run([work] * WORKERS)
    ideal = {
        name: (math.ceil(count / discord.buckets[name].size) - 1) * discord.buckets[name].span
        for name, count in Counter(channel for channel, _ in wanted).items()
    }
    return discord, max(*ideal.values(), sends / everywhere), time.seconds


@pytest.mark.parametrize("everywhere", [50, 30])
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.full), pytest.param(3, marks=pytest.mark.full)])
def test_ten_thousand_messages_arrive_within_limits_that_were_never_told(seed, everywhere):
    discord, ideal, took = play(seed, SENDS, CHANNELS, everywhere)
    print(f"\nideal {ideal:.0f} s, took {took:.0f} s, 429: {discord.invalid}, ruled out: {discord.ruled_out}")
    assert discord.ruled_out < WORKERS, (
        "only a process's first call, which does not know its bucket yet, may come too early"
    )
    assert discord.invalid < 100
    assert len(discord.sent) == SENDS
    assert set(discord.sent.values()) == {1}
    assert ideal / took >= 0.6, "queues wait by whole seconds, which costs most where a window has two"
