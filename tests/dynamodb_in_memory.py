"""DynamoDB as far as `storage.table` uses it, in memory, some fifty times as fast as moto.

For proofs of hundreds of histories. The contract suite runs on it as it does on moto and on the emulator, so what it does
otherwise than those shows there. No judge of races: one thread at a time.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from tests.expressions import compiled_condition, compiled_update
from tests.tables import table_properties

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

type Wire = dict[str, Any]
_KEYS = ("pk", "sk")


class DynamoDBInMemory:
    """A client of one table. `records` are what its stream shows since they were last taken."""

    def __init__(self) -> None:
        self._items: dict[str, dict[str, Wire]] = {}
        self._records: list[dict[str, Any]] = []
        self._tokens: set[str] = set()
        self._written = 0
        self._indexes = {
            index["IndexName"]: {*_KEYS, *(f"{index['IndexName']}{end}" for end in _KEYS)}
            | set(index["Projection"]["NonKeyAttributes"])
            for index in table_properties()["GlobalSecondaryIndexes"]
        }

    def take_records(self) -> list[dict[str, Any]]:
        """Return the stream's records since the last look, in order."""
        taken, self._records = self._records, []
        return taken

    def get_item(self, **request: Any) -> dict[str, Any]:
        found = self._at(request["Key"])
        return {"Item": _projected(found, request)} if found is not None else {}

    def batch_get_item(self, RequestItems: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N803 - boto3's name
        ((name, wanted),) = RequestItems.items()
        found = [self._at(key) for key in wanted["Keys"]]
        return {"Responses": {name: [_projected(item, wanted) for item in found if item is not None]}}

    def query(self, **request: Any) -> dict[str, Any]:
        index, limit = request.get("IndexName", ""), request.get("Limit")
        partition, order = f"{index}pk", f"{index}sk"
        values, names = request["ExpressionAttributeValues"], request["ExpressionAttributeNames"]
        holds = compiled_condition(request["KeyConditionExpression"])
        source = self._all() if index else iter(self._items.get(values[":pk"]["S"], {}).values())
        found = [item for item in source if partition in item and order in item and holds(item, names, values)]
        by_order = lambda item: (item[order]["S"], item["pk"]["S"], item["sk"]["S"])  # noqa: E731 - a sort key
        found.sort(key=by_order, reverse=not request.get("ScanIndexForward", True))
        if start := request.get("ExclusiveStartKey"):
            backwards = not request.get("ScanIndexForward", True)
            after = by_order(start)
            found = [item for item in found if (by_order(item) < after if backwards else by_order(item) > after)]
        page = found[:limit] if limit else found
        answer: dict[str, Any] = {"Items": [_projected(self._shown(item, index), request) for item in page]}
        if limit and len(found) >= limit:
            answer["LastEvaluatedKey"] = {name: page[-1][name] for name in {*_KEYS, partition, order}}
        return answer

    def scan(self, **_request: Any) -> dict[str, Any]:
        return {"Items": copy.deepcopy(list(self._all()))}

    def put_item(self, **request: Any) -> dict[str, Any]:
        self._write(self._planned("Put", request))
        return {}

    def update_item(self, **request: Any) -> dict[str, Any]:
        self._write(plan := self._planned("Update", request))
        return {"Attributes": copy.deepcopy(plan[2])}

    def delete_item(self, **request: Any) -> dict[str, Any]:
        self._write(plan := self._planned("Delete", request))
        return {"Attributes": copy.deepcopy(plan[1])} if plan[1] else {}

    def transact_write_items(self, **request: Any) -> dict[str, Any]:
        token = request.get("ClientRequestToken")
        if token in self._tokens:
            return {}
        plans: list[tuple[Wire, Wire | None, Wire | None]] = []
        reasons: list[dict[str, Any]] = []
        for action in request["TransactItems"]:
            ((kind, wanted),) = action.items()
            try:
                plans.append(self._planned(kind, wanted))
                reasons.append({"Code": "None"})
            except ClientError as refused:
                reasons.append({"Code": "ConditionalCheckFailed", "Item": refused.response.get("Item")})
        if len(plans) < len(reasons):
            raise _error("TransactionCanceledException", CancellationReasons=reasons)
        if len({(plan[0]["pk"]["S"], plan[0]["sk"]["S"]) for plan in plans}) < len(plans):
            raise _error("ValidationException")
        for plan in plans:
            self._write(plan)
        if token:
            self._tokens.add(token)
        return {}

    def _planned(self, kind: str, request: dict[str, Any]) -> tuple[Wire, Wire | None, Wire | None]:
        """Return the key, the item before and the one after a write whose condition holds."""
        key = request.get("Key") or {name: request["Item"][name] for name in _KEYS}
        old = self._at(key)
        names, values = request.get("ExpressionAttributeNames", {}), request.get("ExpressionAttributeValues", {})
        text = request.get("ConditionExpression")
        if text and not compiled_condition(text)(old or {}, names, values):
            raise _error("ConditionalCheckFailedException", **({"Item": copy.deepcopy(old)} if old else {}))
        match kind:
            case "Put":
                return key, old, copy.deepcopy(request["Item"])
            case "Delete":
                return key, old, None
        try:
            return key, old, compiled_update(request["UpdateExpression"])(old or dict(key), names, values)
        except (KeyError, ValueError) as invalid:
            raise _error("ValidationException") from invalid

    def _write(self, plan: tuple[Wire, Wire | None, Wire | None]) -> None:
        key, old, new = plan
        if old == new:
            return
        partition = self._items.setdefault(key["pk"]["S"], {})
        if new is None:
            partition.pop(key["sk"]["S"], None)
        else:
            partition[key["sk"]["S"]] = new
        self._written += 1
        images = {name: image for name, image in (("OldImage", old), ("NewImage", new)) if image is not None}
        change = "REMOVE" if new is None else "MODIFY" if old else "INSERT"
        data = {"Keys": key, **images}
        self._records.append({"eventID": f"{self._written:032x}", "eventName": change, "dynamodb": data})

    def _at(self, key: Wire) -> Wire | None:
        return self._items.get(key["pk"]["S"], {}).get(key["sk"]["S"])

    def _all(self) -> Iterator[Wire]:
        for partition in self._items.values():
            yield from partition.values()

    def _shown(self, item: Wire, index: str) -> Wire:
        return {name: value for name, value in item.items() if name in self._indexes[index]} if index else item


def _projected(item: Wire, request: Mapping[str, Any]) -> Wire:
    """Return a copy of what was asked for of an item: whoever gets it may change it."""
    text = request.get("ProjectionExpression")
    if text is None:
        return copy.deepcopy(item)
    names = [request["ExpressionAttributeNames"][one.strip()] for one in text.split(",")]
    return {name: copy.deepcopy(item[name]) for name in names if name in item}


def _error(code: str, **more: Any) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}, **more}, "Write")  # type: ignore[typeddict-item]
