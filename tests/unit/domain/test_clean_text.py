"""User text is one visible line that changes nothing around it."""

from __future__ import annotations

import pytest

from attendance.domain.preset import clean_text
from attendance.errors import Invalid


def test_marks_that_turn_the_text_after_them_are_dropped():
    assert clean_text("Raid \u202egnp.exe\u2066!", field="title", limit=100) == "Raid gnp.exe!"


def test_right_to_left_scripts_and_joined_emoji_stay_as_they_are():
    for text in (
        "\u05e8\u05d9\u05d9\u05d3 \u05d4\u05e2\u05e8\u05d1",
        "\U0001f469\u200d\U0001f680 Raid",
        "\u0644\u064a\u0644\u0629",
    ):
        assert clean_text(text, field="title", limit=100) == text


def test_a_text_of_turning_marks_alone_is_empty():
    with pytest.raises(Invalid, match="visible"):
        clean_text("\u202e\u2066", field="title", limit=100)
