"""moto's tables made cheap to copy.

For each transaction moto copies the table with every stream record there ever was, which came to 9 in 10 seconds of the
suites that stand on it. A copy here has items of its own and shares what no test changes.
"""

from __future__ import annotations

import copy
from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import Table

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


def copy_cheaply() -> None:
    """Let moto copy its tables this way from now on."""
    Table.__deepcopy__ = _copied  # type: ignore[attr-defined]


class Snapshot:
    """A table in memory as it was: tests that begin with the same things need not make them again."""

    def __init__(self, region: str, name: str) -> None:
        self._tables = dynamodb_backends[ACCOUNT][region].tables
        self._name = name
        self._was = copy.deepcopy(self._tables[name])

    def restore(self) -> None:
        """Let the table be as it was."""
        self._tables[self._name] = copy.deepcopy(self._was)
