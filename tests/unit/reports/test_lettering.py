"""Names in pictures and PDF: in signs that a font has, or in words that say what they were."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.lettering import faces, legible, runs

FANCY = "".join(chr(0x1D56C + place) for place in (5, 40, 49))  # Fox, in mathematical Fraktur
SHOWN = {
    "plain": "plain",
    "Гильдия Ñandú ελ": "Гильдия Ñandú ελ",
    "公会 ギルド 길드": "公会 ギルド 길드",
    FANCY: "Fox",
    "\U0001f98aFox": "[fox face]Fox",
    "\U0001f44d\U0001f3fd": "[thumbs up sign]",  # the skin tone says only how it looks
    "\U0001f1e9\U0001f1ea": "DE",
    "\u0e01": "U+0E01",
    "a\0b\nc\td": "a b c d",
    "\u202eevil\u202c\u200b": "evil",
    "half \ud800": "half \ufffd",
    "Z" + "\u0338" * 40: "Z" + "\u0338" * 2,
    "": "",
}


@pytest.mark.parametrize(("typed", "shown"), SHOWN.items(), ids=map(ascii, SHOWN))
def test_a_name_is_shown_in_signs_that_a_font_has(typed, shown):
    assert legible(typed) == shown


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=40))
def test_whatever_is_typed_every_sign_of_what_is_shown_is_in_the_font_that_draws_it(typed):
    shown = legible(typed)
    assert "".join(piece for _, piece in runs(shown)) == shown
    assert all(ord(sign) in face.signs for face, piece in runs(shown) for sign in piece)
    assert legible(shown) == shown


def test_one_font_is_for_european_scripts_and_one_for_east_asian_ones():
    assert [face.name for face in faces()] == ["DejaVuSans", "wqy-microhei"]
