"""Lines as they are drawn: letters joined, in order, and never longer than their place."""

from __future__ import annotations

import io
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from reports.pdf_builder import write_pdf
from reports.typesetting import fitted, register_fonts
from tests.report_files import a_report, a_sheet

SALAM, NAMASTE, FOX, TIBETAN = (
    "\u0633\u0644\u0645",
    "\u0928\u092e\u0938\u094d\u0924\u0947",
    "\U0001f98a",
    "\u0f56\u0f7c",
)


@pytest.fixture(scope="module", autouse=True)
def fonts():
    register_fonts()


def test_arabic_letters_join_and_run_from_right_to_left():
    (piece,) = fitted(SALAM, 8, 200).pieces
    forms = [unicodedata.name(sign).split()[-2] for sign in reversed(piece.drawn)]
    assert forms == ["INITIAL", "MEDIAL", "FINAL"]


def test_indic_letters_that_join_are_drawn_as_one():
    (piece,) = fitted(NAMASTE, 8, 200).pieces
    apart = fitted("\u200d \u200d".join(NAMASTE), 8, 200)
    assert piece.typed == NAMASTE
    assert piece.length < apart.length
    assert str(piece.drawn) != NAMASTE


def test_digits_of_a_script_that_runs_backwards_run_forwards():
    pieces = fitted(f"{SALAM} \u0661\u0662", 8, 200).pieces
    assert pieces[0].drawn == "\u0661\u0662"


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=60), st.sampled_from((20.0, 100.0, 300.0)))
def test_no_line_is_longer_than_its_place(text, width):
    assert fitted(text, 8, width).length <= width


@pytest.mark.parametrize("text", ["Ann " * 50, NAMASTE * 30, f"{SALAM} " * 40, "\u516c\u4f1a" * 60, FOX * 60])
def test_a_line_that_is_cut_fills_its_place_and_says_so(text):
    line = fitted(text, 8, 200)
    assert line.length > 120
    assert "…" in "".join(piece.drawn for piece in line.pieces)


def test_what_was_typed_stands_beside_what_is_drawn_otherwise():
    content = b"".join(write_pdf(a_report([a_sheet([NAMASTE, SALAM, FOX, "Ann"])])))
    drawn = b"".join(page.get_contents().get_data() for page in PdfReader(io.BytesIO(content)).pages)
    for text in (NAMASTE, SALAM, FOX):
        assert f"ActualText <FEFF{text.encode('utf-16-be').hex()}>".encode() in drawn
    assert "Ann".encode("utf-16-be").hex().encode() not in drawn


@pytest.mark.parametrize(("name", "said"), [(TIBETAN, True), ("Ann", False), ("U+0F56", False)])
def test_a_file_says_that_signs_stand_as_numbers_where_some_do(name, said):
    content = b"".join(write_pdf(a_report([a_sheet([name])])))
    last = PdfReader(io.BytesIO(content)).pages[-1].extract_text()
    assert ("Signs that no font here has" in last) == said
