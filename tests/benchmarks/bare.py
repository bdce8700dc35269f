"""The least that could answer: what our handler is compared with, and nothing else than json, PyNaCl and boto3.

It verifies, parses and answers. It reads no rights, draws no card, checks no shape and translates no error.
"""

from __future__ import annotations

import json
import os
from typing import Any

from nacl.signing import VerifyKey

_KEY = VerifyKey(bytes.fromhex(os.environ["DISCORD_PUBLIC_KEY"]))
_JSON = {"content-type": "application/json"}
_client: Any = None


def _payload(event: dict[str, Any]) -> dict[str, Any]:
    headers = event["headers"]
    body = event["body"].encode()
    _KEY.verify(headers["x-signature-timestamp"].encode() + body, bytes.fromhex(headers["x-signature-ed25519"]))
    payload: dict[str, Any] = json.loads(body)
    return payload


def ping(event: dict[str, Any], _context: Any = None) -> dict[str, Any]:
    """Answer a PING."""
    return {"statusCode": 200, "headers": _JSON, "body": json.dumps({"type": _payload(event)["type"]})}


def click(event: dict[str, Any], _context: Any = None) -> dict[str, Any]:
    """Answer a click: one UpdateItem of an item like ours, returned whole, and the event's title sent back."""
    global _client  # noqa: PLW0603 - a bare handler keeps its client like this
    if _client is None:
        import boto3

        _client = boto3.client("dynamodb")
    payload = _payload(event)
    _, _, event_id, role = payload["data"]["custom_id"].split(":")
    item = _client.update_item(
        TableName=os.environ["TABLE_NAME"],
        Key={"pk": {"S": f"G#{payload['guild_id']}"}, "sk": {"S": f"EVENT#{event_id}"}},
        UpdateExpression="SET choices.#u = :c, seq = seq + :one",
        ExpressionAttributeNames={"#u": payload["member"]["user"]["id"]},
        ExpressionAttributeValues={":c": {"S": role + "|"}, ":one": {"N": "1"}},
        ReturnValues="ALL_NEW",
    )["Attributes"]
    answer = {"type": 7, "data": {"content": item["title"]["S"]}}
    return {"statusCode": 200, "headers": _JSON, "body": json.dumps(answer)}
