"""Reports."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field

from attendance.domain.rate import Rate
from dashboard.schemas.base import Id, Model, Snowflake
from dashboard.schemas.questions import Rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attendance.domain.report import ReportJob

ReportStatus = Literal["queued", "running", "done", "failed"]
ReportFormat = Literal["csv", "xlsx", "pdf"]


class ReportIn(Rows):
    """A report to make: which rows of which closed events, by default all of the last year."""

    format: ReportFormat = "csv"
    language: Literal["en", "de", "fr"] | None = Field(
        None,
        description="Of the file's words; by default the server's. The table of a CSV is in English always, for programs.",
    )
    byte_order_mark: bool = Field(
        True, strict=True, description="Whether a CSV begins with U+FEFF, by which Excel knows that it is UTF-8."
    )


class ReportSummary(Model):
    """A report in the list."""

    report_id: Id
    status: ReportStatus
    format: ReportFormat
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


class Chosen(Model):
    """Which rows a report has: days of `zone`, the last one included, and filters; an empty one leaves everything in."""

    zone: str = Field(examples=["Europe/Berlin"])
    first_day: date = Field(alias="from")
    last_day: date = Field(alias="to")
    event: list[str]
    series: list[str]
    game: list[str]
    discord_role: list[str]
    member: list[str]
    status: list[str]


class ReportTotals(Model):
    """What the rows of a done report add up to, as its file says it."""

    events: int
    members: int
    rows: int
    credit: float = Field(description="The numerator of the rate, in events.", examples=[17.5])
    eligible: int = Field(description="Its denominator.", examples=[20])
    rate: float | None = Field(description="From 0 to 1; null where nothing is eligible.", examples=[0.875])


class ReportOut(ReportSummary):
    """A report. `link` is there while its file is, for those who may export: signed now, good for five minutes."""

    language: str = Field(examples=["en"])
    selection: Chosen
    progress: int = Field(description="Rows written so far, noted every few seconds.", examples=[40000])
    totals: ReportTotals | None = Field(description="Null until it is done.")
    problem: str = Field(description="Why it failed; empty otherwise.", examples=[""])
    problem_code: str = Field(description="The same as a stable code.", examples=[""])
    file_size: int | None = Field(description="In bytes; null until it is done.", examples=[48213])
    file_expires_at: datetime | None = Field(description="Until then it can be fetched; null until it is done.")
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
            language=job.language,
            selection=_chosen(job),
            finished_at=job.finished_at,
            progress=job.progress,
            totals=_totals(job),
            problem=job.problem,
            problem_code=job.problem_code,
            row_count=job.row_count,
            file_size=job.file_size if job.status == "done" else None,
            file_expires_at=job.file_expires_at,
            link=link,
            version=job.version,
        )


def _chosen(job: ReportJob) -> Chosen:
    chosen = job.selection
    return Chosen.model_validate(
        {
            "zone": chosen.zone, "from": chosen.first_day, "to": chosen.last_day, "event": sorted(chosen.events),
            "series": sorted(chosen.series), "game": list(chosen.game_names), "discord_role": sorted(chosen.discord_roles),
            "member": sorted(chosen.members), "status": sorted(chosen.statuses),
        }
    )  # fmt: skip


def _totals(job: ReportJob) -> ReportTotals | None:
    if job.status != "done":
        return None
    rate = Rate(job.credit, job.eligible)
    return ReportTotals(
        events=job.event_count, members=job.member_count, rows=job.row_count, credit=rate.points, eligible=rate.eligible,
        rate=rate.share,
    )  # fmt: skip
