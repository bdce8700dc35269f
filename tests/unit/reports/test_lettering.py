"""Names in pictures and PDF: in signs that a font has, or in words that say what they were."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.lettering import legible, runs

FANCY = "".join(chr(0x1D56C + place) for place in (5, 40, 49))  # Fox, in mathematical Fraktur
SHOWN = {
    "plain": "plain",
    "Гильдия Ñandú ελ": "Гильдия Ñandú ελ",
    "公会 ギルド 길드": "公会 ギルド 길드",
    FANCY: "Fox",
    "\U0001f98aFox": "\U0001f98aFox",
    "\U0001f44d\U0001f3fd": "\U0001f44d",  # the skin tone says only how it looks
    "\U0001f468\u200d\U0001f469": "\U0001f468\U0001f469",
    "\U0001f1e9\U0001f1ea": "DE",
    "\U0001d11e": "[musical symbol g clef]",
    "نام\u200cها नमस्ते สวัสดี שלום": "نام\u200cها नमस्ते สวัสดี שלום",
    "क्\u200d\u200dष": "क्\u200dष",
    "a\u200db\u200c": "ab",
    "\u0f56\u0f7c": "U+0F56U+0F7C",
    "Z\u1abe": "Z",
    "7\u1036 \u0928\u0301\u092e\u0947": "7 \u0928\u092e\u0947",  # marks of another script than what they stand on
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


@pytest.mark.parametrize(
    ("sign", "name"),
    [
        ("A", "DejaVuSans"), ("Ж", "DejaVuSans"), ("会", "wqy-microhei"), ("한", "wqy-microhei"), ("\U0001f98a", "NotoEmoji"),
        ("س", "NotoSansArabic"), ("ש", "NotoSansHebrew"), ("न", "NotoSansDevanagari"), ("ส", "NotoSansThai"), (" ", "DejaVuSans"),
    ],
)  # fmt: skip
def test_each_script_has_its_font(sign, name):
    assert [face.name for face, _ in runs(sign)] == [name]
