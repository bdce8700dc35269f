"""The answer to a batch names exactly the messages that failed."""

from __future__ import annotations

import json

from attendance.services.queue_batches import work_through


def batch(*bodies):
    return [{"messageId": str(number), "body": body} for number, body in enumerate(bodies, start=1)]


def test_of_ten_messages_exactly_the_third_and_the_seventh_come_again():
    done = []

    def work(message, message_id):
        if message_id in ("3", "7"):
            raise RuntimeError
        done.append(message["n"])

    answer = work_through(batch(*(json.dumps({"n": n}) for n in range(1, 11))), work)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "3"}, {"itemIdentifier": "7"}]}
    assert done == [1, 2, 4, 5, 6, 8, 9, 10]


def test_what_is_no_json_object_fails_alone():
    answer = work_through(batch("{", "null", "[]", "{}"), lambda _message, _id: None)
    assert [one["itemIdentifier"] for one in answer["batchItemFailures"]] == ["1", "2", "3"]


def test_a_batch_that_fails_whole_names_every_message():
    def work(_message, _id):
        raise RuntimeError

    assert len(work_through(batch(*["{}"] * 10), work)["batchItemFailures"]) == 10
