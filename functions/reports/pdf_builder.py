"""A PDF to hand in: what it is about, what it adds up to, charts, members, and every row event by event.

It is made in memory, which bounds its rows: `MOST_ROWS` in the domain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.domain.analytics import KINDS
from attendance.domain.report_charts import charts_of
from attendance.domain.report_rows import utc_text
from reports.drawing import draw
from reports.pdf_pages import FAINT, INNER, Pages, TableColumn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attendance.domain.rate import Rate
    from attendance.domain.report_rows import Block, Report

_CHUNK = 1024 * 1024
_ROWS = (
    TableColumn("Member", 200), TableColumn("Member id", 115), TableColumn("Answer", 80), TableColumn("Role", 90),
    TableColumn("Attendance", 70), TableColumn("Credit", 40, right=True), TableColumn("Evidence", 63),
    TableColumn("Seen (UTC)", INNER - 658),
)  # fmt: skip


def write_pdf(report: Report, _mark: bool = True) -> Iterator[bytes]:  # noqa: FBT001, FBT002 - a `Builder`'s two arguments
    """Yield the file in chunks."""
    blocks = list(report.blocks)
    pages = Pages(report.title, report.title)
    pages.heading(report.title, 18)
    for name, value in report.about.items():
        pages.paragraph(f"{name}: {value}", colour=FAINT)
    _write_totals(pages, report)
    pages.pictures([draw(chart) for chart in charts_of(report.totals)])
    _write_members(pages, report)
    for block in blocks:
        _write_block(pages, block)
    content = pages.finished()
    for start in range(0, len(content), _CHUNK):
        yield content[start : start + _CHUNK]


def _write_totals(pages: Pages, report: Report) -> None:
    pages.heading("Totals")
    pages.begin_table((TableColumn("What", 200), TableColumn("How much", 140, right=True)))
    for name, value in report.facts()[len(report.about) :]:
        pages.row((name, _shown(name, value)))
    pages.end_table()


def _write_members(pages: Pages, report: Report) -> None:
    members = report.totals.members
    shown = [kind for kind in KINDS if any(kind in total.figures.counts for total in members)]
    wide = (INNER - 310) / max(len(shown), 1)
    pages.heading("Members")
    pages.begin_table(
        (
            TableColumn("Member", 180), TableColumn("Rate", 50, right=True), TableColumn("Credit / eligible", 80, right=True),
            *(TableColumn(kind.replace("_", " "), wide, right=True) for kind in shown),
        )
    )  # fmt: skip
    for total in members:
        counts = (str(total.figures.counts.get(kind, "")) for kind in shown)
        pages.row((total.name, _percent(total.figures.rate), _made_of(total.figures.rate), *counts))
    pages.end_table()


def _write_block(pages: Pages, block: Block) -> None:
    starts = f"{block.starts:%Y-%m-%d %H:%M} {block.starts.tzname()}"
    pages.heading(f"{block.event} · {block.game} · {starts}" if block.game else f"{block.event} · {starts}", 10)
    pages.begin_table(_ROWS)
    for row in block.rows():
        late = f" +{row.late_minutes} min" if row.late_minutes else ""
        pages.row(
            (
                row.member, row.member_id, f"{row.answer}{late}", row.role, row.status.replace("_", " "),
                "" if row.credit is None else f"{row.credit:g}", row.source, utc_text(row.seen_utc) if row.seen_utc else "",
            )
        )  # fmt: skip
    pages.end_table()


def _percent(rate: Rate) -> str:
    return "" if rate.share is None else f"{rate.share:.1%}"


def _made_of(rate: Rate) -> str:
    return f"{rate.points:g} / {rate.eligible}"


def _shown(name: str, value: str | float) -> str:
    if isinstance(value, str):
        return value
    return f"{value:.1%}" if name == "Rate" else f"{value:g}"
