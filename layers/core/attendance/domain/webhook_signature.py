"""How a subscriber knows that a delivery is ours, unchanged and recent; and which addresses a delivery may go to.

    Attendance-Timestamp: unix seconds
    Attendance-Signature: v1=hex(HMAC-SHA256(secret, timestamp + "." + body)), one for each secret, comma-separated

A subscriber computes the same over the raw body, compares in constant time with each, refuses timestamps older than five
minutes, and keeps `Attendance-Delivery` for a while: the same delivery may arrive more than once. While a secret is being
replaced there are several signatures, the newest secret's first.
"""

from __future__ import annotations

import hashlib
import hmac
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
"""Prefixes that carry an IPv4 address through a translator (RFC 6052, RFC 8215)."""


def signed_headers(secrets: Sequence[str], body: bytes, delivery_id: str, now: datetime) -> dict[str, str]:
    """Return the headers of a delivery of `body` that is sent at `now`, signed with each of `secrets`."""
    timestamp = str(int(now.timestamp()))
    signed = timestamp.encode() + b"." + body
    digests = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return {
        "Content-Type": "application/json",
        "User-Agent": "AttendanceTracker-Webhooks/1",
        "Attendance-Delivery": delivery_id,
        "Attendance-Timestamp": timestamp,
        "Attendance-Signature": ",".join(f"v1={digest}" for digest in digests),
    }


def is_public(address: str) -> bool:
    """Whether an address is one of the public internet: not private, local, reserved, multicast, nor such in disguise."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        disguised = found.ipv4_mapped or found.sixtofour or found.teredo or any(found in net for net in _NAT64)
        if disguised:  # an IPv4 address inside an IPv6 one: no honest name leads there
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved
