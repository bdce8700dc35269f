"""What `Table` promises about reads, conditions and transactions."""

from __future__ import annotations

import io

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from urllib3 import HTTPResponse

from attendance.errors import Unavailable
from attendance.storage.keys import Key
from attendance.storage.table import ConditionFailed, Delete, Put, Table, Update

KEY = Key("G#1", "THING#1")


def item(key: Key = KEY, **values: object) -> dict:
    return {**key._asdict(), **values}


def test_values_come_back_as_they_were_stored(table):
    stored = item(text="ü\N{OWL}", whole=7, part=0.25, yes=True, blob=b"\0\xff", many=[1, "two"], inner={"a": {"b": 1}})
    table.put(Put(stored | {"left_out": None}))
    assert table.get(KEY) == stored
    assert table.get(KEY, attributes=["whole", "yes"]) == {"whole": 7, "yes": True}
    assert table.get(Key("G#1", "THING#2")) is None


@pytest.mark.parametrize(
    "kept", [{}, {"a": "7"}, {"a": 7, "b": -1}, {"a": 7, "b": 0.5}, {"a": "7", "b": 7}, {"a": None}]
)
def test_a_map_comes_back_whatever_it_holds(table, kept):
    table.put(Put(item(kept=kept)))
    assert table.get(KEY) == item(kept=kept)


def test_a_second_put_is_refused_with_the_item_that_is_there(table):
    table.put(Put(item(name="first", blob=b"\0\xff")))
    with pytest.raises(ConditionFailed) as refused:
        table.put(Put(item(name="second")))
    assert refused.value.item == item(name="first", blob=b"\0\xff")


def test_an_update_returns_the_whole_item_and_is_refused_with_it(table):
    table.put(Put(item(status="open", count=1)))
    change = Update(KEY, "SET #count = #count + :one", "#status = :open", {":one": 1, ":open": "open"})
    assert table.update(change) == item(status="open", count=2)
    with pytest.raises(ConditionFailed) as refused:
        table.update(Update(KEY, "SET #count = :zero", "#status = :closed", {":zero": 0, ":closed": "closed"}))
    assert refused.value.item == item(status="open", count=2)


def test_an_update_of_what_is_not_there_makes_nothing(table):
    with pytest.raises(ConditionFailed) as refused:
        table.update(Update(KEY, "SET #name = :name", values={":name": "x"}))
    assert refused.value.item is None
    assert table.get(KEY) is None


def test_a_delete_tells_what_it_removed(table):
    table.put(Put(item(name="x")))
    assert table.delete(Delete(KEY)) == item(name="x")
    assert table.delete(Delete(KEY)) is None


def test_reserved_words_are_attribute_names_like_any_other(table):
    words = ["name", "status", "size", "data", "values", "role", "zone", "time", "user"]
    table.put(Put(item()))
    table.update(Update(KEY, "SET " + ", ".join(f"#{word} = :x" for word in words), values={":x": 1}))
    assert table.get(KEY) == item(**dict.fromkeys(words, 1))


def test_a_partition_is_read_page_by_page_in_order(table):
    for number in range(5):
        table.put(Put(item(Key("G#1", f"A#{number}"), number=number)))
    table.put(Put(item(Key("G#1", "B#0"))))
    page = table.query("G#1", prefix="A#", limit=2)
    assert [found["number"] for found in page.items] == [0, 1]
    rest = table.query("G#1", prefix="A#", after=page.last)
    assert [found["number"] for found in rest.items] == [2, 3, 4]
    assert [found["number"] for found in table.query("G#1", prefix="A#", newest_first=True, limit=1).items] == [4]
    assert [found["number"] for found in table.query("G#1", between=("A#1", "A#3")).items] == [1, 2, 3]
    assert len(list(table.query_all("G#1", prefix="A#", limit=2))) == 5


def test_many_items_come_in_the_order_asked_for_with_gaps_and_doubles(table):
    for number in range(130):
        table.put(Put(item(Key("G#1", f"A#{number:03}"), number=number)))
    wanted = [Key("G#1", f"A#{number:03}") for number in (*range(130), 999, 3)]
    found = table.get_many(wanted, attributes=["number"])
    assert [one["number"] if one else None for one in found] == [*range(130), None, 3]


def test_a_transaction_does_all_or_nothing_and_names_what_failed(table):
    table.put(Put(item(Key("G#1", "B"), version=1, blob=b"\0\xff")))
    with pytest.raises(ConditionFailed) as refused:
        table.write_together(
            Put(item(Key("G#1", "A"))),
            Update(Key("G#1", "B"), "SET #version = :next", "#version = :was", {":next": 3, ":was": 2}),
        )
    assert (refused.value.index, refused.value.item) == (1, item(Key("G#1", "B"), version=1, blob=b"\0\xff"))
    assert table.get(Key("G#1", "A")) is None
    table.write_together(Put(item(Key("G#1", "A"))), Delete(Key("G#1", "B")))
    assert table.get(Key("G#1", "A")) is not None
    assert table.get(Key("G#1", "B")) is None


def test_an_answer_that_cannot_be_read_is_an_error_and_no_missing_item(moto_table):
    client, name = moto_table
    raw = HTTPResponse(io.BytesIO(b"<html>"), preload_content=False)
    answer = AWSResponse("http://dynamodb", 400, {}, raw)
    client.meta.events.register_first("before-send.dynamodb.*", lambda **_: answer, unique_id="unreadable")
    try:
        with pytest.raises(ClientError):
            Table(client, name).get(KEY)
    finally:
        client.meta.events.unregister("before-send.dynamodb.*", unique_id="unreadable")


class _Refusing:
    """A client whose calls fail so often with these codes, then succeed."""

    def __init__(self, *failures: dict) -> None:
        self.failures = list(failures)
        self.calls = 0

    def put_item(self, **_request: object) -> dict:
        self.calls += 1
        if self.failures:
            raise ClientError(self.failures.pop(0), "PutItem")
        return {}

    transact_write_items = put_item


def _coded(code: str, *reasons: str) -> dict:
    return {"Error": {"Code": code, "Message": ""}, "CancellationReasons": [{"Code": reason} for reason in reasons]}


def test_a_write_that_meets_a_transaction_is_tried_again():
    client = _Refusing(*[_coded("TransactionConflictException")] * 3)
    Table(client, "t", sleep=lambda _: None).put(Put(item()))
    assert client.calls == 4


def test_transactions_in_each_others_way_are_tried_again_and_then_given_up_as_busy():
    conflict = _coded("TransactionCanceledException", "None", "TransactionConflict")
    client = _Refusing(*[conflict] * 3)
    Table(client, "t", sleep=lambda _: None).write_together(Put(item()))
    assert client.calls == 4
    with pytest.raises(Unavailable):
        Table(_Refusing(*[conflict] * 99), "t", sleep=lambda _: None).write_together(Put(item()))


def test_a_failed_condition_is_never_tried_again():
    client = _Refusing(_coded("TransactionCanceledException", "ConditionalCheckFailed", "TransactionConflict"))
    with pytest.raises(ConditionFailed):
        Table(client, "t", sleep=lambda _: None).write_together(Put(item()))
    assert client.calls == 1


def test_a_throttled_write_says_that_nothing_was_lost():
    with pytest.raises(Unavailable, match="Nothing was lost"):
        Table(_Refusing(_coded("ThrottlingException")), "t").put(Put(item()))


def test_a_missing_permission_is_no_business_of_the_user():
    with pytest.raises(ClientError):
        Table(_Refusing(_coded("AccessDeniedException")), "t").put(Put(item()))
