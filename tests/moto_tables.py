"""moto's tables made cheap to copy, and its answers cheap to write.

For each transaction moto copies the table with every stream record there ever was, which came to 9 in 10 seconds of the
suites that stand on it. A copy here has items of its own and shares what no test changes. Of the rest, a third went into
walking each answer along DynamoDB's model, for answers whose form is the wire's already.
"""

from __future__ import annotations

import copy
import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionContext, ActionResult
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoResult

if TYPE_CHECKING:
    from moto.core.common_types import TYPE_RESPONSE

_ABOUT_ITEMS = frozenset({"BatchGetItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem"})
ACCOUNT = "123456789012"  # moto's own


def _copied(table: Table, memo: dict[int, Any]) -> Table:
    twin = copy.copy(table)
    memo[id(table)] = twin
    twin.items = copy.deepcopy(table.items, memo)
    if table.stream_shard is not None:
        twin.stream_shard = copy.copy(table.stream_shard)
        twin.stream_shard.table = twin
        twin.stream_shard.items = list(table.stream_shard.items)
    return twin


def _answered(self: ActionResult, context: ActionContext) -> TYPE_RESPONSE:
    result: Any = self.result
    if context.operation_model.name not in _ABOUT_ITEMS:
        return ActionResult.execute_result(self, context)
    told = {name: value for name, value in result.items() if value is not None}
    body = json.dumps(told, default=lambda value: b64encode(value).decode())
    return 200, {"Content-Type": "application/x-amz-json-1.0"}, body


def make_cheap() -> None:
    """Let moto copy its tables and write its answers this way from now on."""
    Table.__deepcopy__ = _copied  # type: ignore[attr-defined]
    DynamoResult.execute_result = _answered  # type: ignore[method-assign]


class Snapshot:
    """A table in memory as it was: tests that begin with the same things need not make them again."""

    def __init__(self, region: str, name: str) -> None:
        self._tables = dynamodb_backends[ACCOUNT][region].tables
        self._name = name
        self._was = copy.deepcopy(self._tables[name])

    def restore(self) -> None:
        """Let the table be as it was."""
        self._tables[self._name] = copy.deepcopy(self._was)
