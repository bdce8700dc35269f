"""What an operation costs: requests, write units as the store reports them, read units by the bytes of what was read.

The emulator counts write units as DynamoDB does, except that a refused condition is charged too
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html#WorkingWithItems.ConditionalUpdate);
read units it counts wrongly. So refusals and reads are computed: a strongly consistent
read costs a unit for each 4 KB of the whole item, whatever is projected; a query a unit for each 4 KB of its items together,
half of that on an index (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html).
"""

from __future__ import annotations

import math
from binascii import a2b_base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems")
_BLOCK = 4096
_WRITE_BLOCK = 1024


def item_bytes(item: dict[str, Any]) -> int:
    """The size of an item in wire form, by DynamoDB's documented rules."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(wire: dict[str, Any]) -> int:
    ((kind, value),) = wire.items()
    match kind:
        case "S":
            return len(value.encode())
        case "N":
            return math.ceil(len(value.lstrip("-").replace(".", "")) / 2) + 1
        case "B":
            return len(a2b_base64(value)) if isinstance(value, str) else len(value)
        case "M":
            return 3 + sum(1 + len(name.encode()) + _value_bytes(inner) for name, inner in value.items())
        case "L":
            return 3 + sum(1 + _value_bytes(inner) for inner in value)
    return 1


def _used(reported: Any) -> float:
    """The sum of what a write or each part of a transaction reports."""
    parts: list[dict[str, float]] = reported if isinstance(reported, list) else [reported]
    return sum(one["CapacityUnits"] for one in parts)


@dataclass
class Meter:
    """Counts the requests and units of one client between `start` and `stop`; `reader` is another client, for sizes."""

    client: DynamoDBClient
    reader: DynamoDBClient
    table: str
    requests: int = 0
    writes: float = 0
    reads: float = 0
    read_bytes: int = 0
    _asked: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        events = self.client.meta.events
        events.register("provide-client-params.dynamodb.*", self._ask)
        events.register("after-call.dynamodb.*", self._count)

    def reset(self) -> None:
        """Begin anew."""
        self.requests, self.writes, self.reads, self.read_bytes = 0, 0, 0, 0

    def _ask(self, params: dict[str, Any], model: Any, **_: object) -> None:
        if model.name in _WRITES:
            params["ReturnConsumedCapacity"] = "INDEXES"
        self._asked = params

    def _count(self, parsed: dict[str, Any], model: Any, **_: object) -> None:
        self.requests += 1
        match model.name:
            case "GetItem":
                self.reads += self._got([self._asked["Key"]])
            case "BatchGetItem":
                self.reads += self._got(self._asked["RequestItems"][self.table]["Keys"])
            case "Query":
                found = sum(map(item_bytes, parsed["Items"]))
                self.read_bytes += found
                self.reads += max(1, math.ceil(found / _BLOCK)) / (2 if "IndexName" in self._asked else 1)
            case name if name in _WRITES:
                self.writes += self._refused(parsed) if "Error" in parsed else _used(parsed["ConsumedCapacity"])

    def _refused(self, parsed: dict[str, Any]) -> int:
        """A write whose condition fails is charged like one that succeeds, but reports nothing."""
        if "Item" in parsed:
            return math.ceil(item_bytes(parsed["Item"]) / _WRITE_BLOCK)
        puts = [action["Put"]["Item"] for action in self._asked.get("TransactItems", ()) if "Put" in action]
        return 2 * sum(math.ceil(item_bytes(item) / _WRITE_BLOCK) for item in puts)

    def _got(self, keys: list[dict[str, Any]]) -> int:
        items = [self.reader.get_item(TableName=self.table, Key=key).get("Item", {}) for key in keys]
        sizes = [item_bytes(item) for item in items]
        self.read_bytes += sum(sizes)
        return sum(max(1, math.ceil(size / _BLOCK)) for size in sizes)
