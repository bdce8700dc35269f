"""A PDF to hand in: what it is about, what it adds up to, charts, members, and every row event by event.

It is made in memory, which bounds its rows: `MOST_ROWS` in the domain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.domain.analytics import KINDS
from attendance.domain.report_charts import charts_of
from attendance.domain.report_rows import Worded, utc_text
from reports.drawing import draw
from reports.pdf_pages import FAINT, INNER, Pages, TableColumn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attendance.domain.rate import Rate
    from attendance.domain.report_rows import Block, Fact, Report, Say

_CHUNK = 1024 * 1024
_WIDTHS = {
    "member": 180, "member_id": 112, "answer": 80, "role": 85, "status": 98, "credit": 40, "source": 63, "seen_utc": INNER - 658,
}  # fmt: skip
"""The columns of the rows, those of `report_rows.COLUMNS` that are not in a block's heading, in points."""


def write_pdf(report: Report, _mark: bool = True) -> Iterator[bytes]:  # noqa: FBT001, FBT002 - a `Builder`'s two arguments
    """Yield the file in chunks."""
    blocks = list(report.blocks)
    pages = Pages(report.title, report.title, report.say)
    pages.heading(report.title, 18)
    for name, value in report.about.items():
        pages.paragraph(f"{name}: {value}", colour=FAINT)
    _write_totals(pages, report)
    pages.pictures([draw(chart) for chart in charts_of(report.totals, report.say)])
    _write_members(pages, report)
    _write_blocks(pages, blocks, report.say)
    if pages.numbered:
        pages.paragraph(report.say("report.numbered"), colour=FAINT)
    content = pages.finished()
    for start in range(0, len(content), _CHUNK):
        yield content[start : start + _CHUNK]


def _write_totals(pages: Pages, report: Report) -> None:
    say = report.say
    pages.heading(say("report.totals"))
    pages.begin_table((TableColumn(say("report.what"), 200), TableColumn(say("report.how_much"), 140, right=True)))
    for fact in report.facts()[len(report.about) :]:
        pages.row((fact.name, _shown(fact)))
    pages.end_table()


def _write_members(pages: Pages, report: Report) -> None:
    members, say = report.totals.members, report.say
    shown = [kind for kind in KINDS if any(kind in total.figures.counts for total in members)]
    wide = min((INNER - 265) / max(len(shown), 1), 75)
    pages.heading(say("report.members"))
    pages.begin_table(
        (
            TableColumn(say("report.column.member"), 150), TableColumn(say("report.fact.rate"), 50, right=True),
            TableColumn(say("report.made_of"), 65, right=True),
            *(TableColumn(say(f"status.{kind}"), wide, right=True) for kind in shown),
        )
    )  # fmt: skip
    for total in members:
        counts = (str(total.figures.counts.get(kind, "")) for kind in shown)
        pages.row((total.name, _percent(total.figures.rate), _made_of(total.figures.rate), *counts))
    pages.end_table()


def _write_blocks(pages: Pages, blocks: list[Block], say: Say) -> None:
    columns = [
        TableColumn(say(f"report.column.{name}"), wide, right=name == "credit") for name, wide in _WIDTHS.items()
    ]
    answers, statuses, sources = (Worded(say, topic) for topic in ("answer", "status", "source"))
    for block in blocks:
        starts = f"{block.starts:%Y-%m-%d %H:%M} {block.starts.tzname()}"
        pages.heading(f"{block.event} · {block.game} · {starts}" if block.game else f"{block.event} · {starts}", 10)
        pages.begin_table(columns)
        for row in block.rows():
            late = f" +{row.late_minutes} min" if row.late_minutes else ""
            pages.row(
                (
                    row.member, row.member_id, f"{answers[row.answer]}{late}", row.role, statuses[row.status],
                    "" if row.credit is None else f"{row.credit:g}", sources[row.source],
                    utc_text(row.seen_utc) if row.seen_utc else "",
                )
            )  # fmt: skip
        pages.end_table()


def _percent(rate: Rate) -> str:
    return "" if rate.share is None else f"{rate.share:.1%}"


def _made_of(rate: Rate) -> str:
    return f"{rate.points:g} / {rate.eligible}"


def _shown(fact: Fact) -> str:
    if isinstance(fact.value, str):
        return fact.value
    return f"{fact.value:.1%}" if fact.unit == "share" else f"{fact.value:g}"
