"""Discord's rate limits, obeyed and not guessed (https://discord.com/developers/docs/topics/rate-limits).

A *route* is a method and a path in which minor ids are blanked: the limit depends on it and on its *major* parameter
(channel, guild, or webhook with its token). Several routes may share a *bucket*, whose name only the answers tell.

    before a call   anything closed?  ──► RateLimited, without a call
                    counted?          ──► take a place of its window, or RateLimited until there may be one
    after it        429               ──► closed for every process: the route and its bucket, all (global), or the edge
                    half used         ──► counted from now on, by every process (`domain.rate_limit`)
                    nothing left      ──► closed for this process, and no room for the others

Interaction webhooks need no bot token and stand outside its global limit; a 429 from Discord's edge (HTML, without the
API's JSON) is about our address, so it closes them too.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from attendance.domain.rate_limit import GLOBAL_SIZE, GLOBAL_SPAN, Window
from attendance.errors import RateLimited, Stopped

if TYPE_CHECKING:
    from requests import Response

    from attendance.ports import Clock, KnownLimits, Limits

EDGE_WAIT = 60.0
"""Seconds to leave Discord's edge alone after a 429 that does not say how long."""
_SOON = 0.2
"""Seconds by which a moment at Discord is known at best: about the way there and back."""
_LATER = timedelta(seconds=0.1)
"""By more than that an answer's way back does not make a window's end look later than another's did."""
EDGE, GLOBAL = "edge", "global"
_MAJOR = re.compile(r"^/(?:channels|guilds)/(\d+)|^/webhooks/(\d+/[^/]+)")
_ID = re.compile(r"(?<=/)\d{15,20}(?=/|$)")
_TOKENS = ("/webhooks/", "/interactions/")


@dataclass(frozen=True, slots=True)
class Route:
    """A path as rate limits see it. `name` and `shape` hold no token, so they may be stored and logged."""

    shape: str
    major: str
    uses_bot_token: bool

    @property
    def name(self) -> str:
        """`POST /channels/{id}/messages` of channel 123, for instance."""
        return f"{self.shape} {self.major}".strip()


def route_of(method: str, path: str) -> Route:
    """Return the route of a call."""
    plain = urlsplit(path).path
    match = _MAJOR.match(plain)
    major = (match[1] or digest(match[2])) if match else ""
    shape = plain if match is None or match[2] is None else plain.replace(match[2], "{token}")
    return Route(f"{method} {_ID.sub('{id}', shape)}", major, not plain.startswith(_TOKENS))


@dataclass(frozen=True, slots=True)
class Place:
    """A place that a call took: under which name, when, of which window as it is then, and whether it opened it."""

    name: str
    at: datetime
    window: Window
    opened: bool


class RateLimits:
    """What one process knows of the limits, together with what all of them share through `limits`."""

    def __init__(self, limits: Limits, now: Clock) -> None:
        self._limits = limits
        self._now = now
        self._buckets: dict[str, str] = {}
        self._closed: dict[str, datetime] = {}

    def enter(self, route: Route, stopped: str | None) -> list[Place]:
        """Pass a call and return the places that it takes: of all calls and of its bucket, as far as these are counted.

        `stopped` is the name under which the call's token is noted where Discord refused it. Raises `Stopped` and
        `RateLimited`, both without a call, and `Unavailable`.
        """
        names = self._names(route)
        everywhere = [EDGE] if stopped is None else [EDGE, GLOBAL]
        known = self._limits.known([*everywhere, *names, *([stopped] if stopped else [])])
        now = self._now()
        if stopped and known.closed.get(stopped, now) > now:
            raise Stopped(
                "Discord refused the bot token a moment ago. An operator has to put a valid one into the secret."
            )
        own = next((name for name in reversed(names) if name in known.counted), "")
        # A count that all share knows more than what this process remembers of its own answers.
        here = [] if own else [until for name, until in self._closed.items() if name in names]
        until = max([now, *here, *(known.closed.get(name, now) for name in (*everywhere, *names))])
        if until > now:
            ours = max([now, *here, *(known.closed.get(name, now) for name in names)])
            raise _wait((until - now).total_seconds(), own, everywhere=ours < until)
        # Who is turned away by one takes no place of the other. So many take places of all calls that these go first.
        counted = [name for name in (GLOBAL, own) if name in known.counted and name in {*everywhere, own}]
        full = [name for name in reversed(counted) if not known.counted[name].has_room(now)]
        return [self._taken(name, own, known, now) for name in full[:1] or counted]

    def _taken(self, name: str, own: str, known: KnownLimits, now: datetime) -> Place:
        after = self._limits.take(name, known.counted[name], now)
        if not isinstance(after, Window):
            raise _wait(after, own, known.counted[own].pace if own and name == GLOBAL else 0, everywhere=name == GLOBAL)
        return Place(name, now, after, opened=after.room == after.size - 1)

    def _names(self, route: Route) -> list[str]:
        """The names under which a route may be closed or counted, its bucket's last.

        A shape of route has one bucket as a rule, so another channel's answer tells it before the first call to this one.
        """
        bucket = self._buckets.get(route.name) or self._buckets.get(route.shape)
        return [route.name, f"{bucket} {route.major}"] if bucket else [route.name]

    def learn(self, route: Route, places: list[Place], answer: Response) -> None:
        """Remember the route's bucket, until when it is empty, and count it from now on when it runs low."""
        if bucket := answer.headers.get("X-RateLimit-Bucket"):
            self._buckets[route.name] = self._buckets[route.shape] = bucket
        now = self._now()
        self._closed = {name: until for name, until in self._closed.items() if until > now}
        by_name = {place.name: place for place in places}
        everywhere = by_name.pop(GLOBAL, None)
        if everywhere and everywhere.opened and answer.ok:
            # No answer tells when the call was there: on half of its way, and others that began with it a little earlier.
            opened = everywhere.at + (now - everywhere.at) / 3
            resets = opened + timedelta(seconds=GLOBAL_SPAN)
            self._limits.correct(GLOBAL, replace(everywhere.window, resets=resets))
        seconds = _seconds(answer.headers.get("X-RateLimit-Reset-After"))
        size, room = (
            _whole(answer.headers.get("X-RateLimit-Limit")),
            _whole(answer.headers.get("X-RateLimit-Remaining")),
        )
        if seconds is None or room is None:
            return
        resets = now + timedelta(seconds=seconds)
        if room == 0:
            self._closed = {**self._closed, **dict.fromkeys(self._names(route), resets)}  # other threads may read it
        if size:
            self._learn_window(route, next(iter(by_name.values()), None), Window(size, seconds, room, resets))

    def _learn_window(self, route: Route, place: Place | None, told: Window) -> None:
        """Count a bucket from now on when it runs low, and keep its count true."""
        if place is None:
            name = self._names(route)[-1]
            if 2 * told.room <= told.size:
                self._limits.count(name, told)
            if told.room == 0:  # another process counts it already, and does not know of this call
                self._limits.correct(name, told)
        elif place.opened:
            self._limits.correct(place.name, told)
        elif (told.room == 0 and place.window.room > 0) or told.resets - place.window.resets > _LATER:
            # Somebody else's calls were in it, or whoever opened it never arrived there.
            self._limits.correct(place.name, replace(told, span=place.window.span))

    def refused(self, route: Route, places: list[Place], answer: Response) -> RateLimited:
        """Share what a 429 says with everybody, and return the error that tells the caller."""
        try:
            data = answer.json()
        except ValueError:
            data = None
        now, named = self._now(), _seconds(answer.headers.get("Retry-After"))
        if isinstance(data, dict) and "retry_after" in data:
            wait = _seconds(data["retry_after"]) or named or EDGE_WAIT
            everywhere = bool(data.get("global")) or "X-RateLimit-Global" in answer.headers
            names = [GLOBAL] if everywhere else self._names(route)
        else:
            wait, everywhere, names = max(named or 0.0, EDGE_WAIT), False, [EDGE]
        until = now + timedelta(seconds=wait)
        if everywhere:
            window = Window(GLOBAL_SIZE, GLOBAL_SPAN, 0, until, sure=0)
            place = next((place for place in places if place.name == GLOBAL), None)
            if place is None:  # not counted when it was made: it tells that there is a limit, not which
                self._limits.count(GLOBAL, window)
            elif abs(late := (until - place.window.resets).total_seconds()) <= _SOON:
                self._limits.refuse(GLOBAL, window)
            elif late < -GLOBAL_SPAN / 2:  # the one before was not over yet: this one began later
                self._limits.correct(GLOBAL, replace(place.window, resets=until + timedelta(seconds=GLOBAL_SPAN)))
            else:  # it began at another moment than was counted: that it is full by now does not tell its size
                self._limits.correct(GLOBAL, replace(place.window, room=0, resets=until))
        self._limits.note(names, until)
        bucket = next((place.name for place in places if place.name != GLOBAL), "")
        if not bucket and names == self._names(route) and "X-RateLimit-Limit" in answer.headers:
            bucket = names[-1]  # counted from now on
        return _wait(wait, bucket, everywhere=names in ([GLOBAL], [EDGE]))


def digest(text: str) -> str:
    """A short name for what must not be stored."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _wait(seconds: float, bucket: str, pace: float = 0, *, everywhere: bool = False) -> RateLimited:
    said = "Discord asks us to wait."
    return RateLimited(said, retry_after=seconds, bucket=bucket, pace=pace, everywhere=everywhere)


def _seconds(value: object) -> float | None:
    try:
        return max(0.0, float(value))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None


def _whole(value: Any) -> int | None:
    try:
        return max(0, int(value))
    except (TypeError, ValueError):
        return None
