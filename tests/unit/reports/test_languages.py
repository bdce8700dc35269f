"""Files speak the language that was asked for; the table of a CSV, which programs read, is the same in all of them."""

from __future__ import annotations

import csv
import io
from datetime import date
from functools import partial

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from attendance.discord.locales import say
from attendance.discord.texts_reports import about_file, file_title
from attendance.domain.rate import DEFAULT_RULES, Mark
from attendance.domain.report import ReportJob
from attendance.domain.selection import Selection
from attendance.domain.verdict import STATUSES
from reports.csv_builder import write_csv
from reports.pdf_builder import write_pdf
from reports.xlsx_builder import write_xlsx
from tests.report_files import STARTS, a_report, a_sheet

LANGUAGES = ("en", "de", "fr")
CHOSEN = Selection(
    zone="Europe/Berlin", first_day=date(2026, 11, 1), last_day=date(2026, 11, 30), events=frozenset({"e" * 16}),
    series=frozenset({"s" * 16}), games=frozenset({"wow"}), game_names=("WoW",), discord_roles=frozenset({"77"}),
    members=frozenset({"11", "12"}), statuses=frozenset({"left_early"}),
)  # fmt: skip
NAMES = {"e" * 16: "Raid night", "s" * 16: "Mondays", "11": "Ann"}


def about(language, kind="csv"):
    job = ReportJob(
        guild_id="1",
        job_id="j",
        format=kind,
        selection=CHOSEN,
        requested_by="9",
        requested_at=STARTS,
        language=language,
    )
    return file_title(job, "Raid night"), about_file(job, DEFAULT_RULES, STARTS, NAMES, unclosed=2, cancelled=1)


def a_whole_report(language):
    marks = [Mark(status) for status in STATUSES] + [Mark("present", on_leave=True), Mark("present", early=True)]
    sheets = [
        a_sheet([f"M{place}" for place in range(len(marks))], marks=marks, game=game, starts_at=STARTS.replace(month=month))
        for game, month in (("WoW", 10), ("Chess", 11))
    ]  # fmt: skip
    return a_report(sheets, about=about(language)[1], language=language)


def the_pdf(language):
    pages = PdfReader(io.BytesIO(b"".join(write_pdf(a_whole_report(language))))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_states_every_filter_its_zone_formula_moment_and_rows(language):
    title, found = about(language)
    words = "\n".join(found.values())
    assert title.endswith("Raid night")
    for said in (
        "2026-11-01", "2026-11-30", "Europe/Berlin", f"Raid night ({'e' * 16})", f"Mondays ({'s' * 16})", "WoW", "77",
        "Ann (11)", ", 12", say(language, "status.left_early"), "2026-11-27 19:00:00 UTC", "(v1)",
    ):  # fmt: skip
        assert said in words, said
    assert found[say(language, "report.fact.snapshot")].endswith(": 1")
    assert len(found) == 6


def test_the_formula_names_the_column_as_the_file_does():
    assert "Summe von Credit" in about("de")[1]["Formel"]
    assert "Summe von Wert" in about("de", "xlsx")[1]["Formel"]


def test_the_table_of_a_csv_is_the_same_in_every_language_and_what_follows_it_is_not():
    tables, below = [], []
    for language in LANGUAGES:
        text = b"".join(write_csv(a_whole_report(language), mark=False)).decode()
        lines = list(csv.reader(io.StringIO(text, newline="")))
        end = next(number for number, line in enumerate(lines) if not line[0])
        tables.append(lines[:end])
        below.append({line[0] for line in lines[end:]})
    assert tables[0] == tables[1] == tables[2]
    assert {"About this file", "Left early", "Rate"} <= below[0]
    assert {"Über diese Datei", "Früher gegangen", "Quote"} <= below[1]
    assert {"À propos de ce fichier", "Parti plus tôt", "Taux"} <= below[2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_workbook_speaks_the_language_from_its_sheets_names_to_its_cells(language):
    book = load_workbook(io.BytesIO(b"".join(write_xlsx(a_whole_report(language)))))
    words = partial(say, language)
    assert book.sheetnames == [words("report.rows"), words("report.members"), words("report.about")]
    rows = list(book.worksheets[0].values)
    assert rows[0][9] == words("report.column.status")
    assert [row[9] for row in rows[1:8]] == [words(f"status.{status}") for status in STATUSES]
    assert (rows[1][6], rows[1][11]) == (words("answer.yes"), words("source.button"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pdf_speaks_the_language_on_every_page(language):
    whole = the_pdf(language)
    keys = (
        "report.totals",
        "report.members",
        "report.made_of",
        "report.fact.rate",
        "report.column.source",
        "report.column.role",
    )
    for said in (
        *(say(language, key) for key in keys),
        say(language, "status.left_early"),
        say(language, "source.button"),
    ):
        assert said in whole, said
    assert say(language, "report.page", number=2).strip() in whole
    for other in set(LANGUAGES) - {language}:
        assert say(other, "status.left_early") not in whole
