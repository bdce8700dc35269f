"""Rate limits as a client sees them.

A bucket is a route and its top-level resource (channel, guild or webhook): so many calls in a
window, told in the ``X-RateLimit-*`` headers of every answer. Above the buckets stands the bot's
global limit of 50 calls a second, from which interaction webhooks are exempt. The defaults are
generous, as real limits are not published; a test sets its own.
"""

import hashlib
import math
from dataclasses import dataclass
from typing import Final

from infra.local.discord.errors import Refusal

GLOBAL_PER_SECOND: Final = 50
INVALID_WINDOW_SECONDS: Final = 600


@dataclass(frozen=True)
class Limit:
    """``calls`` in ``seconds``."""

    calls: int
    seconds: float


@dataclass
class _Window:
    ends_at: float
    used: int = 0


class RateLimits:
    """Counts calls. Times are unix seconds, given by the caller."""

    def __init__(self, default: Limit = Limit(50, 1.0)) -> None:
        self._default = default
        self._of_route: dict[str, Limit] = {}
        self._windows: dict[tuple[str, str], _Window] = {}
        self._global = _Window(0.0)
        self._invalid: list[float] = []

    def set(self, route: str, limit: Limit) -> None:
        """Give one route (``"POST /channels/{channel_id}/messages"``) its own limit, from now on."""
        self._of_route[route] = limit
        self._windows = {key: window for key, window in self._windows.items() if key[0] != route}

    def take(self, route: str, resource: str, now: float) -> dict[str, str]:
        """Count one call; the headers of its answer. Raises a 429 when the bucket is empty."""
        limit = self._of_route.get(route, self._default)
        window = self._windows.get((route, resource))
        if window is None or window.ends_at <= now:
            window = self._windows[route, resource] = _Window(now + limit.seconds)
        window.used += 1
        left = window.ends_at - now
        headers = {
            "X-RateLimit-Limit": str(limit.calls),
            "X-RateLimit-Remaining": str(max(0, limit.calls - window.used)),
            "X-RateLimit-Reset": f"{window.ends_at:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": hashlib.sha256(route.encode()).hexdigest()[:32],
        }
        if window.used > limit.calls:
            raise too_many(left, headers | {"X-RateLimit-Scope": "user"})
        return headers

    def take_global(self, now: float) -> None:
        """Count one call of the bot against its global limit. Raises a global 429."""
        if self._global.ends_at <= now:
            self._global = _Window(now + 1)
        self._global.used += 1
        if self._global.used > GLOBAL_PER_SECOND:
            headers = {"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}
            raise too_many(self._global.ends_at - now, headers, everywhere=True)

    def note_invalid(self, now: float) -> None:
        """Count a 401, 403 or 429: at 10,000 in ten minutes the real Discord bans the address."""
        self._invalid.append(now)

    def invalid_requests(self, now: float) -> int:
        """How many of those the last ten minutes had."""
        self._invalid = [at for at in self._invalid if now - at < INVALID_WINDOW_SECONDS]
        return len(self._invalid)


def too_many(seconds: float, headers: dict[str, str], *, everywhere: bool = False) -> Refusal:
    """A 429 that says when to come back: whole seconds in the header, exact ones in the body."""
    body = {"message": "You are being rate limited.", "retry_after": round(seconds, 3), "global": everywhere}
    return Refusal(429, body, headers | {"Retry-After": str(math.ceil(seconds))})
