"""The interactions function: POST /discord/interactions and POST /discord/events.

The raw bytes are verified first; a PING is answered before anything else is loaded. Nothing here knows a command.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from attendance import config, wiring
from attendance.discord.payloads import decode_body
from attendance.discord.verify import Verifier
from attendance.errors import Invalid
from interactions.transport import header, raw_body

_PING = 1
_HEADERS = {"content-type": "application/json"}  # Discord refuses a PING's answer without one, empty ones too


@cache
def _verifier() -> Verifier:
    return Verifier(config.discord_public_key())


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request of API Gateway (payload format 2.0): 401 unless Discord signed it, 400 if it makes no sense."""
    body = raw_body(event)
    signature, timestamp = header(event, "x-signature-ed25519"), header(event, "x-signature-timestamp")
    if body is None or not _verifier().accepts(body, signature, timestamp, wiring.now()):
        return _response(401, '{"message":"This was not signed by Discord."}')
    try:
        payload = decode_body(body)
        if event["rawPath"].endswith("/discord/events"):
            from interactions import webhook_events

            return _response(webhook_events.receive(payload), "")
        if type(payload.get("type")) is int and payload["type"] == _PING:
            return _response(200, '{"type":1}')
        from interactions import router

        answer = router.answer(payload, context.aws_request_id)
    except Invalid as error:
        return _response(400, json.dumps({"message": error.message}))
    return _response(200, json.dumps(answer, separators=(",", ":")))


def _response(status: int, body: str) -> dict[str, Any]:
    return {"statusCode": status, "headers": _HEADERS, "body": body}
