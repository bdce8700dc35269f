"""The only place that talks to DynamoDB and knows its errors.

Reads are strongly consistent except on indexes. Every write carries a condition. What DynamoDB refuses because of a
condition becomes `ConditionFailed` with the item as it stands (asked for in the same request, so nobody reads again);
what it cannot do now becomes `Unavailable`. A transaction that meets another one on the same item, and a plain write
that meets a transaction, is tried again here with jitter: botocore retries neither.

Expressions name attributes as `#name`; a `#name` without an entry in `names` stands for the attribute of that name,
so reserved words never matter.
"""

from __future__ import annotations

import random
import re
import time
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from botocore.exceptions import BotoCoreError, ClientError

from attendance.errors import Conflict, Unavailable
from attendance.storage.values import Item, item_from_wire, item_to_wire, to_wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mypy_boto3_dynamodb.client import DynamoDBClient

    from attendance.storage.keys import Key

ABSENT = "attribute_not_exists(#pk)"
PRESENT = "attribute_exists(#pk)"
CONFLICT_TRIES = 8
_NAME = re.compile(r"#\w+")
_CONFLICTS = frozenset({"TransactionConflict", "TransactionConflictException", "TransactionInProgressException"})
_BUSY = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingError",
        "ThrottlingException",
    }
)
_TRY_AGAIN = "The store is busy right now. Nothing was lost: please try again in a moment."


class ConditionFailed(Conflict):
    """A condition did not hold. `item` is the item as it stands (None: there is none), `index` its write's position."""

    def __init__(self, item: Item | None, index: int = 0) -> None:
        super().__init__("This was changed at the same moment. Please look again and repeat.")
        self.item = item
        self.index = index


class Put(NamedTuple):
    """Write a whole item, by default only where none is."""

    item: Item
    condition: str | None = ABSENT
    values: Mapping[str, object] = {}


class Update(NamedTuple):
    """Change attributes of one item. `expression` and `condition` are DynamoDB's, `values` maps `:name` to a value."""

    key: Key
    expression: str
    condition: str = PRESENT
    values: Mapping[str, object] = {}
    names: Mapping[str, str] = {}


class Delete(NamedTuple):
    """Remove one item; without a condition, removing what is not there is fine."""

    key: Key
    condition: str | None = None
    values: Mapping[str, object] = {}


type Write = Put | Update | Delete


class Page(NamedTuple):
    """Items of one page; `last` is the key to continue after, or None at the end."""

    items: list[Item]
    last: Item | None


class Table:
    """One DynamoDB table. Safe to share between threads; `sleep` is injected by tests."""

    def __init__(self, client: DynamoDBClient, name: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._name = name
        self._sleep = sleep

    def get(self, key: Key, *, attributes: Sequence[str] = ()) -> Item | None:
        """Return the item, or None; `attributes` limits what is sent and decoded (not what is charged)."""
        answer = self._call(self._client.get_item, Key=_wire_key(key), ConsistentRead=True, **_projection(attributes))
        return item_from_wire(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Sequence[Key], *, attributes: Sequence[str] = ()) -> list[Item | None]:
        """Return the items of `keys` in their order, in one request per 100 keys plus what came back unprocessed."""
        found: dict[tuple[str, str], Item] = {}
        unique = list(dict.fromkeys(keys))
        shape = _projection([*dict.fromkeys([*attributes, "pk", "sk"])] if attributes else ())
        for start in range(0, len(unique), 100):
            wanted: Any = [_wire_key(key) for key in unique[start : start + 100]]
            for attempt in range(CONFLICT_TRIES):
                request: Any = {self._name: {"Keys": wanted, "ConsistentRead": True, **shape}}
                answer = self._attempt(partial(self._client.batch_get_item, RequestItems=request))
                for wire in answer["Responses"].get(self._name, ()):
                    item = item_from_wire(wire)
                    found[item["pk"], item["sk"]] = item
                wanted = answer.get("UnprocessedKeys", {}).get(self._name, {}).get("Keys")
                if not wanted:
                    break
                self._pause(attempt)
            else:
                raise Unavailable(_TRY_AGAIN)
        return [found.get((key.pk, key.sk)) for key in keys]

    def query(
        self,
        pk: str,
        *,
        index: str | None = None,
        prefix: str = "",
        between: tuple[str, str] | None = None,
        limit: int | None = None,
        after: Item | None = None,
        newest_first: bool = False,
        attributes: Sequence[str] = (),
    ) -> Page:
        """Return one page of a partition in sort order: those beginning with `prefix`, or within `between` (inclusive)."""
        names = {"#_pk": f"{index or ''}pk"}
        condition, values = "#_pk = :pk", {":pk": pk}
        if between is not None or prefix:
            names["#_sk"] = f"{index or ''}sk"
        if between is not None:
            condition += " AND #_sk BETWEEN :low AND :high"
            values |= {":low": between[0], ":high": between[1]}
        elif prefix:
            condition += " AND begins_with(#_sk, :prefix)"
            values[":prefix"] = prefix
        shape = _projection(attributes)
        request: dict[str, Any] = {
            **shape,
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": names | shape.get("ExpressionAttributeNames", {}),
            "ExpressionAttributeValues": item_to_wire(dict(values)),
            "ScanIndexForward": not newest_first,
            "ConsistentRead": index is None,
        }
        request |= {name: value for name, value in (("IndexName", index), ("Limit", limit)) if value}
        if after:
            request["ExclusiveStartKey"] = item_to_wire(after)
        answer = self._call(self._client.query, **request)
        last = answer.get("LastEvaluatedKey")
        return Page([item_from_wire(wire) for wire in answer["Items"]], item_from_wire(last) if last else None)

    def query_all(self, pk: str, *, after: Item | None = None, **options: Any) -> Iterator[Item]:
        """Yield every item of `query` from `after` on, page after page; `options` are its own."""
        while True:
            page = self.query(pk, after=after, **options)
            yield from page.items
            after = page.last
            if after is None:
                return

    def put(self, write: Put) -> None:
        """Write one item; raises `ConditionFailed` with the item that is there instead."""
        self._call(self._client.put_item, **_parameters(write))

    def update(self, write: Update) -> Item:
        """Change one item and return it whole as it is now; raises `ConditionFailed` with it as it stands."""
        answer = self._call(self._client.update_item, **_parameters(write), ReturnValues="ALL_NEW")
        return item_from_wire(answer["Attributes"])

    def delete(self, write: Delete) -> Item | None:
        """Remove one item and return what it was, None when there was none; raises `ConditionFailed`."""
        answer = self._call(self._client.delete_item, **_parameters(write), ReturnValues="ALL_OLD")
        return item_from_wire(answer["Attributes"]) if answer.get("Attributes") else None

    def write_together(self, *writes: Write, token: str | None = None) -> None:
        """Do all of `writes` (at most 100) or none; raises `ConditionFailed` for the first whose condition fails.

        `token` makes a repeat within ten minutes a no-op; conditions have to make later ones harmless.
        """
        actions = [{_action(write): {"TableName": self._name, **_parameters(write)}} for write in writes]
        request: dict[str, Any] = {"TransactItems": actions}
        if token:
            request["ClientRequestToken"] = token[:36]
        self._attempt(partial(self._client.transact_write_items, **request))

    def _call(self, call: Callable[..., Any], **request: Any) -> Any:
        return self._attempt(partial(call, TableName=self._name, **request))

    def _attempt(self, call: Callable[[], Any]) -> Any:
        """Call, trying again while transactions are in each other's way, and translate what stays an error."""
        for attempt in range(CONFLICT_TRIES):
            try:
                return call()
            except ClientError as error:
                if not _is_transaction_conflict(error) or attempt == CONFLICT_TRIES - 1:
                    _raise_ours(error)
            except BotoCoreError as error:  # no connection, a time-out: unknown outcome, conditions make a repeat safe
                raise Unavailable(_TRY_AGAIN) from error
            self._pause(attempt)
        raise Unavailable(_TRY_AGAIN)

    def _pause(self, attempt: int) -> None:
        self._sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 - jitter, not a secret


def _wire_key(key: Key) -> dict[str, Any]:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def _action(write: Write) -> str:
    return type(write).__name__


def _parameters(write: Write) -> dict[str, Any]:
    parameters: dict[str, Any] = {}
    text = ""
    names: Mapping[str, str] = {}
    match write:
        case Put():
            parameters["Item"] = item_to_wire(write.item)
        case Update():
            parameters |= {"Key": _wire_key(write.key), "UpdateExpression": write.expression}
            text, names = write.expression, write.names
        case Delete():
            parameters["Key"] = _wire_key(write.key)
    if write.condition:
        parameters |= {"ConditionExpression": write.condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        text += f" {write.condition}"
    if used := set(_NAME.findall(text)):
        parameters["ExpressionAttributeNames"] = {name: names.get(name, name[1:]) for name in used}
    if write.values:
        parameters["ExpressionAttributeValues"] = {name: to_wire(value) for name, value in write.values.items()}
    return parameters


def _projection(attributes: Sequence[str]) -> dict[str, Any]:
    if not attributes:
        return {}
    return {
        "ProjectionExpression": ", ".join(f"#{name}" for name in attributes),
        "ExpressionAttributeNames": {f"#{name}": name for name in attributes},
    }


def _is_transaction_conflict(error: ClientError) -> bool:
    if error.response["Error"]["Code"] in _CONFLICTS:
        return True
    codes = {reason.get("Code") for reason in _reasons(error)}
    return bool(codes & _CONFLICTS) and "ConditionalCheckFailed" not in codes


def _reasons(error: ClientError) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = error.response.get("CancellationReasons", [])  # type: ignore[assignment]
    return found


def _raise_ours(error: ClientError) -> NoReturn:
    code = error.response["Error"]["Code"]
    if code == "ConditionalCheckFailedException":
        wire: Any = error.response.get("Item")
        raise ConditionFailed(item_from_wire(wire) if wire else None) from error
    for index, reason in enumerate(_reasons(error)):
        if reason.get("Code") == "ConditionalCheckFailed":
            raise ConditionFailed(item_from_wire(reason["Item"]) if reason.get("Item") else None, index) from error
    codes = {code, *(reason.get("Code") for reason in _reasons(error))}
    if codes & (_BUSY | _CONFLICTS):
        raise Unavailable(_TRY_AGAIN) from error
    raise error
