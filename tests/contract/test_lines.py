"""What waits for a full bucket of Discord's: the order of its line, and that one serves it, whoever dies."""

from __future__ import annotations

from datetime import timedelta

from attendance.storage import lines
from attendance.storage.lines import SERVED_FOR
from tests.stories import NOW

BUCKET = "messages 5"


def later(seconds):
    return NOW + timedelta(seconds=seconds)


def join(table, holder, at=0.0, bucket=BUCKET):
    lines.join(table, bucket, {"v": 1, "kind": "card", "of": holder}, holder, f"request of {holder}", later(at))


def waiting(table, most=10, bucket=BUCKET):
    return [one.message["of"] for one in lines.first(table, bucket, most)]


def test_a_line_is_in_the_order_of_coming_and_apart_from_every_other(table):
    for holder, at in (("b", 0.001), ("a", 0.002), ("c", 1)):
        join(table, holder, at)
    join(table, "d", bucket="messages 55")
    assert waiting(table) == ["b", "a", "c"]
    assert waiting(table, most=2) == ["b", "a"]


def test_a_message_says_what_it_follows_from_and_since_when_it_waits(table):
    join(table, "a", 2)
    (one,) = lines.first(table, BUCKET, 1)
    assert (one.message, one.request, one.since) == (
        {"v": 1, "kind": "card", "of": "a"},
        "request of a",
        later(2),
    )


def test_who_joins_twice_at_once_stands_there_once_and_who_left_is_gone(table):
    join(table, "a")
    join(table, "a")
    (one,) = lines.first(table, BUCKET, 10)
    lines.leave(table, one.key)
    lines.leave(table, one.key)
    assert waiting(table) == []


def test_one_serves_a_line_and_another_after_that_one_did_not_come(table):
    assert not lines.is_served(table, BUCKET, NOW)
    assert lines.serve(table, BUCKET, "s1", later(10), NOW)
    assert not lines.serve(table, BUCKET, "s2", later(10), later(10))
    assert lines.serve(table, BUCKET, "s1", later(20), later(10)), "an answer that was lost, or another visit"
    late = later(20) + SERVED_FOR
    assert lines.is_served(table, BUCKET, late)
    assert not lines.serve(table, BUCKET, "s2", late, late)
    late += timedelta(seconds=1)
    assert not lines.is_served(table, BUCKET, late)
    assert lines.serve(table, BUCKET, "s2", late, late)
    assert not lines.serve(table, BUCKET, "s1", late, late), "it comes back and finds that another serves"


def test_who_stops_leaves_the_line_to_the_next_and_takes_it_from_nobody(table):
    lines.serve(table, BUCKET, "s1", NOW, NOW)
    lines.stop_serving(table, BUCKET, "s2")
    assert lines.is_served(table, BUCKET, NOW)
    lines.stop_serving(table, BUCKET, "s1")
    lines.stop_serving(table, BUCKET, "s1")
    assert not lines.is_served(table, BUCKET, NOW)
    assert lines.serve(table, BUCKET, "s3", NOW, NOW)


def test_who_is_on_the_way_may_be_replaced_only_after_a_while_and_who_was_there_is_not_expected_again(table):
    lines.expect(table, BUCKET, "s1", later(10), NOW)
    lines.expect(table, BUCKET, "s2", later(10), NOW)
    assert not lines.serve(table, BUCKET, "s2", NOW, NOW)
    assert lines.serve(table, BUCKET, "s1", NOW, NOW)
    lines.stop_serving(table, BUCKET, "s1")
    lines.expect(table, BUCKET, "s1", later(10), NOW)
    assert not lines.is_served(table, BUCKET, NOW)


def test_a_line_goes_from_one_visit_to_the_next_and_an_old_one_has_no_say(table):
    lines.serve(table, BUCKET, "s", NOW, NOW)
    assert lines.hand_over(table, BUCKET, "s", "s/1", later(10), NOW)
    assert lines.hand_over(table, BUCKET, "s", "s/1", later(10), NOW), "the answer of the first may have been lost"
    assert not lines.hand_over(table, BUCKET, "t", "t/1", later(10), NOW)
    assert not lines.serve(table, BUCKET, "s", NOW, NOW)
    assert lines.serve(table, BUCKET, "s/1", NOW, NOW)
