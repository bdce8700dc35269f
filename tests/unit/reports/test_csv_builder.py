"""The report as a spreadsheet and a program read it."""

from __future__ import annotations

import csv
import io
import unicodedata
from datetime import timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from attendance.domain.rate import Mark
from attendance.domain.report import neutralised
from attendance.domain.report_rows import COLUMNS
from reports.csv_builder import write_csv
from tests.report_files import ABOUT, STARTS, a_report, a_sheet

HEADINGS = [column.heading for column in COLUMNS]
TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=30)
NASTY = [
    "=HYPERLINK(1)",
    "+1",
    "-1",
    "@x",
    "\t=1",
    "\r=1",
    "\uff1d1",
    "\u202e=1",
    ' "=1',
    "a\0\ud800",
    "a\r\nb",
    '"',
    "",
]


def read(content):
    assert content.startswith("\ufeff".encode())
    text = content.decode("utf-8-sig")
    return text, list(csv.reader(io.StringIO(text, newline=""), strict=True))


@settings(max_examples=300, deadline=None)
@given(st.lists(TEXT, max_size=6), TEXT, TEXT, TEXT)
@example(NASTY, NASTY[0], NASTY[5], NASTY[7])
def test_no_cell_begins_a_formula_and_what_is_read_back_is_what_was_written(names, title, game, role):
    _, lines = read(b"".join(write_csv(a_report([a_sheet(names, title=title, game=game, role=role)]))))
    assert lines[0] == HEADINGS
    assert {len(line) for line in lines} == {len(COLUMNS)}
    body = lines[1 : 1 + len(names)]
    for line, name in zip(body, names, strict=True):
        assert [line[place] for place in (0, 1, 4, 7)] == [neutralised(text) for text in (title, game, name, role)]
    for cell in (cell for line in lines for cell in line if cell):
        first = next((c for c in cell if not (c.isspace() or unicodedata.category(c) in ("Cf", "Cc", "Mn"))), "")
        assert unicodedata.normalize("NFKC", first)[:1] not in set("=+-@|%") or cell.startswith("'")


def test_ids_are_quoted_text_and_numbers_are_not():
    text, _ = read(b"".join(write_csv(a_report([a_sheet(["Ann", "Bob"], marks=[Mark("late"), Mark("excused")])]))))
    common = '"Raid","WoW","2026-11-27 20:00+01:00","2026-11-27 19:00:00"'
    assert text.split("\r\n")[1:3] == [
        f'{common},"Ann","112233445566778800","yes","tank","","late",1.0,"button","2026-11-27 19:00:00","{"e" * 16}"',
        f'{common},"Bob","112233445566778801","yes","tank",10,"excused","","button","2026-11-27 19:00:01","{"e" * 16}"',
    ]


@settings(max_examples=200, deadline=None)
@given(st.datetimes(), st.integers(-2_000_000, 200_000_000))
def test_the_moment_that_a_member_was_seen_is_written_to_the_second_in_utc(starts, after):
    starts = starts.replace(
        year=2000 + starts.year % 50, microsecond=starts.microsecond // 1000 * 1000, tzinfo=STARTS.tzinfo
    )
    sheet = a_sheet(["Ann"], starts_at=starts)
    sheet.seen[0] = after
    _, lines = read(b"".join(write_csv(a_report([sheet]))))
    assert lines[1][12] == f"{starts + timedelta(milliseconds=after):%Y-%m-%d %H:%M:%S}"


def test_the_file_says_below_the_table_what_it_is_and_what_it_adds_up_to():
    marks = [Mark("present"), Mark("absent"), Mark("excused"), Mark("present", on_leave=True)]
    sheets = [a_sheet(["Ann", "Bob", "Cy", "Di"], marks=marks), a_sheet(["Ann"], counted=False)]
    _, lines = read(b"".join(write_csv(a_report(sheets))))
    assert [line[:2] for line in lines[6:]] == [
        ["", ""], ["About this file", ""], *([name, text] for name, text in ABOUT.items()), ["Events", "1"],
        ["Events not counted", "1"], ["Members", "4"], ["Rows", "5"], ["Present", "1"], ["Excused", "1"], ["Absent", "1"],
        ["On leave", "1"], ["Not counted", "1"], ["Credit", "1.0"], ["Eligible", "2"], ["Rate", "0.5"],
    ]  # fmt: skip


def test_a_long_report_comes_in_chunks():
    sheets = (a_sheet([f"Ann {number}" for number in range(1000)]) for _ in range(10))
    assert len(list(write_csv(a_report(sheets)))) > 4


def test_the_byte_order_mark_may_be_left_out():
    assert b"".join(write_csv(a_report([a_sheet(["Ann"])]), mark=False)).startswith(b'"Event"')
