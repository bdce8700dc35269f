"""Names that run from right to left, on a line with those that do not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.direction import reversed_text, spans

ALEF, BET, GIMEL = "\u05d0", "\u05d1", "\u05d2"
WORD = ALEF + BET


def shown(text):
    """The line as it looks, from left to right."""
    return "".join(reversed_text(span.text) if span.backwards else span.text for span in spans(text))


@pytest.mark.parametrize(
    ("typed", "looks"),
    [
        ("Nia 12", "Nia 12"),
        (WORD, BET + ALEF),
        (f"{WORD} {GIMEL}", f"{GIMEL} {BET}{ALEF}"),
        (f"Ann {WORD} Bob", f"Ann {BET}{ALEF} Bob"),
        (f"Ann {WORD} 12 {GIMEL} Bob", f"Ann {GIMEL} 12 {BET}{ALEF} Bob"),
        (f"{WORD}!", f"!{BET}{ALEF}"),
        (f"{WORD} Ann 3", f"Ann 3 {BET}{ALEF}"),
        (f"{WORD} (Ann) 10:30", f"10:30 (Ann) {BET}{ALEF}"),
        (f"{WORD} ({GIMEL})", f"({GIMEL}) {BET}{ALEF}"),
        (f"10 {WORD}", f"{BET}{ALEF} 10"),
        (f"{WORD} · {GIMEL} · 2026-11-27 CET", f"{BET}{ALEF} · {GIMEL} · 2026-11-27 CET"),
        (f"{ALEF}\u05b8{BET}", f"{BET}\u05b8{ALEF}"),
        ("?!", "?!"),
        ("", ""),
    ],
    ids=ascii,
)
def test_a_line_looks_as_its_readers_expect(typed, looks):
    assert shown(typed) == looks


@settings(max_examples=500)
@given(st.text(alphabet=st.sampled_from(f"ab12 .,:-()·{ALEF}{BET}\u0627\u0660\u05b8")))
def test_every_sign_is_drawn_once_and_latin_lines_are_left_alone(typed):
    found = [span.text for span in spans(typed)]
    assert sorted("".join(found)) == sorted(typed)
    assert all(found)
    if typed.isascii():
        assert shown(typed) == typed
