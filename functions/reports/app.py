"""The reports function: SQS -> a report's file -> S3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attendance import wiring
from attendance.services.queue_batches import work_through
from attendance.services.report_building import Builder, build_report
from reports.csv_builder import write_csv
from reports.pdf_builder import write_pdf
from reports.xlsx_builder import write_xlsx

if TYPE_CHECKING:
    from collections.abc import Mapping

BUILDERS = {
    "csv": Builder("csv", "text/csv; charset=utf-8", write_csv),
    "xlsx": Builder("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
    "pdf": Builder("pdf", "application/pdf", write_pdf),
}


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Build the reports of a batch; the answer names the messages that failed, and SQS brings only those again."""
    return work_through(event["Records"], _build)


def _build(message: Mapping[str, Any], message_id: str) -> None:
    build_report(
        wiring.table(), wiring.files(), BUILDERS, message["guild_id"], message["job_id"], message_id, wiring.now
    )
