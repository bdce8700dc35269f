"""The table that tests work on is the template's."""

from __future__ import annotations

import pytest

from attendance.storage import keys


def test_the_table_in_memory_has_the_templates_indexes(moto_table):
    dynamodb, name = moto_table
    table = dynamodb.describe_table(TableName=name)["Table"]
    assert {index["IndexName"] for index in table["GlobalSecondaryIndexes"]} == {"gsi1", "gsi2", "gsi3"}
    assert table["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"


@pytest.mark.ministack
def test_the_emulators_table_keeps_an_item_and_lists_it_by_index(ministack_table):
    dynamodb, name = ministack_table
    key = keys.settings("1")
    item = {"pk": {"S": key.pk}, "sk": {"S": key.sk}, "gsi1pk": {"S": "a"}, "gsi1sk": {"S": "b"}, "title": {"S": "t"}}
    dynamodb.put_item(TableName=name, Item=item | {"places": {"M": {}}})
    found = dynamodb.query(
        TableName=name,
        IndexName="gsi1",
        KeyConditionExpression="gsi1pk = :a",
        ExpressionAttributeValues={":a": {"S": "a"}},
    )["Items"]
    assert found == [item]
