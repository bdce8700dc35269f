"""Asking for reports, following them and handing them out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from attendance.domain.cursor import decode_cursor, encode_cursor
from attendance.domain.ids import derive, is_id
from attendance.domain.languages import ENGLISH, language_of_locale
from attendance.domain.report import LINK_LIFETIME, ReportFormat, ReportJob
from attendance.domain.rights import require
from attendance.errors import Conflict, Invalid, NotFound
from attendance.services.events import get_event
from attendance.storage import reports

if TYPE_CHECKING:
    from attendance.domain.actor import Actor
    from attendance.ports import Files
    from attendance.storage.table import Table
    from attendance.storage.values import Item

FORMATS: tuple[ReportFormat, ...] = ("csv",)


def request_report(
    table: Table,
    guild_id: str,
    actor: Actor,
    now: datetime,
    *,
    file_format: str = "csv",
    event_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    reply_token: str | None = None,
    locale: str = "",
) -> ReportJob:
    """Store a report job and return it; a worker builds the file and, with `reply_token`, answers the interaction.

    The answer is in the language of `locale`. `event_id` None asks for every closed event that starts within [since, until). The same request again returns the
    same job. Raises `Forbidden`, `Invalid` (`format`, `until`), `NotFound`, and `Conflict` for an event not closed yet.
    """
    require(actor, "reports.export")
    if file_format not in FORMATS:
        raise Invalid(
            f"“{file_format[:16]}” is not a format I make: choose {', '.join(FORMATS)}.",
            field="format",
            code="unknown_format",
            typed=file_format[:16],
            known=list(FORMATS),
        )
    if since and until and since >= until:
        raise Invalid("The range ends before it begins: swap the two dates.", field="until")
    if event_id is not None:
        event = get_event(table, guild_id, event_id, roster=False)
        if event.status != "closed":
            raise Conflict(
                f"“{event.title}” is {event.status}: close it first, then its sheet can be exported.",
                code="not_closed",
                event=event.title,
            )
    job = ReportJob(
        guild_id=guild_id,
        job_id=derive("report", guild_id, actor.user_id, actor.request_id),
        format=file_format,
        requested_by=actor.user_id,
        requested_at=now,
        event_id=event_id,
        since=since,
        until=until,
        reply_token=reply_token,
        language=language_of_locale(locale) or ENGLISH,
    )
    return reports.create(table, job, actor, now)


def get_report(table: Table, guild_id: str, job_id: str, actor: Actor) -> ReportJob:
    """Return a job; raises `Forbidden`, `NotFound`."""
    require(actor, "reports.view")
    job = reports.get(table, guild_id, job_id) if is_id(job_id) else None
    if job is None:
        raise NotFound("There is no such report here. Reports are kept in the list for 90 days.", code="no_such_report")
    return job


def list_reports(
    table: Table, guild_id: str, actor: Actor, *, limit: int, cursor: str | None = None
) -> tuple[list[Item], str | None]:
    """Return summaries of a guild's report jobs, the newest first, and a cursor or None.

    Raises `Forbidden`, and `Invalid` (field `cursor`) for a cursor of another list.
    """
    require(actor, "reports.view")
    found, after = reports.newest(table, guild_id, limit=limit, cursor=decode_cursor(cursor))
    return found, encode_cursor(after)


def link_to_report(table: Table, files: Files, guild_id: str, job_id: str, actor: Actor) -> tuple[ReportJob, str]:
    """Return a finished job and a link to its file, signed now, valid for five minutes.

    Raises `Forbidden`, `NotFound`, and `Conflict` while it is being made, or when it failed.
    """
    require(actor, "reports.export")
    job = get_report(table, guild_id, job_id, actor)
    if job.status == "failed":
        raise Conflict(f"This report failed: {job.problem} Please ask for it again.", code="report_failed")
    if job.status != "done":
        raise Conflict("This report is still being made. Try again in a few seconds.", code="report_not_ready")
    return job, files.link(job.file_key, LINK_LIFETIME)


BEGINNING = datetime(2015, 1, 1, tzinfo=UTC)
"""Before Discord: the start of a range that names none."""
