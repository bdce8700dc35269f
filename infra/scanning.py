"""Reading a table whole, and working through many items at a pace: for an operator's tools, never on a user's path."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import batched
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mypy_boto3_dynamodb.client import DynamoDBClient

AT_ONCE = 16
_CHUNK = 256


class Pace:
    """Keeps work at `rate` units a second (0: as fast as it goes), so that users' requests are not throttled by it."""

    def __init__(
        self, rate: float, sleep: Callable[[float], None] = time.sleep, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._sleep, self._clock = rate, sleep, clock
        self._began, self._spent = clock(), 0.0

    def spend(self, units: float) -> None:
        """Wait until so much more may have been spent."""
        self._spent += units
        if self._rate:
            ahead = self._spent / self._rate - (self._clock() - self._began)
            if ahead > 0:
                self._sleep(ahead)


def scan(client: DynamoDBClient, name: str, pace: Pace) -> Iterator[dict[str, Any]]:
    """Yield every item in wire form, a megabyte at a time, strongly consistent; `pace` counts read capacity units."""
    more: dict[str, Any] = {}
    while True:
        answer = client.scan(TableName=name, ConsistentRead=True, ReturnConsumedCapacity="TOTAL", **more)
        yield from answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return
        more = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
        pace.spend(answer.get("ConsumedCapacity", {}).get("CapacityUnits", 0.0))


def each[T, R](work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """Yield `work` of every item, several at once, in order, holding a few hundred of them at a time."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for chunk in batched(items, _CHUNK, strict=False):
            yield from threads.map(work, chunk)
