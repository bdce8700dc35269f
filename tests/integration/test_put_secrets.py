"""What `make secrets` makes of the answers and of the secret that is there."""

from __future__ import annotations

import pytest

from infra.put_secrets import renewed
from infra.stages import NotReady

TOKEN, CLIENT = "t" * 70, "c" * 32
ANSWERS = {"bot_token": f"{TOKEN}\n", "client_secret": CLIENT}


def test_the_first_time_both_values_and_a_signing_key_are_put():
    secret = renewed({}, ANSWERS, new_token_key=False)
    assert (secret["bot_token"], secret["client_secret"]) == (TOKEN, CLIENT)
    (key,) = secret["token_keys"].values()
    assert len(key) >= 32


def test_an_empty_answer_keeps_the_value_and_the_keys_that_are_there():
    before = renewed({}, ANSWERS, new_token_key=False)
    after = renewed(before, {"bot_token": "n" * 70, "client_secret": ""}, new_token_key=False)
    assert after == before | {"bot_token": "n" * 70}


def test_a_new_signing_key_goes_in_front_and_the_one_before_still_verifies():
    before = renewed({}, ANSWERS, new_token_key=False)
    after = renewed(before, {}, new_token_key=True)
    (old,) = before["token_keys"]
    assert list(after["token_keys"])[1] == old
    assert after["token_keys"][old] == before["token_keys"][old]
    assert len(renewed(after, {}, new_token_key=True)["token_keys"]) == 2


@pytest.mark.parametrize(
    "answers", [{}, {"bot_token": "short", "client_secret": CLIENT}, ANSWERS | {"bot_token": "t " * 40}]
)
def test_what_cannot_be_a_value_is_refused_by_its_name_and_not_shown(answers):
    with pytest.raises(NotReady, match="That is no bot token"):
        renewed({}, answers, new_token_key=False)
