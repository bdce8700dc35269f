"""Where a guild's own programs are told of changes: subscriptions of outgoing webhooks.

A secret is replaced without a gap: for some hours what it replaces signs beside it, so a subscriber takes the new one over
whenever it suits them. A subscription that only fails is switched off, and an officer can switch it on again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from typing import TYPE_CHECKING, Literal, get_args
from urllib.parse import urlsplit

from attendance.errors import Conflict, Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

MAX_SUBSCRIPTIONS = 10
MAX_URL = 512
MAX_SECRETS = 4
"""That sign at once, the newest included: each delivery carries a signature of each."""
MAX_OVERLAP_HOURS = 168
MAX_FAILURES = 20
"""Deliveries given up one after the other until a subscription is switched off; each was tried for hours."""
Topic = Literal["event", "series", "attendance", "sheet", "preset", "settings", "report"]
"""What a subscription can ask for: the kinds of things that change."""
TOPICS: tuple[Topic, ...] = get_args(Topic)
_HOST = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)


_ROTATIONS_REMEMBERED = 10


@dataclass(frozen=True, slots=True)
class OldSecret:
    """A secret that was replaced and signs until `ends_at`."""

    secret: str
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSubscription:
    """A subscriber. `secret` signs what is sent to `url` and is shown only to the request that made it.

    `rotations` are the newest requests that replaced the secret, `failures` the deliveries given up since the last one
    that arrived. While it is not `active` nothing is sent, nor kept to be sent later.
    """

    guild_id: str
    webhook_id: str
    url: str
    topics: tuple[str, ...]
    secret: str
    created_by: str
    created_at: datetime
    active: bool = True
    old_secrets: tuple[OldSecret, ...] = ()
    rotations: tuple[str, ...] = ()
    failures: int = 0
    edits: Mapping[str, int] = field(default_factory=dict)
    version: int = 1

    @property
    def host(self) -> str:
        """Where it goes, without the path and query, which may hold a secret of the subscriber's."""
        return urlsplit(self.url).hostname or ""

    def secrets_at(self, now: datetime) -> tuple[str, ...]:
        """What signs a delivery at `now`, the newest first."""
        return (self.secret, *(one.secret for one in self._still_signing(now)))

    def _still_signing(self, now: datetime) -> list[OldSecret]:
        return [one for one in self.old_secrets if now < one.ends_at]

    def rotated(self, secret: str, request_id: str, now: datetime, overlap: timedelta) -> WebhookSubscription:
        """Return the subscription with a new secret; what signed until `now` signs for `overlap` at most (none: not at all).

        Raises `Conflict` while too many secrets sign already.
        """
        ends_at = now + overlap
        kept = [OldSecret(self.secret, ends_at)]
        kept += [OldSecret(one.secret, min(one.ends_at, ends_at)) for one in self._still_signing(now)]
        if not overlap:
            kept = []
        if len(kept) >= MAX_SECRETS:
            free_at = min(one.ends_at for one in self._still_signing(now))
            raise Conflict(
                f"{MAX_SECRETS} secrets sign this webhook's deliveries already. Wait until {free_at:%Y-%m-%d %H:%M} UTC, or "
                "send overlap_hours 0, which ends all of them at once.",
                code="too_many_secrets",
            )
        requests = (request_id, *self.rotations)[:_ROTATIONS_REMEMBERED]
        return replace(self, secret=secret, old_secrets=tuple(kept), rotations=requests, version=self.version + 1)


def checked_url(url: str) -> str:
    """Return an address that deliveries may go to as far as its text can tell; raises `Invalid` (field `url`).

    Which address the name leads to is looked at for each delivery: names can change their minds.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    host = (parts.hostname or "").lower()
    if (
        parts.scheme != "https"
        or not host
        or len(url) > MAX_URL
        or not url.isascii()
        or re.search(r"[\s\\]", url.strip())
    ):
        raise Invalid(f"A webhook goes to an https address of at most {MAX_URL} ASCII characters.", field="url")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise Invalid("Leave user name, password and #fragment out of the address.", field="url")
    if port not in (None, 443):
        raise Invalid("A webhook goes to port 443: leave the port out of the address.", field="url")
    if _is_address(host) or not _HOST.fullmatch(host) or host.endswith((".localhost", ".local", ".internal")):
        raise Invalid("A webhook goes to a public host name, not to an IP address or a local name.", field="url")
    return url.strip()


def checked_topics(topics: tuple[str, ...]) -> tuple[str, ...]:
    """Return the topics without doubles in a fixed order; raises `Invalid` (field `topics`), naming those there are."""
    unknown = sorted(set(topics) - set(TOPICS))
    if unknown or not topics:
        raise Invalid(f"Choose one or more topics of {', '.join(TOPICS)}.", field="topics")
    return tuple(topic for topic in TOPICS if topic in topics)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
