"""Whether a request comes from Discord.

Discord signs the timestamp header followed by the raw body with Ed25519, and tests endpoints with forged signatures:
anything but 401 for those loses the endpoint (https://discord.com/developers/docs/interactions/overview). So every
malformed header counts as a forgery and none raises. Discord names no age limit; a request more than five minutes off
our clock is refused here, so that a recorded one cannot be played again later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

if TYPE_CHECKING:
    from datetime import datetime

WINDOW = 300
"""Seconds that the signed timestamp may differ from our clock, either way."""
_SIGNATURE_DIGITS = 128
_TIMESTAMP_DIGITS = 12


class Verifier:
    """Checks requests against one application's public key (32 bytes), which is prepared once."""

    def __init__(self, public_key: bytes) -> None:
        self._key = VerifyKey(public_key)

    def accepts(self, body: bytes, signature: object, timestamp: object, now: datetime) -> bool:
        """Whether `body` was signed together with `timestamp` (unix seconds, near `now`); never raises.

        `signature` and `timestamp` are the headers as they came, whatever they are.
        """
        if not (isinstance(signature, str) and isinstance(timestamp, str)):
            return False
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _TIMESTAMP_DIGITS):
            return False
        if len(signature) != _SIGNATURE_DIGITS or abs(now.timestamp() - int(timestamp)) > WINDOW:
            return False
        try:
            self._key.verify(timestamp.encode() + body, bytes.fromhex(signature))
        except (ValueError, BadSignatureError):  # digits that are none, or spaces among them, leave no 64 bytes
            return False
        return True
