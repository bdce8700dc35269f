"""Delivering one change to one subscriber's own address.

The address was checked when the subscription was made, but names can change their minds: it is resolved here, once, every
address it leads to has to be public, and the connection is made to the very address that was checked.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from attendance.domain.webhook_signature import is_public, signed_headers
from attendance.errors import Unavailable
from attendance.storage import webhooks
from attendance.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from attendance.storage.table import Table

type Resolver = Callable[[str], list[str]]
"""Returns the addresses that a host name leads to; raises OSError when it leads nowhere."""


class Poster(Protocol):
    """Posts over https to one address."""

    def __call__(self, address: str, host: str, target: str, headers: Mapping[str, str], body: bytes) -> int:
        """Post to `target` (path and query) of `host` at `address` and return the status; raises OSError."""


def deliver_webhook(table: Table, resolve: Resolver, post: Poster, message: Mapping[str, Any], now: datetime) -> bool:
    """Post a change to its subscriber; False when it was dropped: the subscription is gone, or its address is not public.

    Raises `Unavailable` unless the subscriber answered 2xx; the queue then brings the message again.
    """
    if message.get("v") != 1 or message.get("kind") != "deliver":
        raise ValueError(f"version {message.get('v')}, kind {message.get('kind')}")
    webhook = webhooks.get(table, message["guild_id"], message["webhook_id"])
    if webhook is None or not webhook.active:
        return False
    parts = urlsplit(webhook.url)
    host = parts.hostname or ""
    address = _public_address(resolve, host)
    if parts.scheme != "https" or address is None:
        log().warning(
            "webhook_refused", extra={"webhook_id": webhook.webhook_id, "reason": "its address is not public"}
        )
        return False
    body = json.dumps({"id": message["delivery_id"], **message["message"]}, separators=(",", ":")).encode()
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = signed_headers(webhook.secrets_at(now), body, message["delivery_id"], now)
    try:
        status = post(address, host, target, headers, body)
    except OSError as error:
        raise Unavailable(
            f"The subscriber did not answer ({type(error).__name__})."
        ) from None  # its address stays out of logs
    if not 200 <= status < 300:
        raise Unavailable(f"The subscriber answered {status}.")
    return True


def _public_address(resolve: Resolver, host: str) -> str | None:
    """Return the first address of `host`, or None when any of them is not public; raises `Unavailable`."""
    try:
        addresses = resolve(host)
    except OSError as error:
        raise Unavailable("The subscriber's name leads nowhere right now.") from error
    return addresses[0] if addresses and all(is_public(address) for address in addresses) else None
