"""A batch of queue messages, each succeeding or failing on its own.

The answer's shape is Lambda's (`ReportBatchItemFailures`): an id it does not know, or null, would make the whole batch
fail, so ids come from the records alone. A message that cannot even be read fails too: after its tries the queue sets it
aside, where it is seen.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

from attendance.telemetry import correlated, log

if TYPE_CHECKING:
    from collections.abc import Sequence


class Again(NamedTuple):
    """A message that is to be worked on once more in the same batch, after so many `seconds`."""

    seconds: float
    message: Mapping[str, Any]


type Work = Callable[[Mapping[str, Any], str], Again | None]


def work_through(
    records: Sequence[Mapping[str, Any]], work: Work, *, at_once: int = 1, sleep: Callable[[float], None] = time.sleep
) -> dict[str, list[dict[str, str]]]:
    """Call `work` with each message and its id; returns the partial-failure answer that names those that raised.

    `at_once` of them are worked on together, for work that mostly waits.
    """
    if at_once == 1 or len(records) == 1:
        done = [_is_done(record, work, sleep) for record in records]
    else:
        with ThreadPoolExecutor(at_once) as threads:
            done = list(threads.map(lambda record: _is_done(record, work, sleep), records))
    failed = [record["messageId"] for record, fine in zip(records, done, strict=True) if not fine]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _is_done(record: Mapping[str, Any], work: Work, sleep: Callable[[float], None]) -> bool:
    with correlated(_request(record)):
        return _is_done_for(record, work, sleep)


def _is_done_for(record: Mapping[str, Any], work: Work, sleep: Callable[[float], None]) -> bool:
    try:
        message = _message(record)
        again = work(message, record["messageId"])
        while again is not None:
            sleep(again.seconds)
            again = work(again.message, record["messageId"])
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
