"""The store's contract runs on DynamoDB in memory and in the emulator: what holds on one only is no contract."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, cast

import pytest

from attendance.errors import Unavailable
from attendance.storage.table import Table
from tests.dynamodb_in_memory import DynamoDBInMemory

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


@pytest.fixture(params=["moto", "memory", pytest.param("emulator", marks=pytest.mark.ministack)])
def table(request):
    """A fresh table: moto's, that of the tests' own DynamoDB, and then the emulator's."""
    if request.param == "memory":
        return Table(cast("DynamoDBClient", DynamoDBInMemory()), "attendance")
    client, name = request.getfixturevalue("moto_table" if request.param == "moto" else "ministack_table")
    return Table(client, name)


@pytest.fixture
def crash_at(table, monkeypatch):
    """Let a table's transaction fail, the one of that number from now on; all others are written."""

    def set_up(number: int) -> None:
        write, calls = table.write_together, itertools.count(1)

        def crash(*writes):
            if next(calls) == number:
                raise Unavailable("The store is busy.")
            write(*writes)

        monkeypatch.setattr(table, "write_together", crash)

    return set_up
