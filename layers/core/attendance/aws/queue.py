"""SQS as a `Queue`.

A message's body says what to do. Which request it follows from is told beside it, as an attribute: no worker decides by it.
"""

from __future__ import annotations

import json
from itertools import batched, repeat
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from attendance.errors import Unavailable
from attendance.telemetry import correlation_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mypy_boto3_sqs.client import SQSClient

_TRIES = 3


class SqsQueue:
    """One standard queue; messages are JSON objects of at most 256 KB."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, message: Mapping[str, Any], *, delay: int = 0) -> None:
        """Put one message on the queue, visible after `delay` seconds (at most 900); raises `Unavailable`."""
        try:
            self._client.send_message(
                QueueUrl=self._url, MessageBody=_body(message), DelaySeconds=delay, **_about(correlation_id())
            )
        except (BotoCoreError, ClientError) as error:
            raise Unavailable("The queue did not take the work. Please try again.") from error

    def send_all(self, messages: Iterable[Mapping[str, Any]], requests: Sequence[str] = ()) -> None:
        """Put all messages on the queue, ten a request; raises `Unavailable` unless every one was taken.

        `requests` are the ids of the requests that they follow from, where these are several.
        """
        entries = (
            {"MessageBody": _body(message), **_about(request)}
            for message, request in zip(messages, requests or repeat(correlation_id()), strict=False)
        )
        for batch in batched(entries, 10, strict=False):
            left = list(batch)
            for _ in range(_TRIES):
                left = self._send_batch(left)
                if not left:
                    break
            else:
                raise Unavailable(f"The queue did not take {len(left)} of {len(batch)} messages. Please try again.")

    def _send_batch(self, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Send up to ten messages and return those that SQS reports as failed: it answers 200 for a partial failure."""
        entries: Any = [{"Id": str(index), **message} for index, message in enumerate(messages)]
        try:
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
        except (BotoCoreError, ClientError) as error:
            raise Unavailable("The queue did not take the work. Please try again.") from error
        return [messages[int(failed["Id"])] for failed in answer.get("Failed", ())]


def _about(request: str) -> Any:
    """The attribute that names the request, where there is one."""
    if not request:
        return {}
    return {"MessageAttributes": {"correlation_id": {"DataType": "String", "StringValue": request}}}


def _body(message: Mapping[str, Any]) -> str:
    return json.dumps(message, separators=(",", ":"))
