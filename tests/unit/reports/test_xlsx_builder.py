"""The report as a workbook: read back with another library than the one that wrote it."""

from __future__ import annotations

import io
import tempfile
import zipfile
from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from attendance.domain.rate import Mark
from attendance.domain.report import storable
from attendance.domain.report_rows import COLUMNS
from reports.xlsx_builder import write_xlsx
from tests.report_files import STARTS, a_report, a_sheet

TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=30)
NASTY = [
    "=HYPERLINK(1)", "+1", "@x", "\t=1", "https://example.org", "mailto:a@b", "_x0041_", "{=SUM(A1)}", "a\0\ud800", "\ufffe\uffff",
    "a\x01b", " x ", "1e5", "TRUE", "&lt;", "<t>", "x" * 300, "\u202e=1",
]  # fmt: skip


def opened(report):
    return load_workbook(io.BytesIO(b"".join(write_xlsx(report))))


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXT.filter(bool), min_size=1, max_size=6), TEXT.filter(bool))
@example(NASTY, NASTY[0])
def test_a_text_is_a_string_cell_that_reads_back_as_it_was_typed(names, title):
    sheet = opened(a_report([a_sheet(names, title=title)]))["Attendance"]
    for line, name in enumerate(names, 2):
        for place, text in ((1, title), (5, name)):
            cell = sheet.cell(line, place)
            assert (cell.data_type, unescaped(cell.value)) == ("s", storable(text))
    assert not [cell for line in sheet.iter_rows() for cell in line if cell.data_type == "f" or cell.hyperlink]


def unescaped(text):
    """As Excel shows it: openpyxl leaves the escapes of OOXML (ECMA-376 part 1, 22.9.2.19) as they are."""
    from openpyxl.utils.escape import unescape

    return unescape(text)


def test_cells_have_the_types_of_their_columns():
    marks = [Mark("present"), Mark("absent"), Mark("excused")]
    book = opened(a_report([a_sheet(["Ann", "Bob", "Cy"], marks=marks)]))
    sheet = book["Attendance"]
    assert [cell.value for cell in sheet[1]] == [column.heading for column in COLUMNS]
    utc = STARTS.replace(tzinfo=None)
    local = utc + timedelta(hours=1)
    assert [cell.value for cell in sheet[3]] == [
        "Raid", "WoW", local, utc, "Bob", "112233445566778801", "yes", "tank", 10,
        "absent", 0, "check-in", utc + timedelta(seconds=1), "e" * 16,
    ]  # fmt: skip
    assert sheet.cell(4, 11).value is None
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:N4")
    members = book["Members"]
    assert [cell.value for cell in members[3]][:5] == ["Bob", "112233445566778801", 0, 0, 1]
    assert members.cell(2, 3).number_format == "0.0%"
    assert members.cell(4, 3).value is None
    about = {line[0].value: line[1] for line in book["About this file"].iter_rows()}
    assert (about["Rate"].value, about["Rate"].number_format) == (0.5, "0.0%")
    assert about["Filter"].value == "all"


def test_a_workbook_that_cannot_be_finished_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def broken():
        yield a_sheet(["Ann"])
        raise RuntimeError("the table went away")

    with pytest.raises(RuntimeError):
        list(write_xlsx(a_report(broken())))
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_holds_no_macro_no_link_and_no_second_copy_of_its_texts():
    parts = zipfile.ZipFile(io.BytesIO(b"".join(write_xlsx(a_report([a_sheet(NASTY)])))))
    names = parts.namelist()
    assert not [name for name in names if "vba" in name or "external" in name or "_rels/sheet" in name]
    assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
