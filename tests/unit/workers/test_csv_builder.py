"""The report as a spreadsheet and a program read it."""

from __future__ import annotations

import csv
import io
import unicodedata

from hypothesis import example, given, settings
from hypothesis import strategies as st

from attendance.domain.report import neutralised
from attendance.domain.report_rows import COLUMNS, ReportRow
from reports.csv_builder import write_csv

ABOUT = {"Filter": "all", "Formula": "rate = sum / rows"}
TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=30)
ROW = st.builds(
    ReportRow, event=TEXT, game=TEXT, starts=TEXT, starts_utc=TEXT, member=TEXT, member_id=st.from_regex(r"[1-9]\d{17}", fullmatch=True),
    answer=TEXT, role=TEXT, late_minutes=st.none() | st.integers(1, 240), status=TEXT, credit=st.sampled_from([None, 0, 0.5, 1]),
    source=TEXT, seen_utc=TEXT,
)  # fmt: skip
NASTY = ReportRow(
    "=HYPERLINK(1)", "+1", "-1", "@x", "\t=1", "1", "\r=1", "\uff1d1", None, "\u202e=1", 1, ' "=1', "a\0\ud800",
)  # fmt: skip


def read(content):
    assert content.startswith("\ufeff".encode())
    text = content.decode("utf-8-sig")
    return text, list(csv.reader(io.StringIO(text, newline=""), strict=True))


@settings(max_examples=300, deadline=None)
@given(st.lists(ROW, max_size=6))
@example([NASTY])
def test_no_cell_begins_a_formula_and_what_is_read_back_is_what_was_written(rows):
    _, lines = read(b"".join(write_csv(iter(rows), ABOUT)))
    assert lines[0] == list(COLUMNS)
    assert {len(line) for line in lines} == {len(COLUMNS)}
    body = lines[1 : 1 + len(rows)]
    for line, row in zip(body, rows, strict=True):
        assert line == ["" if c is None else neutralised(c) if isinstance(c, str) else str(c) for c in row]
    for cell in (cell for line in body for cell in line if cell):
        first = next((c for c in cell if not (c.isspace() or unicodedata.category(c) in ("Cf", "Cc", "Mn"))), "")
        assert unicodedata.normalize("NFKC", first)[:1] not in set("=+-@|%") or cell.startswith("'")


def test_ids_are_quoted_text_and_numbers_are_not():
    row = ReportRow("Raid", "", "s", "u", "Ann", "112233445566778899", "yes", "tank", 10, "late", 1, "button", "t")
    text, _ = read(b"".join(write_csv([row], ABOUT)))
    assert text.split("\r\n")[1] == '"Raid","","s","u","Ann","112233445566778899","yes","tank",10,"late",1,"button","t"'


def test_the_file_says_below_the_table_what_it_is():
    _, lines = read(b"".join(write_csv([], ABOUT)))
    assert [line[:2] for line in lines[1:]] == [
        ["", ""],
        ["About this file", ""],
        ["Filter", "all"],
        ["Formula", "rate = sum / rows"],
    ]


def test_a_long_report_comes_in_chunks():
    row = ReportRow("Raid " * 20, "", "s", "u", "Ann", "1" * 18, "yes", "tank", None, "present", 1, "button", "t")
    assert len(list(write_csv((row for _ in range(3000)), ABOUT))) > 5
