"""A table in which nothing lies yet has nothing to migrate: it begins with the newest shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.storage import shape
from attendance.storage.table import Table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


def settle_new_table(client: DynamoDBClient, name: str) -> None:
    """Note the newest shape of a table without items; any other table stays as it is."""
    if not client.scan(TableName=name, ConsistentRead=True, Limit=1)["Items"]:
        shape.raise_to(Table(client, name), shape.CURRENT)
