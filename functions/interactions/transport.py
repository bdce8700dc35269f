"""What API Gateway (payload format 2.0) wraps a request in."""

from __future__ import annotations

from binascii import a2b_base64
from typing import Any


def raw_body(event: dict[str, Any]) -> bytes | None:
    """Return the bytes that were sent, or None when the event cannot hold what Discord sent."""
    try:
        text = event.get("body") or ""
        return a2b_base64(text, strict_mode=True) if event.get("isBase64Encoded") else text.encode()
    except ValueError:  # no base64, or half a surrogate pair
        return None


def header(event: dict[str, Any], name: str) -> str | None:
    """Return a header by its lower-case name, however it is spelt, or None."""
    headers: dict[str, str] = event.get("headers") or {}
    return headers.get(name) or next((value for key, value in headers.items() if key.lower() == name), None)
