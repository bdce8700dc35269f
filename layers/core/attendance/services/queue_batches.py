"""A batch of queue messages, each succeeding or failing on its own.

The answer's shape is Lambda's (`ReportBatchItemFailures`): an id it does not know, or null, would make the whole batch
fail, so ids come from the records alone. A message that cannot even be read fails too: after its tries the queue sets it
aside, where it is seen.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from attendance.telemetry import correlated, log

if TYPE_CHECKING:
    from collections.abc import Sequence


type Work = Callable[[Mapping[str, Any], str], object]


def work_through(
    records: Sequence[Mapping[str, Any]], work: Work, *, at_once: int = 1
) -> dict[str, list[dict[str, str]]]:
    """Call `work` with each message and its id; returns the partial-failure answer that names those that raised.

    `at_once` of them are worked on together, for work that mostly waits.
    """
    done = side_by_side(lambda record: _is_done(record, work), records, at_once)
    failed = [record["messageId"] for record, fine in zip(records, done, strict=True) if not fine]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def side_by_side[T, R](work: Callable[[T], R], items: Sequence[T], at_once: int) -> list[R]:
    """Do `work` with each item, `at_once` of them together, and return the results in the items' order."""
    if at_once == 1 or len(items) == 1:
        return [work(item) for item in items]
    with ThreadPoolExecutor(at_once) as threads:
        return list(threads.map(work, items))


def _is_done(record: Mapping[str, Any], work: Work) -> bool:
    with correlated(_request(record)):
        return _is_done_for(record, work)


def _is_done_for(record: Mapping[str, Any], work: Work) -> bool:
    try:
        message = _message(record)
        work(message, record["messageId"])
    except Exception as error:  # noqa: BLE001 - one message that fails must not take the others with it
        log().warning(
            "message_failed",
            extra={"message_id": record["messageId"], "error": type(error).__name__, "tries": _tries(record)},
            exc_info=True,
        )
        return False
    log().info("message_done", extra={"message_id": record["messageId"], "kind": message.get("kind")})
    return True


def _request(record: Mapping[str, Any]) -> str:
    """Return the id of the request that a message follows from (`aws/queue.py`); its own where none came with it."""
    about: Mapping[str, str] = (record.get("messageAttributes") or {}).get("correlation_id") or {}
    return about.get("stringValue") or record["messageId"]


def _message(record: Mapping[str, Any]) -> Mapping[str, Any]:
    message = json.loads(record["body"])
    if not isinstance(message, dict):
        raise ValueError("a message is a JSON object")  # noqa: TRY004 - its type was the sender's choice, not ours
    return message


def _tries(record: Mapping[str, Any]) -> str | None:
    tries: str | None = (record.get("attributes") or {}).get("ApproximateReceiveCount")
    return tries
