"""The parts of one stand-in, put together."""

from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx

from infra.local.discord import seed
from infra.local.discord.clock import Clock
from infra.local.discord.failures import Failures
from infra.local.discord.limits import RateLimits
from infra.local.discord.model import Json, World
from infra.local.discord.signing import Signer
from infra.local.discord.snapshot import Snapshot
from infra.local.discord.spec import Spec

#: Discord gives up on an interaction or webhook event after this long.
ANSWER_SECONDS: Final = 3.0

_REQUESTS_KEPT: Final = 5000


@dataclass
class StandIn:
    """Everything a route needs. ``http`` calls the application's endpoints."""

    world: World
    clock: Clock
    signer: Signer
    snapshot: Snapshot
    spec: Spec
    http: httpx.AsyncClient
    limits: RateLimits = field(default_factory=RateLimits)
    failures: Failures = field(default_factory=Failures)
    requests: deque[Json] = field(default_factory=lambda: deque(maxlen=_REQUESTS_KEPT))
    deliveries: deque[Json] = field(default_factory=lambda: deque(maxlen=_REQUESTS_KEPT))
    answer_seconds: float = ANSWER_SECONDS

    @classmethod
    def kept_in(cls, state: Path, spec: Spec, answer_seconds: float = ANSWER_SECONDS) -> "StandIn":
        """A stand-in whose key and world live in a directory; the demo guild in a fresh one."""
        clock = Clock()
        snapshot = Snapshot(state / "world.json")
        world = snapshot.load()
        if world is None:
            world = seed.new_world()
            seed.add_demo_guild(world, clock)
            snapshot.changed()
        client = httpx.AsyncClient(follow_redirects=False)
        return cls(world, clock, Signer.kept_in(state), snapshot, spec, client, answer_seconds=answer_seconds)

    def reset(self, *, demo_guild: bool) -> None:
        """A new world: the application's settings and commands stay, people and messages go."""
        fresh = seed.new_world()
        fresh.application = self.world.application
        fresh.commands = self.world.commands
        if demo_guild:
            seed.add_demo_guild(fresh, self.clock)
        self.world = fresh
        self.limits = RateLimits()
        self.failures = Failures()
        self.requests.clear()
        self.deliveries.clear()
        self.spec.violations.clear()
        self.clock.offset_seconds = 0.0
        self.snapshot.changed()

    def save(self) -> None:
        """Write the world to disk if it changed."""
        self.snapshot.save(self.world, self.clock)
