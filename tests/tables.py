"""The table as template.yaml describes it, made anywhere: the template is its only description."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.template import read_template

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TEMPLATE = Path(__file__).parents[1] / "template.yaml"

# What CreateTable takes as it stands in the template. The rest (TTL, recovery) is set by calls of their own on AWS.
_CREATE_TABLE = ("AttributeDefinitions", "BillingMode", "GlobalSecondaryIndexes", "KeySchema")


@functools.cache
def table_properties() -> dict[str, Any]:
    """The properties of the template's one table."""
    properties: dict[str, Any] = read_template(TEMPLATE)["Resources"]["Table"]["Properties"]
    return properties


def create_table(dynamodb: DynamoDBClient, name: str) -> str:
    """Make the table under this name, wait until it answers, and return the name."""
    properties = table_properties()
    stream = properties["StreamSpecification"]["StreamViewType"]
    dynamodb.create_table(
        TableName=name,
        StreamSpecification={"StreamEnabled": True, "StreamViewType": stream},
        **{key: properties[key] for key in _CREATE_TABLE},
    )
    dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    return name
