"""The report as a PDF."""

from __future__ import annotations

import io
import re
import sys

import pytest
from pypdf import PdfReader

from attendance.domain.rate import Mark
from reports.pdf_builder import write_pdf
from tests.report_files import a_report, a_sheet, active_parts

HOSTILE = [
    "<b>bold</b>&amp;", '<img src="file:///etc/passwd"/>', "<img src=http://169.254.169.254/latest>", "</para>", "&#0;",
    "<a href='javascript:alert(1)'>x</a>", "(\\) /JavaScript /OpenAction /URI", "\\", "%PDF", "endstream endobj", "a\0\ud800",
    "\u202eevil", "\U0001f98a", "公会", "한국어", "سلام", "ก็", "\u0f56", "नमस्ते", "ابج 12", "Z" + "\u0338" * 50, "x" * 500, "", " ",
]  # fmt: skip
_OPENED: list[str] = []
_WATCHED = [False]


def _watch(event, arguments):
    if _WATCHED[0] and (event == "open" or event.startswith(("socket.", "urllib.", "subprocess.", "os.exec"))):
        _OPENED.append(f"{event} {arguments}")


sys.addaudithook(_watch)


def texts(content):
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def written_unopened(report):
    """Return the file; fails when a file or an address was opened to make it."""
    _OPENED.clear()
    _WATCHED[0] = True
    try:
        content = b"".join(write_pdf(report))
    finally:
        _WATCHED[0] = False
    assert _OPENED == []
    return content


@pytest.fixture(scope="module", autouse=True)
def warm():
    """Fonts and libraries are read once a process, from the layer."""
    list(
        write_pdf(
            a_report([a_sheet(HOSTILE), a_sheet(HOSTILE, game="b", starts_at=a_sheet([]).starts_at.replace(month=3))])
        )
    )


def test_hostile_names_are_drawn_and_nothing_is_opened_or_made_active():
    content = written_unopened(a_report([a_sheet(HOSTILE, title=name or "x", game=name) for name in HOSTILE]))
    assert active_parts(content) == []
    whole = "\n".join(texts(content))
    for shown in ("<b>bold</b>&amp;", "</para>", "公会", "한국어", "U+0F56", "%PDF"):
        assert shown in whole


def test_it_says_what_it_is_counts_its_pages_and_repeats_its_headings():
    names = [f"Member {number}" for number in range(100)]
    found = texts(b"".join(write_pdf(a_report([a_sheet(names, title="Raid night")]))))
    assert all(text in found[0] for text in ("Attendance", "Filter: all", "Formula: rate = sum / rows", "Totals"))
    assert [re.search(r"page (\d+) of", text)[1] for text in found] == [str(n) for n in range(1, len(found) + 1)]
    tables = [text for text in found if re.search(r"Member \d", text)]
    assert len(tables) > 3
    assert all("Credit" in text for text in tables)
    assert "Raid night · WoW · 2026-11-27 20:00 CET" in "\n".join(found)


def test_totals_and_members_are_in_it():
    marks = [Mark("present"), Mark("absent"), Mark("excused")]
    whole = "\n".join(texts(b"".join(write_pdf(a_report([a_sheet(["Ann", "Bob", "Cy"], marks=marks)])))))
    assert re.search(r"Rate\s+50\.0%", whole)
    assert re.search(r"Eligible\s+2\b", whole)
    assert re.search(r"Ann\s+100\.0%\s+1 / 1", whole)
    assert re.search(r"Cy\s+0 / 0", whole)


def calls_to_write(events):
    """How many calls a file of so many events takes, each with 40 names of its own: work that no clock has to measure."""
    sheets = [
        a_sheet([f"Member {event} {number}" for number in range(40)], event_id=f"{event:016}")
        for event in range(events)
    ]
    count = 0

    def note(_frame, event, _what):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        list(write_pdf(a_report(sheets)))
    finally:
        sys.setprofile(None)
    return count


def test_the_last_row_takes_as_much_work_as_the_first():
    few, more, most = map(calls_to_write, (2, 6, 14))
    assert most - more < 1.15 * 2 * (more - few)
