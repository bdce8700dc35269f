"""Messages on their way to SQS: ten a request, and what it took in part only is sent anew, that part alone."""

from __future__ import annotations

import json

import pytest

from attendance.aws.queue import SqsQueue
from attendance.errors import Unavailable


class Sqs:
    """SQS, which takes all but what `refuses` says of the nth request's entries."""

    def __init__(self, *refuses: set[int]) -> None:
        self.refuses = list(refuses)
        self.taken: list[int] = []
        self.requests: list[int] = []

    def send_message_batch(self, QueueUrl, Entries):  # noqa: N803 - boto3's names
        assert QueueUrl == "queue"
        refused = self.refuses.pop(0) if self.refuses else set()
        self.requests.append(len(Entries))
        numbers = {entry["Id"]: json.loads(entry["MessageBody"])["number"] for entry in Entries}
        self.taken += [number for number in numbers.values() if number not in refused]
        return {"Failed": [{"Id": one} for one, number in numbers.items() if number in refused]}


def send(sqs, count):
    SqsQueue(sqs, "queue").send_all({"number": number} for number in range(count))


def test_only_what_was_refused_of_a_batch_is_sent_anew():
    sqs = Sqs({3, 7}, {7})
    send(sqs, 12)
    assert sorted(sqs.taken) == list(range(12))
    assert sqs.requests == [10, 2, 1, 2]


def test_what_is_refused_three_times_is_an_error_that_says_how_much():
    with pytest.raises(Unavailable, match="did not take 1 of 10"):
        send(Sqs({3}, {3}, {3}), 10)
