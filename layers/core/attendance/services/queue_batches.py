"""A batch of queue messages, each succeeding or failing on its own.

The answer's shape is Lambda's (`ReportBatchItemFailures`): an id it does not know, or null, would make the whole batch
fail, so ids come from the records alone. A message that cannot even be read fails too: after its tries the queue sets it
aside, where it is seen.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from attendance.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


def work_through(
    records: Iterable[Mapping[str, Any]], work: Callable[[Mapping[str, Any], str], None]
) -> dict[str, list[dict[str, str]]]:
    """Call `work` with each message and its id; returns the partial-failure answer that names those that raised."""
    failed: list[dict[str, str]] = []
    for record in records:
        try:
            work(_message(record), record["messageId"])
        except Exception as error:  # noqa: BLE001 - one message that fails must not take the others with it
            failed.append({"itemIdentifier": record["messageId"]})
            log().warning(
                "message_failed",
                extra={"message_id": record["messageId"], "error": type(error).__name__, "tries": _tries(record)},
                exc_info=True,
            )
    return {"batchItemFailures": failed}


def _message(record: Mapping[str, Any]) -> Mapping[str, Any]:
    message = json.loads(record["body"])
    if not isinstance(message, dict):
        raise ValueError("a message is a JSON object")  # noqa: TRY004 - its type was the sender's choice, not ours
    return message


def _tries(record: Mapping[str, Any]) -> str | None:
    tries: str | None = (record.get("attributes") or {}).get("ApproximateReceiveCount")
    return tries
