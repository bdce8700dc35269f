"""Building a report's file: claimed, written, stored whole, noted."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from attendance.discord.public import words_of
from attendance.discord.texts_errors import error_text
from attendance.domain.actor import system
from attendance.domain.ids import derive
from attendance.domain.report_rows import FORMULA, report_rows, utc_text
from attendance.errors import Conflict, Unavailable
from attendance.services.reports import BEGINNING
from attendance.storage import events, guilds, reports, sheets
from attendance.storage.table import ConditionFailed
from attendance.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from attendance.domain.rate import RateRules
    from attendance.domain.report import ReportJob
    from attendance.domain.report_rows import ReportRow
    from attendance.domain.sheet import Sheet
    from attendance.ports import Clock, Files
    from attendance.storage.table import Table

TRIES = 3
_NO_ROWS = "There are no closed events in that range. Close an event first, or choose other dates."


@dataclass(frozen=True, slots=True)
class Builder:
    """Writes one format: `write` turns rows and what the file says about itself into chunks of bytes."""

    extension: str
    content_type: str
    write: Callable[[Iterable[ReportRow], Mapping[str, str]], Iterator[bytes]]


class _Counted:
    """Passes sheets on, counting sheets and rows on the way."""

    def __init__(self, source: Iterable[Sheet]) -> None:
        self.rows = 0
        self._source = source

    def __iter__(self) -> Iterator[Sheet]:
        for sheet in self._source:
            self.rows += len(sheet.rows)
            yield sheet


def build_report(
    table: Table,
    files: Files,
    builders: Mapping[str, Builder],
    guild_id: str,
    job_id: str,
    holder: str,
    now: Clock,
    sleep: Callable[[float], None] = time.sleep,
) -> ReportJob | None:
    """Make a queued report and return the job as it ended; None when it has ended already.

    `holder` is the queue's own id of the message that asks for it.

    A report that cannot be made ends as failed, with the problem in words for whoever asked; trouble that passes is
    waited out first. Raises `Unavailable` when not even the end can be noted, and while another worker has the job: the
    queue then brings it again, and would find it abandoned if that worker died.
    """
    actor = system(f"report/{job_id}")
    job = reports.claim(table, guild_id, job_id, holder, actor, now())
    if job is None:
        _check_ended(table, guild_id, job_id)
        return None
    try:
        ended = _built_patiently(table, files, builders[job.format], job, now, sleep)
    except Conflict as conflict:
        ended = replace(job, status="failed", problem=error_text(conflict, job.language))
    except Exception:  # noqa: BLE001 - whoever asked is told once, instead of waiting for a file that never comes
        log().exception("report_failed", extra={"job_id": job_id})
        ended = replace(job, status="failed", problem=words_of(job.language)["report.broken"])
    try:
        reports.finish(table, ended, actor, now())
    except ConditionFailed:
        _check_ended(table, guild_id, job_id)  # our lease ran out and another worker took the job
        return None
    return ended


def _check_ended(table: Table, guild_id: str, job_id: str) -> None:
    """Pass when the job has ended (or was removed long ago); raises `Unavailable` while a worker has it."""
    job = reports.get(table, guild_id, job_id)
    if job is not None and job.status not in ("done", "failed"):
        raise Unavailable("Another worker is making this report.")


def _built_patiently(
    table: Table, files: Files, builder: Builder, job: ReportJob, now: Clock, sleep: Callable[[float], None]
) -> ReportJob:
    """Build, a few times while the store or the bucket is busy: somebody waits, and the queue's own wait is long."""
    for attempt in range(TRIES - 1):
        try:
            return _built(table, files, builder, job, now())
        except Unavailable:
            sleep(2.0**attempt)
    return _built(table, files, builder, job, now())


def _built(table: Table, files: Files, builder: Builder, job: ReportJob, now: datetime) -> ReportJob:
    """Store the file and return the finished job; raises `Conflict` when there is nothing to report."""
    counted = _Counted(_sheets(table, job))
    rules = guilds.get_settings(table, job.guild_id).rate
    rows = report_rows(counted, rules)
    first = next(rows, None)
    if first is None:
        raise Conflict(_NO_ROWS, code="no_rows")
    name = f"attendance-{now:%Y%m%d-%H%M%S}.{builder.extension}"
    key = f"{job.guild_id}/{derive('file', job.job_id, str(job.version))}/{name}"
    files.store(
        key,
        builder.write(_chained(first, rows), _about(job, rules, now)),
        content_type=builder.content_type,
        file_name=name,
    )
    return replace(job, status="done", file_key=key, file_name=name, row_count=counted.rows, finished_at=now)


def _chained(first: ReportRow, rest: Iterator[ReportRow]) -> Iterator[ReportRow]:
    yield first
    yield from rest


def _sheets(table: Table, job: ReportJob) -> Iterator[Sheet]:
    """Yield the sheets that a job asks for, in order of start."""
    if job.event_id is None:
        yield from sheets.between(table, job.guild_id, job.since or BEGINNING, job.until or job.requested_at)
        return
    event = events.get(table, job.guild_id, job.event_id, roster=False)
    sheet = sheets.get(table, event) if event else None
    if sheet is not None:
        yield sheet


def _about(job: ReportJob, rules: RateRules, now: datetime) -> dict[str, str]:
    """Return what the file says about itself: SPEC section 6 wants filter, zone, formula and time made."""
    if job.event_id is not None:
        scope = f"event {job.event_id}"
    else:
        since = utc_text(job.since) + " UTC" if job.since else "the beginning"
        until = utc_text(job.until or job.requested_at) + " UTC"
        scope = f"closed events that start from {since} until {until}"
    return {
        "Filter": scope,
        "Zone": "starts are given in each event's own zone and in UTC; every other time is UTC",
        "Formula": f"{FORMULA}; {rules.formula()}",
        "Made": utc_text(now) + " UTC",
    }
