"""Reports: ask for one, follow it, get its file."""

from __future__ import annotations

from fastapi import APIRouter, Response

from attendance import wiring
from attendance.services import reports
from dashboard.deps import CurrentCaller, Cursor, IdempotencyKey, Limit, tag
from dashboard.openapi import problems, tagged
from dashboard.schemas.base import Page
from dashboard.schemas.reports import ReportIn, ReportOut, ReportSummary

router = APIRouter(prefix="/api/v1/guilds/{guild_id}/reports", tags=["Reports"])


@router.post(
    "", status_code=202, responses=tagged(202, made=True) | problems(401, 403, 409), summary="Ask for a report"
)
def request_report(caller: CurrentCaller, body: ReportIn, key: IdempotencyKey, response: Response) -> ReportOut:
    """Needs `reports.export`. A worker makes the file; follow `Location` until it is done.

    Who asks for a file that is being made already gets the same report.
    """
    job = reports.request_report(
        wiring.table(),
        caller.guild_id,
        caller.acting("request_report", key, body),
        caller.now,
        file_format=body.format,
        question=body.question(),
        mark=body.byte_order_mark,
        language=body.language,
    )
    response.headers["Location"] = f"/api/v1/guilds/{caller.guild_id}/reports/{job.job_id}"
    tag(response, job.version)
    return ReportOut.of(job)


@router.get("", responses=problems(401, 403), summary="List reports")
def list_reports(caller: CurrentCaller, limit: Limit = 25, cursor: Cursor = None) -> Page[ReportSummary]:
    """Needs `reports.view`. The newest first."""
    found, after = reports.list_reports(wiring.table(), caller.guild_id, caller.actor, limit=limit, cursor=cursor)
    items = [ReportSummary.of_item(item) for item in found]
    return Page(items=items, next=after)


@router.get("/{report_id}", responses=tagged() | problems(401, 403, 409), summary="Show a report")
def show_report(caller: CurrentCaller, report_id: str, response: Response) -> ReportOut:
    """Needs `reports.view`; with `reports.export`, a done report comes with a link to its file."""
    job = reports.get_report(wiring.table(), caller.guild_id, report_id, caller.actor)
    link = None
    made = job.status == "done" and not job.file_is_gone(caller.now)
    if made and "reports.export" in caller.member.capabilities:
        found = reports.link_to_report(
            wiring.table(), wiring.files(), caller.guild_id, report_id, caller.actor, caller.now
        )
        link = found[1]
    tag(response, job.version)
    return ReportOut.of(job, link)
