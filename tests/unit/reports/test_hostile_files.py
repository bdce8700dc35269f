"""A hundred thousand hostile names in every kind of file, and what other programs make of them. Minutes."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import sys
import unicodedata
from itertools import batched
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from pypdf import PdfReader

from attendance.domain.report import storable
from reports.csv_builder import write_csv
from reports.xlsx_builder import write_xlsx
from tests.hostile_texts import hostile_texts
from tests.report_files import a_report, a_sheet, active_parts

pytestmark = [pytest.mark.full, pytest.mark.timeout(1200)]
ROOT = Path(__file__).parents[3]
NAMES, PDF_TEXTS, SAMPLE = 100_000, 50_000, 1_000
FORMULA = frozenset("=+-@|%\t\r\n")
ACTIVE_KEYS = {"/JavaScript", "/JS", "/OpenAction", "/AA", "/Launch", "/URI", "/EmbeddedFiles", "/A", "/Annots"}


def report_of(names):
    """A report with these names, some of them as titles, games and roles, too."""
    return a_report(
        a_sheet(some, title=some[0], game=some[-1], role=some[len(some) // 2])
        for some in batched(names, 1000, strict=False)
    )


def begins_a_formula(text):
    """Whether a spreadsheet may read a cell as a formula, told apart from how the product decides it."""
    for sign in text:
        if unicodedata.normalize("NFKC", sign)[:1] in FORMULA or sign in FORMULA:
            return True
        if not sign.isspace() and unicodedata.category(sign) not in ("Cf", "Cc", "Mn"):
            return False
    return False


def rows_of_csv(content):
    lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    next(lines)
    return list(lines)


def test_names_in_a_csv_read_back_by_the_rule_and_none_begins_a_formula():
    names = list(hostile_texts(NAMES, seed=7))
    lines = rows_of_csv(b"".join(write_csv(report_of(names))))
    assert len(lines) > NAMES
    for name, line in zip(names, lines[:NAMES], strict=True):
        plain = storable(name)
        assert line[4] == ("'" + plain if begins_a_formula(plain) else plain)
    assert not [cell for line in lines for cell in line if begins_a_formula(cell)]
    assert sum(line[4].startswith("'") for line in lines[:NAMES]) > NAMES / 8


def test_names_in_a_workbook_read_back_as_typed_in_string_cells():
    names = list(hostile_texts(NAMES, seed=8))
    content = b"".join(write_xlsx(report_of(names)))
    rows = load_workbook(io.BytesIO(content), read_only=True)["Attendance"].iter_rows(min_row=2)
    checked = 0
    for name, row in zip(names, rows, strict=True):
        assert not [cell for cell in row if cell.data_type == "f"]
        assert (unescape(row[4].value), row[4].data_type) == (storable(name), "s")
        checked += 1
    assert checked == NAMES


@pytest.fixture(scope="module")
def in_calc(tmp_path_factory):
    """Opens a file with LibreOffice Calc, formulas evaluated, and returns those that it finds."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice (soffice) is not installed here")
    folder = tmp_path_factory.mktemp("calc")

    def read(content, kind):
        path = folder / f"sample.{kind}"
        path.write_bytes(content)
        taken = ["--infilter=CSV:44,34,76,1,,0,false,true,false,false,false,-1,true"] if kind == "csv" else []
        command = [
            office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", *taken, "--convert-to", "fods", "--outdir",
            str(folder), str(path),
        ]  # fmt: skip
        subprocess.run(command, capture_output=True, check=True, timeout=600)
        made = path.with_suffix(".fods")
        text = made.read_text(encoding="utf-8", errors="surrogatepass")
        made.unlink()
        return re.findall(r'table:formula="[^"]*"', text)

    return read


@pytest.mark.parametrize(("kind", "write"), [("csv", write_csv), ("xlsx", write_xlsx)])
def test_libreoffice_finds_no_formula_in_a_sample(in_calc, kind, write):
    content = b"".join(write(report_of(list(hostile_texts(SAMPLE, seed=9)))))
    assert in_calc(content, kind) == []


def test_libreoffice_does_find_formulas_that_were_not_neutralised(in_calc):
    buffer = io.StringIO(newline="")
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows([["Name"], *([f"=1+{number}"] for number in range(5))])
    assert len(in_calc(buffer.getvalue().encode("utf-8-sig"), "csv")) == 5


def test_texts_in_a_pdf_open_nothing_and_leave_nothing_active(tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.hostile_pdf", str(tmp_path), str(PDF_TEXTS), "10"],
        cwd=ROOT, env={"PYTHONPATH": "functions:layers/core:."}, capture_output=True, text=True, check=False, timeout=1100,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout) == []
    files = sorted(tmp_path.glob("*.pdf"))
    assert len(files) == PDF_TEXTS // 10_000
    for path in files:
        content = path.read_bytes()
        assert active_parts(content) == []
        reader = PdfReader(io.BytesIO(content))
        assert len(reader.pages) > 200
        assert not {key for found in objects(reader) for key in found} & ACTIVE_KEYS


def objects(reader):
    """Yield every dictionary of a PDF."""
    for number in range(1, len(reader.xref_objStm) + sum(map(len, reader.xref.values())) + 1):
        found = reader.get_object(number)
        if isinstance(found, dict):
            yield found
