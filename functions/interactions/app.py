"""The interactions function: POST /discord/interactions and POST /discord/events.

The raw bytes are verified first; a PING is answered before anything else is loaded. Nothing here knows a command.
"""

from __future__ import annotations

import json
from binascii import a2b_base64
from functools import cache
from typing import Any

from attendance import config, wiring
from attendance.discord.payloads import decode_body
from attendance.discord.verify import Verifier
from attendance.errors import Invalid

_JSON = {"content-type": "application/json"}
_PING = 1
_PONG = {"statusCode": 200, "headers": _JSON, "body": '{"type":1}'}
_UNAUTHORIZED = {"statusCode": 401, "headers": _JSON, "body": '{"message":"This was not signed by Discord."}'}


@cache
def _verifier() -> Verifier:
    return Verifier(config.discord_public_key())


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request of API Gateway (payload format 2.0): 401 unless Discord signed it, 400 if it makes no sense."""
    body = _body(event)
    signature, timestamp = _header(event, "x-signature-ed25519"), _header(event, "x-signature-timestamp")
    if body is None or not _verifier().accepts(body, signature, timestamp, wiring.now()):
        return _UNAUTHORIZED
    try:
        payload = decode_body(body)
        if event["rawPath"].endswith("/discord/events"):
            from interactions import webhook_events

            return {"statusCode": webhook_events.receive(payload), "headers": _JSON}
        if type(payload.get("type")) is int and payload["type"] == _PING:
            return _PONG
        from interactions import router

        answer = router.answer(payload, context.aws_request_id)
    except Invalid as error:
        return {"statusCode": 400, "headers": _JSON, "body": json.dumps({"message": error.message})}
    return {"statusCode": 200, "headers": _JSON, "body": json.dumps(answer, separators=(",", ":"))}


def _body(event: dict[str, Any]) -> bytes | None:
    """Return the bytes that were signed, or None when the body cannot be what Discord sent."""
    try:
        text = event.get("body") or ""
        return a2b_base64(text, strict_mode=True) if event.get("isBase64Encoded") else text.encode()
    except ValueError:  # no base64, or half a surrogate pair
        return None


def _header(event: dict[str, Any], name: str) -> str | None:
    headers: dict[str, str] = event.get("headers") or {}
    return headers.get(name) or next((value for key, value in headers.items() if key.lower() == name), None)
