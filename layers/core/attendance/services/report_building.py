"""Building a report's file: claimed, written, stored whole, noted.

    claimed     one worker has the job for `LEASE`; the next one may take it after that
    written     sheets -> rows -> file, an event at a time; how far it got is noted every few seconds
    stored      the bucket shows the file whole or not at all
    noted       done or failed, once; the stream then tells whoever asked

A worker that dies leaves the job `running`, and one that the table refuses at its very claim leaves it `queued`. The queue
brings both again, but later than whoever asked in Discord can be told. So the minute sweep looks at the job after `TAKEN_WITHIN`
and when a lease is over: it queues it once more, and gives it up when a second worker died over it, or no worker took it for
an hour. A message too many finds the job in other hands, or at its end.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from attendance.discord import texts_reports
from attendance.discord.locales import say
from attendance.domain.actor import system
from attendance.domain.ids import derive
from attendance.domain.report import MOST_ATTEMPTS, MOST_ROWS, QUEUED_FOR
from attendance.domain.report_rows import Report, report_blocks
from attendance.domain.report_totals import Totals
from attendance.errors import Conflict, Unavailable
from attendance.services.analytics import not_closed
from attendance.services.selected import names_of_selected
from attendance.storage import dues, guilds, reports, sheets
from attendance.storage.table import ConditionFailed
from attendance.telemetry import log, measure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from attendance.domain.due import Due
    from attendance.domain.rate import RateRules
    from attendance.domain.report import ReportJob
    from attendance.domain.report_rows import Block
    from attendance.ports import Clock, Files
    from attendance.storage.table import Table

TRIES = 3
TOLD_EVERY = timedelta(seconds=4)
"""How often progress is noted."""
_BROKEN = "The file could not be made. It was noted on our side; please ask for the report again."
_NO_ROWS = "There are no closed events in that range. Close an event first, or choose other dates."


@dataclass(frozen=True, slots=True)
class Builder:
    """Writes one format: `write` turns a report into chunks of bytes; `mark`: with a byte order mark, where there may be one."""

    extension: str
    content_type: str
    write: Callable[[Report, bool], Iterator[bytes]]


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
    """Make a queued report and return the job as it ended; None when it has ended already or another worker has it.

    `holder` is the queue's own id of the message that asks for it.

    A report that cannot be made ends as failed, with the problem in words for whoever asked; trouble that passes is
    waited out first. Raises `Unavailable` when the job cannot be claimed, or not even its end be noted: the queue then
    brings it again.
    """
    actor = system(f"report/{job_id}")
    job = reports.claim(table, guild_id, job_id, holder, actor, now())
    if job is None:  # the sweep follows it, should that worker die
        return None
    try:
        ended = _built_patiently(table, files, builders[job.format], job, now, sleep)
    except ConditionFailed:
        _check_ended(table, guild_id, job_id)  # our lease ran out and another worker took the job
        return None
    except Conflict as conflict:
        ended = _failed(job, conflict)
    except Exception:  # noqa: BLE001 - whoever asked is told once, instead of waiting for a file that never comes
        log().exception("report_failed", extra={"job_id": job_id})
        measure("ReportsFailed")
        ended = _failed(job, Conflict(_BROKEN, code="report_broken"))
    try:
        reports.finish(table, ended, actor, now())
    except ConditionFailed:
        _check_ended(table, guild_id, job_id)
        return None
    return ended


def follow_report(table: Table, due: Due, now: datetime) -> None:
    """Look at a job that a worker should have taken, or be through with, by now: let it be, queue it again, or give it up."""
    job_id = due.event_id
    job = reports.get(table, due.guild_id, job_id)
    if job is None or job.ended:
        return
    actor = system(f"report/{job_id}/{job.attempts}")
    if job.status == "running" and job.lease and job.lease >= now:
        dues.rearm(table, due, job.lease + timedelta(seconds=1))
        return
    how = {"job_id": job_id, "status": job.status, "attempts": job.attempts}
    try:
        if _is_hopeless(job, now):
            log().error("report_given_up", extra=how)
            measure("ReportsFailed")
            reports.finish(table, _failed(job, Conflict(_BROKEN, code="report_broken")), actor, now)
            return
        reports.requeue(table, job, actor, now)
        log().warning("report_queued_again", extra=how)
    except ConditionFailed:
        log().info("report_moved_on", extra={"job_id": job_id})
    dues.rearm(table, due, now + reports.LEASE)


def _is_hopeless(job: ReportJob, now: datetime) -> bool:
    """Whether workers keep dying over a job, or none took it for an hour."""
    return job.attempts >= MOST_ATTEMPTS if job.status == "running" else now - job.requested_at >= QUEUED_FOR


def _failed(job: ReportJob, error: Conflict) -> ReportJob:
    return replace(
        job, status="failed", problem=error.message, problem_code=error.code, problem_details=dict(error.details)
    )


def _check_ended(table: Table, guild_id: str, job_id: str) -> None:
    """Pass when the job has ended (or was removed long ago); raises `Unavailable` while a worker has it."""
    job = reports.get(table, guild_id, job_id)
    if job is not None and not job.ended:
        raise Unavailable("Another worker is making this report.")


def _built_patiently(
    table: Table, files: Files, builder: Builder, job: ReportJob, now: Clock, sleep: Callable[[float], None]
) -> ReportJob:
    """Build, a few times while the store or the bucket is busy: somebody waits, and the queue's own wait is long."""
    for attempt in range(TRIES - 1):
        try:
            return _built(table, files, builder, job, now)
        except Unavailable:
            sleep(2.0**attempt)
    return _built(table, files, builder, job, now)


def _built(table: Table, files: Files, builder: Builder, job: ReportJob, now: Clock) -> ReportJob:
    """Store the file and return the finished job; raises `Conflict` when there is nothing to report, or too much."""
    chosen, made = job.selection, now()
    rules = guilds.get_settings(table, job.guild_id).rate
    totals = Totals(rules=rules, zone=chosen.zone)
    about = _about(
        table, job, rules, made
    )  # counted before the sheets: what closes meanwhile may be in both, never in neither
    found = sheets.facts_between(table, job.guild_id, chosen.since, chosen.until)
    blocks = _watched(table, job, report_blocks(found, chosen, totals), totals, now)
    first = next(blocks, None)
    if first is None:
        raise Conflict(_NO_ROWS, code="no_rows")
    report = Report(
        title=texts_reports.file_title(job, first.event), about=about, blocks=_chained(first, blocks), totals=totals,
        say=partial(say, job.language),
    )  # fmt: skip
    name = f"attendance-{made:%Y%m%d-%H%M%S}.{builder.extension}"
    key = f"{job.guild_id}/{derive('file', job.job_id, str(job.version))}/{name}"
    size = files.store(key, builder.write(report, job.mark), content_type=builder.content_type, file_name=name)
    rate = totals.figures.rate
    return replace(
        job, status="done", problem="", file_key=key, file_name=name, file_size=size,
        row_count=totals.rows, event_count=totals.events + totals.uncounted, member_count=totals.member_count, credit=rate.credit,
        eligible=rate.eligible,
    )  # fmt: skip


def _chained(first: Block, rest: Iterator[Block]) -> Iterator[Block]:
    yield first
    yield from rest


def _watched(table: Table, job: ReportJob, blocks: Iterator[Block], totals: Totals, now: Clock) -> Iterator[Block]:
    """Pass blocks on, noting progress now and then; raises `Conflict` once there are more rows than the format takes."""
    told = now()
    most = MOST_ROWS[job.format]
    for block in blocks:
        if totals.rows > most:
            raise Conflict(
                f"{job.format.upper()} takes {most:,} rows at most, and here are more. Choose fewer days or events"
                + (", or CSV or XLSX." if job.format == "pdf" else "."),
                code="report_too_long_pdf" if job.format == "pdf" else "report_too_long",
                most=most,
                format=job.format.upper(),
            )
        if now() - told >= TOLD_EVERY:
            told = now()
            reports.note_progress(table, job, totals.rows, block.starts_utc)
        yield block


def _about(table: Table, job: ReportJob, rules: RateRules, made: datetime) -> dict[str, str]:
    """Return what the file says about itself: SPEC section 6 wants filter, zone, formula and time made."""
    unclosed, cancelled = not_closed(table, job.guild_id, job.selection, made)
    names = names_of_selected(table, job.guild_id, job.selection)
    return texts_reports.about_file(job, rules, made, names, unclosed=unclosed, cancelled=cancelled)
