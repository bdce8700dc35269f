"""DynamoDB in memory: a client of one table whose calls are answered here, ten and more times as fast as on moto.

It speaks the operations and expressions that the store writes and refuses all others; what it answers is held to the
store's contract suite, as moto and the emulator are. Calls come one after the other, whichever thread they are of: it is
no judge of races. It knows no limits of size and asks for no capacity.
"""

from __future__ import annotations

import json
import threading
from base64 import b64encode
from contextlib import suppress
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import ClientError

from tests import expressions
from tests.expressions import Invalid, Wire, number
from tests.tables import table_properties

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

type Row = tuple[str, str]
_MOST_ACTIONS, _MOST_KEYS = 100, 100
_KNOWN = frozenset(
    {
        "ClientRequestToken", "ConditionExpression", "ConsistentRead", "ExclusiveStartKey", "ExpressionAttributeNames",
        "ExpressionAttributeValues", "IndexName", "Item", "Key", "KeyConditionExpression", "Limit", "ProjectionExpression",
        "RequestItems", "ReturnConsumedCapacity", "ReturnValues", "ReturnValuesOnConditionCheckFailure", "ScanIndexForward", "TableName",
        "TransactItems", "UpdateExpression",
    }
)  # fmt: skip


class _Index(NamedTuple):
    pk: str
    sk: str
    kept: frozenset[str] | None

    def shown(self, item: Wire) -> Wire:
        """What of an item is in the index."""
        return item if self.kept is None else {name: value for name, value in item.items() if name in self.kept}


class _Change(NamedTuple):
    row: Row
    was: Wire | None
    is_now: Wire | None


class DynamoDBInMemory:
    """The table of template.yaml. `around` is given an operation's name and what does it, and returns what that returns."""

    def __init__(self, around: Callable[[str, Callable[[], Any]], Any] = lambda _name, do: do()) -> None:
        self.around = around
        self._records: list[dict[str, Any]] = []
        self._told = 0
        self._items: dict[Row, Wire] = {}
        self._indexes: dict[str | None, _Index] = {None: _Index("pk", "sk", None)}
        for index in table_properties()["GlobalSecondaryIndexes"]:
            pk, sk = (part["AttributeName"] for part in index["KeySchema"])
            kept = frozenset({"pk", "sk", pk, sk, *index["Projection"]["NonKeyAttributes"]})
            self._indexes[index["IndexName"]] = _Index(pk, sk, kept)
        self._partitions: dict[tuple[str | None, str], dict[Row, Wire]] = {}
        self._lock = threading.Lock()

    # What only tests ask for

    def items(self) -> list[Wire]:
        """Every item in wire form."""
        return list(self._items.values())

    def take_records(self) -> list[dict[str, Any]]:
        """The stream's records since the last look, in order, as Lambda shows them."""
        taken, self._records = self._records, []
        return taken

    def keep(self) -> Callable[[], None]:
        """Remember the table as it is, and return what puts it back: items are never changed in place."""
        items, records, told = dict(self._items), list(self._records), self._told

        def restore() -> None:
            self._items.clear()
            self._partitions.clear()
            self._records, self._told = list(records), told
            for row, item in items.items():
                self._place(row, item)

        return restore

    # Operations

    def get_item(self, **asked: Any) -> dict[str, Any]:
        return self._called("GetItem", asked, self._get)

    def batch_get_item(self, **asked: Any) -> dict[str, Any]:
        return self._called("BatchGetItem", asked, self._get_many)

    def query(self, **asked: Any) -> dict[str, Any]:
        return self._called("Query", asked, self._query)

    def scan(self, **asked: Any) -> dict[str, Any]:
        return self._called("Scan", asked, lambda _asked: {"Items": self.items()})

    def put_item(self, **asked: Any) -> dict[str, Any]:
        return self._called("PutItem", asked, partial(self._write, "Put"))

    def update_item(self, **asked: Any) -> dict[str, Any]:
        return self._called("UpdateItem", asked, partial(self._write, "Update"))

    def delete_item(self, **asked: Any) -> dict[str, Any]:
        return self._called("DeleteItem", asked, partial(self._write, "Delete"))

    def transact_write_items(self, **asked: Any) -> dict[str, Any]:
        return self._called("TransactWriteItems", asked, self._write_together)

    def _called(self, operation: str, asked: dict[str, Any], do: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        def locked() -> dict[str, Any]:
            with self._lock:
                try:
                    answer: dict[str, Any] = do(asked)
                except Invalid as error:
                    raise refused(operation, "ValidationException", str(error)) from error
                return answer

        if unknown := asked.keys() - _KNOWN:
            raise AssertionError(f"not spoken here: {sorted(unknown)}")
        answer: dict[str, Any] = self.around(operation, locked)
        return answer

    def _get(self, asked: dict[str, Any]) -> dict[str, Any]:
        found = self._items.get(_row(asked["Key"]))
        return {"Item": _projected(found, asked)} if found is not None else {}

    def _get_many(self, asked: dict[str, Any]) -> dict[str, Any]:
        answers: dict[str, list[Wire]] = {}
        for name, wanted in asked["RequestItems"].items():
            rows = [_row(key) for key in wanted["Keys"]]
            if len(rows) > _MOST_KEYS or len(set(rows)) < len(rows):
                raise Invalid("too many keys, or the same twice")
            answers[name] = [_projected(self._items[row], wanted) for row in rows if row in self._items]
        return {"Responses": answers, "UnprocessedKeys": {}}

    def _query(self, asked: dict[str, Any]) -> dict[str, Any]:
        text, start, limit = asked["KeyConditionExpression"], asked.get("ExclusiveStartKey"), asked.get("Limit")
        names, values = asked["ExpressionAttributeNames"], asked["ExpressionAttributeValues"]
        index = self._indexes[asked.get("IndexName")]
        if asked["ConsistentRead"] and "IndexName" in asked:
            raise Invalid("consistent reads are not supported on global secondary indexes")
        if any(names[name] not in index[:2] for name in expressions.used_in(text) if name[0] == "#"):
            raise Invalid("a query's condition is about the key")
        _all_used(asked, "KeyConditionExpression", "ProjectionExpression")
        test = expressions.condition(text)

        def place(item: Wire) -> tuple[bytes, ...]:
            return tuple(item[name]["S"].encode() for name in (index.sk, "pk", "sk"))

        partition = self._partitions.get((asked.get("IndexName"), values[":pk"]["S"]), {})
        found = sorted((item for item in partition.values() if test(item, names, values)), key=place)
        if not asked["ScanIndexForward"]:
            found.reverse()
        if start:
            found = [item for item in found if _follows(place(item), place(start), forward=asked["ScanIndexForward"])]
        page = found[:limit]
        answer: dict[str, Any] = {"Items": [_projected(index.shown(item), asked) for item in page]}
        if limit and len(page) == limit:  # whether or not there is more, as DynamoDB does it
            answer["LastEvaluatedKey"] = {name: page[-1][name] for name in {"pk", "sk", index.pk, index.sk}}
        return answer

    def _write(self, kind: str, asked: dict[str, Any]) -> dict[str, Any]:
        change = self._tried(kind, f"{kind}Item", asked)
        self._apply(change)
        shown = {"NONE": None, "ALL_OLD": change.was, "ALL_NEW": change.is_now}[asked.get("ReturnValues", "NONE")]
        return {"Attributes": shown} if shown is not None else {}

    def _write_together(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Do all or nothing. Tokens are not remembered: a repeat has to be harmless by its conditions."""
        changes: list[_Change] = []
        reasons: list[dict[str, Any]] = []
        for action in asked["TransactItems"]:
            ((kind, write),) = action.items()
            try:
                changes.append(self._tried(kind, "TransactWriteItems", write))
                reasons.append({"Code": "None"})
            except ClientError as error:
                shown: Any = error.response.get("Item")
                reasons.append({"Code": "ConditionalCheckFailed"} | ({"Item": shown} if shown else {}))
        if len(reasons) > _MOST_ACTIONS or len({change.row for change in changes}) < len(changes):
            raise Invalid("too many actions, or two on one item")
        if len(changes) < len(reasons):
            raise refused("TransactWriteItems", "TransactionCanceledException", "", CancellationReasons=reasons)
        for change in changes:
            self._apply(change)
        return {}

    def _tried(self, kind: str, operation: str, asked: dict[str, Any]) -> _Change:
        """What a write would change; raises the client's error where its condition does not hold."""
        names, values = asked.get("ExpressionAttributeNames", {}), _told(asked.get("ExpressionAttributeValues", {}))
        _all_used(asked, "ConditionExpression", "UpdateExpression")
        row = _row(asked["Item" if kind == "Put" else "Key"])
        was = self._items.get(row)
        condition = asked.get("ConditionExpression")
        if condition and not expressions.condition(condition)(was or {}, names, values):
            seen = asked.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
            more = {"Item": was} if was and seen else {}
            raise refused(operation, "ConditionalCheckFailedException", "The conditional request failed", **more)
        is_now: Wire | None = None
        if kind == "Put":
            is_now = _told(asked["Item"])
        elif kind == "Update":
            is_now = expressions.update(asked["UpdateExpression"])(was or dict(asked["Key"]), names, values)
            if _row(is_now) != row:
                raise Invalid("this attribute is part of the key")
        elif kind != "Delete":
            raise Invalid(f"no such action: {kind}")
        self._check_keys(is_now or {})
        return _Change(row, was, is_now)

    def _check_keys(self, item: Wire) -> None:
        for index in self._indexes.values():
            if any(name in item and not item[name].get("S") for name in index[:2]):
                raise Invalid("a key is an empty value or of another type")

    def _apply(self, change: _Change) -> None:
        row, was, is_now = change
        if was is not None:
            del self._items[row]
            for partition in [(None, row[0]), *self._indexed(was)]:
                del self._partitions[partition][row]
        if is_now is not None:
            self._place(row, is_now)
        if was != is_now:  # what changes nothing is no news
            self._tell(change)

    def _place(self, row: Row, item: Wire) -> None:
        self._items[row] = item
        for partition in [(None, row[0]), *self._indexed(item)]:
            self._partitions.setdefault(partition, {})[row] = item

    def _indexed(self, item: Wire) -> Iterable[tuple[str | None, str]]:
        for name, index in self._indexes.items():
            if name is not None and index.pk in item and index.sk in item:
                yield name, item[index.pk]["S"]

    def _tell(self, change: _Change) -> None:
        """Add a record to the stream, in the form in which Lambda shows it."""
        name = "REMOVE" if change.is_now is None else "MODIFY" if change.was is not None else "INSERT"
        data: dict[str, Any] = {"Keys": {"pk": {"S": change.row[0]}, "sk": {"S": change.row[1]}}}
        data |= {"OldImage": change.was} if change.was is not None else {}
        data |= {"NewImage": change.is_now} if change.is_now is not None else {}
        self._told += 1
        record = {"eventID": f"{self._told:032x}", "eventName": name, "eventSource": "aws:dynamodb", "dynamodb": data}
        self._records.append(json.loads(json.dumps(record, default=lambda value: b64encode(value).decode())))


def refused(operation: str, code: str, message: str, **more: Any) -> ClientError:
    """DynamoDB's answer to what it does not do."""
    return ClientError({"Error": {"Code": code, "Message": message}, **more}, operation)  # type: ignore[typeddict-item]


def _row(key: Wire) -> Row:
    with suppress(KeyError):
        if key["pk"]["S"] and key["sk"]["S"]:
            return key["pk"]["S"], key["sk"]["S"]
    raise Invalid("a key is two texts that are not empty")


def _follows(one: tuple[bytes, ...], other: tuple[bytes, ...], *, forward: bool) -> bool:
    return one > other if forward else one < other


def _projected(item: Wire, asked: Mapping[str, Any]) -> Wire:
    if "ProjectionExpression" not in asked:
        return item
    names = asked["ExpressionAttributeNames"]
    wanted = [names[name] for name in expressions.projection(asked["ProjectionExpression"])]
    return {name: item[name] for name in wanted if name in item}


def _all_used(asked: Mapping[str, Any], *texts: str) -> None:
    """Every name and value that an expression mentions is given, and no other."""
    used = {name for text in texts for name in expressions.used_in(asked.get(text, ""))}
    given = {*asked.get("ExpressionAttributeNames", ()), *asked.get("ExpressionAttributeValues", ())}
    if used != given:
        raise Invalid(f"names or values are unused or not defined: {sorted(used ^ given)}")


def _told(wire: Any) -> Any:
    """The same with every number as DynamoDB tells it."""
    if isinstance(wire, dict):
        return {
            name: number(Decimal(value)) if name == "N" and isinstance(value, str) else _told(value)
            for name, value in wire.items()
        }
    return [_told(value) for value in wire] if isinstance(wire, list) else wire
