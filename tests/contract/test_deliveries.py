"""A message to be sent once: what is known of the tries before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from attendance.errors import RateLimited, Unavailable
from attendance.services.deliveries import Posting, post_once
from attendance.storage import deliveries
from tests.stories import GUILD, NOW

LATER = NOW + timedelta(minutes=10)
POSTING = Posting(guild_id=GUILD, delivery_id="d" * 16, channel_id="5", body={"content": "hello"}, marker="d" * 16)


class Answers:
    """Discord as far as it is asked here: each call gets the next answer."""

    def __init__(self, *answers):
        self.answers, self.calls = list(answers), []

    def call(self, method, path, _body=None, _uploads=()):
        self.calls.append(f"{method} {path.partition('?')[0]}")
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_a_message_that_a_limit_turned_away_is_posted_later_without_a_look_for_what_was_never_there(table):
    full = RateLimited("wait", retry_after=600, bucket="m 5")
    discord = Answers(full, full, {"id": "1"})
    for now in (NOW, LATER):
        with pytest.raises(RateLimited):
            post_once(table, discord, POSTING, now)
    assert post_once(table, discord, POSTING, LATER + timedelta(minutes=10)) == "1"
    assert discord.calls == ["POST /channels/5/messages"] * 3


def test_a_message_whose_answer_was_lost_is_looked_for_even_if_a_limit_turned_the_next_try_away(table):
    discord = Answers(Unavailable("no answer"), [], RateLimited("wait", retry_after=600), [], {"id": "1"})
    with pytest.raises(Unavailable):
        post_once(table, discord, POSTING, NOW)
    with pytest.raises(RateLimited):
        post_once(table, discord, POSTING, LATER)
    assert post_once(table, discord, POSTING, LATER + timedelta(minutes=10)) == "1"
    assert [call.partition(" ")[0] for call in discord.calls] == ["POST", "GET", "POST", "GET", "POST"]


def test_a_message_whose_answer_was_lost_a_moment_before_a_limit_turned_it_away_is_looked_for_later(table):
    discord = Answers(Unavailable("no answer"), RateLimited("wait", retry_after=600), [], {"id": "1"})
    with pytest.raises(Unavailable):
        post_once(table, discord, POSTING, NOW)
    with pytest.raises(RateLimited):
        post_once(table, discord, POSTING, NOW + timedelta(seconds=30))
    assert post_once(table, discord, POSTING, LATER) == "1"
    assert [call.partition(" ")[0] for call in discord.calls] == ["POST", "POST", "GET", "POST"]


def test_of_two_that_find_a_try_that_was_turned_away_one_is_the_first(table):
    begun = deliveries.begin(table, GUILD, POSTING.delivery_id, NOW)
    deliveries.note_untried(table, begun)
    assert [deliveries.begin(table, GUILD, POSTING.delivery_id, LATER).fresh for _ in range(2)] == [True, False]
    deliveries.note_untried(table, begun)
    assert not deliveries.begin(table, GUILD, POSTING.delivery_id, LATER).fresh, "the try of before has no say any more"
