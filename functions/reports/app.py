"""The reports function: SQS -> a report's file -> S3, and SQS -> figures, a member's own data -> the interaction that asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attendance import config, wiring
from attendance.services.own_data_making import make_own_data
from attendance.services.queue_batches import work_through
from attendance.services.report_building import Builder, build_report
from attendance.services.stats_answers import answer_stats
from reports.csv_builder import write_csv
from reports.drawing import draw
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
    table, guild_id = wiring.table(), message["guild_id"]
    if message.get("kind") == "stats":
        answers, application_id = wiring.interaction_answers(), config.discord_application_id()
        answer_stats(table, answers, draw, application_id, guild_id, message["stats_id"], wiring.now)
    elif message.get("kind") == "own_export":
        answers, application_id = wiring.interaction_answers(), config.discord_application_id()
        make_own_data(table, wiring.files(), answers, application_id, message, wiring.now)
    else:
        build_report(table, wiring.files(), BUILDERS, guild_id, message["job_id"], message_id, wiring.now)
