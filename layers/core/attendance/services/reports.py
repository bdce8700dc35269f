"""Asking for reports, following them and handing them out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from attendance.domain.cursor import decode_cursor, encode_cursor
from attendance.domain.ids import derive, is_id
from attendance.domain.languages import ENGLISH, checked_language, language_of_locale
from attendance.domain.report import FORMATS, LINK_LIFETIME, Asker, ReportJob
from attendance.domain.rights import require
from attendance.errors import Conflict, Invalid, NotFound
from attendance.services.analytics import Question, scope_of
from attendance.services.events import get_event
from attendance.services.selected import names_of_selected
from attendance.storage import guilds, reports

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.domain.report import ReportFormat
    from attendance.ports import Files
    from attendance.storage.table import Table
    from attendance.storage.values import Item


def request_report(
    table: Table,
    guild_id: str,
    actor: Actor,
    now: datetime,
    *,
    file_format: str = "csv",
    question: Question | None = None,
    mark: bool = True,
    language: str | None = None,
    reply_token: str | None = None,
    locale: str = "",
) -> ReportJob:
    """Store a report job and return it; a worker builds the file and, with `reply_token`, answers the interaction.

    The file has the rows that `question` asks for, by default those of the last year; it is in `language`, else in that of
    `locale`, else in the guild's, and the answer in that of `locale`. The same request again returns the same job, and so does
    one for a file that is being made already. Raises `Forbidden`, `Invalid` (`format`, `language`, or as `select` says),
    `NotFound`, and `Conflict` for a single event not closed yet.
    """
    require(actor, "reports.export")
    kind = _checked_format(file_format)
    everyone = replace(actor, capabilities=actor.capabilities | {"reports.view"})  # who exports sees what is exported
    chosen = checked_language(language) if language else language_of_locale(locale)
    selection = scope_of(table, guild_id, everyone, now, question or Question()).selection
    if len(selection.events) == 1:
        event = get_event(table, guild_id, next(iter(selection.events)), roster=False)
        if event.status != "closed":
            raise Conflict(
                f"“{event.title}” is {event.status}: close it first, then its sheet can be exported.",
                code="not_closed",
                event=event.title,
            )
    job_id = derive("report", guild_id, actor.user_id, actor.request_id)
    asker = {job_id: Asker(reply_token, now, language_of_locale(locale) or ENGLISH)} if reply_token else {}
    job = ReportJob(
        guild_id=guild_id,
        job_id=job_id,
        format=kind,
        selection=selection,
        mark=mark or kind != "csv",
        language=chosen or guilds.get_settings(table, guild_id).spoken,
        requested_by=actor.user_id,
        requested_at=now,
        askers=asker,
    )
    return reports.create(table, job, actor, now)


def _checked_format(name: str) -> ReportFormat:
    for one in FORMATS:
        if one == name:
            return one
    raise Invalid(
        f"“{name[:16]}” is not a format I make: choose {', '.join(FORMATS)}.",
        field="format",
        code="unknown_format",
        typed=name[:16],
        known=list(FORMATS),
    )


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


def show_reports(
    table: Table, guild_id: str, actor: Actor, *, limit: int, cursor: str | None = None
) -> tuple[list[ReportJob], dict[str, str], str | None]:
    """Return what `list_reports` does as whole jobs, and what the things of their filters are called, by id.

    Raises as `list_reports`.
    """
    found, after = list_reports(table, guild_id, actor, limit=limit, cursor=cursor)
    jobs = reports.get_many(table, guild_id, [item["job_id"] for item in found])
    return jobs, names_of_selected(table, guild_id, *(job.selection for job in jobs)), after


def link_to_report(
    table: Table, files: Files, guild_id: str, job_id: str, actor: Actor, now: datetime
) -> tuple[ReportJob, str]:
    """Return a finished job and a link to its file, signed now, valid for five minutes.

    Raises `Forbidden`, `NotFound`, and `Conflict` while it is being made, when it failed, or when its file is gone.
    """
    require(actor, "reports.export")
    job = get_report(table, guild_id, job_id, actor)
    if job.status == "failed":
        raise Conflict(f"This report failed: {job.problem} Please ask for it again.", code="report_failed")
    if job.status != "done":
        raise Conflict("This report is still being made. Try again in a few seconds.", code="report_not_ready")
    if job.file_is_gone(now):
        raise Conflict("The file of this report was kept for a day and is gone. Ask for it again.", code="report_gone")
    return job, files.link(job.file_key, LINK_LIFETIME)
