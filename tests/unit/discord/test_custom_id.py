"""What a button carries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.discord.custom_id import MAX_LENGTH, CustomId, parse
from attendance.domain.seats import role_key

ACTIONS = st.from_regex(r"[a-z][a-z_]{0,15}", fullmatch=True)
IDS = st.from_regex(r"[0-9a-z]{1,20}", fullmatch=True)
ROLE_KEYS = st.text(min_size=1, max_size=32).map(role_key)


@given(ACTIONS, IDS, ROLE_KEYS)
def test_what_was_encoded_is_read_back_and_fits_discords_limit(action, thing, arg):
    text = CustomId(action, thing, arg).encode()
    assert len(text) <= MAX_LENGTH
    assert parse(text) == CustomId(action, thing, arg)


@given(st.text(max_size=120))
def test_any_text_is_read_or_refused_and_what_is_read_encodes_to_it(text):
    read = parse(text)
    assert read is None or read.encode() == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "v1",
        "v1:yes",
        "v1::a",
        "v1:yes:",
        "v1:yes:a:",
        "v2:yes:a",
        "v1:yes:a:b:c",
        "v1:y-s:a",
        "v1:yes:a b",
        "v1:yes:" + "a" * 94,
    ],
)
def test_another_version_or_shape_is_none(text):
    assert parse(text) is None


def test_parts_that_no_custom_id_can_carry_are_refused():
    for broken in (CustomId("yes", "a:b"), CustomId("yes", "a", "b:c"), CustomId("", "a"), CustomId("yes", "a" * 100)):
        with pytest.raises(ValueError, match="does not fit"):
            broken.encode()
