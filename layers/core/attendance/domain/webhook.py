"""Where a guild's own programs are told of changes: subscriptions of outgoing webhooks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Literal, get_args
from urllib.parse import urlsplit

from attendance.errors import Invalid

if TYPE_CHECKING:
    from datetime import datetime

MAX_SUBSCRIPTIONS = 10
MAX_URL = 512
Topic = Literal["event", "series", "attendance", "sheet", "preset", "settings", "report"]
"""What a subscription can ask for: the kinds of things that change."""
TOPICS: tuple[Topic, ...] = get_args(Topic)
_HOST = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSubscription:
    """A subscriber. `secret` signs what is sent to `url` and is shown only when the subscription is made."""

    guild_id: str
    webhook_id: str
    url: str
    topics: tuple[str, ...]
    secret: str
    created_by: str
    created_at: datetime


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
