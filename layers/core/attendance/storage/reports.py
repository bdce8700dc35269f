"""Report jobs in the table. A job is written first; the stream starts the worker, so no job can be lost after its answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from attendance.domain.report import ReportJob
from attendance.storage import keys
from attendance.storage.table import ConditionFailed, Put, Update
from attendance.storage.touch import touched

if TYPE_CHECKING:
    from attendance.domain.actor import Actor
    from attendance.storage.table import Table
    from attendance.storage.values import Item

LEASE = timedelta(minutes=6)
"""Above the worker's time-out of 5 minutes: a job that is still running after it belongs to a worker that died."""
KEPT_FOR = timedelta(days=90)
_TIMES = ("requested_at", "since", "until", "finished_at")
_FIELDS = (
    "guild_id", "job_id", "format", "requested_by", "requested_at", "event_id", "since", "until", "status", "problem",
    "file_key", "file_name", "row_count", "finished_at", "reply_token", "language", "version",
)  # fmt: skip


def to_item(job: ReportJob) -> Item:
    """Return the job's item, without its `touched` mark."""
    item: Item = {name: getattr(job, name) for name in _FIELDS}
    for name in _TIMES:
        item[name] = keys.stamp(item[name]) if item[name] else None
    return item | {
        **keys.report(job.guild_id, job.job_id)._asdict(),
        "entity": "report",
        "gsi1pk": keys.reports_by_time(job.guild_id),
        "gsi1sk": keys.by_start(job.requested_at, job.job_id),
        "expires_at": int((job.requested_at + KEPT_FOR).timestamp()),
    }


def from_item(item: Item) -> ReportJob:
    """Return the job of an item."""
    values: dict[str, Any] = {name: item[name] for name in _FIELDS if name in item}
    for name in _TIMES:
        if values.get(name):
            values[name] = keys.moment(values[name])
    return ReportJob(**values)


def create(table: Table, job: ReportJob, actor: Actor, now: datetime) -> ReportJob:
    """Store a new job; a repeat returns the job that was stored first."""
    try:
        table.put(Put(to_item(job) | {"touched": touched(actor, now)}))
    except ConditionFailed as failed:
        if failed.item is None:
            raise
        return from_item(failed.item)
    return job


def get(table: Table, guild_id: str, job_id: str) -> ReportJob | None:
    """Return the job, or None."""
    item = table.get(keys.report(guild_id, job_id))
    return from_item(item) if item else None


def claim(table: Table, guild_id: str, job_id: str, holder: str, actor: Actor, now: datetime) -> ReportJob | None:
    """Take a queued job (or one whose worker died) for `LEASE`; None when it is done, failed or in other hands.

    `holder` names the request to build it: what it claimed already, but never heard of, it may claim again.
    """
    try:
        item = table.update(
            Update(
                keys.report(guild_id, job_id),
                "SET #status = :running, #lease = :until, #held_by = :holder, #touched = :touched, #version = #version + :one",
                "#status = :queued OR (#status = :running AND (#lease < :now OR #held_by = :holder))",
                {
                    ":queued": "queued",
                    ":running": "running",
                    ":until": keys.stamp(now + LEASE),
                    ":now": keys.stamp(now),
                    ":holder": holder,
                    ":touched": touched(actor, now),
                    ":one": 1,
                },
            )
        )
    except ConditionFailed:
        return None
    return from_item(item)


def finish(table: Table, job: ReportJob, actor: Actor, now: datetime) -> None:
    """Store a claimed job's end: `status` done or failed and what goes with it; `job.version` is the claimed one.

    Raises `ConditionFailed` when another worker has claimed the job meanwhile.
    """
    table.update(
        Update(
            keys.report(job.guild_id, job.job_id),
            "SET #status = :status, #problem = :problem, #file_key = :key, #file_name = :name, #row_count = :rows, "
            "#finished_at = :at, #touched = :touched, #version = #version + :one REMOVE #lease, #held_by",
            "#status = :running AND #version = :version",
            {
                ":status": job.status,
                ":problem": job.problem,
                ":key": job.file_key,
                ":name": job.file_name,
                ":rows": job.row_count,
                ":at": keys.stamp(now),
                ":running": "running",
                ":version": job.version,
                ":touched": touched(actor, now),
                ":one": 1,
            },
        )
    )


def forget_reply_token(table: Table, guild_id: str, job_id: str) -> None:
    """Remove the interaction token once it was used or is of no use any more."""
    table.update(Update(keys.report(guild_id, job_id), "REMOVE #reply_token"))


def newest(table: Table, guild_id: str, *, limit: int, cursor: str | None = None) -> tuple[list[Item], str | None]:
    """Return summaries (`job_id` and what the index projects) of a guild's jobs, newest first, and a cursor or None."""
    partition = keys.reports_by_time(guild_id)
    after = None
    if cursor is not None:
        after = {
            **keys.report(guild_id, cursor.rpartition("#")[2])._asdict(),
            "gsi1pk": partition,
            "gsi1sk": cursor,
        }
    page = table.query(partition, index="gsi1", limit=limit, after=after, newest_first=True)
    jobs = [item | {"job_id": item["gsi1sk"].rpartition("#")[2]} for item in page.items]
    return jobs, page.last["gsi1sk"] if page.last else None
