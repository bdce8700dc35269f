"""Reports."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field

from dashboard.schemas.base import Id, Model, Moment, Snowflake

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attendance.domain.report import ReportJob

ReportStatus = Literal["queued", "running", "done", "failed"]


class ReportIn(Model):
    """A report to make: of one closed event, or of all that start within [since, until)."""

    format: Literal["csv"] = "csv"
    event_id: str | None = Field(None, max_length=32, description="Leave out for all closed events.")
    since: Moment | None = None
    until: Moment | None = None


class ReportSummary(Model):
    """A report in the list."""

    report_id: Id
    status: ReportStatus
    format: Literal["csv"]
    requested_by: Snowflake
    requested_at: datetime
    finished_at: datetime | None
    row_count: int = Field(examples=[120])

    @classmethod
    def of_item(cls, item: Mapping[str, Any]) -> Self:
        """Show what the list of jobs says of one."""
        return cls(
            report_id=item["job_id"],
            status=item["status"],
            format=item["format"],
            requested_by=item["requested_by"],
            requested_at=item["requested_at"],
            finished_at=item.get("finished_at"),
            row_count=item.get("row_count", 0),
        )


class ReportOut(ReportSummary):
    """A report. `link` is there once it is done, for those who may export: signed now, good for five minutes."""

    event_id: str | None
    since: datetime | None
    until: datetime | None
    problem: str = Field(description="Why it failed; empty otherwise.", examples=[""])
    link: str | None = Field(examples=["https://…"])
    version: int

    @classmethod
    def of(cls, job: ReportJob, link: str | None = None) -> Self:
        """Show a job."""
        return cls(
            report_id=job.job_id,
            status=job.status,
            requested_at=job.requested_at,
            format=job.format,
            requested_by=job.requested_by,
            event_id=job.event_id,
            since=job.since,
            until=job.until,
            finished_at=job.finished_at,
            problem=job.problem,
            row_count=job.row_count,
            link=link,
            version=job.version,
        )
