"""DynamoDB's answers decoded once: their JSON is the wire form that `values` reads, so nothing else needs to walk it.

botocore walks every answer a second time along its description of the service, some 7 us a value. On an event of 1,000
members that is 14 ms of a click, ten times what its JSON takes, and all it changes is base64 to bytes, which `values` does.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

_ITEMS_OF_ERRORS = ("Item", "CancellationReasons")
"""What a refusal carries of the table: the item as it stands, or a transaction's reasons with theirs."""


def decode_once(client: DynamoDBClient) -> DynamoDBClient:
    """Return the client, which from now on answers with binary values as base64 text and everything else as before.

    An answer that cannot be read like this is left to botocore, and so is what an error says about itself.
    """
    client.meta.events.register("before-parse.dynamodb.*", _decode, unique_id="decode-once")
    return client


def _decode(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: object) -> None:
    """Take out of botocore's hands what is decoded: it adds `customized_response_dict` to what it makes of the body."""
    status = response_dict["status_code"]
    if status not in (200, 400):
        return
    try:
        answer = json.loads(response_dict["body"])
    except ValueError:
        return
    if status == 200:
        customized_response_dict.update(answer)
        response_dict["body"] = b""
    elif found := {name: answer.pop(name) for name in _ITEMS_OF_ERRORS if answer.get(name)}:
        customized_response_dict.update(found)
        response_dict["body"] = json.dumps(answer).encode()
